// SPDX-License-Identifier: BSD-2-Clause
/* A population is made and told: configuration, settings, source addresses, the vocabulary of its records. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/setting.h"
#include "sim/hosts/client_population_parts.h"

const struct record_kind CLIENT_OPENED_KIND = {
	.name = "client.opened",
	.level = RECORD_TRACE,
	.text = "{client} port {port} to {server} after {took} s (attempt {attempt})",
	.field = {{"client", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"server", VALUE_IP},
		  {"took", VALUE_TIME},
		  {"attempt", VALUE_NUMBER}},
};

const struct record_kind CLIENT_HANDSHAKE_KIND = {
	.name = "client.handshake",
	.level = RECORD_TRACE,
	.text = "{client}: {version}, {how}",
	.field = {{"client", VALUE_IP}, {"version", VALUE_WORD}, {"how", VALUE_WORD}},
};

const struct record_kind CLIENT_FAILED_KIND = {
	.name = "client.failed",
	.level = RECORD_INFO,
	.text = "{client}: {why}, after {took} s (attempt {attempt})",
	.field = {{"client", VALUE_IP}, {"why", VALUE_WORD}, {"took", VALUE_TIME}, {"attempt", VALUE_NUMBER}},
};

#define ENDED_FIELDS {{"client", VALUE_IP}, {"why", VALUE_WORD}, {"lived", VALUE_TIME}, {"requests", VALUE_NUMBER}}

const struct record_kind CLIENT_CUT_KIND = {
	.name = "client.cut",
	.level = RECORD_INFO,
	.text = "{client}: cut ({why}) after {lived} s and {requests} requests",
	.field = ENDED_FIELDS,
};

const struct record_kind CLIENT_CLOSED_KIND = {
	.name = "client.closed",
	.level = RECORD_TRACE,
	.text = "{client}: {why} after {lived} s and {requests} requests",
	.field = ENDED_FIELDS,
};

const struct record_kind CLIENT_TURNED_AWAY_KIND = {
	.name = "client.turned-away",
	.level = RECORD_WARN,
	.text = "no room for more than {concurrent} users at a time",
	.field = {{"concurrent", VALUE_NUMBER}},
};

/* --- configuration ---------------------------------------------------------------------------------------------------- */

#define CONCURRENT 4096                 /* of arrivals, when the configuration does not say */
#define CONCURRENT_MOST 1000000
#define DNS_NAME 40

uint32_t population_room(const struct population_config *c)
{
	if (c->concurrent != 0)
		return c->concurrent;
	return c->users + c->at_start + (c->arrival.kind != ARRIVAL_NONE ? CONCURRENT : 0);
}

size_t population_claims(const struct population_config *c)
{
	size_t claims = 0;

	for (size_t i = 0; i < c->source_count; i++)
		claims += c->source[i].count;
	return claims;
}

/* How it speaks, with the population's name before what is wrong. */
static struct vl_status check_talk(const struct population_config *c)
{
	bool http = c->talk == TALK_HTTP || c->talk == TALK_AGENT;
	struct vl_status status = http ? talk_check(c->host, c->path, &c->habits) : vl_status_ok();

	if (!vl_ok(&status))
		return vl_refuse(VL_INVALID, "%s: %s", c->name, status.reason);
	if (!http && (c->habits.cookie != NULL || c->habits.header != NULL || c->habits.cookies))
		return vl_refuse(VL_INVALID, "%s: cookies and headers are http's; it speaks %s", c->name, talk_word(c->talk));
	return status;
}

static struct vl_status check_sources(const struct population_config *c)
{
	if (c->source_count > POPULATION_SOURCES)
		return vl_refuse(VL_INVALID, "%s: more than %d sources", c->name, POPULATION_SOURCES);
	for (size_t i = 0; i < c->source_count; i++) {
		if (c->source[i].first.family != c->target.family)
			return vl_refuse(VL_INVALID, "%s: a source is not of the target's family", c->name);
		if (c->source[i].count == 0 || c->source[i].weight == 0 || c->source[i].weight > 1000000)
			return vl_refuse(VL_INVALID, "%s: a source has addresses, and a weight of 1-1000000", c->name);
	}
	if (population_claims(c) > POPULATION_ADDRESSES)
		return vl_refuse(VL_INVALID, "%s: more than %d source addresses", c->name, POPULATION_ADDRESSES);
	return vl_status_ok();
}

static bool is_too_long(const struct law *l)
{
	return l->kind == LAW_EXPONENTIAL && l->mean > LAW_LONGEST;
}

