// SPDX-License-Identifier: BSD-2-Clause
/* A real server is made and told: configuration, settings, the vocabulary of its records. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/setting.h"
#include "sim/hosts/real_server_parts.h"

const struct record_kind SERVICE_STATE_KIND = {
	.name = "service.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to}",
	.field = {{"from", VALUE_WORD}, {"to", VALUE_WORD}},
};

const struct record_kind SERVICE_CLOSED_KIND = {
	.name = "service.closed",
	.level = RECORD_TRACE,
	.text = "{client} port {port} is gone ({why}) after {requests} requests in {lived} s",
	.field = {{"client", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"requests", VALUE_NUMBER},
		  {"lived", VALUE_TIME},
		  {"why", VALUE_WORD}},
};

static const char *const STATE[] = {
#define X(constant, word) [constant] = word,
	SERVICE_STATES(X)
#undef X
};

const char *service_state_word(enum service_state s)
{
	assert((unsigned)s < SERVICE_STATE_COUNT);
	return STATE[s];
}

bool service_state_find(const char *word, enum service_state *out)
{
	for (unsigned i = 0; i < SERVICE_STATE_COUNT; i++)
		if (strcmp(STATE[i], word) == 0) {
			*out = (enum service_state)i;
			return true;
		}
	return false;
}

/* --- making --------------------------------------------------------------------------------------------------------- */

#define CONNECTIONS 8192                /* when the configuration does not say */

static struct vl_status check_service(const struct real_service_config *v)
{
	if (v->port == 0)
		return vl_refuse(VL_INVALID, "%s: port: `0' is not in 1-65535", v->name);
	if (v->talk.body > TALK_ANSWER_MOST)
		return vl_refuse(VL_INVALID, "%s: answer: `%u' is more than %u bytes", v->name, (unsigned)v->talk.body,
				 (unsigned)TALK_ANSWER_MOST);
	if (v->warmup > 0 && v->cold < 100)
		return vl_refuse(VL_INVALID, "%s: cold: `%u' is less than 100 percent", v->name, (unsigned)v->cold);
	if (v->load > 102 && v->load != SERVICE_LOAD_MEASURED)
		return vl_refuse(VL_INVALID, "%s: load: `%u' is not in 0-102", v->name, (unsigned)v->load);
	if (v->talk.cookie != NULL && (v->talk.talk != TALK_HTTP || !talk_is_token(v->talk.cookie, TALK_COOKIE_NAME)))
		return vl_refuse(VL_INVALID, "%s: cookie: a service of http sets one, of a name of 1-%d letters, digits, - and _",
				 v->name, TALK_COOKIE_NAME);
	if (v->service_time.kind == LAW_EXPONENTIAL && v->service_time.mean > LAW_LONGEST)
		return vl_refuse(VL_INVALID, "%s: service_time: too long", v->name);
	return vl_status_ok();
}

struct vl_status real_server_setup_check(const struct real_server_setup *c)
{
	if (c->service_count < 1 || c->service_count > REAL_SERVER_SERVICES)
		return vl_refuse(VL_INVALID, "a server has 1-%d services", REAL_SERVER_SERVICES);
	for (size_t i = 0; i < c->service_count; i++) {
		struct vl_status status = check_service(&c->service[i]);
		if (!vl_ok(&status))
			return status;
		for (size_t k = 0; k < i; k++)
			if (c->service[k].port == c->service[i].port &&
			    talk_is_datagrams(c->service[k].talk.talk) == talk_is_datagrams(c->service[i].talk.talk))
				return vl_refuse(VL_INVALID, "%s: port %u is that of %s already", c->service[i].name,
						 (unsigned)c->service[i].port, c->service[k].name);
	}
	return vl_status_ok();
}

static void make_service(struct real_server *s, size_t i, const struct real_server_setup *c)
{
	struct real_service *v = &s->service[i];

	*v = (struct real_service){.server = s, .config = c->service[i], .index = (uint16_t)i, .accept_at = VL_NEVER};
	v->config.talk.name = v->config.name;
	if (v->config.backlog == 0)
		v->config.backlog = SERVICE_BACKLOG;
	/* By name: another service beside it leaves its dice alone. */
	v->dice = prng_stream(c->seed, v->config.name);
	v->dice_cookie = prng_stream(prng_u64(&(struct prng){c->seed}), v->config.name);
	v->dice_nonce = prng_stream(c->seed, "nonces");
	struct prng secrets = prng_stream(c->seed, "secrets"), shared = prng_stream(v->config.port, v->config.name);
	v->tls = (struct talk_tls_server){
		.tls_1_3 = v->config.tls_1_3 && v->config.talk.talk == TALK_TLS,
		.resumption = v->config.resumption,
		.secret = prng_u64(&secrets),
		.ticket_secret = prng_u64(v->config.shared_ticket_key ? &shared : &secrets),
	};
	v->facts.state = v->config.state;
}

static void empty_pool(struct real_server *s)
{
	memset(s->served, 0, s->fresh * sizeof *s->served);
	s->free = s->fresh = 0;
	wheel_init(&s->wheel, &s->served[0].link, sizeof s->served[0], 0);
	if (s->datagram != NULL)
		real_server_datagrams_empty(s);
}

