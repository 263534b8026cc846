// SPDX-License-Identifier: BSD-2-Clause
/* What a scenario says of traffic: services of real servers, client populations, SNAT gateways. Part of scenario.h. */
#ifndef VL_SCENARIO_SCENARIO_TRAFFIC_H
#define VL_SCENARIO_SCENARIO_TRAFFIC_H

#include "sim/hosts/law.h"
#include "sim/scenario/scenario_values.h"

/* A service of a real server. */
struct scenario_served {
	struct scenario_place at;
	const char *name;
	uint64_t port;
	int protocol;                   /* enum talk */
	struct ip_addr address;         /* family IP_NONE: every address of the host */
	struct maybe_number answer, status, backlog, accept_rate, concurrent, capacity, cold, load;
	struct law service_time;        /* LAW_NEVER: none */
	struct maybe_time warmup, idle;
	const char *check;              /* path of health checks, or NULL */
	const char *cookie;             /* name of one that it sets, or NULL */
	bool tls_1_3, shared_ticket_key;
	int resumption;                 /* enum talk_resumption */
	int state;                      /* enum service_state */
};

/* Where users come from. */
struct scenario_source {
	struct scenario_place at;
	struct ip_addr first;           /* family IP_NONE: see .in */
	struct ip_prefix in;            /* family IP_NONE: see .first; drawn from this prefix by the seed */
	uint64_t count;
	uint64_t weight;                /* of each address */
};

/* "100/s": so many in that time. */
struct scenario_rate {
	uint64_t number;                /* 0: not given */
	vl_time per;
};

struct scenario_endpoint {
	struct ip_addr address;
	uint16_t port;
};

struct scenario_burst {
	bool given;
	uint64_t count;
	struct maybe_time every;        /* not given: once */
	vl_time within;
};

struct scenario_population {
	struct scenario_place at;
	const char *name;
	struct scenario_endpoint to;
	int protocol;                   /* enum talk */
	const char *host, *path;        /* NULL: not given */
	struct maybe_number request;
	const char *agent;              /* NULL: none */
	bool login, cookies;
	const char *cookie, *header;    /* NULL: none */
	bool keep_alive;
	bool roams, tls_1_3, resumes, tickets;
	struct scenario_source *source;
	size_t source_count;
	struct scenario_rate poisson, constant;         /* one of the four at most */
	struct scenario_burst burst;
	const char *trace;              /* file, relative to the script; "": the moments were given; NULL: none */
	struct maybe_number users, at_start;
	vl_time spread, at_start_within;
	vl_time begin;
	struct maybe_time end;
	struct law length, think, wait, again, retry;   /* LAW_NEVER: not given */
	struct maybe_number requests, retries, concurrent;
	bool backoff;
	struct maybe_time connect_timeout, answer_timeout;
	vl_time *moment;                /* of the trace, in order; from a file: resolved */
	size_t moment_count;
};

/* How the box's TCP departs from Linux. */
struct scenario_tcp {
	struct scenario_place at;
	bool given;
	struct maybe_number connections, mss, window, initial_window, syn_retries, data_retries;
	struct maybe_time time_wait, keepalive, min_rto, ack_delay;
};

struct scenario_nat_pool {
	struct scenario_place at;
	struct ip_prefix from;
	struct ip_addr to;
	uint64_t count;
	struct maybe_number first_port, last_port;
};

struct scenario_nat {
	struct scenario_place at;
	bool given;
	const char *outside;            /* interface */
	struct scenario_nat_pool *pool;
	size_t pool_count;
	int pooling;                    /* 0 paired, 1 arbitrary */
	bool preserve, silent;
	struct maybe_number mappings;
	struct maybe_time established, transitory, udp, icmp;
	/* resolved */
	unsigned interface;
};

#endif
