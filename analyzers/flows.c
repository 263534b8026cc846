// SPDX-License-Identifier: BSD-2-Clause
/* The life of a flow: places, order of silence, beginnings and ends as they are counted and told. */
#include <stdlib.h>
#include <string.h>

#include "analyzers/flows_parts.h"

#define SAID_SLOTS (FLOWS_ROOM / 16)

/* --- life of the tracker ----------------------------------------------------------------------------------- */

struct flows *flows_new(uint64_t secret, void *context, void (*see)(void *context, const struct flow_event *e))
{
	struct flows *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->context = context;
	f->see = see;
	f->secret = secret;
	f->free = f->newest = f->oldest = FLOWS_NOBODY;
	f->flow = calloc(FLOWS_ROOM, sizeof *f->flow);
	f->source = calloc(FLOWS_SOURCES, sizeof *f->source);
	bool ok = f->flow != NULL && f->source != NULL &&
		  table_init(&f->by_key, FLOWS_ROOM, sizeof(struct flow_key), sizeof(uint32_t), secret) &&
		  table_init(&f->by_isn, FLOWS_ROOM, sizeof(uint32_t), sizeof(uint32_t), secret) &&
		  table_init(&f->by_said, SAID_SLOTS, sizeof(uint64_t), sizeof(struct said), secret) &&
		  table_init(&f->by_service, FLOWS_SERVICES, sizeof(struct service_key), sizeof(uint16_t), secret) &&
		  table_init(&f->by_server, FLOWS_SERVERS, sizeof(struct server_key), sizeof(uint16_t), secret) &&
		  table_init(&f->by_source, FLOWS_SOURCES, sizeof(struct source_key), sizeof(uint32_t), secret);
	if (ok)
		return f;
	flows_free(f);
	return NULL;
}

void flows_free(struct flows *f)
{
	if (f == NULL)
		return;
	table_fini(&f->by_key);
	table_fini(&f->by_isn);
	table_fini(&f->by_said);
	table_fini(&f->by_service);
	table_fini(&f->by_server);
	table_fini(&f->by_source);
	free(f->flow);
	free(f->source);
	free(f);
}

void flows_tell_event(struct flows *f, enum flow_event_kind kind, uint32_t flow, uint64_t frame, uint16_t before,
		      bool by_server, bool by_client)
{
	const struct flow *w = &f->flow[flow];

	if (f->see == NULL || w->service == FLOWS_NONE)
		return;
	f->see(f->context, &(struct flow_event){
				   .kind = kind,
				   .at = f->now,
				   .frame = frame,
				   .flow = w,
				   .service = w->service,
				   .server = w->server,
				   .before = before,
				   .by_server = by_server,
				   .by_client = by_client,
			   });
}

/* --- places and their order -------------------------------------------------------------------------------- */

static struct flow_key key_of(const struct flow *w)
{
	struct flow_key key;

	memset(&key, 0, sizeof key);
	key.client = w->client;
	key.target = w->target;
	key.client_port = w->client_port;
	key.target_port = w->target_port;
	key.protocol = w->protocol;
	return key;
}

uint32_t flows_find(struct flows *f, const struct flow_key *key)
{
	const uint32_t *at = table_find(&f->by_key, key);

	return at != NULL ? *at : FLOWS_NOBODY;
}

static void unlink_flow(struct flows *f, uint32_t at)
{
	struct flow *w = &f->flow[at];

	if (w->newer != FLOWS_NOBODY)
		f->flow[w->newer].older = w->older;
	else
		f->newest = w->older;
	if (w->older != FLOWS_NOBODY)
		f->flow[w->older].newer = w->newer;
	else
		f->oldest = w->newer;
}

static void link_newest(struct flows *f, uint32_t at)
{
	struct flow *w = &f->flow[at];

	w->newer = FLOWS_NOBODY;
	w->older = f->newest;
	if (f->newest != FLOWS_NOBODY)
		f->flow[f->newest].newer = at;
	else
		f->oldest = at;
	f->newest = at;
}

