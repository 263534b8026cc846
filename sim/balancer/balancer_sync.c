// SPDX-License-Identifier: BSD-2-Clause
/* Connections and persistence entries to records of the pair and back. */
#include "sim/balancer/balancer_sync.h"

#include <stdlib.h>
#include <string.h>

#include "sim/wire/ha_update.h"

#define TOLD 0x01                       /* connection.sync: the other unit knows of it */
#define DOUBT_BATCH 8192                /* entries of the table that one call looks at */
#define ENTRIES (UINT64_C(1) << 32)     /* walk: connections are below */
/* What of connection.flags the other unit should know. */
#define MARKS                                                                                                    \
	(CONNECTION_FIN_CLIENT | CONNECTION_FIN_SERVER | CONNECTION_RESET | CONNECTION_ONE_WAY | CONNECTION_PERSISTENT)

/* --- what is shared --------------------------------------------------------------------------------------- */

static bool shares_connections(const struct balancer *b, const struct virtual_service *v)
{
	return sync_config_of(b->sync)->connections && v->config.protocol == IP_PROTOCOL_TCP &&
	       virtual_service_config_layer(&v->config) == 4;
}

static bool shares_entries(const struct balancer *b, const struct virtual_service *v)
{
	const struct sync_config *c = sync_config_of(b->sync);

	return virtual_service_config_layer(&v->config) == 7 ? c->persistence : c->connections;
}

static vl_time last_packet(const struct balancer *b, const struct connection *c)
{
	vl_time timeout = service_of(b, c)->config.timeouts.at[c->state];

	return c->expires > timeout ? c->expires - timeout : 0;
}

static uint32_t in_ms(vl_time length)
{
	return length / VL_MS < UINT32_MAX ? (uint32_t)(length / VL_MS) : UINT32_MAX;
}

/* --- telling ---------------------------------------------------------------------------------------------- */

static struct ha_record record_of(const struct balancer *b, const struct connection *c, vl_time now)
{
	vl_time seen = last_packet(b, c);
	struct ha_record r = {.kind = HA_RECORD_CONNECTION};

	r.connection = (struct ha_connection){
		.client = client_of(c),
		.service = service_of(b, c)->config.address,
		.server = server_of(b, c)->config.address,
		.client_port = c->client_port,
		.service_port = c->service_port,
		.server_port = server_port_of(b, c),
		.local_port = c->local_port,
		.protocol = c->protocol,
		.state = c->state,
		.marks = c->flags & MARKS,
		.client_next = c->client_next,
		.server_next = c->server_next,
		.delta = c->delta,
		.idle_ms = in_ms(now > seen ? now - seen : 0),
		.age_ms = in_ms(now > c->opened ? now - c->opened : 0),
	};
	if (c->local_port != 0)
		r.connection.local = b->local[c->local];
	return r;
}

static void tell(struct balancer *b, struct connection *c, vl_time now)
{
	struct ha_record r = record_of(b, c, now);

	sync_tell(b->sync, &r, now);
	c->sync |= TOLD;
	c->sync_at = in_ms(now);
}

/* Long enough behind the last time that it was told of. */
static bool is_due_again(const struct balancer *b, const struct connection *c, vl_time now)
{
	const struct sync_config *config = sync_config_of(b->sync);
	vl_time since = (vl_time)(uint32_t)(in_ms(now) - c->sync_at) * VL_MS;

	if (since >= service_of(b, c)->config.timeouts.at[c->state] / 2)
		return true;
	if (config->refresh != 0)
		return since >= config->refresh;
	return config->period != 0 && c->sync_packets % config->period == config->threshold % config->period;
}

void balancer_sync_packet(struct balancer *b, struct connection *c, vl_time now)
{
	if (b->sync == NULL || !shares_connections(b, service_of(b, c)))
		return;
	c->sync_packets++;
	if (c->state != CONNECTION_ESTABLISHED || !sync_is_listened_to(b->sync))
		return;
	bool due = (c->sync & TOLD) != 0 ? is_due_again(b, c, now)
					 : c->sync_packets >= sync_config_of(b->sync)->threshold;
	if (due)
		tell(b, c, now);
}

void balancer_sync_state(struct balancer *b, struct connection *c, vl_time now)
{
	if (b->sync != NULL && (c->sync & TOLD) != 0 && c->state > CONNECTION_ESTABLISHED && sync_is_listened_to(b->sync))
		tell(b, c, now);
}

