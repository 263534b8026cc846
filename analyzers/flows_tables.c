// SPDX-License-Identifier: BSD-2-Clause
/* Services, their servers and their clients: who they are, and what is counted for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/flows_parts.h"
#include "analyzers/imbalance.h"

/* --- services --------------------------------------------------------------------------------------------- */

static struct service_key service_key(const struct ip_addr *address, uint16_t port, uint8_t protocol)
{
	struct service_key key;

	memset(&key, 0, sizeof key);
	key.address = *address;
	key.port = port;
	key.protocol = protocol;
	return key;
}

/* The place of a service that balances nothing and holds nothing, silent for longest; FLOWS_NONE: there is none. */
static uint16_t idle_service(const struct flows *f)
{
	uint16_t found = FLOWS_NONE;

	for (uint16_t i = 0; i < f->services; i++) {
		const struct flow_service *s = &f->service[i];
		if (s->told || s->balanced || s->is_server || s->active > 0 || s->first_server != FLOWS_NONE)
			continue;
		if (found == FLOWS_NONE || s->last_at < f->service[found].last_at)
			found = i;
	}
	return found;
}

static void forget_service(struct flows *f, uint16_t at)
{
	struct flow_service *s = &f->service[at];
	struct service_key key = service_key(&s->address, s->port, s->protocol);

	table_remove(&f->by_service, &key);
	/* flows that still name it have ended: nothing of theirs counts any more */
	for (uint32_t i = 0; i < f->used; i++)
		if (f->flow[i].service == at)
			f->flow[i].service = FLOWS_NONE;
	s->used = false;
}

uint16_t flows_service_of(struct flows *f, const struct ip_addr *address, uint16_t port, uint8_t protocol)
{
	struct service_key key = service_key(address, port, protocol);
	const uint16_t *known = table_find(&f->by_service, &key);
	uint16_t at = f->services;

	if (known != NULL)
		return *known;
	if (at == FLOWS_SERVICES) {
		at = idle_service(f);
		if (at == FLOWS_NONE) {
			f->counted.services_refused++;
			return FLOWS_NONE;
		}
		forget_service(f, at);
	} else {
		f->services++;
	}
	uint16_t *place = table_put(&f->by_service, &key, NULL);
	if (place == NULL)
		return FLOWS_NONE;
	*place = at;
	f->service[at] = (struct flow_service){.address = *address, .port = port, .protocol = protocol, .used = true,
					       .first_server = FLOWS_NONE, .first_at = f->now, .last_at = f->now};
	return at;
}

bool flows_tell(struct flows *f, const struct ip_addr *address, uint16_t port, uint8_t protocol)
{
	uint16_t service = flows_service_of(f, address, port, protocol);

	if (service != FLOWS_NONE)
		f->service[service].told = true;
	return service != FLOWS_NONE;
}

void flows_balanced(struct flows *f, uint16_t service, enum flow_mode mode)
{
	struct flow_service *s = &f->service[service];

	s->balanced = true;
	s->mode = mode;
}

/* --- servers ---------------------------------------------------------------------------------------------- */

uint16_t flows_server_of(struct flows *f, uint16_t service, const struct ip_addr *ip, uint16_t port, struct mac mac)
{
	struct server_key key;
	memset(&key, 0, sizeof key);
	key.ip = *ip;
	key.mac = mac;
	key.port = port;
	key.service = service;
	const uint16_t *known = table_find(&f->by_server, &key);
	struct flow_service *s = &f->service[service];

	if (known != NULL)
		return *known;
	uint16_t *place = f->servers < FLOWS_SERVERS ? table_put(&f->by_server, &key, NULL) : NULL;
	if (place == NULL) {
		f->counted.servers_refused++;
		return FLOWS_NONE;
	}
	uint16_t at = f->servers++;
	*place = at;
	f->server[at] = (struct flow_server){.ip = *ip, .mac = mac, .port = port, .service = service, .next = s->first_server,
					     .first_at = f->now, .last_at = f->now};
	s->first_server = at;
	s->servers++;
	return at;
}

/* What the flow has counted for its server so far moves with it. */
static void leave_server(struct flows *f, const struct flow *w)
{
	struct flow_server *old = &f->server[w->server];

	old->attempts -= w->began && old->attempts > 0;
	old->opened -= w->began && w->answered && old->opened > 0;
	old->active -= w->answered && old->active > 0;
	old->bytes_up -= w->bytes_up < old->bytes_up ? w->bytes_up : old->bytes_up;
	old->bytes_down -= w->bytes_down < old->bytes_down ? w->bytes_down : old->bytes_down;
}

