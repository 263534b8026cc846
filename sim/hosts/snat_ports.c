// SPDX-License-Identifier: BSD-2-Clause
/* Mappings: found, made, ended; and the ports that they hold. */
#include <assert.h>
#include <string.h>

#include "sim/hosts/snat_parts.h"

/* --- ports --------------------------------------------------------------------------------------------------------- */

static struct snat_ports *ports_of(struct snat *s, uint32_t address, uint16_t protocol)
{
	return &s->ports[address * SNAT_PROTOCOLS + protocol];
}

static bool is_taken(const struct snat_ports *p, uint32_t port)
{
	return (p->bit[port / 64] >> port % 64 & 1) != 0;
}

static uint32_t range_size(const struct snat_pool *pool)
{
	return (uint32_t)pool->last_port - pool->first_port + 1;
}

/* The first free port from `from` to the end of the range, or 0. */
static uint32_t search(const struct snat_ports *p, uint32_t from, uint32_t last)
{
	for (uint32_t port = from; port <= last;) {
		uint64_t clear = ~p->bit[port / 64] >> port % 64;
		if (clear != 0) {
			port += (uint32_t)__builtin_ctzll(clear);
			return port <= last ? port : 0;
		}
		port = (port / 64 + 1) * 64;
	}
	return 0;
}

/* 0: none is free. */
static uint16_t take_port(struct snat *s, const struct snat_pool *pool, uint32_t address, const struct snat_end *inside)
{
	struct snat_ports *p = ports_of(s, address, inside->protocol);
	uint32_t port = 0;

	if (p->taken == range_size(pool))
		return 0;
	if (s->config.preserve && inside->port >= pool->first_port && inside->port <= pool->last_port &&
	    !is_taken(p, inside->port))
		port = inside->port;
	if (port == 0)
		port = search(p, p->next >= pool->first_port ? p->next : pool->first_port, pool->last_port);
	if (port == 0)
		port = search(p, pool->first_port, pool->last_port);
	assert(port != 0);
	p->bit[port / 64] |= UINT64_C(1) << port % 64;
	p->taken++;
	p->next = port == pool->last_port ? pool->first_port : port + 1;
	return (uint16_t)port;
}

static void give_port_back(struct snat *s, const struct snat_mapping *m)
{
	struct snat_ports *p = ports_of(s, m->address, m->outside.protocol);

	p->bit[m->outside.port / 64] &= ~(UINT64_C(1) << m->outside.port % 64);
	p->taken--;
}

/* --- addresses ------------------------------------------------------------------------------------------------------- */

static int pool_of(const struct snat *s, uint32_t inside)
{
	struct ip_addr a = ip4_from_u32(inside);

	for (size_t i = 0; i < s->config.pool_count; i++)
		if (ip_in_prefix(&a, &s->config.pool[i].from))
			return (int)i;
	return -1;
}

/* An outside address and port for the mapping. False: the pool has none left. */
static bool choose(struct snat *s, struct snat_mapping *m, int pool)
{
	const struct snat_pool *c = &s->config.pool[pool];
	/* Paired: the same for all of a host, and of neighbours not the same. */
	uint32_t start = s->config.arbitrary ? s->turn[pool]++ : m->inside.address;

	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t at = (start % c->count + i) % c->count;
		uint16_t port = take_port(s, c, s->base[pool] + at, &m->inside);
		if (port == 0)
			continue;
		m->address = s->base[pool] + at;
		m->outside = (struct snat_end){.address = ip4_to_u32(&c->first) + at, .port = port,
					       .protocol = m->inside.protocol};
		return true;
	}
	return false;
}

/* --- mappings -------------------------------------------------------------------------------------------------------- */

static void record(struct snat *s, const struct record_kind *kind, const struct snat_mapping *m, vl_time now)
{
	struct record *r = outbox_record(s->outbox, kind, "nat", now);

	r->value[SNAT_MAPPED_PROTOCOL].word = snat_protocol_word(m->inside.protocol);
	r->value[SNAT_MAPPED_CLIENT].ip = ip4_from_u32(m->inside.address);
	r->value[SNAT_MAPPED_PORT].number = m->inside.port;
	r->value[SNAT_MAPPED_OUTSIDE].ip = ip4_from_u32(m->outside.address);
	r->value[SNAT_MAPPED_OUTSIDE_PORT].number = m->outside.port;
	if (kind == &SNAT_UNMAPPED_KIND)
		r->value[SNAT_MAPPED_LIVED].time = now - m->since;
}

static struct snat_mapping *make(struct snat *s, const struct snat_end *inside, enum snat_drop *why, vl_time now)
{
	int pool = pool_of(s, inside->address);

	*why = SNAT_DROP_MAPPINGS;
	if (s->free == SNAT_NONE || pool < 0)
		return NULL;
	uint32_t i = s->free;
	struct snat_mapping *m = &s->mapping[i];
	uint32_t next = m->next_free;
	*m = (struct snat_mapping){.used = true, .since = now, .inside = *inside};
	*why = SNAT_DROP_PORTS;
	if (!choose(s, m, pool)) {
		*m = (struct snat_mapping){.next_free = next};
		return NULL;
	}
	s->free = next;
	uint32_t *in = table_put(&s->inside, &m->inside, NULL), *out = table_put(&s->outside, &m->outside, NULL);
	assert(in != NULL && out != NULL);      /* tables have room for all mappings */
	*in = *out = i;
	s->count++;
	s->made++;
	record(s, &SNAT_MAPPED_KIND, m, now);
	return m;
}

struct snat_mapping *snat_map(struct snat *s, const struct snat_end *inside, bool may_make, enum snat_drop *why,
			      vl_time now)
{
	const uint32_t *i = table_find(&s->inside, inside);

	if (i != NULL)
		return &s->mapping[*i];
	return may_make ? make(s, inside, why, now) : NULL;
}

struct snat_mapping *snat_find_outside(struct snat *s, const struct snat_end *outside)
{
	const uint32_t *i = table_find(&s->outside, outside);

	return i != NULL ? &s->mapping[*i] : NULL;
}

void snat_unmap(struct snat *s, struct snat_mapping *m, vl_time now)
{
	uint32_t i = (uint32_t)(m - s->mapping);

	record(s, &SNAT_UNMAPPED_KIND, m, now);
	table_remove(&s->inside, &m->inside);
	table_remove(&s->outside, &m->outside);
	give_port_back(s, m);
	wheel_remove(&s->wheel, i);
	memset(m, 0, sizeof *m);
	m->next_free = s->free;
	s->free = i;
	s->count--;
}

void snat_touch(struct snat *s, struct snat_mapping *m, vl_time now)
{
	const struct snat_config *c = &s->config;
	vl_time time = c->transitory;

	if (m->inside.protocol == SNAT_UDP)
		time = c->udp;
	else if (m->inside.protocol == SNAT_ICMP)
		time = c->icmp;
	else if (m->established && !m->reset && !(m->fin_in && m->fin_out))
		time = c->established;
	m->at = vl_time_after(now, time);
	wheel_set(&s->wheel, (uint32_t)(m - s->mapping), m->at);
}
