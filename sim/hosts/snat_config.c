// SPDX-License-Identifier: BSD-2-Clause
/* A gateway is made and told: configuration, settings, the vocabulary of its records. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/setting.h"
#include "sim/hosts/snat_parts.h"

#define MAPPED_FIELDS                                                                                             \
	{"protocol", VALUE_WORD}, {"client", VALUE_IP}, {"port", VALUE_NUMBER}, {"outside", VALUE_IP},            \
	{                                                                                                         \
		"outside_port", VALUE_NUMBER                                                                      \
	}

const struct record_kind SNAT_MAPPED_KIND = {
	.name = "nat.mapped",
	.level = RECORD_TRACE,
	.text = "{protocol} {client} port {port} is {outside} port {outside_port}",
	.field = {MAPPED_FIELDS},
};

const struct record_kind SNAT_UNMAPPED_KIND = {
	.name = "nat.unmapped",
	.level = RECORD_TRACE,
	.text = "{protocol} {client} port {port} is {outside} port {outside_port} no more, after {lived} s",
	.field = {MAPPED_FIELDS, {"lived", VALUE_TIME}},
};

#define REFUSED_FIELDS {{"protocol", VALUE_WORD}, {"client", VALUE_IP}, {"port", VALUE_NUMBER}, {"why", VALUE_WORD}}

const struct record_kind SNAT_REFUSED_KIND = {
	.name = "nat.refused",
	.level = RECORD_WARN,
	.text = "{protocol} of {client} port {port} refused: {why}",
	.field = REFUSED_FIELDS,
};

const struct record_kind SNAT_REFUSED_AGAIN_KIND = {
	.name = "nat.refused-again",
	.level = RECORD_TRACE,
	.text = "{protocol} of {client} port {port} refused: {why}",
	.field = REFUSED_FIELDS,
};

const char *snat_protocol_word(uint16_t protocol)
{
	static const char *const WORD[] = {[SNAT_TCP] = "tcp", [SNAT_UDP] = "udp", [SNAT_ICMP] = "icmp"};

	assert(protocol < SNAT_PROTOCOLS);
	return WORD[protocol];
}

const char *snat_drop_text(enum snat_drop why)
{
	static const char *const TEXT[] = {
#define X(constant, word) [constant] = word,
		SNAT_DROPS(X)
#undef X
	};

	assert((unsigned)why < SNAT_DROP_COUNT);
	return TEXT[why];
}

uint64_t snat_dropped(const struct snat *s, enum snat_drop why)
{
	assert((unsigned)why < SNAT_DROP_COUNT);
	return s->dropped[why];
}

uint32_t snat_mappings(const struct snat *s)
{
	return s->count;
}

uint64_t snat_made(const struct snat *s)
{
	return s->made;
}

/* --- configuration ------------------------------------------------------------------------------------------------- */

static bool overlap(const struct snat_pool *a, const struct snat_pool *b)
{
	uint32_t first_a = ip4_to_u32(&a->first), first_b = ip4_to_u32(&b->first);

	return first_a < first_b ? first_b - first_a < a->count : first_a - first_b < b->count;
}

static struct vl_status check_pool(const struct snat_config *c, size_t i)
{
	const struct snat_pool *p = &c->pool[i];
	char text[IP_TEXT];

	if (p->first.family != IP_V4 || p->from.addr.family != IP_V4)
		return vl_refuse(VL_INVALID, "nat: pools are of IPv4 addresses");
	if (p->count == 0)
		return vl_refuse(VL_INVALID, "nat: a pool without an address");
	if (p->first_port > p->last_port || (p->first_port == 0 && p->last_port != 0))
		return vl_refuse(VL_INVALID, "nat: ports: `%u-%u' is no range of 1-65535", (unsigned)p->first_port,
				 (unsigned)p->last_port);
	for (size_t k = 0; k < i; k++)
		if (overlap(p, &c->pool[k]))
			return vl_refuse(VL_INVALID, "nat: %s is in two pools", ip_format(text, &p->first));
	return vl_status_ok();
}

static uint64_t count_addresses(const struct snat_config *c)
{
	uint64_t count = 0;

	for (size_t i = 0; i < c->pool_count; i++)
		count += c->pool[i].count;
	return count;
}

struct vl_status snat_config_check(const struct snat_config *c, size_t interfaces)
{
	if (c->outside >= interfaces)
		return vl_refuse(VL_INVALID, "nat: there is no such interface");
	if (c->pool_count < 1 || c->pool_count > SNAT_POOLS)
		return vl_refuse(VL_INVALID, "nat: 1-%d pools", SNAT_POOLS);
	for (size_t i = 0; i < c->pool_count; i++) {
		struct vl_status status = check_pool(c, i);
		if (!vl_ok(&status))
			return status;
	}
	if (count_addresses(c) > SNAT_ADDRESSES)
		return vl_refuse(VL_INVALID, "nat: more than %d addresses", SNAT_ADDRESSES);
	return vl_status_ok();
}

/* --- making ---------------------------------------------------------------------------------------------------------- */

#define MAPPINGS 65536

