// SPDX-License-Identifier: BSD-2-Clause
/* What a link in trouble does to frames: bandwidth and queue, delay, reordering and duplication when they set out;
 * bursts of loss and damage when they arrive. */
#include "sim/world/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { MILLION = 1000000 };

#define LINK_FIELDS {"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"direction", VALUE_WORD}

const struct record_kind WORLD_BURST_KIND = {
	.name = "world.burst",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: loses in bursts {direction}: begin {begin}, frames {frames}, end {end}, "
		"loss {loss}, otherwise {good-loss} (of a million)",
	.field = {LINK_FIELDS, {"begin", VALUE_NUMBER}, {"frames", VALUE_NUMBER}, {"end", VALUE_NUMBER},
		  {"loss", VALUE_NUMBER}, {"good-loss", VALUE_NUMBER}},
};

const struct record_kind WORLD_DUPLICATE_KIND = {
	.name = "world.duplicate",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: doubles {ppm} frames of a million {direction}",
	.field = {LINK_FIELDS, {"ppm", VALUE_NUMBER}},
};

const struct record_kind WORLD_REORDER_KIND = {
	.name = "world.reorder",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: holds {ppm} frames of a million back for {by} s {direction}",
	.field = {LINK_FIELDS, {"ppm", VALUE_NUMBER}, {"by", VALUE_TIME}},
};

const struct record_kind WORLD_CORRUPT_KIND = {
	.name = "world.corrupt",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: flips {bits} bits in {ppm} frames of a million {direction}",
	.field = {LINK_FIELDS, {"ppm", VALUE_NUMBER}, {"bits", VALUE_NUMBER}},
};

const struct record_kind WORLD_DELAY_KIND = {
	.name = "world.delay",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: {delay} s and up to {jitter} s more {direction}",
	.field = {LINK_FIELDS, {"delay", VALUE_TIME}, {"jitter", VALUE_TIME}},
};

const struct record_kind WORLD_RATE_KIND = {
	.name = "world.rate",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: {rate} bit/s, queue of {frames} frames, {bytes} bytes {direction}",
	.field = {LINK_FIELDS, {"rate", VALUE_NUMBER}, {"frames", VALUE_NUMBER}, {"bytes", VALUE_NUMBER}},
};

const struct record_kind WORLD_QUEUE_KIND = {
	.name = "world.queue",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: queue {direction} {what} ({lost} frames lost)",
	.field = {LINK_FIELDS, {"what", VALUE_WORD}, {"lost", VALUE_NUMBER}},
};

static const char *const directions[] = {"", "from the node", "to the node", "both ways"};

/* --- setting -------------------------------------------------------------------------------------------- */

static struct prng stream(const struct world *w, const struct port *p, const char *what, unsigned way)
{
	char name[256];

	snprintf(name, sizeof name, "%s %s of %s:%u", what, way == WAY_OUT ? "out" : "in", w->node[p->node].name,
		 (unsigned)p->node_port);
	return prng_stream(w->seed, name);
}

/* The trouble of a link, made when it is the first; NULL: no memory. */
static struct trouble *trouble_of(struct world *w, world_node n, unsigned port)
{
	assert(n < w->node_count && port < w->node[n].port_count && w->node[n].port[port] != WORLD_NONE);
	uint32_t index = w->node[n].port[port];

	link_detach(w, index);
	struct port *p = &w->port[index];
	if (p->trouble != NULL || w->no_memory)
		return p->trouble;
	p->trouble = calloc(1, sizeof *p->trouble);
	if (p->trouble == NULL) {
		w->no_memory = true;
		return NULL;
	}
	link_look(p);
	for (unsigned i = 0; i < WAYS; i++) {
		struct way *way = &p->trouble->way[i];
		way->burst_dice = stream(w, p, "burst", i);
		way->duplicate_dice = stream(w, p, "duplicate", i);
		way->reorder_dice = stream(w, p, "reorder", i);
		way->corrupt_dice = stream(w, p, "corrupt", i);
		way->delay_dice = stream(w, p, "delay", i);
	}
	return p->trouble;
}

void trouble_free(struct trouble *t)
{
	for (unsigned i = 0; t != NULL && i < WAYS; i++)
		free(t->way[i].queue);
	free(t);
}

/* Does the statement to every direction that is meant. */
#define EACH_WAY(w, n, port, d, way, statement)                              \
	do {                                                                 \
		struct trouble *trouble_ = trouble_of(w, n, port);           \
		for (unsigned i_ = 0; trouble_ != NULL && i_ < WAYS; i_++) { \
			struct way *way = &trouble_->way[i_];                \
			if ((d & (i_ == WAY_OUT ? WORLD_OUT : WORLD_IN)) != 0) { \
				statement;                                   \
			}                                                    \
		}                                                            \
	} while (0)

static void tell(struct world *w, const struct record_kind *kind, world_node n, unsigned port,
		 enum world_direction d, const uint64_t *value)
{
	struct record r = {.kind = kind,
			   .value = {{.word = w->node[n].name}, {.number = port}, {.word = directions[d & WORLD_BOTH]}}};

