// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which legs belong together. A rewritten SYN keeps its sequence number; a packet that is sent on unchanged keeps
 * everything but its MACs; a proxy repeats what its client said.
 */
#include <string.h>

#include "analyzers/flows_parts.h"

/* What was counted for it as a client of a service of its own is taken back. */
static void uncount(struct flows *f, uint32_t leg)
{
	struct flow *b = &f->flow[leg];
	struct flow_service *s;

	if (b->service == FLOWS_NONE)
		return;
	s = &f->service[b->service];
	s->attempts -= b->began && s->attempts > 0;
	s->opened -= b->began && b->answered && s->opened > 0;
	s->active -= b->answered && s->active > 0;
	if (b->source != FLOWS_NOBODY) {
		struct flow_source *source = &f->source[b->source];
		source->attempts -= b->began && source->attempts > 0;
		source->active -= b->answered && source->active > 0;
	}
	b->service = b->server = FLOWS_NONE;
	b->source = FLOWS_NOBODY;
}

/* The leg to the server counts for the service it came for, no longer as a service of its own. */
static void become_server_leg(struct flows *f, uint32_t leg, uint32_t client, enum flow_mode mode, uint64_t frame)
{
	struct flow *b = &f->flow[leg], *a = &f->flow[client];

	b->is_server_leg = true;
	b->peer = client;
	a->peer = leg;
	flows_balanced(f, a->service, mode);
	uint16_t as_service = flows_service_of(f, &b->target, b->target_port, b->protocol);
	if (as_service != FLOWS_NONE && as_service != a->service)
		f->service[as_service].is_server = true;
	uint16_t server = flows_server_of(f, a->service, &b->target, b->target_port, MAC_ZERO);
	flows_assign(f, client, server, frame);
}

/* --- rewritten -------------------------------------------------------------------------------------------- */

void flows_remember_first(struct flows *f, uint32_t flow)
{
	uint32_t *at = table_put(&f->by_isn, &f->flow[flow].isn, NULL);

	if (at != NULL)
		*at = flow;
}

/* UDP has no sequence number: the same client and port, to another address, at once. */
static uint32_t same_words(const struct flows *f, const struct flow *b)
{
	const uint32_t *at = table_find(&f->by_isn, &b->isn);
	const struct flow *a = at != NULL ? &f->flow[*at] : NULL;

	if (a == NULL || a == b || a->service == FLOWS_NONE || a->is_server_leg || a->protocol != b->protocol ||
	    b->began_at - a->last_at > FLOWS_PAIR || a->isn != b->isn)
		return FLOWS_NOBODY;
	if (ip_equal(&b->target, &a->client))
		return FLOWS_NOBODY;
	bool same_client = ip_equal(&a->client, &b->client) && a->client_port == b->client_port;
	if (b->protocol == IP_PROTOCOL_UDP && !same_client && a->peer != FLOWS_NOBODY)
		return FLOWS_NOBODY;
	return *at;
}

bool flows_pair_first(struct flows *f, uint32_t flow, uint64_t frame)
{
	struct flow *b = &f->flow[flow];
	uint32_t client = same_words(f, b);

	if (client == FLOWS_NOBODY)
		return false;
	struct flow *a = &f->flow[client];
	if (ip_equal(&a->target, &b->target) && a->target_port == b->target_port) {
		/* the same question to the same place from another address: the client is translated on its way, and the
		 * service knows it by the new one */
		uncount(f, client);
		a->is_server_leg = true;
		return false;
	}
	bool same_client = ip_equal(&a->client, &b->client) && a->client_port == b->client_port;
	become_server_leg(f, flow, client, same_client ? FLOW_MODE_NAT : FLOW_MODE_FULL_NAT, frame);
	return true;
}

/* --- sent on ----------------------------------------------------------------------------------------------- */

/* A copy on its way to another station. Where only one station is ever reached so, a router does it; from the second on
 * somebody chooses. */
