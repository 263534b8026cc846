// SPDX-License-Identifier: BSD-2-Clause
/* Descriptors by client address and both ports. */
#include "sim/vendors/nlb_flows.h"

#define AT_ONCE 512

struct flow_key {
	uint32_t client;
	uint16_t client_port, cluster_port;
};

struct descriptor {
	vl_time ends;                   /* VL_NEVER: open */
};

static struct flow_key key_of(const struct packet *p)
{
	return (struct flow_key){ip4_to_u32(&p->src), p->tcp.src_port, p->tcp.dst_port};
}

bool nlb_flows_init(struct nlb_flows *d, uint64_t secret)
{
	d->full = 0;
	return table_init(&d->flows, NLB_DESCRIPTORS, sizeof(struct flow_key), sizeof(struct descriptor), secret);
}

void nlb_flows_fini(struct nlb_flows *d)
{
	table_fini(&d->flows);
}

void nlb_flows_clear(struct nlb_flows *d)
{
	memset(d->flows.slot, 0, d->flows.slots * d->flows.stride);
	d->flows.count = 0;
}

bool nlb_flows_know(const struct nlb_flows *d, const struct packet *p)
{
	struct flow_key key = key_of(p);

	return table_find(&d->flows, &key) != NULL;
}

void nlb_flows_note(struct nlb_flows *d, const struct packet *p, vl_time now)
{
	struct flow_key key = key_of(p);

	if ((p->tcp.flags & TCP_RST) != 0) {
		table_remove(&d->flows, &key);
		return;
	}
	bool begins = (p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct descriptor *held = begins ? table_put(&d->flows, &key, NULL) : table_find(&d->flows, &key);
	if (held == NULL)
		d->full += begins;
	else if (begins)
		held->ends = VL_NEVER;
	else if ((p->tcp.flags & TCP_FIN) != 0)
		held->ends = vl_time_after(now, NLB_DESCRIPTOR_TIME);
}

void nlb_flows_age(struct nlb_flows *d, vl_time now)
{
	struct flow_key over[AT_ONCE];
	const void *key;
	void *value;
	size_t count = 0;

	for (size_t at = 0; count < AT_ONCE && table_next(&d->flows, &at, &key, &value);)
		if (((const struct descriptor *)value)->ends <= now)
			memcpy(&over[count++], key, sizeof over[0]);
	for (size_t i = 0; i < count; i++)
		table_remove(&d->flows, &over[i]);
}