void balancer_sync_end(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now)
{
	struct ha_record r = {.kind = HA_RECORD_END};

	if (b->sync == NULL || b->clearing || (c->sync & TOLD) == 0 || !sync_is_listened_to(b->sync))
		return;
	r.end = (struct ha_end){
		.client = client_of(c),
		.service = service_of(b, c)->config.address,
		.client_port = c->client_port,
		.service_port = c->service_port,
		.protocol = c->protocol,
		.why = (uint8_t)why,
	};
	sync_tell(b->sync, &r, now);
}

/* A port where the service is found: the records name it so. */
static uint16_t port_of(const struct virtual_service *v)
{
	return v->config.port[0].first != 0 ? v->config.port[0].first : 1;
}

static struct ha_record entry_of(const struct virtual_service *v, const struct ip_addr *server,
				 const struct persistence_key *key, vl_time left)
{
	struct ha_record r = {.kind = HA_RECORD_ENTRY};

	r.entry = (struct ha_entry){
		.service = v->config.address,
		.server = *server,
		.service_port = port_of(v),
		.protocol = v->config.protocol,
		.key_length = key->length,
		.left_ms = in_ms(left),
	};
	memcpy(r.entry.key, key->b, key->length);
	return r;
}

bool balancer_sync_tells_entries(const struct balancer *b, const struct virtual_service *v)
{
	return b->sync != NULL && sync_is_listened_to(b->sync) && shares_entries(b, v);
}

void balancer_sync_entry(struct balancer *b, const struct virtual_service *v, const struct persistence_key *key,
			 size_t server, vl_time had, vl_time now)
{
	vl_time timeout = v->config.persistence.timeout;

	if (key->length == 0 || !balancer_sync_tells_entries(b, v))
		return;
	/* Used again it is told when a quarter of its time is gone: the other unit keeps it three quarters at least. */
	if (had > now && had - now > timeout / 4 * 3)
		return;
	struct ha_record r = entry_of(v, &v->server[server].config.address, key, timeout);
	sync_tell(b->sync, &r, now);
}

/* --- taking ----------------------------------------------------------------------------------------------- */

static int server_at(const struct virtual_service *v, const struct ip_addr *address, uint16_t port, uint16_t service_port)
{
	for (size_t i = 0; i < v->server_count; i++) {
		const struct real_server *s = &v->server[i];
		uint16_t own = s->config.port != 0 ? s->config.port : service_port;
		if (!s->removed && own == port && ip_equal(&s->config.address, address))
			return (int)i;
	}
	return -1;
}

static bool same_way(const struct balancer *b, const struct connection *c, int server, const struct ha_connection *r)
{
	if (c->server != server || c->local_port != r->local_port)
		return false;
	return c->local_port == 0 || ip_equal(&b->local[c->local], &r->local);
}

/* An entry for it, bound as the other unit has it; NULL: *why. */
static struct connection *open(struct balancer *b, struct virtual_service *v, int server, const struct flow *flow,
			       const struct ha_connection *r, enum sync_drop *why, vl_time now)
{
	struct connection *c = connection_open(b->table, flow, now);
	bool bound = true;

	if (c == NULL) {
		*why = SYNC_DROP_FULL;
		return NULL;
	}
	c->service = v->index;
	c->server = (uint16_t)server;
	virtual_service_count(v, c->server, 0, 1, now);
	*why = SYNC_DROP_BUSY;
	if (v->config.forwarding == FORWARD_NAT)
		bound = connection_bind_reverse(b->table, c);
	else if (v->config.forwarding == FORWARD_SNAT)
		bound = balancer_bind_given(b, v, c, &r->local, r->local_port);
	else
		c->flags |= CONNECTION_NO_REVERSE;
	if (bound)
		return c;
	connection_close(b->table, c, CONNECTION_END_UNBOUND, now);
	return NULL;
}

static void fill(struct balancer *b, struct connection *c, const struct ha_connection *r, vl_time seen, vl_time now)
{
	struct virtual_service *v = service_of(b, c);
	vl_time age = (vl_time)r->age_ms * VL_MS;
	int active = connection_is_active((enum connection_state)r->state) -
		     connection_is_active((enum connection_state)c->state);

	c->flags = (uint8_t)((c->flags & ~MARKS) | (r->marks & MARKS));
	c->client_next = r->client_next;
	c->server_next = r->server_next;
	c->client_scale = c->server_scale = UINT8_MAX;  /* windows are not known: nothing is out of them */
	c->delta = r->delta;
	c->opened = age < now ? now - age : 0;
	c->sync |= TOLD;
	c->sync_at = in_ms(now);
	c->sync_generation = b->sync_generation;
	v->half_open -= c->state == CONNECTION_SYN_RECV;
	connection_set(b->table, c, (enum connection_state)r->state, vl_time_after(seen, v->config.timeouts.at[r->state]));
	if (active != 0)
		virtual_service_count(v, c->server, active, -active, now);
}

