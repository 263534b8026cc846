// SPDX-License-Identifier: BSD-2-Clause
/*
 * The checker of a balancer: it asks every real server, again and again, by the rules of its check (health.h), and
 * tells whom it serves when one goes down or comes up. A part inside a box, like the balancer itself: real packets
 * through the box's stack, TCP through an endpoint of its own.
 *
 * One exchange at a time a target. When the next one comes, and when a server is called down, is the profile's rule:
 *
 *      KEMP         a cycle each `interval`, counted from its start; an attempt that hears nothing within `timeout` is
 *                   repeated at once, `retries` attempts in all, then it is down; any answer, right or wrong, ends the
 *                   cycle. One good one brings it up. At worst interval + retries * timeout (9 + 2 * 4 = 17 s).
 *      HAPROXY      a check `interval` after the end of the one before; `fast_interval` while between states,
 *                   `down_interval` while down; `fall` bad ones in a row take it down, `rise` good ones bring it up;
 *                   before the first check one bad one is enough. At worst inter + timeout + (fall - 1) * (fastinter +
 *                   timeout): 12 s by default when the server is silent (timeout is inter), 6 s when it refuses at
 *                   once. (Measured with HAProxy 2.6.12: inter 1 s, checks of a silent server start at 1.0, 3.0 and
 *                   5.0 s, down at 6.0 s; with fastinter 300 ms at 1.0, 2.3, 3.6 s, down at 4.6 s. The 8 s of
 *                   balancer.md 3.5 count from start to start, which it does not.) The first checks are spread over
 *                   the interval.
 *      KEEPALIVED   a check `interval` after the end of the one before; a bad one is repeated `retry_delay` later, up to
 *                   `retries` times, then it is down. At worst 60 + 5 + 1 + 5 = 71 s. The first one comes at a random
 *                   moment of the first interval (warmup).
 *
 * ICMP speaks for the server: while its check fails, every target of that address counts as down. All other checks
 * speak for one server in one service.
 *
 * Checks connect from ports 61000-65535 of the box's own addresses (above the ephemeral ones of Linux, as its
 * masquerading was): a SNAT pool keeps clear of them.
 */
#ifndef VL_BALANCER_HEALTH_CHECKER_H
#define VL_BALANCER_HEALTH_CHECKER_H

#include "sim/balancer/health.h"
#include "sim/stack/stack.h"

#define HEALTH_PORT_FIRST 61000
#define HEALTH_PORT_LAST 65535

struct health_checker;

/* A real server in a service. */
struct health_target {
	size_t service, server;         /* what the listener is told */
	struct ip_addr address;
	uint16_t port;                  /* the server's; 0: a service of every port */
	const struct health_config *config;     /* copied; its strings are borrowed */
};

/* Every function may be NULL. None may call the checker but for health_checker_pause. */
struct health_listener {
	void *context;
	/* It is up, or down, from now on. At the start nothing is said: up, or down with .down_at_start. */
	void (*changed)(void *context, size_t service, size_t server, bool up, enum health_result why, vl_time now);
	/* A check has ended, whether it changed anything or not; `took` is from its first packet to the answer. */
	void (*checked)(void *context, size_t service, size_t server, enum health_result result, vl_time took,
			vl_time now);
	/* What the agent said: 0 idle - 100 overloaded, 101 failed, 102 disabled by its administrator (KEMP). */
	void (*agent)(void *context, size_t service, size_t server, uint32_t answer, vl_time now);
};

struct health_checker_config {
	size_t target_count;
	const struct health_target *target;
	struct health_listener listener;
	uint64_t seed;
};

/* NULL: no memory. The configurations must have passed health_check_config. The stack is borrowed. */
struct health_checker *health_checker_new(const struct health_checker_config *config, struct stack *stack);
void health_checker_free(struct health_checker *h);
size_t health_checker_words(const struct health_checker_config *config);        /* frames that one call may leave */

void health_checker_startup(struct health_checker *h, vl_time now);
void health_checker_shutdown(struct health_checker *h, vl_time now);    /* checks stop; what is open is reset */
void health_checker_crash(struct health_checker *h);
/* A packet of this box (STACK_LOCAL). True: it was an answer to a check. Everything else is left alone: offer the
 * checker packets first. */
bool health_checker_receive(struct health_checker *h, const struct packet *p, unsigned interface, vl_time now);
void health_checker_timeout(struct health_checker *h, vl_time now);
vl_time health_checker_deadline(const struct health_checker *h);

/* Checks of a server in a service stop (HAProxy's MAINT), or go on with one at once; it counts as up then. */
void health_checker_pause(struct health_checker *h, size_t service, size_t server, bool paused, vl_time now);

/* --- facts ------------------------------------------------------------------------------------------------ */

struct health_facts {
	bool up;                        /* its own check and its server's ICMP */
	enum health_result result;      /* of the last check */
	vl_time took;
	uint64_t checks, failed;
};

/* The named target; zeroed facts when there is none. */
struct health_facts health_checker_facts(const struct health_checker *h, size_t service, size_t server);

#endif
