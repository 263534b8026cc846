// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/build_fhrp.h"

#include <stdlib.h>

#include "sim/vendors/glbp_part.h"
#include "sim/vendors/hsrp_part.h"

#define TAKE(target, source)                      \
	do {                                      \
		if ((source).given)               \
			(target) = (source).value; \
	} while (0)
#define TAKE_BYTE(target, source)                          \
	do {                                               \
		if ((source).given)                        \
			(target) = (uint8_t)(source).value; \
	} while (0)

/* What a tracked object takes while it is down. */
static uint8_t decrement_of(const struct scenario_track *t)
{
	return t->priority.given && t->priority.value < 0 ? (uint8_t)-t->priority.value : 0;
}

static void take_addresses(const struct scenario_ips *from, struct hsrp_group_config *to)
{
	for (size_t i = 0; i < from->count && i < HSRP_ADDRESSES; i++)
		to->address[to->address_count++] = from->item[i];
	to->family = from->count > 0 ? (enum ip_family)from->item[0].family : IP_V4;
}

void build_hsrp_group(const struct scenario_hsrp *from, struct hsrp_group_config *to)
{
	hsrp_group_config_init(to);
	to->interface = from->interface;
	to->group = (uint16_t)from->group;
	take_addresses(&from->vip, to);
	to->version = to->family == IP_V6 ? 2 : 1;
	TAKE_BYTE(to->version, from->version);
	TAKE_BYTE(to->priority, from->priority);
	TAKE(to->preempt, from->preempt);
	TAKE(to->preempt_delay, from->preempt_delay);
	TAKE(to->hello, from->hello);
	TAKE(to->hold, from->hold);
	to->timers_given = from->hello.given || from->hold.given;
	if (from->auth_text != NULL)
		to->key = from->auth_text;
	if (from->auth_md5 != NULL) {
		to->auth = HSRP_AUTH_MD5;
		to->key = from->auth_md5;
	}
	if (from->auth_key_id.given)
		to->key_id = (uint32_t)from->auth_key_id.value;
	for (size_t i = 0; i < from->track_count && i < HSRP_TRACKS; i++)
		to->track[to->track_count++] = (struct hsrp_track_config){
			.object = from->track[i].interface_name == NULL ? from->track[i].name : NULL,
			.interface = from->track[i].interface,
			.decrement = decrement_of(&from->track[i]),
			.shutdown = from->track[i].fault,
		};
	if (from->address_check != 0)
		to->address_check = (enum hsrp_address_check)(from->address_check - 1);
	if (from->learning != 0)
		to->learning = (enum hsrp_learning)(from->learning - 1);
	if (from->hello_jitter.given)
		to->hello_jitter = (uint32_t)from->hello_jitter.value * 10000;
	TAKE(to->resigns, from->resigns);
}

void build_glbp_group(const struct scenario_glbp *from, struct glbp_group_config *to)
{
	glbp_group_config_init(to);
	to->interface = from->interface;
	to->group = (uint16_t)from->group;
	if (from->vip.count > 0)
		to->address = from->vip.item[0];
	TAKE_BYTE(to->priority, from->priority);
	TAKE(to->preempt, from->preempt);
	TAKE(to->preempt_delay, from->preempt_delay);
	TAKE(to->forwarder_preempt, from->forwarder_preempt);
	TAKE(to->forwarder_preempt_delay, from->forwarder_preempt_delay);
	TAKE(to->hello, from->hello);
	TAKE(to->hold, from->hold);
	TAKE(to->redirect, from->redirect);
	TAKE(to->timeout, from->timeout);
	if (from->balancing != 0)
		to->balancing = (enum glbp_balancing)(from->balancing - 1);
	TAKE_BYTE(to->weight, from->weight);
	to->upper = to->weight;
	TAKE_BYTE(to->lower, from->lower);
	TAKE_BYTE(to->upper, from->upper);
	to->text = from->auth_text;
	for (size_t i = 0; i < from->track_count && i < GLBP_TRACKS; i++)
		to->track[to->track_count++] = (struct glbp_track_config){
			.object = from->track[i].interface_name == NULL ? from->track[i].name : NULL,
			.interface = from->track[i].interface,
			.decrement = decrement_of(&from->track[i]),
		};
	TAKE(to->says_goodbye, from->says_goodbye);
}

static struct vl_status add(struct node_config *box, struct node_part_config part)
{
	return node_config_add_part(box, &part) ? vl_status_ok() : vl_refuse(VL_FULL, "at most %d parts", NODE_PARTS);
}

static struct vl_status add_hsrp(const struct scenario_node *n, struct node_config *box, struct hsrp_config *c)
{
	if (c == NULL)
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	c->advertise = true;
	for (size_t i = 0; i < n->hsrp_count && i < HSRP_GROUPS; i++) {
		struct hsrp_group_config *g = &c->group[c->group_count++];
		build_hsrp_group(&n->hsrp[i], g);
		g->seed = box->stack.seed + i;
	}
	return add(box, hsrp_part(c));
}

static struct vl_status add_glbp(const struct scenario_node *n, struct node_config *box, struct glbp_config *c)
{
	if (c == NULL)
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < n->glbp_count && i < GLBP_GROUPS; i++)
		build_glbp_group(&n->glbp[i], &c->group[c->group_count++]);
	return add(box, glbp_part(c));
}

struct vl_status build_fhrp(const struct scenario_node *n, struct node_config *box, struct build_fhrp *f)
{
	struct vl_status status = vl_status_ok();

	if (n->hsrp_count > 0) {
		f->hsrp = calloc(1, sizeof *f->hsrp);
		status = add_hsrp(n, box, f->hsrp);
	}
	if (vl_ok(&status) && n->glbp_count > 0) {
		f->glbp = calloc(1, sizeof *f->glbp);
		status = add_glbp(n, box, f->glbp);
	}
	return status;
}

void build_fhrp_free(struct build_fhrp *f)
{
	free(f->hsrp);
	free(f->glbp);
	*f = (struct build_fhrp){.hsrp = NULL};
}