static enum sync_drop take_connection(struct balancer *b, const struct ha_connection *r, vl_time now)
{
	const struct flow flow = {.client = r->client,
				  .service = r->service,
				  .client_port = r->client_port,
				  .service_port = r->service_port,
				  .protocol = r->protocol};
	struct virtual_service *v = balancer_find_service(b, &r->service, r->protocol, r->service_port);
	vl_time idle = (vl_time)r->idle_ms * VL_MS, seen = idle < now ? now - idle : 0;
	enum sync_drop why;

	if (v == NULL)
		return SYNC_DROP_SERVICE;
	if (!shares_connections(b, v))
		return SYNC_DROP_OFF;
	if (r->state < CONNECTION_ESTABLISHED || r->state >= CONNECTION_UDP || r->client.family != r->service.family)
		return SYNC_DROP_RECORD;
	if ((v->config.forwarding == FORWARD_SNAT) != (r->local_port != 0) || (r->local_port != 0 && r->local.family == IP_NONE))
		return SYNC_DROP_LOCAL;
	if (idle >= v->config.timeouts.at[r->state])
		return SYNC_DROP_STALE;
	int server = server_at(v, &r->server, r->server_port, r->service_port);
	if (server < 0)
		return SYNC_DROP_SERVER;
	if (r->local_port != 0 && !balancer_has_local(b, v, &r->local))
		return SYNC_DROP_LOCAL;
	struct connection *c = connection_find(b->table, &flow);
	if (c != NULL && last_packet(b, c) > seen)
		return SYNC_DROP_STALE;
	if (c != NULL && !same_way(b, c, server, r)) {
		connection_close(b->table, c, CONNECTION_END_REPLACED, now);
		c = NULL;
	}
	if (c == NULL)
		c = open(b, v, server, &flow, r, &why, now);
	if (c == NULL)
		return why;
	fill(b, c, r, seen, now);
	return SYNC_TAKEN;
}

static enum sync_drop take_end(struct balancer *b, const struct ha_end *r, vl_time now)
{
	const struct flow flow = {.client = r->client,
				  .service = r->service,
				  .client_port = r->client_port,
				  .service_port = r->service_port,
				  .protocol = r->protocol};

	if (r->why >= CONNECTION_END_COUNT)
		return SYNC_DROP_RECORD;
	struct connection *c = connection_find(b->table, &flow);
	/* The active unit knows better what it holds itself. */
	if (c == NULL || b->active)
		return SYNC_DROP_STALE;
	if (!shares_connections(b, service_of(b, c)))
		return SYNC_DROP_OFF;
	connection_close(b->table, c, (enum connection_end)r->why, now);
	return SYNC_TAKEN;
}

static enum sync_drop take_entry(struct balancer *b, const struct ha_entry *r, vl_time now)
{
	struct virtual_service *v = balancer_find_service(b, &r->service, r->protocol, r->service_port);
	struct persistence_key key = {.length = r->key_length};

	if (v == NULL)
		return SYNC_DROP_SERVICE;
	if (!shares_entries(b, v) || v->config.persistence.kind == NULL)
		return SYNC_DROP_OFF;
	memcpy(key.b, r->key, r->key_length);
	vl_time left = vl_time_min((vl_time)r->left_ms * VL_MS, v->config.persistence.timeout);
	for (size_t i = 0; i < v->server_count; i++) {
		const struct real_server *s = &v->server[i];
		if (s->removed || !ip_equal(&s->config.address, &r->server))
			continue;
		if (left == 0 || persistence_expires(b->persistence, v->group, &key) > vl_time_after(now, left))
			return SYNC_DROP_STALE;
		const struct persistence_config until = {.timeout = left};
		persistence_store(b->persistence, &until, v->group, &key, s->host, now);
		return SYNC_TAKEN;
	}
	return SYNC_DROP_SERVER;
}

static enum sync_drop take(void *context, const struct ha_record *r, vl_time now)
{
	struct balancer *b = context;
	enum sync_drop why = SYNC_DROP_KIND;

	b->clearing = true;             /* no word of each */
	switch ((enum ha_record_kind)r->kind) {
	case HA_RECORD_CONNECTION:
		why = take_connection(b, &r->connection, now);
		break;
	case HA_RECORD_END:
		why = take_end(b, &r->end, now);
		break;
	case HA_RECORD_ENTRY:
		why = take_entry(b, &r->entry, now);
		break;
	}
	b->clearing = false;
	return why;
}

