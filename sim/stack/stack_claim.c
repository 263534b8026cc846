// SPDX-License-Identifier: BSD-2-Clause
/* What the box owns: configured addresses, addresses claimed for a while, the MACs that go with them. */
#include <assert.h>
#include <string.h>

#include "sim/stack/parts.h"

const struct record_kind STACK_ADDRESS_CONFLICT_KIND = {
	.name = "arp.conflict",
	.level = RECORD_WARN,
	.text = "{mac} also uses our address {address}",
	.field = {{"address", VALUE_IP}, {"mac", VALUE_MAC}},
};

struct mac_place {
	uint8_t interface;
	struct mac mac;
};

_Static_assert(sizeof(struct mac_place) == 1 + sizeof(struct mac), "keys are compared as bytes");

static struct place place_of(unsigned interface, const struct ip_addr *address)
{
	return (struct place){.interface = (uint8_t)interface, .address = *address};
}

const struct stack_claim *stack_find_claim(const struct stack *s, unsigned interface,
					   const struct ip_addr *address)
{
	if (s->claims.count == 0)
		return NULL;            /* a host, or a backup: no key to make */
	struct place key = place_of(interface, address);
	return table_find(&s->claims, &key);
}

static void hold_mac(struct stack *s, unsigned interface, struct mac mac)
{
	struct mac_place key = {.interface = (uint8_t)interface, .mac = mac};
	uint32_t *holders = table_put(&s->claimed_macs, &key, NULL);

	assert(holders != NULL);        /* never more MACs than claims and STACK_HELD_MACS */
	(*holders)++;
}

static void drop_mac(struct stack *s, unsigned interface, struct mac mac)
{
	struct mac_place key = {.interface = (uint8_t)interface, .mac = mac};
	uint32_t *holders = table_find(&s->claimed_macs, &key);

	assert(holders != NULL && *holders > 0);
	if (--*holders == 0)
		table_remove(&s->claimed_macs, &key);
}

bool stack_hold_mac(struct stack *s, unsigned interface, struct mac mac)
{
	assert(interface < s->interface_count);
	if (s->held_macs == STACK_HELD_MACS)
		return false;
	s->held_macs++;
	hold_mac(s, interface, mac);
	return true;
}

void stack_drop_mac(struct stack *s, unsigned interface, struct mac mac)
{
	assert(s->held_macs > 0);
	s->held_macs--;
	drop_mac(s, interface, mac);
}

void stack_set_mac(struct stack *s, unsigned interface, struct mac mac)
{
	assert(interface < s->interface_count);
	struct interface_state *n = &s->interface[interface];

	n->config.mac = mac_equal(mac, MAC_ZERO) ? n->physical : mac;
}

void stack_mask_mac(struct stack *s, unsigned interface, struct mac mac)
{
	assert(interface < s->interface_count);
	s->interface[interface].mask = mac;
}

bool stack_claim(struct stack *s, const struct stack_claim *claim)
{
	assert(claim->interface < s->interface_count);
	struct place key = place_of(claim->interface, &claim->address);
	bool is_new;
	struct stack_claim *held = table_put(&s->claims, &key, &is_new);
	if (held == NULL)
		return false;
	if (!is_new)
		drop_mac(s, held->interface, held->mac);
	stack_owned_add(s, &claim->address);
	*held = *claim;
	s->filters = s->filters || claim->filter != NULL;
	hold_mac(s, claim->interface, claim->mac);
	return true;
}

void stack_release(struct stack *s, unsigned interface, const struct ip_addr *address)
{
	struct place key = place_of(interface, address);
	const struct stack_claim *held = table_find(&s->claims, &key);

	if (held == NULL)
		return;
	drop_mac(s, interface, held->mac);
	table_remove(&s->claims, &key);
	s->owned.known = false;
}

void stack_enable_address(struct stack *s, unsigned interface, const struct ip_addr *address, bool enabled)
{
	assert(interface < s->interface_count);
	struct interface_state *n = &s->interface[interface];

	s->owned.known = false;
	for (size_t i = 0; i < n->config.address_count; i++)
		if (ip_equal(&n->config.address[i].addr, address))
			n->disabled = (uint16_t)((n->disabled & ~(1u << i)) | (enabled ? 0 : 1u << i));
}

bool stack_mac_is_ours(const struct stack *s, unsigned interface, struct mac mac)
{
	if (mac_equal(mac, s->interface[interface].config.mac))
		return true;
	struct mac_place key = {.interface = (uint8_t)interface, .mac = mac};
	return table_find(&s->claimed_macs, &key) != NULL;
}

static bool is_on_loopback(const struct stack *s, const struct ip_addr *address)
{
	for (size_t i = 0; i < s->loopback_count; i++)
		if (ip_equal(&s->loopback[i], address))
			return true;
	return false;
}

enum ownership stack_owns(const struct stack *s, unsigned interface, const struct ip_addr *address,
			  struct mac *mac)
{
	const struct interface_state *n = &s->interface[interface];
	const struct stack_claim *claim = stack_find_claim(s, interface, address);

	if (mac != NULL)
		*mac = claim != NULL ? claim->mac : n->config.mac;
	if (claim != NULL)
		return claim->accept ? OURS : OURS_TO_ANSWER;
	for (size_t i = 0; i < n->config.address_count; i++)
		if (interface_enables(n, i) && ip_equal(&n->config.address[i].addr, address))
			return OURS;
	return s->loopback_arp && is_on_loopback(s, address) ? OURS : NOT_OURS;
}

enum ownership stack_owns_anywhere(const struct stack *s, unsigned interface, const struct ip_addr *address)
{
	enum ownership found = stack_owns(s, interface, address, NULL);

	if (found == NOT_OURS && s->loopback_count > 0 && is_on_loopback(s, address))
		return OURS;
	for (unsigned i = 0; found == NOT_OURS && i < s->interface_count; i++)
		if (i != interface)
			found = stack_owns(s, i, address, NULL);
	return found;
}

struct stack_answer stack_answer_to(const struct stack *s, unsigned interface, const struct ip_addr *address,
				    struct mac own, struct mac asker)
{
	const struct stack_claim *claim = stack_find_claim(s, interface, address);
	struct stack_answer answer = {.mac = own, .source = own};

	if (claim == NULL)
		return answer;
	if (claim->chooser != NULL)
		answer.mac = claim->chooser->choose(claim->chooser->context, asker);
	if (!mac_equal(claim->source, MAC_ZERO))
		answer.source = claim->source;
	return answer;
}

struct mac stack_mac_of(const struct stack *s, unsigned interface, const struct ip_addr *source)
{
	struct mac mac;

	(void)stack_owns(s, interface, source, &mac);
	return mac;
}

void stack_report_conflict(struct stack *s, const struct ip_addr *address, struct mac mac, vl_time now)
{
	struct record *r = outbox_record(s->outbox, &STACK_ADDRESS_CONFLICT_KIND, NULL, now);

	r->value[0].ip = *address;
	r->value[1].mac = mac;
}