void flows_sent_on(struct flows *f, uint32_t flow, const struct analyzer_frame *frame)
{
	struct flow *w = &f->flow[flow];
	struct mac to = frame->packet->ethernet.dst;

	if (w->service == FLOWS_NONE || w->is_server_leg || mac_equal(to, w->up_to) || mac_is_group(to) ||
	    f->service[w->service].mode == FLOW_MODE_NAT || f->service[w->service].mode == FLOW_MODE_FULL_NAT)
		return;
	struct flow_service *s = &f->service[w->service];
	uint16_t server = flows_server_of(f, w->service, &(struct ip_addr){0}, 0, to);
	if (s->servers > 1)
		flows_balanced(f, w->service, FLOW_MODE_DIRECT);
	flows_assign(f, flow, server, frame->number);
}

/* The first station that answered is one of several after all: what it had is its own. */
static void first_of_several(struct flows *f, uint16_t service)
{
	struct flow_service *s = &f->service[service];
	uint16_t at = flows_server_of(f, service, &(struct ip_addr){0}, 0, s->mac);

	if (at == FLOWS_NONE)
		return;
	struct flow_server *first = &f->server[at];
	first->attempts = first->opened = s->opened;
	first->active = s->active;
	first->closed = s->opened > s->active ? s->opened - s->active : 0;
	first->peak = s->peak;
	first->bytes_up = s->bytes_up;
	first->bytes_down = s->bytes_down;
	first->first_at = s->first_at;
	first->first_frame = s->first_frame;
	s->assigned = s->opened;
	for (uint32_t i = 0; i < f->used; i++)
		if (f->flow[i].service == service && f->flow[i].answered && f->flow[i].server == FLOWS_NONE)
			f->flow[i].server = at;
}

static bool is_fresh(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255 || ttl == 32;
}

/* Only answers tell: everybody hears the question. Not where the question was seen going to one. */
void flows_answered_from(struct flows *f, uint32_t flow, const struct analyzer_frame *frame)
{
	struct flow *w = &f->flow[flow];
	struct mac mac = frame->packet->ethernet.src;

	if (w->service == FLOWS_NONE || w->is_server_leg)
		return;
	struct flow_service *s = &f->service[w->service];
	bool first = mac_equal(s->mac, MAC_ZERO), changed = !first && !mac_equal(s->mac, mac);
	s->on_link = is_fresh(frame->packet->ttl);
	bool by_mac = s->mode == FLOW_MODE_UNKNOWN || s->mode == FLOW_MODE_DIRECT;
	if (w->server == FLOWS_NONE && by_mac && !mac_is_group(mac) && (changed || s->servers > 0)) {
		if (s->servers == 0)
			first_of_several(f, w->service);
		uint16_t server = flows_server_of(f, w->service, &(struct ip_addr){0}, 0, mac);
		/* one that answered before does so again: a takeover does not, as a rule */
		if (server != FLOWS_NONE && changed && f->server[server].attempts > 0)
			flows_balanced(f, w->service, FLOW_MODE_DIRECT);
		flows_assign(f, flow, server, frame->number);
	}
	s->mac = mac;
}

/* --- proxied ---------------------------------------------------------------------------------------------- */

static struct said *said_of(struct flows *f, uint64_t words)
{
	struct said *s = table_put(&f->by_said, &words, NULL);

	if (s != NULL || f->by_said.count < f->by_said.room)
		return s;
	/* full: what was said long ago is forgotten with the rest */
	size_t at = 0;
	const void *key;
	void *value;
	uint64_t stale[64];
	size_t count = 0;
	while (count < 64 && table_next(&f->by_said, &at, &key, &value)) {
		const struct said *old = value;
		bool waits = false;
		for (uint8_t i = 0; i < old->count; i++)
			waits = waits || f->now - f->flow[old->flow[i]].last_at < FLOWS_PAIR;
		if (!waits)
			memcpy(&stale[count++], key, sizeof stale[0]);
	}
	for (size_t i = 0; i < count; i++)
		table_remove(&f->by_said, &stale[i]);
	return table_put(&f->by_said, &words, NULL);
}