/* --- full copies ------------------------------------------------------------------------------------------ */

static bool is_worth(const struct balancer *b, const struct connection *c)
{
	return shares_connections(b, service_of(b, c)) && c->state >= CONNECTION_ESTABLISHED && c->state < CONNECTION_UDP &&
	       ((c->sync & TOLD) != 0 || c->sync_packets >= sync_config_of(b->sync)->threshold);
}

static bool next_connection(struct balancer *b, uint64_t *at, struct ha_record *r, vl_time now)
{
	uint32_t place = (uint32_t)*at;
	struct connection *c;

	while ((c = connection_next(b->table, &place)) != NULL)
		if (is_worth(b, c)) {
			*r = record_of(b, c, now);
			c->sync |= TOLD;
			c->sync_at = in_ms(now);
			*at = place;
			return true;
		}
	return false;
}

/* The first service that has the group and shares it. */
static const struct virtual_service *service_of_group(const struct balancer *b, uint32_t group)
{
	for (size_t i = 0; i < b->service_count; i++)
		if (b->service[i].group == group && shares_entries(b, &b->service[i]))
			return &b->service[i];
	return NULL;
}

static bool next_entry(const struct balancer *b, uint64_t *at, struct ha_record *r, vl_time now)
{
	uint32_t place = (uint32_t)(*at - ENTRIES);
	struct persistence_entry e;

	while (persistence_next(b->persistence, &place, &e)) {
		const struct virtual_service *v = service_of_group(b, e.group);
		if (v == NULL || e.expires <= now)
			continue;
		*r = entry_of(v, &b->host[e.server], &e.key, e.expires - now);
		*at = ENTRIES + place;
		return true;
	}
	return false;
}

static bool walk(void *context, uint64_t *at, struct ha_record *r, vl_time now)
{
	struct balancer *b = context;

	if (*at < ENTRIES) {
		if (next_connection(b, at, r, now))
			return true;
		*at = ENTRIES;
	}
	return next_entry(b, at, r, now);
}

static void copy(void *context, bool ended, bool from_active, vl_time now)
{
	struct balancer *b = context;

	if (!ended) {
		b->sync_generation++;
		return;
	}
	b->doubting = from_active ? 1 : 0;
	b->doubt_at = from_active ? now + 1 : VL_NEVER;
	balancer_say_updates(b, "copy received", now);
}

static void doubt_some(struct balancer *b, vl_time now)
{
	uint32_t at = b->doubting - 1, stop = at + DOUBT_BATCH;
	vl_time until = vl_time_after(now, SYNC_DOUBT);
	struct connection *c = NULL;

	while (at < stop && (c = connection_next(b->table, &at)) != NULL)
		if (c->sync_generation != b->sync_generation && c->expires > until)
			connection_set(b->table, c, (enum connection_state)c->state, until);
	b->doubting = c != NULL ? at + 1 : 0;
	b->doubt_at = c != NULL ? now + 1 : VL_NEVER;
}

/* --- the way out and in ----------------------------------------------------------------------------------- */

static void send_to_group(const struct balancer *b, const uint8_t *bytes, size_t length)
{
	const struct udp_header h = {.src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT};
	unsigned interface = b->sync_interface;
	struct packet_envelope e;

	stack_envelope(b->stack, interface, &e);
	e.src = stack_primary(b->stack, interface, IP_V4);
	if (e.src.family == IP_NONE)
		e.src = stack_primary(b->stack, interface, IP_V6);
	if (e.src.family == IP_NONE || !stack_interface_up(b->stack, interface))
		return;
	struct frame *f = stack_frame(b->stack);
	if (f == NULL)
		return;
	e.dst = e.src.family == IP_V4 ? HA_UPDATE_GROUP_V4 : HA_UPDATE_GROUP_V6;
	e.dst_mac = mac_of_group(&e.dst);
	e.ttl = 1;
	e.protocol = IP_PROTOCOL_UDP;
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, bytes, length, &out);
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(b->stack, interface, f);
}

static void send(void *context, const uint8_t *bytes, size_t length, vl_time now)
{
	struct balancer *b = context;
	const struct udp_header h = {.src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT};
	const struct packet_envelope e = {.dst = b->sync_peer, .ttl = 64, .protocol = IP_PROTOCOL_UDP};

	if (b->sync_peer.family == IP_NONE)
		send_to_group(b, bytes, length);
	else
		(void)stack_send_udp(b->stack, &e, &h, bytes, length, now);
}