void snat_empty(struct snat *s)
{
	memset(s->mapping, 0, s->room * sizeof *s->mapping);
	memset(s->ports, 0, s->addresses * SNAT_PROTOCOLS * sizeof *s->ports);
	for (uint32_t i = 0; i < s->room; i++)
		s->mapping[i].next_free = i + 1 < s->room ? i + 1 : SNAT_NONE;
	s->free = 0;
	s->count = 0;
	s->refusing = false;
	s->not_before = 0;
	memset(s->turn, 0, sizeof s->turn);
	memset(s->inside.slot, 0, s->inside.slots * s->inside.stride);
	memset(s->outside.slot, 0, s->outside.slots * s->outside.stride);
	s->inside.count = s->outside.count = 0;
	wheel_init(&s->wheel, &s->mapping[0].link, sizeof s->mapping[0], 0);
}

static vl_time or_default(vl_time given, vl_time otherwise)
{
	return given != 0 ? given : otherwise;
}

static void set_up(struct snat *s, const struct snat_config *c)
{
	s->config = *c;
	s->config.established = or_default(c->established, 7440 * VL_S);
	s->config.transitory = or_default(c->transitory, 240 * VL_S);
	s->config.udp = or_default(c->udp, 300 * VL_S);
	s->config.icmp = or_default(c->icmp, 60 * VL_S);
	s->room = c->mappings != 0 ? c->mappings : MAPPINGS;
	for (size_t i = 0; i < c->pool_count; i++) {
		struct snat_pool *p = &s->config.pool[i];
		if (p->last_port == 0) {
			p->first_port = 1024;
			p->last_port = 65535;
		}
		s->base[i] = s->addresses;
		s->addresses += p->count;
	}
}

void snat_own(struct snat *s)
{
	unsigned outside = s->config.outside;

	for (size_t i = 0; i < s->config.pool_count; i++)
		for (uint32_t k = 0; k < s->config.pool[i].count; k++) {
			struct ip_addr address = ip4_from_u32(ip4_to_u32(&s->config.pool[i].first) + k);
			if (stack_has_address(s->stack, outside, &address))
				continue;
			(void)stack_claim(s->stack, &(struct stack_claim){
							    .interface = outside,
							    .address = address,
							    .mac = stack_interface(s->stack, outside)->mac,
							    .accept = true,
						    });
		}
}

void snat_free(void *self)
{
	struct snat *s = self;

	if (s == NULL)
		return;
	table_fini(&s->inside);
	table_fini(&s->outside);
	free(s->mapping);
	free(s->ports);
	free(s);
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct snat_config *c = config;
	struct node_part none = {0};

	*why = snat_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a gateway");
	struct snat *s = calloc(1, sizeof *s);
	if (s == NULL)
		return none;
	s->stack = stack;
	s->outbox = outbox;
	set_up(s, c);
	s->mapping = calloc(s->room, sizeof *s->mapping);
	s->ports = calloc((size_t)s->addresses * SNAT_PROTOCOLS, sizeof *s->ports);
	if (s->mapping == NULL || s->ports == NULL ||
	    !table_init(&s->inside, s->room, sizeof(struct snat_end), sizeof(uint32_t), c->seed) ||
	    !table_init(&s->outside, s->room, sizeof(struct snat_end), sizeof(uint32_t), c->seed)) {
		snat_free(s);
		return none;
	}
	snat_empty(s);
	*why = vl_status_ok();
	return (struct node_part){&snat_ops, s};
}

struct node_part_config snat_part(const struct snat_config *c)
{
	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = (size_t)count_addresses(c),
		.words = 16 + SNAT_UNMAPPED_AT_ONCE,
	};
}

/* --- settings ----------------------------------------------------------------------------------------------------------- */

enum item { ITEM_ESTABLISHED, ITEM_TRANSITORY, ITEM_UDP, ITEM_ICMP };

static const struct setting SETTINGS[] = {
	{"established", VALUE_TIME, VL_MS, UINT64_C(7) * 86400 * VL_S, 0, ITEM_ESTABLISHED},
	{"transitory", VALUE_TIME, VL_MS, UINT64_C(86400) * VL_S, 0, ITEM_TRANSITORY},
	{"udp", VALUE_TIME, VL_MS, UINT64_C(86400) * VL_S, 0, ITEM_UDP},
	{"icmp", VALUE_TIME, VL_MS, UINT64_C(86400) * VL_S, 0, ITEM_ICMP},
};

struct vl_status snat_control(void *self, const struct command *command, vl_time now)
{
	struct snat *s = self;
	vl_time *const time[] = {&s->config.established, &s->config.transitory, &s->config.udp, &s->config.icmp};

	if (command->verb != COMMAND_SET || strncmp(command->field, "nat.", 4) != 0)
		return vl_refuse(VL_UNKNOWN, "nat does not take this command");
	const struct setting *setting = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field + 4);
	if (setting == NULL)
		return vl_refuse(VL_UNKNOWN, "nat has no field `%s'", command->field);
	struct vl_status status = setting_check(setting, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	setting_record(s->outbox, "nat", setting, &(union value){.time = *time[setting->item]}, &command->value, now);
	*time[setting->item] = command->value.time;     /* of what passes from now on */
	return status;
}