	for (size_t i = 3; i < RECORD_FIELDS && kind->field[i].name != NULL; i++) {
		if (kind->field[i].type == VALUE_TIME)
			r.value[i].time = value[i - 3];
		else
			r.value[i].number = value[i - 3];
	}
	world_tell(w, &r);
}

void world_link_burst(struct world *w, world_node n, unsigned port, enum world_direction d,
		      const struct world_burst *burst)
{
	EACH_WAY(w, n, port, d, way, way->burst = *burst; way->in_burst = false);
	tell(w, &WORLD_BURST_KIND, n, port, d,
	     (uint64_t[]){burst->begin_ppm, burst->frames, burst->end_ppm, burst->loss_ppm, burst->good_loss_ppm});
}

void world_link_duplicate(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm)
{
	EACH_WAY(w, n, port, d, way, way->duplicate_ppm = ppm);
	tell(w, &WORLD_DUPLICATE_KIND, n, port, d, (uint64_t[]){ppm});
}

void world_link_reorder(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm,
			vl_time by)
{
	EACH_WAY(w, n, port, d, way, way->reorder_ppm = ppm; way->reorder_by = by);
	tell(w, &WORLD_REORDER_KIND, n, port, d, (uint64_t[]){ppm, by});
}

void world_link_corrupt(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm,
			unsigned bits)
{
	EACH_WAY(w, n, port, d, way, way->corrupt_ppm = ppm; way->corrupt_bits = bits);
	tell(w, &WORLD_CORRUPT_KIND, n, port, d, (uint64_t[]){ppm, bits});
}

void world_link_delay(struct world *w, world_node n, unsigned port, enum world_direction d, vl_time delay,
		      vl_time jitter)
{
	EACH_WAY(w, n, port, d, way, way->delay = delay; way->jitter = jitter);
	tell(w, &WORLD_DELAY_KIND, n, port, d, (uint64_t[]){delay, jitter});
}

void world_link_rate(struct world *w, world_node n, unsigned port, enum world_direction d,
		     const struct world_rate *rate)
{
	struct world_rate r = *rate;

	if (r.queue_frames == 0)
		r.queue_frames = WORLD_QUEUE_FRAMES;
	/* What is on its way keeps the times it was given. */
	EACH_WAY(w, n, port, d, way, way->rate = r);
	tell(w, &WORLD_RATE_KIND, n, port, d, (uint64_t[]){r.bits_per_second, r.queue_frames, r.queue_bytes});
}

void world_link_calm(struct world *w, world_node n, unsigned port)
{
	const struct trouble *t = w->port[w->node[n].port[port]].trouble;

	world_link_flap(w, n, port, 0, 0, 0);
	if (t == NULL)
		return;
	const struct way *out = &t->way[WAY_OUT], *in = &t->way[WAY_IN];
	if ((out->burst.begin_ppm | in->burst.begin_ppm | out->burst.good_loss_ppm | in->burst.good_loss_ppm) != 0)
		world_link_burst(w, n, port, WORLD_BOTH, &(struct world_burst){0});
	if ((out->duplicate_ppm | in->duplicate_ppm) != 0)
		world_link_duplicate(w, n, port, WORLD_BOTH, 0);
	if ((out->reorder_ppm | in->reorder_ppm) != 0)
		world_link_reorder(w, n, port, WORLD_BOTH, 0, 0);
	if ((out->corrupt_ppm | in->corrupt_ppm) != 0)
		world_link_corrupt(w, n, port, WORLD_BOTH, 0, 0);
	if ((out->delay | in->delay | out->jitter | in->jitter) != 0)
		world_link_delay(w, n, port, WORLD_BOTH, 0, 0);
	if ((out->rate.bits_per_second | in->rate.bits_per_second) != 0)
		world_link_rate(w, n, port, WORLD_BOTH, &(struct world_rate){0});
}

uint64_t world_link_overflowed(const struct world *w, world_node n, unsigned port)
{
	const struct port *p = &w->port[w->node[n].port[port]];

	return p->trouble != NULL ? p->trouble->way[WAY_OUT].overflowed + p->trouble->way[WAY_IN].overflowed : 0;
}

/* --- bandwidth ------------------------------------------------------------------------------------------ */

static bool queue_room(struct world *w, struct way *way)
{
	if (way->queue_count < way->queue_room)
		return true;
	size_t room = way->queue_room == 0 ? 16 : way->queue_room * 2;
	struct departure *queue = malloc(room * sizeof *queue);
	if (queue == NULL) {
		w->no_memory = true;
		return false;
	}
	for (size_t i = 0; i < way->queue_count; i++)
		queue[i] = way->queue[(way->queue_first + i) & (way->queue_room - 1)];
	free(way->queue);
	way->queue = queue;
	way->queue_room = room;
	way->queue_first = 0;
	return true;
}