static const struct sync_ops OPS = {.send = send, .take = take, .copy = copy, .walk = walk};

static bool is_for_us(const struct balancer *b, const struct ip_addr *dst)
{
	const struct ip_addr v4 = HA_UPDATE_GROUP_V4, v6 = HA_UPDATE_GROUP_V6;

	if (ip_equal(dst, &v4) || ip_equal(dst, &v6))
		return true;
	for (unsigned i = 0; i < stack_interface_count(b->stack); i++)
		if (stack_has_address(b->stack, i, dst))
			return true;
	return false;
}

/* The first reason for which something of this datagram was not taken, in words. */
static void say_refused(struct balancer *b, const struct sync_counters *before, vl_time now)
{
	const struct sync_counters *after = sync_counters(b->sync);

	for (size_t i = 0; i < SYNC_DROP_COUNT; i++)
		if (after->dropped[i] != before->dropped[i]) {
			balancer_say_update_refused(b, sync_drop_text((enum sync_drop)i),
						    after->dropped[i] - before->dropped[i], now);
			return;
		}
}

bool balancer_sync_receive(struct balancer *b, const struct packet *p, vl_time now)
{
	if (b->sync == NULL || p->transport != TRANSPORT_UDP || p->is_fragment || p->udp.dst_port != HA_UPDATE_PORT ||
	    p->payload == NULL || !is_for_us(b, &p->dst))
		return false;
	struct sync_counters before = *sync_counters(b->sync);
	sync_input(b->sync, p->payload, p->payload_length, now);
	if (sync_counters(b->sync)->contacts != before.contacts)
		balancer_say_updates(b, "other unit heard", now);
	say_refused(b, &before, now);
	return true;
}

void balancer_sync_timeout(struct balancer *b, vl_time now)
{
	if (b->sync == NULL)
		return;
	bool had = sync_has_contact(b->sync);
	sync_timeout(b->sync, now);
	if (had && !sync_has_contact(b->sync))
		balancer_say_updates(b, "other unit lost", now);
	if (now >= b->doubt_at)
		doubt_some(b, now);
}

vl_time balancer_sync_deadline(const struct balancer *b)
{
	return b->sync == NULL ? VL_NEVER : vl_time_min(sync_deadline(b->sync), b->doubt_at);
}

/* --- making, roles ---------------------------------------------------------------------------------------- */

bool balancer_sync_make(struct balancer *b, const struct balancer_config *c)
{
	b->doubt_at = VL_NEVER;
	if (c->sync == NULL)
		return true;
	b->sync_interface = c->sync->interface;
	b->sync_peer = c->sync->peer;
	b->sync = sync_new(&c->sync->sync, &OPS, b);
	return b->sync != NULL;
}

/* Datagrams and two records of one call; at goodbye all that waits. */
size_t balancer_sync_words(const struct balancer_config *c)
{
	if (c->sync == NULL)
		return 0;
	return SYNC_SENDS(c->sync->sync.pace != 0 ? c->sync->sync.pace : SYNC_PACE) + 2 +
	       (c->sync->sync.backlog != 0 ? c->sync->sync.backlog : SYNC_BACKLOG) + 1;
}

uint64_t balancer_sync_keep(struct balancer *b, vl_time now)
{
	uint64_t forgotten = 0;
	struct connection *c;

	b->clearing = true;
	for (uint32_t at = 0; (c = connection_next(b->table, &at)) != NULL;) {
		if (shares_connections(b, service_of(b, c)) && c->state >= CONNECTION_ESTABLISHED &&
		    (c->flags & CONNECTION_SPLICING) == 0)
			continue;
		connection_close(b->table, c, CONNECTION_END_CLEARED, now);
		forgotten++;
	}
	for (size_t i = 0; i < b->service_count; i++)
		if (service_of_group(b, b->service[i].group) == NULL)
			persistence_forget_group(b->persistence, b->service[i].group);
	balancer_forget_fragments(b);
	b->clearing = false;
	return forgotten;
}

bool balancer_sync_is_settling(const struct balancer *b, vl_time now)
{
	return b->sync != NULL && sync_config_of(b->sync)->connections && sync_is_settling(b->sync, now);
}

void balancer_identify(struct balancer *b, uint8_t id, const char *secret, vl_time now)
{
	if (b->sync != NULL)
		sync_identify(b->sync, id, secret, now);
}

const struct sync_counters *balancer_updates(const struct balancer *b)
{
	return b->sync != NULL ? sync_counters(b->sync) : NULL;
}
