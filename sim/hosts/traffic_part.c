// SPDX-License-Identifier: BSD-2-Clause
/* One endpoint, its services and its users, as a part of a box. */
#include "sim/hosts/traffic_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct traffic {
	struct stack *stack;
	struct outbox *outbox;
	struct tcp_endpoint *tcp;
	struct real_server *server;
	size_t population_count;
	struct population *population[];
};

/* --- the part's calls ---------------------------------------------------------------------------------------------------- */

static void startup(void *self, vl_time now)
{
	struct traffic *t = self;

	if (t->server != NULL)
		real_server_startup(t->server, now);
	for (size_t i = 0; i < t->population_count; i++)
		population_startup(t->population[i], now);
}

static void on_shutdown(void *self, vl_time now)
{
	struct traffic *t = self;

	for (size_t i = 0; i < t->population_count; i++)
		population_shutdown(t->population[i], now);
	if (t->server != NULL)
		real_server_shutdown(t->server, now);
}

static void crash(void *self)
{
	struct traffic *t = self;

	tcp_endpoint_reset(t->tcp);
	if (t->server != NULL)
		real_server_crash(t->server);
	for (size_t i = 0; i < t->population_count; i++)
		population_crash(t->population[i]);
}

static bool receive_udp(struct traffic *t, const struct packet *p, const struct frame *f, vl_time now)
{
	if (t->server != NULL && real_server_receive(t->server, p, f, now))
		return true;
	for (size_t i = 0; i < t->population_count; i++)
		if (population_receive(t->population[i], p, now))
			return true;
	return false;
}

static bool receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct traffic *t = self;

	if (p->transport == TRANSPORT_UDP)
		return receive_udp(t, p, f, now);
	if (p->transport != TRANSPORT_TCP && p->transport != TRANSPORT_ICMP)
		return false;
	bool taken = tcp_endpoint_receive(t->tcp, p, interface, now);
	if (taken && t->server != NULL && p->transport == TRANSPORT_TCP)
		real_server_accept(t->server, p->tcp.dst_port, now);
	return taken;
}

static vl_time deadline(const void *self)
{
	const struct traffic *t = self;
	vl_time at = tcp_endpoint_deadline(t->tcp);

	if (t->server != NULL)
		at = vl_time_min(at, real_server_deadline(t->server));
	for (size_t i = 0; i < t->population_count; i++)
		at = vl_time_min(at, population_deadline(t->population[i]));
	return at;
}

static void turn(struct traffic *t, vl_time now)
{
	tcp_endpoint_timeout(t->tcp, now);
	if (t->server != NULL)
		real_server_timeout(t->server, now);
	for (size_t i = 0; i < t->population_count; i++)
		population_timeout(t->population[i], now);
}

/* Users and services that move make the endpoint arm timers, in a wheel that has not turned since it last had one. */
static void on_timeout(void *self, vl_time now)
{
	struct traffic *t = self;

	turn(t, now);
	while (deadline(t) <= now)
		turn(t, now);
}

static void interface_changed(void *self, vl_time now)
{
	(void)self;
	(void)now;      /* TCP finds out */
}

static struct population *find_population(struct traffic *t, const char *path, const char **field)
{
	for (size_t i = 0; i < t->population_count; i++) {
		size_t length = strlen(population_name(t->population[i]));
		if (strncmp(path, population_name(t->population[i]), length) == 0 && path[length] == '.') {
			*field = path + length + 1;
			return t->population[i];
		}
	}
	return NULL;
}

static struct vl_status control(void *self, const struct command *command, vl_time now)
{
	struct traffic *t = self;
	const char *field;

	if (command->verb != COMMAND_SET)
		return vl_refuse(VL_UNKNOWN, "services and clients do not take this command");
	if (strncmp(command->field, "serves.", 7) == 0 && t->server != NULL)
		return real_server_control(t->server, command->field + 7, command, now);
	if (strncmp(command->field, "clients.", 8) != 0)
		return vl_refuse(VL_UNKNOWN, "`%s': it is serves.SERVICE.FIELD or clients.POPULATION.FIELD",
				 command->field);
	struct population *p = find_population(t, command->field + 8, &field);
	if (p == NULL)
		return vl_refuse(VL_UNKNOWN, "no such population here: `%s'", command->field + 8);
	return population_control(p, field, command, now);
}

static void traffic_free(void *self)
{
	struct traffic *t = self;

	if (t == NULL)
		return;
	real_server_free(t->server);
	for (size_t i = 0; i < t->population_count; i++)
		population_free(t->population[i]);
	if (t->tcp != NULL)
		tcp_endpoint_free(t->tcp);
	free(t);
}

