// SPDX-License-Identifier: BSD-2-Clause
/* Making and unmaking, being active or not, and where a packet goes. */
#include <assert.h>
#include <stdlib.h>

#include "sim/balancer/balancer_sync.h"

#define ROOM 65536

static const char *const DROP_TEXT[] = {
#define X(constant, text) [constant] = text,
	BALANCER_DROPS(X)
#undef X
};

const char *balancer_drop_text(enum balancer_drop why)
{
	assert((unsigned)why < BALANCER_DROP_COUNT);
	return DROP_TEXT[why];
}

uint64_t balancer_dropped(const struct balancer *b, enum balancer_drop why)
{
	assert((unsigned)why < BALANCER_DROP_COUNT);
	return b->dropped[why];
}

bool balancer_drop(struct balancer *b, enum balancer_drop why)
{
	b->dropped[why]++;
	return true;
}

/* --- making ----------------------------------------------------------------------------------------------- */

static const struct ip_addr *service_address(const void *context, uint16_t service)
{
	const struct balancer *b = context;

	return &b->service[service].config.address;
}

static const struct ip_addr *server_address(const void *context, uint16_t service, uint16_t server, uint16_t *port)
{
	const struct balancer *b = context;
	const struct real_server_config *c = &b->service[service].server[server].config;

	*port = c->port;
	return &c->address;
}

static const struct ip_addr *local_address(const void *context, uint16_t local)
{
	const struct balancer *b = context;

	return &b->local[local];
}

static bool make_services(struct balancer *b, const struct balancer_config *c)
{
	b->service = calloc(c->service_count, sizeof *b->service);
	if (b->service == NULL)
		return false;
	for (size_t i = 0; i < c->service_count; i++) {
		b->service_count++;
		if (!virtual_service_init(&b->service[i], &c->service[i], (uint16_t)i, c->seed))
			return false;
		b->has_nat = b->has_nat || b->service[i].sees_both;
		b->has_quick = b->has_quick || b->service[i].quick;
	}
	return balancer_listen(b) && balancer_locals(b, c);
}

/* Gives every server the number of its address. */
static bool number_hosts(struct balancer *b)
{
	size_t most = 1;

	for (size_t i = 0; i < b->service_count; i++)
		most += b->service[i].server_count;
	b->host = calloc(most, sizeof *b->host);
	if (b->host == NULL)
		return false;
	for (size_t i = 0; i < b->service_count; i++)
		for (size_t k = 0; k < b->service[i].server_count; k++) {
			struct real_server *s = &b->service[i].server[k];
			size_t h = 0;
			while (h < b->host_count && !ip_equal(&b->host[h], &s->config.address))
				h++;
			if (h == b->host_count)
				b->host[b->host_count++] = s->config.address;
			s->host = (uint16_t)h;
		}
	return true;
}

static bool make_tables(struct balancer *b, const struct balancer_config *c)
{
	const struct connection_addresses addresses = {
		.service = service_address, .server = server_address, .local = local_address};

	b->table = connection_table_new(c->connections != 0 ? c->connections : ROOM, b->secret, &addresses,
					balancer_ended, b);
	b->persistence = persistence_table_new(c->persistence_entries != 0 ? c->persistence_entries : ROOM,
					       c->persistence_full, b->secret);
	return b->table != NULL && b->persistence != NULL;
}

struct balancer *balancer_new(const struct balancer_config *config, struct stack *stack, struct outbox *outbox,
			      struct vl_status *why)
{
	*why = balancer_config_check(config);
	if (!vl_ok(why))
		return NULL;
	struct balancer *b = calloc(1, sizeof *b);
	if (b != NULL) {
		struct prng dice = prng_stream(config->seed, "balancer");
		b->stack = stack;
		b->outbox = outbox;
		b->claims = config->claims;
		b->secret = prng_u64(&dice);
		b->state_deadline = b->busy_until = VL_NEVER;
		if (make_services(b, config) && number_hosts(b) && make_tables(b, config) &&
		    balancer_make_checker(b, config) && balancer_make_fragments(b) && layer7_make(b, config) &&
		    balancer_sync_make(b, config)) {
			for (size_t i = 0; i < b->service_count; i++)
				virtual_service_reset(&b->service[i]);
			return b;
		}
	}
	balancer_free(b);
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a balancer");
	return NULL;
}

