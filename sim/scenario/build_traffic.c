// SPDX-License-Identifier: BSD-2-Clause
/* From what a script says of services, clients and gateways to the parts of a box. */
#include "sim/scenario/build_traffic.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/prng.h"

static uint32_t number(const struct maybe_number *n, uint32_t otherwise)
{
	return n->given ? (uint32_t)n->value : otherwise;
}

static vl_time length(const struct maybe_time *t)
{
	return t->given ? t->value : 0;
}

/* --- services -------------------------------------------------------------------------------------------------- */

static void fill_service(struct real_service_config *to, const struct scenario_served *from)
{
	*to = (struct real_service_config){
		.name = from->name,
		.talk = {.talk = (enum talk)from->protocol, .body = number(&from->answer, 0),
			 .status = (uint16_t)number(&from->status, 0), .cookie = from->cookie},
		.tls_1_3 = from->tls_1_3,
		.resumption = (enum talk_resumption)from->resumption,
		.shared_ticket_key = from->shared_ticket_key,
		.address = from->address,
		.port = (uint16_t)from->port,
		.backlog = number(&from->backlog, 0),
		.accept_rate = number(&from->accept_rate, 0),
		.concurrent = number(&from->concurrent, 0),
		.service_time = from->service_time,
		.capacity = number(&from->capacity, 0),
		.warmup = length(&from->warmup),
		.cold = number(&from->cold, 100),
		.idle = length(&from->idle),
		.check_path = from->check,
		.load = (uint16_t)number(&from->load, SERVICE_LOAD_MEASURED),
		.state = (enum service_state)from->state,
	};
}

/* --- populations ----------------------------------------------------------------------------------------------- */

static void fill_arrival(struct arrival_config *to, const struct scenario_population *from)
{
	const struct scenario_rate *rate = from->poisson.number > 0 ? &from->poisson : &from->constant;

	*to = (struct arrival_config){.from = from->begin, .until = length(&from->end)};
	if (rate->number > 0) {
		to->kind = rate == &from->poisson ? ARRIVAL_POISSON : ARRIVAL_CONSTANT;
		to->every = rate->per / rate->number;
	} else if (from->burst.given) {
		to->kind = ARRIVAL_BURST;
		to->burst = (uint32_t)from->burst.count;
		to->every = length(&from->burst.every);
		to->within = from->burst.within;
	} else if (from->trace != NULL) {
		to->kind = ARRIVAL_TRACE;
		to->trace = from->moment;
		to->trace_count = from->moment_count;
	}
}

static void fill_population(struct population_config *to, const struct scenario_population *from)
{
	*to = (struct population_config){
		.name = from->name,
		.target = from->to.address,
		.port = from->to.port,
		.talk = (enum talk)from->protocol,
		.host = from->host,
		.path = from->path,
		.roams = from->roams,
		.tls_1_3 = from->tls_1_3,
		.resumes = from->resumes,
		.tickets = from->tickets,
		.request = number(&from->request, 0),
		.habits = {.agent = from->agent, .login = from->login, .cookies = from->cookies, .cookie = from->cookie,
			   .header = from->header},
		.no_keepalive = !from->keep_alive,
		.users = number(&from->users, 0),
		.spread = from->spread,
		.at_start = number(&from->at_start, 0),
		.at_start_within = from->at_start_within,
		.length = from->length,
		.requests = number(&from->requests, 0),
		.think = from->think,
		.wait = from->wait,
		.again = from->again,
		.retry = from->retry,
		.retries = number(&from->retries, 0),
		.backoff = from->backoff,
		.connect_timeout = length(&from->connect_timeout),
		.answer_timeout = length(&from->answer_timeout),
		.concurrent = number(&from->concurrent, 0),
	};
	fill_arrival(&to->arrival, from);
}

/* How many rows of the engine's table a source is: drawn addresses are one each. */
static size_t rows_of(const struct scenario_source *s)
{
	return s->in.addr.family != IP_NONE ? (size_t)s->count : 1;
}

static size_t rows_of_all(const struct scenario_population *p)
{
	size_t rows = 0;

	for (size_t i = 0; i < p->source_count; i++)
		rows += rows_of(&p->source[i]);
	return rows;
}

static struct ip_addr draw_address(const struct ip_prefix *in, struct prng *dice)
{
	struct ip_addr a = in->addr;
	unsigned bits = a.family == IP_V4 ? 32 : 128;
	uint64_t random = prng_u64(dice);

	/* IPv6: the last 64 bits at most */
	for (unsigned i = bits; i > in->length && bits - i < 64; i--) {
		uint8_t mask = (uint8_t)(1u << (7 - (i - 1) % 8));
		uint8_t *byte = &a.b[(i - 1) / 8];
		*byte = (uint8_t)((*byte & ~mask) | ((random >> (bits - i) & 1) != 0 ? mask : 0));
	}
	return a;
}

static bool is_free(const struct population_source *row, size_t count, const struct ip_addr *a)
{
	for (size_t i = 0; i < count; i++)
		if (ip_equal(&row[i].first, a))
			return false;
	return true;
}

/* Neither the network's own address nor its broadcast one, nor one that is there already. */
static void draw_addresses(struct population_source *row, size_t *count, const struct scenario_source *from,
			   struct prng *dice)
{
	for (uint64_t i = 0; i < from->count; i++) {
		struct ip_addr a;
		unsigned tries = 0;
		do
			a = draw_address(&from->in, dice);
		while (++tries < 1000 && (!is_free(row, *count, &a) || ip_equal(&a, &from->in.addr) ||
					  ip_is_subnet_broadcast(&a, &from->in)));
		row[(*count)++] = (struct population_source){.first = a, .count = 1, .weight = (uint32_t)from->weight};
	}
}

