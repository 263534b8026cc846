// SPDX-License-Identifier: BSD-2-Clause
/* Messages that come in: whose they are. */
#include "sim/vendors/clusterxl_parts.h"

#define NEW_STATION (2 * VL_S)          /* a member that comes back with another random ID was silent so long */

static void fill(struct clusterxl_member *m, const struct record_kind *kind, enum clusterxl_drop why,
		 unsigned interface, const struct packet *p, vl_time now)
{
	struct record *r = outbox_record(m->outbox, kind, m->name, now);

	r->value[CLUSTERXL_DROP_OF_MAGIC].number = m->config.magic;
	r->value[CLUSTERXL_DROP_ON].word = stack_interface(m->stack, interface)->name;
	r->value[CLUSTERXL_DROP_WHY].word = clusterxl_drop_text(why);
	r->value[CLUSTERXL_DROP_CLUSTER_SEEN].number = p->ccp.cluster;
	r->value[CLUSTERXL_DROP_MEMBER_SEEN].number = p->ccp.source_machine + 1u;
	r->value[CLUSTERXL_DROP_MAC].mac = p->ethernet.src;
}

static void drop(struct clusterxl_member *m, enum clusterxl_drop why, unsigned interface, const struct packet *p,
		 vl_time now)
{
	bool foreign = why == CLUSTERXL_DROP_CLUSTER || why == CLUSTERXL_DROP_OWN_ID || why == CLUSTERXL_DROP_TWO_IDS;

	m->dropped[why]++;
	fill(m, &CLUSTERXL_DROP_KIND, why, interface, p, now);
	if (!foreign || now < m->warn_after)
		return;
	fill(m, &CLUSTERXL_FOREIGN_KIND, why, interface, p, now);
	m->warn_after = vl_time_after(now, VL_S);
}

static bool is_peer(const struct clusterxl_member *m, const struct ip_addr *who)
{
	for (size_t i = 0; i < m->config.peer_count; i++)
		if (ip_equal(&m->config.peer[i], who))
			return true;
	return false;
}

/* True when the message may be of our cluster; otherwise *why. */
static bool may_be_ours(const struct clusterxl_member *m, const struct packet *p, enum clusterxl_drop *why)
{
	uint8_t magic, number;
	bool by_mac = ccp_of_source_mac(p->ethernet.src, &magic, &number);

	if (m->config.mode == CLUSTERXL_UNICAST) {
		*why = CLUSTERXL_DROP_PEER;
		return is_peer(m, &p->src) && p->ccp.cluster == clusterxl_number(m);
	}
	*why = CLUSTERXL_DROP_MAGIC;
	if (!by_mac || magic != m->config.magic)
		return false;
	*why = CLUSTERXL_DROP_CLUSTER;
	return p->ccp.cluster == clusterxl_number(m);
}

/* Takes the report over. Two stations with one number look like one that flips its random ID. */
static void note(struct clusterxl_member *m, const struct packet *p, unsigned interface, vl_time now)
{
	const struct ccp_message *c = &p->ccp;
	struct clusterxl_peer *peer = &m->peer[c->source_machine];
	bool other = peer->used && peer->random_id != c->random_id && now - peer->heard < NEW_STATION;

	if (other)
		drop(m, CLUSTERXL_DROP_TWO_IDS, interface, p, now);
	*peer = (struct clusterxl_peer){
		.used = true,
		.state = (enum clusterxl_state)c->member_state[c->source_machine],
		.up = c->rest_length > 0 ? c->rest[0] : 0,
		.version = c->version,
		.random_id = c->random_id,
		.heard = now,
	};
	clusterxl_decide(m, now);
}

bool clusterxl_receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct clusterxl_member *m = self;
	const struct ccp_message *c = &p->ccp;
	enum clusterxl_drop why;

	(void)f;
	if (p->transport != TRANSPORT_CCP)
		return false;
	if (!m->started)
		return true;
	if (!may_be_ours(m, p, &why))
		drop(m, why, interface, p, now);
	else if (!c->has_state || c->member_state == NULL || c->source_machine >= c->member_count ||
		 c->source_machine >= CLUSTERXL_MEMBERS || c->member_state[c->source_machine] >= CLUSTERXL_STATE_COUNT)
		drop(m, CLUSTERXL_DROP_UNREAD, interface, p, now);
	else if (c->source_machine + 1u == m->config.member)
		drop(m, CLUSTERXL_DROP_OWN_ID, interface, p, now);
	else
		note(m, p, interface, now);
	return true;
}