void balancer_free(struct balancer *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->service_count; i++)
		virtual_service_fini(&b->service[i]);
	connection_table_free(b->table);
	persistence_table_free(b->persistence);
	layer7_free(b);
	health_checker_free(b->checker);
	sync_free(b->sync);
	balancer_free_fragments(b);
	table_fini(&b->listening);
	free(b->listen);
	free(b->service);
	free(b->local);
	free(b->host);
	free(b);
}

/* --- active or passive ------------------------------------------------------------------------------------ */

/* The interface on whose net the address lies; the first for one that others route to us. */
static unsigned interface_of(const struct balancer *b, const struct ip_addr *a)
{
	struct stack_hop hop;

	return stack_route(b->stack, a, &hop) ? hop.interface : 0;
}

static void claim(struct balancer *b, const struct ip_addr *a, bool wanted, vl_time now)
{
	unsigned interface = interface_of(b, a);
	struct mac mac = stack_interface(b->stack, interface)->mac;

	if (stack_has_address(b->stack, interface, a))
		return;
	if (!wanted) {
		stack_release(b->stack, interface, a);
		return;
	}
	(void)stack_claim(b->stack, &(struct stack_claim){
					    .interface = interface, .address = *a, .mac = mac, .accept = true});
	stack_announce(b->stack,
		       &(struct stack_announcement){
			       .interface = interface, .address = *a, .mac = mac, .operation = ARP_REQUEST},
		       now);
}

static void claim_all(struct balancer *b, bool wanted, vl_time now)
{
	for (size_t i = 0; b->claims && i < b->service_count; i++) {
		const struct virtual_service_config *c = &b->service[i].config;
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen = seen || ip_equal(&b->service[k].config.address, &c->address);
		if (!seen)
			claim(b, &c->address, wanted, now);
		for (size_t k = 0; c->snat == SNAT_POOL && k < c->local_count; k++)
			claim(b, &c->local[k], wanted, now);
	}
}

/* Nothing of it is known any more. */
static uint64_t forget(struct balancer *b, vl_time now)
{
	uint64_t count = connection_count(b->table);

	b->clearing = true;
	layer7_forget(b);
	connection_clear(b->table, now);
	persistence_table_clear(b->persistence);
	balancer_forget_fragments(b);
	b->clearing = false;
	return count;
}

void balancer_set_active(struct balancer *b, bool active, vl_time now)
{
	if (!b->started || active == b->active)
		return;
	b->active = active;
	claim_all(b, active, now);
	layer7_forget(b);
	balancer_say_active(b, b->sync != NULL ? balancer_sync_keep(b, now) : forget(b, now), now);
	if (active)
		layer7_listen(b);
	if (b->sync != NULL)
		sync_set_active(b->sync, active, now);
}

void balancer_startup(struct balancer *b, bool active, vl_time now)
{
	b->started = true;
	b->active = false;
	balancer_set_active(b, active, now);
	if (b->sync != NULL)
		sync_startup(b->sync, active, now);
	balancer_state_rearm(b);
	if (b->checker == NULL)
		return;
	health_checker_startup(b->checker, now);
	for (size_t i = 0; i < b->service_count; i++)
		for (size_t k = 0; k < b->service[i].server_count; k++)
			balancer_pause_check(b, &b->service[i], k, now);
}

void balancer_shutdown(struct balancer *b, vl_time now)
{
	if (b->checker != NULL)
		health_checker_shutdown(b->checker, now);
	if (b->sync != NULL)
		sync_shutdown(b->sync, now);
	balancer_set_active(b, false, now);
	if (b->sync != NULL)
		(void)forget(b, now);
	b->started = false;
}

void balancer_crash(struct balancer *b)
{
	(void)forget(b, 0);
	if (b->checker != NULL)
		health_checker_crash(b->checker);
	if (b->sync != NULL)
		sync_crash(b->sync);
	b->doubting = 0;
	b->doubt_at = VL_NEVER;
	for (size_t i = 0; i < b->service_count; i++)
		virtual_service_reset(&b->service[i]);
	b->started = b->active = false;
	b->state_deadline = b->busy_until = VL_NEVER;
}