/* Gives up its place; its end was told. */
static void forget(struct flows *f, uint32_t at)
{
	struct flow *w = &f->flow[at];
	struct flow_key key = key_of(w);
	const uint32_t *by_isn = table_find(&f->by_isn, &w->isn);

	if (by_isn != NULL && *by_isn == at)
		table_remove(&f->by_isn, &w->isn);
	if (w->peer != FLOWS_NOBODY && f->flow[w->peer].peer == at)
		f->flow[w->peer].peer = FLOWS_NOBODY;
	table_remove(&f->by_key, &key);
	unlink_flow(f, at);
	w->state = FLOW_CLOSED;
	w->said = 0;
	w->newer = f->free;
	f->free = at;
}

void flows_touch(struct flows *f, uint32_t at, uint64_t frame)
{
	f->flow[at].last_at = f->now;
	f->flow[at].last_frame = frame;
	if (f->newest == at)
		return;
	unlink_flow(f, at);
	link_newest(f, at);
}

/* --- ends ------------------------------------------------------------------------------------------------- */

static void end_counts(struct flows *f, struct flow *w, bool by_server)
{
	struct flow_service *s = &f->service[w->service];
	struct flow_server *server = w->server != FLOWS_NONE ? &f->server[w->server] : NULL;
	struct flow_source *source = w->source != FLOWS_NOBODY ? &f->source[w->source] : NULL;

	if (!w->answered)
		return;
	s->active -= s->active > 0;
	s->resets += by_server;
	if (source != NULL)
		source->active -= source->active > 0;
	if (server == NULL)
		return;
	server->active -= server->active > 0;
	server->closed++;
	server->resets += by_server;
	server->short_lived += w->began && f->now - w->answered_at < VL_S && w->bytes_down < FLOWS_LITTLE;
}

void flows_close(struct flows *f, uint32_t at, uint64_t frame, bool by_server, bool by_client)
{
	struct flow *w = &f->flow[at];

	if (w->state == FLOW_CLOSED)
		return;
	w->state = FLOW_CLOSED;
	if (w->service == FLOWS_NONE || w->judged)
		return;
	w->judged = true;
	end_counts(f, w, by_server);
	flows_tell_event(f, FLOW_ENDED, at, frame, FLOWS_NONE, by_server, by_client);
}

/* Nobody answered it. The client's leg of a proxy is answered by the proxy: then its server's leg was not. */
static void end_unanswered(struct flows *f, uint32_t at)
{
	struct flow *w = &f->flow[at];

	w->state = FLOW_CLOSED;
	if (w->service == FLOWS_NONE || w->judged || !w->began)
		return;
	w->judged = true;
	f->service[w->service].unanswered++;
	if (w->server != FLOWS_NONE)
		f->server[w->server].unanswered++;
	flows_tell_event(f, FLOW_UNANSWERED, at, 0, FLOWS_NONE, false, false);
}

static vl_time patience_of(const struct flow *w)
{
	if (w->state == FLOW_CLOSED)
		return FLOWS_LINGER;
	if (w->state == FLOW_SYN)
		return FLOWS_SYN_WAIT * (w->syns > 1 ? (uint64_t)1 << (w->syns < 5 ? w->syns - 1 : 4) : 1);
	return w->protocol == IP_PROTOCOL_UDP ? FLOWS_UDP_IDLE : FLOWS_IDLE;
}

static void end_silent(struct flows *f, uint32_t at)
{
	if (f->flow[at].state == FLOW_SYN)
		end_unanswered(f, at);
	else
		flows_close(f, at, 0, false, false);
}

/* The order is by silence, not by patience: a few of the silent ones are looked at each time, and one that still waits
 * goes to the end of the line. */
