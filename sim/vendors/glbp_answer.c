// SPDX-License-Identifier: BSD-2-Clause
/* The AVG's answers to ARP: which forwarder's MAC a host is told. */
#include "sim/vendors/glbp_state.h"

bool forwarder_is_usable(const struct forwarder *f)
{
	bool has_active = f->state == GLBP_GROUP_ACTIVE || (f->state == GLBP_GROUP_LISTEN && f->active_ip.family != IP_NONE);

	return has_active && f->told;
}

static bool any_usable(const struct glbp_group *g)
{
	for (size_t i = 0; i < GLBP_FORWARDERS; i++)
		if (forwarder_is_usable(&g->forwarder[i]))
			return true;
	return false;
}

/* The MAC that the AVG itself has at the moment: its own forwarder's, that of one it stands in for, its physical one. */
static struct mac answering_mac(const struct glbp_group *g)
{
	if (g->own != 0 && g->forwarder[g->own - 1].state == GLBP_GROUP_ACTIVE)
		return forwarder_mac(g, g->own);
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (g->forwarder[number - 1].state == GLBP_GROUP_ACTIVE)
			return forwarder_mac(g, number);
	return glbp_own_mac(g);
}

/* --- the ways of balancing ------------------------------------------------------------------------------- */

static size_t round_robin(struct glbp_group *g)
{
	size_t i = g->last_told;

	do
		i = (i + 1) % GLBP_FORWARDERS;
	while (!forwarder_is_usable(&g->forwarder[i]));
	g->last_told = (uint8_t)i;
	return i;
}

/* Every answer each earns its weight, and the richest pays the sum: in proportion, and as even as can be. */
static size_t weighted(struct glbp_group *g)
{
	int64_t sum = 0;
	size_t best = GLBP_FORWARDERS;

	for (size_t i = 0; i < GLBP_FORWARDERS; i++) {
		struct forwarder *f = &g->forwarder[i];
		if (!forwarder_is_usable(f))
			continue;
		int64_t weight = f->state == GLBP_GROUP_ACTIVE ? glbp_group_weight(g) : f->active_weight;
		f->credit += weight;
		sum += weight;
		if (best == GLBP_FORWARDERS || f->credit > g->forwarder[best].credit)
			best = i;
	}
	g->forwarder[best].credit -= sum;
	return best;
}

/* The same host gets the same forwarder while their number stays. */
static size_t by_host(const struct glbp_group *g, struct mac asker)
{
	size_t usable = 0, at = 0;
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < GLBP_FORWARDERS; i++)
		usable += forwarder_is_usable(&g->forwarder[i]);
	for (size_t i = 0; i < sizeof asker.b; i++)
		hash = (hash ^ asker.b[i]) * 16777619u;
	size_t nth = hash % usable;
	while (!forwarder_is_usable(&g->forwarder[at]) || nth-- > 0)
		at++;
	return at;
}

static bool is_member(const struct glbp_group *g, struct mac asker)
{
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (mac_equal(asker, g->forwarder[number - 1].owner) || mac_equal(asker, forwarder_mac(g, number)))
			return true;
	return false;
}

static struct mac choose(void *context, struct mac asker)
{
	struct glbp_group *g = context;

	if (!any_usable(g) || is_member(g, asker))
		return g->claimed_mac;
	switch (g->config.balancing) {
	case GLBP_ROUND_ROBIN:
		return forwarder_mac(g, (unsigned)round_robin(g) + 1);
	case GLBP_WEIGHTED:
		return forwarder_mac(g, (unsigned)weighted(g) + 1);
	case GLBP_HOST_DEPENDENT:
		return forwarder_mac(g, (unsigned)by_host(g, asker) + 1);
	case GLBP_NO_BALANCING:
		break;
	}
	return g->claimed_mac;
}

/* --- ownership ------------------------------------------------------------------------------------------- */

void glbp_settle_answers(struct glbp_group *g)
{
	bool answers = g->state == GLBP_GROUP_ACTIVE && any_usable(g);
	struct mac mac = answering_mac(g);

	if (!answers) {
		if (g->claimed)
			stack_release(g->stack, g->config.interface, &g->config.address);
		g->claimed = false;
		return;
	}
	if (g->claimed && mac_equal(mac, g->claimed_mac))
		return;
	g->chooser = (struct stack_chooser){.choose = choose, .context = g};
	g->claimed_mac = mac;
	g->claimed = stack_claim(g->stack, &(struct stack_claim){
						   .interface = g->config.interface,
						   .address = g->config.address,
						   .mac = mac,
						   .source = mac,
						   .chooser = &g->chooser,
						   .accept = true,
					   });
}