static void fill_sources(struct population_config *to, const struct scenario_population *from,
			 struct population_source *row, uint64_t seed)
{
	struct prng dice = prng_stream(seed, "addresses");

	to->source = row;
	for (size_t i = 0; i < from->source_count; i++) {
		const struct scenario_source *s = &from->source[i];
		if (s->in.addr.family != IP_NONE)
			draw_addresses(row, &to->source_count, s, &dice);
		else
			row[to->source_count++] = (struct population_source){
				.first = s->first, .count = (uint32_t)s->count,
				.weight = (uint32_t)(s->count * s->weight)};
	}
}

static uint64_t seed_of(uint64_t seed, const char *name)
{
	struct prng dice = prng_stream(seed, name);

	return prng_u64(&dice);
}

/* --- TCP and SNAT ------------------------------------------------------------------------------------------------ */

static void fill_tcp(struct tcp_endpoint_config *to, const struct scenario_tcp *from)
{
	if (!from->given)
		return;
	*to = (struct tcp_endpoint_config){
		.connections = number(&from->connections, 0),
		.mss = (uint16_t)number(&from->mss, 0),
		.window = (uint16_t)number(&from->window, 0),
		.initial_window = number(&from->initial_window, 0),
		.syn_retries = number(&from->syn_retries, 0),
		.data_retries = number(&from->data_retries, 0),
		.time_wait = length(&from->time_wait),
		.keepalive = length(&from->keepalive),
		.min_rto = length(&from->min_rto),
		.ack_delay = length(&from->ack_delay),
	};
}

static struct vl_status fill_snat(struct snat_config *to, const struct scenario_node *n, uint64_t seed)
{
	const struct scenario_nat *from = &n->nat;

	if (from->pool_count > SNAT_POOLS)
		return vl_refuse(VL_INVALID, "nat: more than %d pools", SNAT_POOLS);
	*to = (struct snat_config){
		.outside = from->interface,
		.pool_count = from->pool_count,
		.arbitrary = from->pooling != 0,
		.preserve = from->preserve,
		.silent = from->silent,
		.mappings = number(&from->mappings, 0),
		.established = length(&from->established),
		.transitory = length(&from->transitory),
		.udp = length(&from->udp),
		.icmp = length(&from->icmp),
		.seed = seed,
	};
	for (size_t i = 0; i < from->pool_count; i++) {
		const struct scenario_nat_pool *p = &from->pool[i];
		bool ports = p->first_port.given || p->last_port.given;
		to->pool[i] = (struct snat_pool){
			.from = p->from,
			.first = p->to,
			.count = (uint32_t)p->count,
			.first_port = ports ? (uint16_t)number(&p->first_port, 1024) : 0,
			.last_port = ports ? (uint16_t)number(&p->last_port, 65535) : 0,
		};
	}
	return snat_config_check(to, n->interface_count);
}

/* --- all of it ----------------------------------------------------------------------------------------------------- */

static bool make_room(const struct scenario_node *n, struct build_traffic *t)
{
	size_t rows = 0;

	for (size_t i = 0; i < n->population_count; i++)
		rows += rows_of_all(&n->population[i]);
	t->service = calloc(n->served_count + 1, sizeof *t->service);
	t->population = calloc(n->population_count + 1, sizeof *t->population);
	t->source = calloc(rows + 1, sizeof *t->source);
	return t->service != NULL && t->population != NULL && t->source != NULL;
}

static void fill_traffic(const struct scenario_node *n, uint64_t seed, struct build_traffic *t)
{
	struct population_source *row = t->source;

	for (size_t i = 0; i < n->served_count; i++)
		fill_service(&t->service[i], &n->served[i]);
	for (size_t i = 0; i < n->population_count; i++) {
		struct population_config *p = &t->population[i];
		fill_population(p, &n->population[i]);
		/* By names: a population more leaves the others' dice alone. */
		p->seed = seed_of(seed, p->name);
		fill_sources(p, &n->population[i], row, p->seed);
		row += p->source_count;
	}
	fill_tcp(&t->traffic.tcp, &n->tcp);
	t->traffic.server = (struct real_server_setup){.service_count = n->served_count, .service = t->service};
	t->traffic.population_count = n->population_count;
	t->traffic.population = t->population;
	t->traffic.seed = seed;
}

struct vl_status build_traffic(const struct scenario_node *n, uint64_t seed, struct build_traffic *t)
{
	*t = (struct build_traffic){.service = NULL};
	if (!make_room(n, t))
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	fill_traffic(n, seed, t);
	struct vl_status status = traffic_config_check(&t->traffic);
	if (vl_ok(&status) && n->nat.given)
		status = fill_snat(&t->snat, n, seed);
	return status;
}

void build_traffic_free(struct build_traffic *t)
{
	free(t->service);
	free(t->population);
	free(t->source);
	*t = (struct build_traffic){.service = NULL};
}

struct vl_status build_traffic_add(const struct scenario_node *n, const struct build_traffic *t, struct node_config *box)
{
	struct node_part_config part;
	bool room = true;

	if (n->nat.given) {
		box->stack.forward = box->stack.transit = true;
		box->stack.neighbours = 4096;
		part = snat_part(&t->snat);
		room = node_config_add_part(box, &part);
	}
	if (n->served_count > 0 || n->population_count > 0) {
		part = traffic_part(&t->traffic);
		room = room && node_config_add_part(box, &part);
	}
	return room ? vl_status_ok() : vl_refuse(VL_FULL, "more than %d parts", NODE_PARTS);
}
