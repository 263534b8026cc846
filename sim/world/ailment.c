// SPDX-License-Identifier: BSD-2-Clause
/* What ails a node: a clock that runs wrong, and work that takes time. */
#include "sim/world/parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct record_kind WORLD_CLOCK_KIND = {
	.name = "world.clock",
	.level = RECORD_NOTICE,
	.text = "{node}: its clock runs {ppm} millionths fast",
	.field = {{"node", VALUE_WORD}, {"ppm", VALUE_SIGNED}},
};

const struct record_kind WORLD_SLOW_KIND = {
	.name = "world.slow",
	.level = RECORD_NOTICE,
	.text = "{node}: works {frame} s on a frame, {queue} frames wait",
	.field = {{"node", VALUE_WORD}, {"frame", VALUE_TIME}, {"queue", VALUE_NUMBER}},
};

const struct record_kind WORLD_BACKLOG_KIND = {
	.name = "world.backlog",
	.level = RECORD_NOTICE,
	.text = "{node}: its backlog {what} ({lost} frames lost)",
	.field = {{"node", VALUE_WORD}, {"what", VALUE_WORD}, {"lost", VALUE_NUMBER}},
};

/* The node's, made when it is the first; NULL: no memory. */
static struct ailment *ailment_of(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->ailment == NULL) {
		node->ailment = calloc(1, sizeof *node->ailment);
		w->no_memory = w->no_memory || node->ailment == NULL;
		if (node->ailment != NULL)
			node->ailment->lane = WORLD_NONE;
	}
	return node->ailment;
}

/* --- clock ---------------------------------------------------------------------------------------------- */

enum { MILLION = 1000000 };

/* Whole millions first, so that nothing overflows and the rounding is the exact one. */
vl_time clock_local(const struct clock *c, vl_time world)
{
	uint64_t elapsed = world - c->world, rate = (uint64_t)(MILLION + c->ppm);

	return c->local + elapsed / MILLION * rate + elapsed % MILLION * rate / MILLION;
}

vl_time clock_world(const struct clock *c, vl_time local)
{
	uint64_t rate = (uint64_t)(MILLION + c->ppm);

	if (local <= c->local) /* before it was set; the rate of then is not kept */
		return c->local - local <= c->world ? c->world - (c->local - local) : 0;
	uint64_t elapsed = local - c->local;
	if (elapsed > VL_NEVER / 4)
		return VL_NEVER;
	return vl_time_after(c->world, elapsed / rate * MILLION + (elapsed % rate * MILLION + rate - 1) / rate);
}

void world_clock(struct world *w, world_node n, int32_t ppm)
{
	struct ailment *a = ailment_of(w, n);

	assert(ppm >= -MILLION / 2 && ppm <= MILLION / 2);
	if (a == NULL)
		return;
	a->clock = (struct clock){.world = w->now, .local = clock_local(&a->clock, w->now), .ppm = ppm};
	world_tell(w, &(struct record){.kind = &WORLD_CLOCK_KIND,
				       .value = {{.word = w->node[n].name}, {.signed_number = ppm}}});
	node_arm(w, n);
}

void ailment_translate(const struct ailment *a, struct record *r)
{
	for (size_t i = 0; i < RECORD_FIELDS && r->kind->field[i].name != NULL; i++) {
		const struct record_field *f = &r->kind->field[i];
		size_t length = strlen(f->name);
		if (f->type == VALUE_TIME && length > 3 && strcmp(f->name + length - 3, "_at") == 0)
			r->value[i].time = clock_world(&a->clock, r->value[i].time);
	}
}

/* --- work ----------------------------------------------------------------------------------------------- */

static void tell_backlog(struct world *w, uint32_t node, const char *what, uint64_t lost)
{
	world_tell(w, &(struct record){.kind = &WORLD_BACKLOG_KIND,
				       .value = {{.word = w->node[node].name}, {.word = what}, {.number = lost}}});
}

void world_slow(struct world *w, world_node n, vl_time frame, uint64_t queue)
{
	struct ailment *a = ailment_of(w, n);

	if (a != NULL && a->lane == WORLD_NONE)
		a->lane = link_add_lane(w, &(struct lane){.shared = false});
	if (a == NULL || a->lane == WORLD_NONE)
		return;
	a->frame = frame;
	a->queue = queue > 0 ? queue : WORLD_NODE_QUEUE;
	world_tell(w, &(struct record){.kind = &WORLD_SLOW_KIND,
				       .value = {{.word = w->node[n].name}, {.time = frame}, {.number = a->queue}}});
}

/* As long as something waits the rest waits behind it, also when the node is fast again. */
bool ailment_accept(struct world *w, uint32_t node, uint32_t port, struct frame *f)
{
	struct ailment *a = w->node[node].ailment;
	size_t count = a->lane != WORLD_NONE ? w->lane[a->lane].count : 0;

	if (a->frame == 0 && count == 0)
		return false;
	if (count > a->queue) { /* one of them is in work */
		if (a->overflowed++ == a->overflowed_before)
			tell_backlog(w, node, "overflows", 1);
		return true;
	}
	if (count == 0) {
		a->work_since = w->now;
		a->busy_until = w->now;
	}
	a->busy_until = vl_time_after(a->busy_until, a->frame);
	link_push(w, a->lane,
		  &(struct flight){.at = a->busy_until, .order = w->next_order++, .frame = frame_ref(f), .from = port,
				   .to = TO_WORK | port}, true);
	return true;
}

void ailment_forget(struct world *w, uint32_t node)
{
	const struct ailment *a = w->node[node].ailment;

	if (a != NULL && a->lane != WORLD_NONE) {
		link_clear(w, a->lane);
		w->lane[a->lane].last_at = w->now;
	}
}

void ailment_next(struct world *w, uint32_t node)
{
	struct ailment *a = w->node[node].ailment;

	a->work_since = w->now;
	if (w->lane[a->lane].count == 0 && a->overflowed > a->overflowed_before) {
		tell_backlog(w, node, "is empty again", a->overflowed - a->overflowed_before);
		a->overflowed_before = a->overflowed;
	}
}

vl_time ailment_timer(const struct world *w, uint32_t node)
{
	const struct ailment *a = w->node[node].ailment;
	const struct lane *l = a != NULL && a->lane != WORLD_NONE ? &w->lane[a->lane] : NULL;

	return l == NULL || l->count == 0 || a->work_since == w->now ? w->now : l->ring[l->first].at;
}

void world_node_calm(struct world *w, world_node n)
{
	const struct ailment *a = w->node[n].ailment;

	world_inject_end(w, n);
	if (a != NULL && a->clock.ppm != 0)
		world_clock(w, n, 0);
	if (a != NULL && a->frame != 0)
		world_slow(w, n, 0, 0);
}

uint64_t world_node_overflowed(const struct world *w, world_node n)
{
	return w->node[n].ailment != NULL ? w->node[n].ailment->overflowed : 0;
}