/* --- a packet --------------------------------------------------------------------------------------------- */

static struct connection *find_by_server(const struct balancer *b, const struct segment *s)
{
	const struct connection_reverse r = {
		.server = s->p->src,
		.peer = s->p->dst,
		.server_port = s->src_port,
		.peer_port = s->dst_port,
		.protocol = s->protocol,
	};

	return connection_find_reverse(b->table, &r);
}

/* Later fragments follow the first one. */
static bool from_client(struct balancer *b, struct connection *c, const struct segment *s, const struct flow *flow,
			vl_time now)
{
	if (s->fragment)
		balancer_learn_fragment(b, s, flow, SIDE_CLIENT, now);
	return balancer_from_client(b, c, s, now);
}

static bool from_server(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	const struct flow flow = {
		.client = client_of(c),
		.service = service_of(b, c)->config.address,
		.client_port = c->client_port,
		.service_port = c->service_port,
		.protocol = c->protocol,
	};

	if (s->fragment)
		balancer_learn_fragment(b, s, &flow, SIDE_SERVER, now);
	return balancer_from_server(b, c, s, now);
}

static bool is_error(const struct packet *p)
{
	return p->transport == TRANSPORT_ICMP &&
	       (p->network == NETWORK_IPV4 ? p->icmp.type != ICMP_ECHO_REPLY && p->icmp.type != ICMP_ECHO_REQUEST
					   : p->icmp.type < ICMPV6_ECHO_REQUEST);
}

bool balancer_owns_address(const struct balancer *b, const struct ip_addr *a)
{
	if (balancer_has_address(b, a))
		return true;
	for (size_t i = 0; i < b->service_count; i++)
		for (size_t k = 0; k < b->service[i].config.local_count; k++)
			if (ip_equal(&b->service[i].config.local[k], a))
				return true;
	return false;
}

/* For an address of ours where nobody listens: a SNAT pool's, or another port of a service. */
static bool stray(struct balancer *b, const struct segment *s, vl_time now)
{
	if (!balancer_owns_address(b, &s->p->dst))
		return false;
	if (s->protocol == IP_PROTOCOL_TCP && balancer_sync_is_settling(b, now))
		return balancer_drop(b, BALANCER_DROP_STRAY);
	if (s->protocol == IP_PROTOCOL_TCP)
		balancer_answer_reset(b, s, now);
	else
		stack_send_error(b->stack, STACK_ERROR_NO_PORT, s->f, s->p, 0, now);
	return balancer_drop(b, BALANCER_DROP_STRAY);
}

/* Of the passive unit: what is for a service, and what would only pass. */
static bool receive_passive(struct balancer *b, const struct packet *p)
{
	bool for_box = ip_is_multicast(&p->dst);

	for (unsigned i = 0; !for_box && i < stack_interface_count(b->stack); i++)
		for_box = stack_has_address(b->stack, i, &p->dst);
	return for_box ? false : balancer_drop(b, BALANCER_DROP_PASSIVE);
}

/* A segment with ports. */
static bool receive_segment(struct balancer *b, const struct segment *s, vl_time now)
{
	struct flow flow = segment_flow(s);
	struct connection *c;

	/* What comes for no service's address is perhaps a server's answer, and no client's. */
	if (balancer_may_have_address(b, &s->p->dst) && (c = connection_find(b->table, &flow)) != NULL)
		return from_client(b, c, s, &flow, now);
	struct virtual_service *v = balancer_find_service(b, &s->p->dst, s->protocol, s->dst_port);
	/* Without full NAT servers answer to clients, and not to where a service listens. */
	if (b->has_nat && (v == NULL || b->has_snat) && (c = find_by_server(b, s)) != NULL)
		return from_server(b, c, s, now);
	if (v == NULL)
		return stray(b, s, now);
	if (s->fragment)
		balancer_learn_fragment(b, s, &flow, SIDE_CLIENT, now);
	return balancer_open(b, v, s, now);
}

