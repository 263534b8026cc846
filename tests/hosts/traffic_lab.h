// SPDX-License-Identifier: BSD-2-Clause
/* Servers at 192.0.2.10, clients at 192.0.2.50 on one hub: services and populations of one test. */
#ifndef VL_TESTS_HOSTS_TRAFFIC_LAB_H
#define VL_TESTS_HOSTS_TRAFFIC_LAB_H

#include "sim/hosts/traffic_part.h"
#include "tests/node/lab.h"

enum { SERVER, CLIENT };

static struct real_service_config lab_service;
static struct population_config lab_users;
static struct lab lab;

static inline void lab_defaults(enum talk talk, uint16_t port)
{
	lab_service = (struct real_service_config){
		.name = "web",
		.talk = {.talk = talk, .body = 5000},
		.port = port,
		.load = SERVICE_LOAD_MEASURED,
	};
	lab_users = (struct population_config){
		.name = "users",
		.target = lab_ip("192.0.2.10"),
		.port = port,
		.talk = talk,
		.request = 500,
		.arrival = {.kind = ARRIVAL_CONSTANT, .every = VL_S, .from = 100 * VL_MS},
		.requests = 1,
	};
}

static inline unsigned lab_traffic(const char *address, uint8_t number, const struct traffic_config *t)
{
	struct node_config c;

	lab_config(&c, number, address, NULL);
	struct node_part_config part = traffic_part(t);
	assert_true(node_config_add_part(&c, &part));
	return lab_add(&lab, &c);
}

/* Both boxes of what lab_service and lab_users say, not started. */
static inline void lab_make(void)
{
	lab_open(&lab);
	lab_traffic("192.0.2.10/24", 10,
		    &(struct traffic_config){.server = {.service_count = 1, .service = &lab_service}, .seed = 11});
	lab_traffic("192.0.2.50/24", 50,
		    &(struct traffic_config){.population_count = 1, .population = &lab_users, .seed = 12});
}

static inline void lab_go(vl_time until)
{
	lab_start(&lab, SERVER);
	lab_start(&lab, CLIENT);
	lab_run(&lab, until);
}

static inline const struct population_facts *lab_facts(void)
{
	return population_facts(traffic_population(node_part(&lab.box[CLIENT], 0), 0));
}

static inline struct real_service_facts lab_served(void)
{
	return real_server_facts(traffic_server(node_part(&lab.box[SERVER], 0)), 0);
}

static inline struct vl_status lab_set_word(unsigned box, const char *field, const char *word)
{
	return lab_control(&lab, box, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_WORD,
							.value = {.word = word}});
}

static inline struct vl_status lab_set_time(unsigned box, const char *field, vl_time time)
{
	return lab_control(&lab, box, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_TIME,
							.value = {.time = time}});
}

static inline struct vl_status lab_set_flag(unsigned box, const char *field, bool flag)
{
	return lab_control(&lab, box, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_FLAG,
							.value = {.flag = flag}});
}

#endif