static const struct node_part_ops OPS = {
	.name = "serves",
	.only_answers = true,
	.also = "clients",
	.startup = startup,
	.shutdown = on_shutdown,
	.crash = crash,
	.receive = receive,
	.timeout = on_timeout,
	.deadline = deadline,
	.interface_changed = interface_changed,
	.control = control,
	.free = traffic_free,
};

/* --- making ---------------------------------------------------------------------------------------------------------------- */

#define SERVED 8192                     /* connections of services, when nothing is said */
#define CONNECTIONS_LEAST 1024

/* Connections at a time: those in use, and as many again that wait for their end (TIME_WAIT). */
static uint32_t connections_of(const struct traffic_config *c)
{
	uint64_t connections = 0;

	if (c->tcp.connections != 0)
		return c->tcp.connections;
	if (c->server.service_count > 0)
		connections += c->server.connections != 0 ? c->server.connections : SERVED;
	for (size_t i = 0; i < c->population_count; i++)
		connections += population_room(&c->population[i]);
	connections *= 2;
	return connections < CONNECTIONS_LEAST ? CONNECTIONS_LEAST
	       : connections > 4000000	       ? 4000000
					       : (uint32_t)connections;
}

struct vl_status traffic_config_check(const struct traffic_config *c)
{
	struct vl_status status = vl_status_ok();

	if (c->population_count > TRAFFIC_POPULATIONS)
		return vl_refuse(VL_INVALID, "more than %d populations on a box", TRAFFIC_POPULATIONS);
	if (c->server.service_count > 0)
		status = real_server_setup_check(&c->server);
	for (size_t i = 0; vl_ok(&status) && i < c->population_count; i++)
		status = population_config_check(&c->population[i]);
	return status;
}

static bool make_endpoint(struct traffic *t, const struct traffic_config *c)
{
	struct tcp_endpoint_config tcp = c->tcp;

	tcp.connections = connections_of(c);
	if (tcp.seed == 0)
		tcp.seed = c->seed;
	t->tcp = tcp_endpoint_new(&tcp, t->stack);
	return t->tcp != NULL;
}

static uint64_t seed_of(uint64_t own, uint64_t seed, const char *name)
{
	struct prng stream = prng_stream(seed, name);

	return own != 0 ? own : prng_u64(&stream);
}

static bool make_users(struct traffic *t, const struct traffic_config *c, struct vl_status *why)
{
	if (c->server.service_count > 0) {
		struct real_server_setup server = c->server;
		server.seed = seed_of(server.seed, c->seed, "services");
		t->server = real_server_new(&server, t->tcp, t->stack, t->outbox, why);
		if (t->server == NULL)
			return false;
	}
	for (size_t i = 0; i < c->population_count; i++) {
		struct population_config p = c->population[i];
		p.seed = seed_of(p.seed, c->seed, p.name);
		t->population[i] = population_new(&p, t->tcp, t->stack, t->outbox, why);
		if (t->population[i] == NULL)
			return false;
		t->population_count++;
	}
	return true;
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct traffic_config *c = config;

	*why = traffic_config_check(c);
	if (!vl_ok(why))
		return (struct node_part){0};
	struct traffic *t = calloc(1, sizeof *t + c->population_count * sizeof t->population[0]);
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for services and clients");
	if (t == NULL)
		return (struct node_part){0};
	t->stack = stack;
	t->outbox = outbox;
	if (!make_endpoint(t, c) || !make_users(t, c, why)) {
		traffic_free(t);
		return (struct node_part){0};
	}
	*why = vl_status_ok();
	return (struct node_part){&OPS, t};
}

struct node_part_config traffic_part(const struct traffic_config *c)
{
	struct tcp_endpoint_config tcp = c->tcp;
	size_t claims = 0, records = 64;

	tcp.connections = connections_of(c);
	for (size_t i = 0; i < c->population_count; i++) {
		claims += population_claims(&c->population[i]);
		records += 2u * population_room(&c->population[i]);     /* all may end at one instant */
	}
	if (c->server.service_count > 0)
		records += c->server.connections != 0 ? c->server.connections : SERVED;
	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = claims,
		.words = tcp_endpoint_words(&tcp) + records,
	};
}

const struct tcp_endpoint *traffic_endpoint(const struct traffic *t)
{
	return t->tcp;
}

const struct real_server *traffic_server(const struct traffic *t)
{
	return t->server;
}

const struct population *traffic_population(const struct traffic *t, size_t i)
{
	assert(i < t->population_count);
	return t->population[i];
}