bool balancer_receive(struct balancer *b, const struct packet *p, const struct frame *f, unsigned interface,
		      vl_time now)
{
	struct segment s;

	if (!b->started || (p->network != NETWORK_IPV4 && p->network != NETWORK_IPV6))
		return false;
	if (balancer_sync_receive(b, p, now))
		return true;
	/* Answers to checks come from the servers' ports, too. */
	if (b->checker != NULL && health_checker_receive(b->checker, p, interface, now))
		return true;
	if (!b->active)
		return receive_passive(b, p);
	if (is_error(p))
		return layer7_error(b, p, now) || balancer_icmp(b, p, f, now);
	if (!segment_read(&s, p, f))
		return false;
	if (s.later)
		return balancer_later_fragment(b, &s, now);
	if (!s.fragment)
		return receive_segment(b, &s, now);
	struct packet_key key = balancer_packet_key(&s);
	balancer_expect_fragments(b, &key, now);
	bool taken = receive_segment(b, &s, now);
	return balancer_release_fragments(b, &s, &key, taken, now);
}

/* --- time ------------------------------------------------------------------------------------------------- */

void balancer_timeout(struct balancer *b, vl_time now)
{
	if (now < balancer_deadline(b))
		return;
	b->busy_until = VL_NEVER;
	if (!connection_expire(b->table, BALANCER_BATCH, now))
		b->busy_until = now + 1;
	persistence_expire(b->persistence, now);
	if (b->checker != NULL)
		health_checker_timeout(b->checker, now);
	layer7_timeout(b, now);
	balancer_state_timeout(b, now);
	balancer_sync_timeout(b, now);
}

vl_time balancer_deadline(const struct balancer *b)
{
	if (!b->started)
		return VL_NEVER;
	if (b->busy_until != VL_NEVER)
		return b->busy_until;
	vl_time tables = vl_time_min(connection_deadline(b->table), persistence_deadline(b->persistence));
	vl_time checks = b->checker != NULL ? health_checker_deadline(b->checker) : VL_NEVER;
	vl_time below = vl_time_min(balancer_sync_deadline(b), layer7_deadline(b));
	return vl_time_min(vl_time_min(vl_time_min(tables, checks), b->state_deadline), below);
}

/* --- facts ------------------------------------------------------------------------------------------------ */

size_t balancer_claims(const struct balancer_config *c)
{
	size_t claims = 0;

	for (size_t i = 0; c->claims && i < c->service_count; i++)
		claims += 1 + c->service[i].local_count;
	return claims;
}

/* A batch of connections that end, one that are cut; of every server its states, of every address its announcement. */
size_t balancer_words(const struct balancer_config *c)
{
	size_t words = 3 * BALANCER_BATCH + balancer_claims(c) + balancer_health_words(c) + balancer_sync_words(c) +
		       layer7_words(c);

	for (size_t i = 0; i < c->service_count; i++)
		words += 5 * c->service[i].server_count;
	return words;
}

void balancer_cookies(const struct balancer *b, uint64_t *sent, uint64_t *good)
{
	*sent = b->cookies_sent;
	*good = b->cookies_good;
}

bool balancer_is_active(const struct balancer *b)
{
	return b->active;
}

size_t balancer_service_count(const struct balancer *b)
{
	return b->service_count;
}

const struct virtual_service_config *balancer_service(const struct balancer *b, size_t service)
{
	assert(service < b->service_count);
	return &b->service[service].config;
}

struct server_facts balancer_server(const struct balancer *b, size_t service, size_t server)
{
	assert(service < b->service_count && server < b->service[service].server_count);
	const struct virtual_service *v = &b->service[service];
	const struct real_server *s = &v->server[server];

	return (struct server_facts){
		.state = real_server_state(v, s),
		.slow_starting = s->up_at != VL_NEVER,
		.weight = s->view != NOT_IN_VIEW ? v->view[s->view].weight : 0,
		.active = s->active,
		.inactive = s->inactive,
		.opened = s->opened,
		.bytes_in = s->bytes_in,
		.bytes_out = s->bytes_out,
		.refused = s->refused,
		.persistent = persistence_count_server(b->persistence, v->group, s->host),
		.health = s->health,
		.response_time = s->response_time,
	};
}

const struct connection_counters *balancer_connections(const struct balancer *b)
{
	return connection_counters(b->table);
}

uint32_t balancer_connection_count(const struct balancer *b)
{
	return connection_count(b->table);
}
