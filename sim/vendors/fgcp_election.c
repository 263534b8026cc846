// SPDX-License-Identifier: BSD-2-Clause
/* Who is the better primary, and the heartbeat of the model. */
#include <string.h>

#include "sim/vendors/fgcp_parts.h"

static int by_age(const struct fgcp_rule *rule, const struct fgcp_candidate *a, const struct fgcp_candidate *b)
{
	vl_time difference = a->age > b->age ? a->age - b->age : b->age - a->age;

	if (difference <= rule->uptime_margin)
		return 0;
	return a->age > b->age ? 1 : -1;
}

int fgcp_compare(const struct fgcp_rule *rule, const struct fgcp_candidate *a, const struct fgcp_candidate *b,
		 enum fgcp_reason *why)
{
	int age = by_age(rule, a, b), priority = a->priority - b->priority;
	const struct {
		int result;
		enum fgcp_reason why;
	} order[] = {
		{a->monitored - b->monitored, FGCP_WHY_MONITORED},
		{rule->override ? priority : age, rule->override ? FGCP_WHY_PRIORITY : FGCP_WHY_AGE},
		{rule->override ? age : priority, rule->override ? FGCP_WHY_AGE : FGCP_WHY_PRIORITY},
		{strcmp(a->serial, b->serial), FGCP_WHY_SERIAL},
	};
	size_t i = 0;

	while (i + 1 < sizeof order / sizeof order[0] && order[i].result == 0)
		i++;
	if (why != NULL)
		*why = order[i].why;
	return order[i].result;
}

#define HELLO_MARK 0x564c       /* says that what follows is the model's */

void fgcp_hello_encode(const struct fgcp_hello *h, struct wr *out)
{
	wr_be16(out, HELLO_MARK);
	wr_u8(out, h->state);
	wr_u8(out, h->priority);
	wr_be16(out, h->group);
	wr_u8(out, h->monitored);
	wr_u8(out, 0);
	wr_be32(out, h->age_ds);
	wr_be16(out, h->ready_ds);
	wr_be64(out, h->key);
	wr_bytes(out, h->serial, FGCP_SERIAL);
}

bool fgcp_hello_decode(struct fgcp_hello *h, struct rd *in)
{
	bool marked = rd_be16(in) == HELLO_MARK;

	*h = (struct fgcp_hello){.state = rd_u8(in)};
	h->priority = rd_u8(in);
	h->group = rd_be16(in);
	h->monitored = rd_u8(in);
	rd_skip(in, 1);
	h->age_ds = rd_be32(in);
	h->ready_ds = rd_be16(in);
	h->key = rd_be64(in);
	const uint8_t *serial = rd_bytes(in, FGCP_SERIAL);
	if (!marked || serial == NULL || h->state >= FGCP_STATE_COUNT)
		return false;
	memcpy(h->serial, serial, FGCP_SERIAL);
	return h->serial[0] != '\0';
}
