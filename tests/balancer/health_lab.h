// SPDX-License-Identifier: BSD-2-Clause
/* A checker (side 0 of a tcp_pair) and a server box (side 1, 192.0.2.2) whose services do as they are told. */
#ifndef VL_TESTS_BALANCER_HEALTH_LAB_H
#define VL_TESTS_BALANCER_HEALTH_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/balancer/health_checker.h"
#include "tests/stack/tcp_pair.h"

#define LAB_CHANGES 64
#define LAB_TARGETS 8

struct lab_change {
	size_t service, server;
	bool up;
	enum health_result why;
	vl_time at;
};

struct lab {
	struct pair pair;
	struct health_checker *checker;
	struct health_config config[LAB_TARGETS];
	struct health_target target[LAB_TARGETS];
	size_t targets;
	struct lab_change change[LAB_CHANGES];
	size_t changes;
	size_t checked;
	enum health_result last;
	vl_time took, last_at;
	uint32_t agent;
	/* the server */
	const char *greeting, *answer;  /* NULL: it says nothing */
	bool closes;                    /* behind the answer */
	bool silent;                    /* what its box says is lost */
	char heard[1024];               /* of the last connection */
	size_t heard_length;
	vl_time heard_at;
	const char *stream;             /* what it sends: greeting, then answer */
	char said[4096];
	uint8_t udp_answer[512];        /* DNS: length 0: none */
	size_t udp_length;
	unsigned udp_asked;
	enum tcp_end server_end;
	unsigned connections;
};

static inline void lab_say(struct lab *l, tcp_handle h, const char *text, vl_time now)
{
	if (text == NULL)
		return;
	assert_true(strlen(l->said) + strlen(text) < sizeof l->said);
	strcat(l->said, text);
	tcp_send(l->pair.side[1].tcp, h, strlen(text), now);
}

static inline void lab_opened(void *user, tcp_handle h, vl_time now)
{
	struct lab *l = user;

	l->connections++;
	l->heard_length = 0;
	l->heard[0] = l->said[0] = '\0';
	lab_say(l, h, l->greeting, now);
}

static inline void lab_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct lab *l = user;
	bool first = l->heard_length == 0;

	assert_true(l->heard_length + length < sizeof l->heard);
	memcpy(l->heard + l->heard_length, bytes, length);
	l->heard_length += length;
	l->heard[l->heard_length] = '\0';
	l->heard_at = now;
	if (!first)
		return;
	lab_say(l, h, l->answer, now);
	if (l->closes)
		tcp_finish(l->pair.side[1].tcp, h, now);
}

static inline void lab_peer_finished(void *user, tcp_handle h, vl_time now)
{
	struct lab *l = user;

	tcp_finish(l->pair.side[1].tcp, h, now);
}

static inline void lab_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct lab *l = user;

	l->server_end = why;
}

static inline void lab_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct lab *l = user;

	/* A connection of old, whose words are forgotten, says zeros. */
	for (size_t i = 0; i < length; i++)
		to[i] = offset + i < strlen(l->said) ? (uint8_t)l->said[offset + i] : 0;
}

static const struct tcp_user LAB_SERVER = {
	.opened = lab_opened,
	.received = lab_received,
	.peer_finished = lab_peer_finished,
	.gone = lab_gone,
	.content = lab_content,
};

static inline void lab_changed(void *context, size_t service, size_t server, bool up, enum health_result why,
			       vl_time now)
{
	struct lab *l = context;

	assert_in_range(l->changes, 0, LAB_CHANGES - 1);
	l->change[l->changes++] = (struct lab_change){service, server, up, why, now};
}

static inline void lab_checked(void *context, size_t service, size_t server, enum health_result result, vl_time took,
			       vl_time now)
{
	struct lab *l = context;

	l->checked++;
	l->last = result;
	l->took = took;
	l->last_at = now;
}

static inline void lab_agent(void *context, size_t service, size_t server, uint32_t answer, vl_time now)
{
	((struct lab *)context)->agent = answer;
}

/* --- the two boxes --------------------------------------------------------------------------------------- */

static inline bool lab_checker_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	/* Nobody else lives in that box: its own endpoint would answer strays with resets. */
	(void)health_checker_receive(((struct lab *)self)->checker, p, interface, now);
	return true;
}

static inline void lab_checker_timeout(void *self, vl_time now)
{
	health_checker_timeout(((struct lab *)self)->checker, now);
}

static inline vl_time lab_checker_deadline(const void *self)
{
	return health_checker_deadline(((const struct lab *)self)->checker);
}

