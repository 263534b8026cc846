// SPDX-License-Identifier: BSD-2-Clause
/* Bins, their owners, and the question that every host answers alone. */
#include "sim/vendors/nlb_filter.h"

#include <assert.h>

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t add(uint64_t sum, uint64_t word)
{
	return mix(sum ^ mix(word + UINT64_C(0x9e3779b97f4a7c15)));
}

static uint64_t word_at(const uint8_t *b)
{
	uint64_t word = 0;

	for (size_t i = 0; i < 8; i++)
		word = word << 8 | b[i];
	return word;
}

/* What the affinity leaves of the client's address. */
static struct ip_addr key_address(enum nlb_affinity affinity, const struct ip_addr *client)
{
	struct ip_addr key = *client;
	size_t keep = client->family == IP_V6 ? 8 : 3;

	if (affinity == NLB_AFFINITY_NETWORK)
		memset(key.b + keep, 0, sizeof key.b - keep);
	return key;
}

unsigned nlb_bin(const struct nlb_rule *rule, const struct nlb_flow *flow)
{
	struct ip_addr key = key_address(rule->affinity, &flow->client);
	uint64_t sum = add(add(add(rule->seed, key.family), word_at(key.b)), word_at(key.b + 8));

	if (rule->affinity == NLB_AFFINITY_NONE)
		sum = add(sum, (uint64_t)flow->client_port << 32 | (uint64_t)flow->cluster_port << 8 | flow->protocol);
	return (unsigned)(sum % rule->bins);
}

static unsigned count_hosts(uint32_t members)
{
	unsigned count = 0;

	for (; members != 0; members &= members - 1)
		count++;
	return count;
}

void nlb_map_make(struct nlb_map *m, const struct nlb_rule *rule, uint32_t members)
{
	unsigned count = count_hosts(members), has[NLB_HOSTS] = {0};

	assert(rule->bins >= 1 && rule->bins <= NLB_BINS_MOST);
	*m = (struct nlb_map){.bins = rule->bins};
	unsigned fair = count > 0 ? rule->bins / count : 0, more = count > 0 ? rule->bins % count : 0;
	for (unsigned bin = 0; bin < rule->bins && count > 0; bin++) {
		uint64_t best = 0;
		unsigned owner = NLB_HOSTS;
		for (unsigned h = 0; h < NLB_HOSTS; h++) {
			uint64_t rank = add(add(rule->seed, bin), h + 1);
			bool has_room = has[h] < fair || (has[h] == fair && more > 0);
			if ((members >> h & 1) == 0 || !has_room || (owner != NLB_HOSTS && rank <= best))
				continue;
			best = rank;
			owner = h;
		}
		more -= has[owner] == fair; /* `more` of the hosts have one above the fair share */
		has[owner]++;
		m->owner[bin] = (uint8_t)(owner + 1);
	}
}

bool nlb_accepts(const struct nlb_rule *rule, const struct nlb_view *view, const struct nlb_flow *flow)
{
	unsigned bin = nlb_bin(rule, flow);
	bool owns = view->now.owner[bin] == view->host;

	if (rule->descriptors == NLB_DESCRIPTORS_LOST)
		return owns && !view->draining;
	if (flow->known)
		return true;
	if (!owns || view->draining)
		return false;
	return flow->begins || view->before.bins == 0 || view->before.owner[bin] == view->host;
}