void flows_advance(struct flows *f, vl_time now)
{
	f->now = now;
	for (int looked = 0; looked < 4 && f->oldest != FLOWS_NOBODY; looked++) {
		uint32_t at = f->oldest;
		struct flow *w = &f->flow[at];
		if (now - w->last_at < FLOWS_LINGER)
			return;
		if (now - w->last_at < patience_of(w)) {
			unlink_flow(f, at);
			link_newest(f, at);
			continue;
		}
		if (w->state != FLOW_CLOSED) {
			end_silent(f, at);
			w->last_at = now;
			unlink_flow(f, at);
			link_newest(f, at);
		} else {
			forget(f, at);
		}
	}
}

/* Silence is not waited for: it is looked at with the next frame, and at the end. */
vl_time flows_deadline(const struct flows *f)
{
	(void)f;
	return VL_NEVER;
}

void flows_finish(struct flows *f, vl_time now)
{
	f->now = now;
	for (uint32_t at = f->oldest; at != FLOWS_NOBODY; at = f->flow[at].newer)
		if (f->flow[at].state == FLOW_SYN && now - f->flow[at].last_at >= FLOWS_SYN_WAIT)
			end_unanswered(f, at);
}

/* --- beginnings ------------------------------------------------------------------------------------------- */

static uint32_t take_place(struct flows *f)
{
	if (f->free != FLOWS_NOBODY) {
		uint32_t at = f->free;
		f->free = f->flow[at].newer;
		return at;
	}
	if (f->used < FLOWS_ROOM)
		return f->used++;
	uint32_t at = f->oldest;
	f->counted.displaced += f->flow[at].state != FLOW_CLOSED;
	end_silent(f, at);
	forget(f, at);
	f->free = f->flow[at].newer;
	return at;
}

uint32_t flows_add(struct flows *f, const struct flow_key *key)
{
	uint32_t at = take_place(f);

	f->flow[at] = (struct flow){.client = key->client, .target = key->target, .client_port = key->client_port,
				    .target_port = key->target_port, .protocol = key->protocol, .service = FLOWS_NONE,
				    .server = FLOWS_NONE, .source = FLOWS_NOBODY, .peer = FLOWS_NOBODY,
				    .began_at = f->now, .last_at = f->now};
	uint32_t *place = table_put(&f->by_key, key, NULL);
	if (place != NULL)
		*place = at;
	link_newest(f, at);
	f->counted.flows++;
	return at;
}

void flows_attempt(struct flows *f, uint32_t at, uint64_t frame)
{
	struct flow *w = &f->flow[at];

	w->service = flows_service_of(f, &w->target, w->target_port, w->protocol);
	if (w->service == FLOWS_NONE)
		return;
	struct flow_service *s = &f->service[w->service];
	w->source = flows_source_of(f, w->service, &w->client);
	if (!w->began)
		return;
	if (s->attempts++ == 0) {
		s->first_at = f->now;
		s->first_frame = frame;
	}
	s->last_at = f->now;
	if (w->source != FLOWS_NOBODY) {
		struct flow_source *source = &f->source[w->source];
		if (source->attempts++ == 0)
			source->first_frame = frame;
	}
	flows_tell_event(f, FLOW_ATTEMPTED, at, frame, FLOWS_NONE, false, false);
}

void flows_open(struct flows *f, uint32_t at, uint64_t frame)
{
	struct flow *w = &f->flow[at];

	w->answered = true;
	w->answered_at = f->now;
	w->state = FLOW_OPEN;
	if (w->service == FLOWS_NONE)
		return;
	struct flow_service *s = &f->service[w->service];
	s->opened += w->began;
	s->active++;
	s->peak = s->active > s->peak ? s->active : s->peak;
	if (w->source != FLOWS_NOBODY) {
		struct flow_source *source = &f->source[w->source];
		source->active++;
		source->peak = source->active > source->peak ? source->active : source->peak;
	}
	if (w->server != FLOWS_NONE) {
		struct flow_server *server = &f->server[w->server];
		server->opened += w->began;
		server->active++;
		server->peak = server->active > server->peak ? server->active : server->peak;
	}
	flows_tell_event(f, FLOW_OPENED, at, frame, FLOWS_NONE, false, false);
}