static inline bool lab_server_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	struct lab *l = self;

	if (p->transport != TRANSPORT_UDP)
		return false;
	l->udp_asked++;
	if (l->udp_length > 0) {
		l->udp_answer[0] = p->payload[0];
		l->udp_answer[1] = p->payload[1];
		struct udp_header u = {.src_port = p->udp.dst_port, .dst_port = p->udp.src_port};
		struct packet_envelope e = {.src = p->dst, .dst = p->src, .ttl = 64, .protocol = IP_PROTOCOL_UDP};
		assert_true(stack_send_udp(l->pair.side[1].stack, &e, &u, l->udp_answer, l->udp_length, now));
	}
	memcpy(l->heard, p->payload, p->payload_length);
	l->heard_length = p->payload_length;
	return true;
}

static inline void lab_server_timeout(void *self, vl_time now)
{
}

static inline vl_time lab_server_deadline(const void *self)
{
	return VL_NEVER;
}

static struct lab *lab_of_pair;

static inline bool lab_loses(struct pair *p, unsigned from, const struct packet *packet)
{
	return lab_of_pair->silent && packet->network != NETWORK_ARP;
}

static inline void lab_open(struct lab *l)
{
	static const struct tcp_endpoint_config server = {.connections = 64, .time_wait = VL_S};

	memset(l, 0, sizeof *l);
	pair_open(&l->pair, &server, 0, 7);
	lab_of_pair = l;
	l->pair.side[1].lose = lab_loses;
	l->pair.side[1].guest = (struct pair_guest){l, lab_server_receive, lab_server_timeout, lab_server_deadline};
	l->agent = UINT32_MAX;
}

static inline void lab_listen(struct lab *l, uint16_t port)
{
	struct vl_status s = tcp_listen(l->pair.side[1].tcp, &(struct tcp_listener_config){
			.port = port, .backlog = 16, .ops = &LAB_SERVER, .user = l});

	assert_string_equal(s.reason, "");
}

static inline void lab_unlisten(struct lab *l, uint16_t port)
{
	tcp_unlisten(l->pair.side[1].tcp, &(struct ip_addr){.family = IP_NONE}, port, l->pair.now);
	pair_poll(&l->pair, 1);
}

/* The next target's configuration, to be changed before lab_start. */
static inline struct health_config *lab_target(struct lab *l, enum health_kind kind, enum health_profile profile)
{
	size_t i = l->targets++;

	assert_in_range(i, 0, LAB_TARGETS - 1);
	health_config_init(&l->config[i], kind, profile);
	l->target[i] = (struct health_target){
		.service = i, .address = pair_address(1, false), .config = &l->config[i],
	};
	return &l->config[i];
}

static inline void lab_start(struct lab *l)
{
	struct health_checker_config c = {
		.target_count = l->targets,
		.target = l->target,
		.listener = {l, lab_changed, lab_checked, lab_agent},
		.seed = 3,
	};

	for (size_t i = 0; i < l->targets; i++) {
		struct vl_status s = health_check_config(&l->config[i]);
		assert_string_equal(s.reason, "");
	}
	l->checker = health_checker_new(&c, l->pair.side[0].stack);
	assert_non_null(l->checker);
	l->pair.side[0].guest = (struct pair_guest){l, lab_checker_receive, lab_checker_timeout, lab_checker_deadline};
	health_checker_startup(l->checker, l->pair.now);
}

static inline void lab_close(struct lab *l)
{
	health_checker_shutdown(l->checker, l->pair.now);
	pair_poll(&l->pair, 0);
	pair_settle(&l->pair, 5 * VL_S);
	health_checker_free(l->checker);
	l->pair.side[0].guest.self = NULL;
	pair_close(&l->pair);
}

/* One exchange of a kind with a server that greets and answers so: its result. */
static inline enum health_result lab_once(struct lab *l, const struct health_config *config, uint16_t port,
					  const char *greeting, const char *answer, bool closes)
{
	enum health_result result;

	lab_open(l);
	*lab_target(l, config->kind, config->profile) = *config;
	l->target[0].port = port;
	l->greeting = greeting;
	l->answer = answer;
	l->closes = closes;
	if (port != 0)
		lab_listen(l, port);
	lab_start(l);
	for (unsigned i = 0; i < 2000 && l->checked == 0; i++)
		pair_settle(&l->pair, 100 * VL_MS);
	assert_in_range(l->checked, 1, 2);
	pair_settle(&l->pair, VL_S / 2);
	result = l->last;
	assert_int_equal(health_checker_facts(l->checker, 0, 0).result, result);
	lab_close(l);
	return result;
}

#endif