static struct vl_status check_times(const struct population_config *c)
{
	if (is_too_long(&c->length) || is_too_long(&c->think) || is_too_long(&c->again) || is_too_long(&c->retry) ||
	    (c->arrival.kind == ARRIVAL_POISSON && c->arrival.every > LAW_LONGEST))
		return vl_refuse(VL_INVALID, "%s: a mean time is over 400 days", c->name);
	if ((c->arrival.kind == ARRIVAL_CONSTANT || c->arrival.kind == ARRIVAL_POISSON) && c->arrival.every == 0)
		return vl_refuse(VL_INVALID, "%s: arrivals need a pace", c->name);
	if (c->arrival.kind == ARRIVAL_BURST && c->arrival.burst == 0)
		return vl_refuse(VL_INVALID, "%s: a burst of nobody", c->name);
	return vl_status_ok();
}

struct vl_status population_config_check(const struct population_config *c)
{
	if (c->target.family == IP_NONE || c->port == 0)
		return vl_refuse(VL_INVALID, "%s: it needs a target and its port", c->name);
	if (population_room(c) == 0 || population_room(c) > CONCURRENT_MOST)
		return vl_refuse(VL_INVALID, "%s: 1-%d users at a time", c->name, CONCURRENT_MOST);
	if (c->length.kind == LAW_NEVER && c->requests == 0 && c->talk != TALK_DNS)
		return vl_refuse(VL_INVALID, "%s: a session needs a length, or how many requests it makes", c->name);
	if (c->talk == TALK_SILENT && c->length.kind == LAW_NEVER)
		return vl_refuse(VL_INVALID, "%s: silent sessions need a length", c->name);
	if (c->talk == TALK_DNS && c->host != NULL && strlen(c->host) > DNS_NAME)
		return vl_refuse(VL_INVALID, "%s: a name asked for has up to %d characters", c->name, DNS_NAME);
	struct vl_status status = check_times(c);
	if (vl_ok(&status))
		status = check_talk(c);
	return vl_ok(&status) ? check_sources(c) : status;
}

/* --- making ------------------------------------------------------------------------------------------------------------- */

void population_empty(struct population *p)
{
	memset(p->user, 0, p->room * sizeof *p->user);
	for (uint32_t i = 0; i < p->room; i++)
		p->user[i].next_free = i + 1 < p->room ? i + 1 : NO_USER;
	p->free = 0;
	wheel_init(&p->wheel, &p->user[0].link, sizeof p->user[0], 0);
	p->turning_away = false;
	p->facts = (struct population_facts){.live = 0};
	memset(p->turn, 0, sizeof p->turn);
	if (p->cookie != NULL)
		memset(p->cookie, 0, (p->addresses + 1) * sizeof *p->cookie);
	p->dice_source = prng_stream(p->config.seed, "sources");
	p->dice_length = prng_stream(p->config.seed, "lengths");
	p->dice_think = prng_stream(p->config.seed, "thinking");
	p->dice_wait = prng_stream(p->config.seed, "waits");
	p->dice_again = prng_stream(p->config.seed, "again");
	p->dice_retry = prng_stream(p->config.seed, "retries");
	p->dice_nonce = prng_stream(p->config.seed, "nonces");
	if (p->session != NULL)
		memset(p->session, 0, (p->addresses + 1) * sizeof *p->session);
}

static void set_up(struct population *p, const struct population_config *c)
{
	p->config = *c;
	for (size_t i = 0; i < c->source_count; i++) {
		p->source[i] = c->source[i];
		p->weights += c->source[i].weight;
		p->addresses += c->source[i].count;
	}
	p->config.source = p->source;
	const char *host = c->host != NULL ? c->host : ip_format(p->host, &c->target);
	talk_client_init(&p->talk, c->talk, host, c->path != NULL ? c->path : "/", c->request, c->no_keepalive,
			 c->wait.kind != LAW_NEVER, &c->habits);
	p->tls = (struct talk_tls_client){
		.rdp = c->talk == TALK_RDP,
		.tls_1_3 = c->tls_1_3 && c->talk == TALK_TLS,
		.forgets = !c->resumes,
		.takes_tickets = c->tickets,
		.host = c->host,
	};
}

/* What some populations keep besides their users. */
static bool set_aside(struct population *p, const struct population_config *c)
{
	bool shakes = talk_shakes_hands(c->talk);

	if (c->habits.cookies)
		p->cookie = calloc(p->addresses + 1, sizeof *p->cookie);
	if (shakes)
		p->shake = calloc(population_room(c), sizeof *p->shake);
	if (shakes && c->resumes)
		p->session = calloc(p->addresses + 1, sizeof *p->session);
	return (!c->habits.cookies || p->cookie != NULL) && (!shakes || p->shake != NULL) &&
	       (!shakes || !c->resumes || p->session != NULL);
}

