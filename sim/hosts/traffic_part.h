// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a box does besides routing: the services of a real server, client populations, or both, on one TCP endpoint. A
 * part of a box (sim/node/part.h).
 *
 * Settings: serves.SERVICE.FIELD (real_server.h), clients.POPULATION.FIELD (client_population.h).
 *
 * Virtual addresses of others that it serves (DSR, tunnels) are the stack's loopback (stack_config.loopback).
 */
#ifndef VL_HOSTS_TRAFFIC_PART_H
#define VL_HOSTS_TRAFFIC_PART_H

#include "sim/hosts/client_population.h"
#include "sim/hosts/real_server.h"
#include "sim/node/part.h"

#define TRAFFIC_POPULATIONS 64

struct traffic_config {
	struct tcp_endpoint_config tcp; /* .connections 0: what services and populations need */
	struct real_server_setup server;       /* .service_count 0: none */
	size_t population_count;
	const struct population_config *population;
	uint64_t seed;                  /* of the endpoint, and where the others have 0: by their names */
};

struct vl_status traffic_config_check(const struct traffic_config *c);
/* The part of this configuration; `c` and what it borrows are borrowed until node_new has returned, names and traces for
 * the part's life. */
struct node_part_config traffic_part(const struct traffic_config *c);

/* --- facts, of what .make made ----------------------------------------------------------------------------------- */

struct traffic;
const struct tcp_endpoint *traffic_endpoint(const struct traffic *t);
const struct real_server *traffic_server(const struct traffic *t);      /* NULL: no services */
const struct population *traffic_population(const struct traffic *t, size_t i);

#endif