static bool make_room(struct real_server *s, const struct real_server_setup *c)
{
	bool shakes = false, over_udp = false;

	for (size_t i = 0; i < c->service_count; i++) {
		shakes = shakes || talk_shakes_hands(c->service[i].talk.talk);
		over_udp = over_udp || talk_is_datagrams(c->service[i].talk.talk);
	}
	s->room = c->connections != 0 ? c->connections : CONNECTIONS;
	s->served = calloc(s->room, sizeof *s->served);
	if (shakes)
		s->shake = calloc(s->room, sizeof *s->shake);
	if (over_udp)
		s->datagram = calloc(DATAGRAMS, sizeof *s->datagram);
	return s->served != NULL && (!shakes || s->shake != NULL) && (!over_udp || s->datagram != NULL);
}

struct real_server *real_server_new(const struct real_server_setup *c, struct tcp_endpoint *tcp, struct stack *stack,
				    struct outbox *outbox, struct vl_status *why)
{
	*why = real_server_setup_check(c);
	if (!vl_ok(why))
		return NULL;
	struct real_server *s = calloc(1, sizeof *s + c->service_count * sizeof s->service[0]);
	if (s == NULL || !make_room(s, c)) {
		real_server_free(s);
		*why = vl_refuse(VL_NO_MEMORY, "out of memory for a server");
		return NULL;
	}
	s->tcp = tcp;
	s->stack = stack;
	s->outbox = outbox;
	s->count = c->service_count;
	for (size_t i = 0; i < s->count; i++)
		make_service(s, i, c);
	empty_pool(s);
	return s;
}

void real_server_free(struct real_server *s)
{
	if (s == NULL)
		return;
	free(s->served);
	free(s->shake);
	free(s->datagram);
	free(s);
}

void real_server_crash(struct real_server *s)
{
	empty_pool(s);
	for (size_t i = 0; i < s->count; i++) {
		struct real_service *v = &s->service[i];
		v->facts = (struct real_service_facts){.state = v->config.state};
		v->listening = v->wants_accept = false;
		v->accept_at = VL_NEVER;
	}
}

/* --- settings ---------------------------------------------------------------------------------------------------------- */

enum item {
	ITEM_STATE,
	ITEM_ACCEPT_RATE,
	ITEM_CONCURRENT,
	ITEM_CAPACITY,
	ITEM_LOAD,
	ITEM_STATUS,
	ITEM_SERVICE_TIME,
};

static const struct setting SETTINGS[] = {
	{"state", VALUE_WORD, 1, 16, 0, ITEM_STATE},
	{"accept_rate", VALUE_NUMBER, 0, 1000000, 0, ITEM_ACCEPT_RATE},
	{"concurrent", VALUE_NUMBER, 0, UINT32_MAX, 0, ITEM_CONCURRENT},
	{"capacity", VALUE_NUMBER, 0, UINT32_MAX, 0, ITEM_CAPACITY},
	{"load", VALUE_NUMBER, 0, 102, 0, ITEM_LOAD},
	{"status", VALUE_NUMBER, 100, 599, 0, ITEM_STATUS},
	{"service_time", VALUE_TIME, 0, UINT64_C(86400) * VL_S, 0, ITEM_SERVICE_TIME},
};

/* The number that a setting is about; NULL: it is none. */
static uint32_t *number_of(struct real_service *v, int item)
{
	switch (item) {
	case ITEM_ACCEPT_RATE:
		return &v->config.accept_rate;
	case ITEM_CONCURRENT:
		return &v->config.concurrent;
	case ITEM_CAPACITY:
		return &v->config.capacity;
	default:
		return NULL;
	}
}

static void set_small(uint16_t *to, const union value *value, union value *before)
{
	before->number = *to;
	*to = (uint16_t)value->number;
}

static void apply(struct real_service *v, const struct setting *s, const union value *value, vl_time now)
{
	union value before = {.number = 0};
	uint32_t *number = number_of(v, s->item);

	if (number != NULL) {
		before.number = *number;
		*number = (uint32_t)value->number;
	} else if (s->item == ITEM_LOAD) {
		set_small(&v->config.load, value, &before);
	} else if (s->item == ITEM_STATUS) {
		set_small(&v->config.talk.status, value, &before);
	} else {
		before.time = v->config.service_time.mean;
		v->config.service_time = law_fixed(value->time);
	}
	setting_record(v->server->outbox, v->config.name, s, &before, value, now);
	v->wants_accept = true;
	real_server_accept(v->server, v->config.port, now);
}

static struct real_service *find_service(struct real_server *s, const char *path, const char **field)
{
	for (size_t i = 0; i < s->count; i++) {
		size_t length = strlen(s->service[i].config.name);
		if (strncmp(path, s->service[i].config.name, length) == 0 && path[length] == '.') {
			*field = path + length + 1;
			return &s->service[i];
		}
	}
	return NULL;
}

struct vl_status real_server_control(struct real_server *s, const char *path, const struct command *command,
				     vl_time now)
{
	const char *field;
	struct real_service *v = find_service(s, path, &field);
	enum service_state state;

	if (v == NULL)
		return vl_refuse(VL_UNKNOWN, "no such service here: `%s'", path);
	const struct setting *setting = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], field);
	if (setting == NULL)
		return vl_refuse(VL_UNKNOWN, "a service has no field `%s'", field);
	struct vl_status status = setting_check(setting, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	if (setting->item != ITEM_STATE) {
		apply(v, setting, &command->value, now);
	} else if (!service_state_find(command->value.word, &state)) {
		return vl_refuse(VL_INVALID, "state: `%s' is not up, fail-fast, crashed, hung or dead",
				 command->value.word);
	} else {
		real_service_enter(v, state, now);
	}
	return vl_status_ok();
}