/* What its source has been given before says whether it stays. */
static uint16_t note_source(struct flows *f, const struct flow *w, uint16_t server)
{
	struct flow_source *source = w->source != FLOWS_NOBODY ? &f->source[w->source] : NULL;
	struct flow_service *s = &f->service[w->service];

	if (source == NULL)
		return FLOWS_NONE;
	uint16_t before = source->last_server;
	if (before != FLOWS_NONE) {
		source->returns++;
		s->returns++;
		source->stayed += before == server;
		s->stayed += before == server;
	} else {
		source->first_server = server;
	}
	source->by_first += source->first_server == server;
	source->last_server = server;
	source->gap = f->now - source->last_at;
	source->last_at = f->now;
	return before;
}

void flows_assign(struct flows *f, uint32_t flow, uint16_t server, uint64_t frame)
{
	struct flow *w = &f->flow[flow];

	if (w->service == FLOWS_NONE || w->server == server || server == FLOWS_NONE)
		return;
	struct flow_server *s = &f->server[server];
	bool moved = w->server != FLOWS_NONE;
	if (moved)
		leave_server(f, w);
	else
		f->service[w->service].assigned += w->began;
	w->server = server;
	s->bytes_up += w->bytes_up;     /* what was said before it was known to whom */
	s->bytes_down += w->bytes_down;
	if (w->began) {
		if (s->attempts++ == 0) {
			s->first_at = f->now;
			s->first_frame = frame;
		}
		s->last_at = f->now;
	}
	if (w->answered && w->state != FLOW_CLOSED) {
		s->opened += w->began;
		s->active++;
		s->peak = s->active > s->peak ? s->active : s->peak;
	}
	uint16_t before = moved || !w->began ? FLOWS_NONE : note_source(f, w, server);
	flows_tell_event(f, FLOW_ASSIGNED, flow, frame, before, false, false);
}

/* --- sources ---------------------------------------------------------------------------------------------- */

uint32_t flows_source_of(struct flows *f, uint16_t service, const struct ip_addr *ip)
{
	struct source_key key;
	memset(&key, 0, sizeof key);
	key.ip = *ip;
	key.service = service;
	const uint32_t *known = table_find(&f->by_source, &key);

	if (known != NULL)
		return *known;
	uint32_t *place = f->sources < FLOWS_SOURCES ? table_put(&f->by_source, &key, NULL) : NULL;
	if (place == NULL) {
		f->counted.sources_refused++;
		return FLOWS_NOBODY;
	}
	uint32_t at = f->sources++;
	*place = at;
	f->source[at] = (struct flow_source){.ip = *ip, .service = service, .last_server = FLOWS_NONE,
					     .first_server = FLOWS_NONE, .port_low = UINT16_MAX};
	f->service[service].sources++;
	return at;
}

/* --- facts ------------------------------------------------------------------------------------------------ */

size_t flows_service_count(const struct flows *f)
{
	return f->services;
}

const struct flow_service *flows_service(const struct flows *f, uint16_t service)
{
	return &f->service[service];
}

const struct flow_server *flows_server(const struct flows *f, uint16_t server)
{
	return &f->server[server];
}

const struct flow_source *flows_source(const struct flows *f, uint32_t source)
{
	return &f->source[source];
}

size_t flows_source_count(const struct flows *f)
{
	return f->sources;
}

const struct flows_counters *flows_counted(const struct flows *f)
{
	return &f->counted;
}

bool flows_is_balanced(const struct flow_service *s)
{
	return s->used && s->balanced && !s->is_server;
}

uint64_t flows_effective_sources(const struct flows *f, uint16_t service)
{
	uint64_t *x = calloc(f->service[service].sources + 1, sizeof *x);
	size_t n = 0;

	if (x == NULL)
		return 0;
	for (uint32_t i = 0; i < f->sources && n < f->service[service].sources; i++)
		if (f->source[i].service == service)
			x[n++] = f->source[i].attempts;
	uint64_t k = imbalance_k_eff(x, n);
	free(x);
	return k;
}

bool flows_is_sticky(const struct flow_service *s)
{
	return s->returns >= 20 && s->servers > 1 && s->stayed * 10 >= s->returns * 9;
}

static char *name(char text[FLOWS_NAME], const struct ip_addr *ip, uint16_t port)
{
	char address[IP_TEXT];

	snprintf(text, FLOWS_NAME, ip->family == IP_V6 ? "[%s]:%u" : "%s:%u", ip_format(address, ip), (unsigned)port);
	return text;
}

char *flows_server_name(char text[FLOWS_NAME], const struct flow_server *s)
{
	char mac[MAC_TEXT];

	if (s->ip.family != IP_NONE)
		return name(text, &s->ip, s->port);
	snprintf(text, FLOWS_NAME, "%s", mac_format(mac, s->mac));
	return text;
}

char *flows_service_name(char text[FLOWS_NAME], const struct flow_service *s)
{
	return name(text, &s->address, s->port);
}