struct population *population_new(const struct population_config *c, struct tcp_endpoint *tcp, struct stack *stack,
				  struct outbox *outbox, struct vl_status *why)
{
	*why = population_config_check(c);
	if (!vl_ok(why))
		return NULL;
	struct population *p = calloc(1, sizeof *p);
	struct user *user = calloc(population_room(c), sizeof *user);
	if (p == NULL || user == NULL) {
		free(p);
		free(user);
		*why = vl_refuse(VL_NO_MEMORY, "out of memory for a population");
		return NULL;
	}
	set_up(p, c);
	p->user = user;
	if (!set_aside(p, c)) {
		population_free(p);
		*why = vl_refuse(VL_NO_MEMORY, "out of memory for a population");
		return NULL;
	}
	p->tcp = tcp;
	p->stack = stack;
	p->outbox = outbox;
	p->room = population_room(c);
	population_empty(p);
	return p;
}

void population_free(struct population *p)
{
	if (p == NULL)
		return;
	free(p->cookie);
	free(p->shake);
	free(p->session);
	free(p->user);
	free(p);
}

void population_crash(struct population *p)
{
	p->running = false;
	population_empty(p);
}

const char *population_name(const struct population *p)
{
	return p->config.name;
}

const struct population_facts *population_facts(const struct population *p)
{
	return &p->facts;
}

/* --- source addresses ----------------------------------------------------------------------------------------------------- */

/* The i-th address behind the first. */
static struct ip_addr address_behind(const struct ip_addr *first, uint32_t i)
{
	struct ip_addr a = *first;

	if (a.family == IP_V4)
		return ip4_from_u32(ip4_to_u32(first) + i);
	for (int k = 15; k >= 0 && i > 0; k--) {
		uint32_t sum = a.b[k] + (i & 0xff);
		a.b[k] = (uint8_t)sum;
		i = (i >> 8) + (sum >> 8);
	}
	return a;
}

uint32_t population_draw_source(struct population *p)
{
	uint32_t base = 0;

	if (p->addresses == 0)
		return 0;
	uint64_t at = prng_below(&p->dice_source, p->weights);
	for (size_t i = 0;; i++) {
		assert(i < p->config.source_count);
		const struct population_source *s = &p->source[i];
		if (at < s->weight)
			return base + p->turn[i]++ % s->count;
		at -= s->weight;
		base += s->count;
	}
}

struct ip_addr population_address(const struct population *p, uint32_t source)
{
	for (size_t i = 0; i < p->config.source_count; i++) {
		if (source < p->source[i].count)
			return address_behind(&p->source[i].first, source);
		source -= p->source[i].count;
	}
	return (struct ip_addr){.family = IP_NONE};
}

/* The interface on whose net an address lies, or the first. */
static unsigned interface_for(const struct stack *s, const struct ip_addr *a)
{
	for (unsigned i = 0; i < stack_interface_count(s); i++) {
		const struct stack_interface_config *c = stack_interface(s, i);
		for (size_t k = 0; k < c->address_count; k++)
			if (ip_in_prefix(a, &c->address[k]))
				return i;
	}
	return 0;
}

void population_claim(struct population *p)
{
	for (uint32_t i = 0; i < p->addresses; i++) {
		struct ip_addr address = population_address(p, i);
		unsigned interface = interface_for(p->stack, &address);
		if (stack_has_address(p->stack, interface, &address))
			continue;
		(void)stack_claim(p->stack, &(struct stack_claim){
						    .interface = interface,
						    .address = address,
						    .mac = stack_interface(p->stack, interface)->mac,
						    .accept = true,
					    });
	}
}

/* --- settings -------------------------------------------------------------------------------------------------------------- */

static const struct {
	struct setting setting;
	enum arrival_kind kind;
} PACE[] = {
	{{"poisson", VALUE_TIME, 0, UINT64_C(86400) * VL_S, 0, 0}, ARRIVAL_POISSON},
	{{"constant", VALUE_TIME, 0, UINT64_C(86400) * VL_S, 0, 0}, ARRIVAL_CONSTANT},
};

struct vl_status population_control(struct population *p, const char *field, const struct command *command,
				    vl_time now)
{
	for (size_t i = 0; i < sizeof PACE / sizeof PACE[0]; i++) {
		const struct setting *s = &PACE[i].setting;
		if (strcmp(s->name, field) != 0)
			continue;
		struct vl_status status = setting_check(s, command->type, &command->value);
		if (!vl_ok(&status))
			return status;
		if (p->arrival.config.kind != PACE[i].kind)
			return vl_refuse(VL_INVALID, "%s: nobody comes here in this way", field);
		setting_record(p->outbox, p->config.name, s, &(union value){.time = p->arrival.config.every},
			       &command->value, now);
		arrival_set_every(&p->arrival, command->value.time, now);
		return status;
	}
	return vl_refuse(VL_UNKNOWN, "a population has no field `%s'", field);
}