/* The connection b may be the proxy's own, for client a: it comes from the station that answers a, or from its address.
 * For a service that was told, from anywhere but a's client: its other side may be another interface. */
static bool is_of_station(const struct flows *f, const struct flow *a, const struct flow *b)
{
	const struct flow_service *s = &f->service[a->service];
	bool same_station = mac_equal(s->mac, b->up_mac) && s->on_link && is_fresh(b->ttl);

	return a->began_at <= b->began_at && a->protocol == b->protocol && !ip_equal(&b->target, &a->client) &&
	       !(ip_equal(&b->target, &a->target) && b->target_port == a->target_port) &&
	       (same_station || ip_equal(&a->target, &b->client) || (s->told && !ip_equal(&a->client, &b->client)));
}

/* The oldest that said so, has no leg yet, and is not this one's own client. */
static uint32_t take_waiting(struct flows *f, struct said *s, uint32_t leg)
{
	const struct flow *b = &f->flow[leg];

	for (uint8_t i = 0; i < s->count;) {
		uint32_t at = s->flow[i];
		const struct flow *a = &f->flow[at];
		bool stale = a->said != b->said || a->peer != FLOWS_NOBODY || a->is_server_leg ||
			     f->now - a->last_at > FLOWS_PAIR || a->service == FLOWS_NONE;
		bool ours = !stale && at != leg && is_of_station(f, a, b);
		if (stale || ours) {
			memmove(&s->flow[i], &s->flow[i + 1], (size_t)(s->count - i - 1) * sizeof s->flow[0]);
			s->count--;
			if (ours)
				return at;
			continue;
		}
		i++;
	}
	return FLOWS_NOBODY;
}

/* A service that was told: whatever its address or station asks elsewhere is for the client that waits longest. */
static uint32_t take_of_told(const struct flows *f, uint32_t leg)
{
	const struct flow *b = &f->flow[leg];
	uint32_t found = FLOWS_NOBODY;

	for (uint16_t i = 0; i < f->services; i++) {
		const struct flow_service *s = &f->service[i];
		if (!s->told || s->protocol != b->protocol || ip_equal(&s->address, &b->target) ||
		    !(ip_equal(&s->address, &b->client) || (mac_equal(s->mac, b->up_mac) && !mac_equal(s->mac, MAC_ZERO))))
			continue;
		for (uint32_t at = f->newest, looked = 0; at != FLOWS_NOBODY && looked < 4096; at = f->flow[at].older, looked++) {
			const struct flow *a = &f->flow[at];
			if (a->service == i && a->peer == FLOWS_NOBODY && !a->is_server_leg && a->said != 0 &&
			    a->state != FLOW_CLOSED && f->now - a->last_at <= FLOWS_PAIR && a->began_at <= b->began_at &&
			    (found == FLOWS_NOBODY || a->began_at < f->flow[found].began_at))
				found = at;
		}
	}
	return found;
}

void flows_pair_said(struct flows *f, uint32_t flow, uint64_t frame)
{
	struct flow *w = &f->flow[flow];
	struct said *s = said_of(f, w->said);
	uint32_t client = FLOWS_NOBODY;

	if (s != NULL)
		client = take_waiting(f, s, flow);
	if (client == FLOWS_NOBODY)
		client = take_of_told(f, flow);
	if (client != FLOWS_NOBODY) {
		uncount(f, flow);
		f->service[f->flow[client].service].estimated = true;
		become_server_leg(f, flow, client, FLOW_MODE_PROXY, frame);
		return;
	}
	if (s == NULL || w->service == FLOWS_NONE)
		return;
	if (s->count == SAID_ROOM) {
		memmove(s->flow, s->flow + 1, (SAID_ROOM - 1) * sizeof s->flow[0]);
		s->count--;
	}
	s->flow[s->count++] = flow;
}