static void tell_queue(struct world *w, uint32_t port, unsigned way, const char *what, uint64_t lost)
{
	const struct port *p = &w->port[port];

	world_tell(w, &(struct record){.kind = &WORLD_QUEUE_KIND,
				       .value = {{.word = w->node[p->node].name},
						 {.number = p->node_port},
						 {.word = directions[way == WAY_OUT ? WORLD_OUT : WORLD_IN]},
						 {.word = what},
						 {.number = lost}}});
}

/* Lets go what has been sent by now. */
static void settle_queue(struct world *w, uint32_t port, unsigned which)
{
	struct way *way = &w->port[port].trouble->way[which];

	while (way->queue_count > 0 && way->queue[way->queue_first].at <= w->now) {
		way->queue_bytes -= way->queue[way->queue_first].bytes;
		way->queue_first = (way->queue_first + 1) & (way->queue_room - 1);
		way->queue_count--;
	}
	if (way->queue_count == 0 && way->overflowed > way->overflowed_before) {
		tell_queue(w, port, which, "is empty again", way->overflowed - way->overflowed_before);
		way->overflowed_before = way->overflowed;
	}
}

/* Puts the frame on the line: *sent is when its last bit has left. False: the queue is full. */
static bool transmit(struct world *w, uint32_t port, unsigned which, uint32_t length, vl_time *sent)
{
	struct way *way = &w->port[port].trouble->way[which];
	const struct world_rate *rate = &way->rate;

	settle_queue(w, port, which);
	if (rate->bits_per_second == 0) {
		*sent = w->now;
		return true;
	}
	uint64_t waiting = way->queue_count > 0 ? way->queue_count - 1 : 0;
	uint64_t bytes = way->queue_count > 0 ? way->queue_bytes - way->queue[way->queue_first].bytes : 0;
	if (way->queue_count > 0 && (waiting >= rate->queue_frames ||
				     (rate->queue_bytes > 0 && bytes + length > rate->queue_bytes))) {
		if (way->overflowed++ == way->overflowed_before)
			tell_queue(w, port, which, "overflows", 1);
		return false;
	}
	if (!queue_room(w, way))
		return false;
	uint64_t octets = (length > WORLD_FRAME_LEAST ? length : WORLD_FRAME_LEAST) + WORLD_FRAME_OVERHEAD;
	vl_time begin = way->queue_count > 0 ? way->free_at : w->now;
	way->free_at = vl_time_after(begin, (octets * 8 * VL_S + rate->bits_per_second - 1) / rate->bits_per_second);
	way->queue[(way->queue_first + way->queue_count++) & (way->queue_room - 1)] =
		(struct departure){.at = way->free_at, .bytes = length};
	way->queue_bytes += length;
	*sent = way->free_at;
	return true;
}

/* --- setting out ---------------------------------------------------------------------------------------- */

void trouble_enter(struct world *w, uint32_t port, unsigned which, vl_time length, const struct flight *flight)
{
	struct port *p = &w->port[port];
	struct way *way = &p->trouble->way[which];
	uint32_t lane = which == WAY_OUT ? p->lane_out : p->lane_in;
	struct flight f = *flight;
	vl_time sent;

	if (!transmit(w, port, which, f.frame->length, &sent)) {
		p->lost++;
		frame_unref(f.frame);
		return;
	}
	f.at = vl_time_after(vl_time_after(sent, length), way->delay);
	if (way->jitter > 0)
		f.at = vl_time_after(f.at, prng_below(&way->delay_dice, way->jitter + 1));
	bool held = prng_chance(&way->reorder_dice, way->reorder_ppm, MILLION);
	if (held)
		f.at = vl_time_after(f.at, way->reorder_by);
	bool twice = prng_chance(&way->duplicate_dice, way->duplicate_ppm, MILLION);
	if (twice)
		frame_ref(f.frame);
	link_push(w, lane, &f, !held);
	if (twice) {
		f.order = w->next_order++;
		link_push(w, lane, &f, !held);
	}
}

/* --- arriving ------------------------------------------------------------------------------------------- */

bool trouble_takes(struct way *way)
{
	const struct world_burst *b = &way->burst;

	if (!way->in_burst && prng_chance(&way->burst_dice, b->begin_ppm, MILLION)) {
		way->in_burst = true;
		way->burst_left = b->frames;
	}
	bool lost = prng_chance(&way->burst_dice, way->in_burst ? b->loss_ppm : b->good_loss_ppm, MILLION);
	if (way->in_burst)
		way->in_burst = b->frames > 0 ? --way->burst_left > 0
					      : !prng_chance(&way->burst_dice, b->end_ppm, MILLION);
	return lost;
}

struct frame *trouble_damage(struct way *way, struct frame *f)
{
	if (f->length == 0 || !prng_chance(&way->corrupt_dice, way->corrupt_ppm, MILLION))
		return f;
	f = frame_own(f);
	for (unsigned i = 0; f != NULL && i < way->corrupt_bits; i++) {
		uint64_t bit = prng_below(&way->corrupt_dice, (uint64_t)f->length * 8);
		f->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	return f;
}
