// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a world, shared by the files of this folder (world.c, node.c, link.c, switch.c, fault.c) and
 * by nobody else.
 *
 * Frames in flight wait in lanes. A lane is a FIFO: what is put in later arrives later. All links of one
 * fixed latency, whichever way and wherever they are, share one lane, because equal delays keep the order of
 * sending; so a flood to a hundred ports of equal latency is one entry, and the schedule holds a handful of
 * lanes instead of every frame. A link with jitter, or whose latency was changed, has a lane of its own for
 * each direction.
 *
 * What a link takes away (carrier, cut, partition, deafness, loss) is decided in one place, at the end of the
 * way: when the frame arrives.
 */
#ifndef VL_WORLD_PARTS_H
#define VL_WORLD_PARTS_H

#include "sim/base/prng.h"
#include "sim/base/table.h"
#include "sim/world/schedule.h"
#include "sim/world/world.h"

#define WORLD_NONE UINT32_MAX
#define TO_SWITCH (UINT32_MAX - 1)      /* flight.to: arrives at the switch of its segment */
#define TO_ALL (UINT32_MAX - 2)         /* flight.to: every port of the segment that hangs on this lane */

#define WORLD_EVENTS_AN_INSTANT 1000000

/* A frame in flight. */
struct flight {
	vl_time at;
	uint64_t order;                 /* of sending, over the whole world */
	struct frame *frame;            /* one reference; NULL: taken out (see link_detach) */
	uint32_t from;                  /* port whose node sent it */
	uint32_t to;                    /* port, TO_SWITCH or TO_ALL */
};

struct lane {
	struct flight *ring;            /* room is a power of two, or 0 */
	size_t room, first, count;
	vl_time last_at;                /* arrival of the latest that was put in */
	vl_time latency;                /* of a shared lane */
	bool shared;
};

/* The end of a link: a node's port and the switch port it hangs on are one thing here. */
struct port {
	uint32_t node, node_port, segment;
	uint32_t lane_out, lane_in;     /* to the switch, to the node */
	vl_time latency, jitter;
	uint32_t loss_ppm;
	bool carrier;
	bool carrier_told;              /* what the node was told last, or believes since it started */
	uint8_t cut;                    /* bits of enum world_direction */
	uint32_t deaf_to;               /* how many nodes it is deaf to */
	uint32_t side;                  /* of a split segment: 1, 2, ...; 0: the segment is whole */
	struct prng loss_out, loss_in, jitter_out, jitter_in;
	uint64_t lost;                  /* frames that this link took, either way */
};

struct node {
	const char *name;
	struct engine engine;
	enum world_node_state state;
	unsigned port_count;
	uint32_t *port;                 /* the engine's port -> index of world.port, or WORLD_NONE */
};

/* Ports of a segment whose way to the node is one lane. */
struct lane_group {
	uint32_t lane;
	uint32_t *port;
	size_t count, room;
};

struct deafness {
	world_node from, to;
};

struct segment {
	const char *name;
	vl_time mac_aging;
	struct table macs;              /* struct mac_key -> struct mac_entry */
	struct table moves;             /* struct mac -> uint64_t */
	vl_time sweep_at;               /* when the full table may have something to forget */
	uint64_t mac_full;              /* sources not learned because the table was full */
	uint64_t runts;                 /* frames too short to be one */
	bool split;
	struct lane_group *group;
	size_t group_count, group_room;
	uint32_t *port;                 /* in the order they were connected */
	size_t port_count, port_room;
	struct deafness *deaf;
	size_t deaf_count, deaf_room;
};

struct drop_rule {
	world_node from;
	const struct packet_match *match;
	uint64_t skip, count, seen;
	const char *text;
};

struct world {
	uint64_t seed;
	struct frame_pool *pool;
	struct world_listener listener;
	vl_time now;
	uint64_t events_now;            /* at this instant */
	uint64_t next_order;
	uint64_t frames;
	bool livelock;
	bool no_memory;
	struct schedule arrivals;       /* by lane */
	struct schedule timers;         /* by node; never later than the node's deadline, maybe earlier */
	struct lane *lane;
	size_t lane_count, lane_room;
	struct port *port;
	size_t port_count, port_room;
	struct node *node;
	size_t node_count, node_room;
	struct segment *segment;
	size_t segment_count, segment_room;
	struct drop_rule *rule;
	size_t rule_count, rule_room;
};

/* world.c: the growing array with room for one more than `count`; NULL: no memory (and the world knows), the
 * array stays as it was. */
void *world_grow(struct world *w, void *array, size_t *room, size_t count, size_t size);
/* Gives a record of the world to the listener; `at` is filled in. */
void world_tell(struct world *w, const struct record *r);
/* Counts something that happens at this instant; false when it is too much. */
bool world_counts(struct world *w);

/* node.c: what an engine is driven through. */
void node_input(struct world *w, uint32_t node, unsigned node_port, struct frame *f);
void node_timer(struct world *w, uint32_t node);
void node_carrier(struct world *w, uint32_t node, unsigned node_port, bool up);
void node_arm(struct world *w, uint32_t node);

/* link.c */
uint32_t link_shared_lane(struct world *w, vl_time latency);    /* WORLD_NONE: no memory */
/* A frame leaves the node through the port; takes the reference. */
void link_send(struct world *w, uint32_t port, struct frame *f);
/* The switch sends to one port, or to all of one lane (port = TO_ALL); takes the reference. */
void link_forward(struct world *w, uint32_t from, uint32_t lane, uint32_t to, struct frame *f);
/* The first of the lane arrives. */
void link_arrival(struct world *w, uint32_t lane);
/* Gives the port lanes of its own, with what is in flight on it. */
void link_detach(struct world *w, uint32_t port);
/* No cut, partition or deafness between the two ports, both carriers up. */
bool link_open(const struct world *w, uint32_t from, uint32_t to);

/* switch.c */
bool switch_init(struct world *w, struct segment *s, const struct world_segment_config *config);
void switch_fini(struct segment *s);
bool switch_add_port(struct world *w, struct segment *s, uint32_t port);
/* A frame arrives at the switch from the port; takes the reference. */
void switch_accept(struct world *w, uint32_t port, struct frame *f);
void switch_forget_port(struct segment *s, uint32_t port);
/* The port's way to the node is now `lane`. */
void switch_regroup(struct world *w, struct segment *s, uint32_t port, uint32_t lane);
/* After a partition has ended: what the sides learned becomes what the whole knows. */
void switch_merge_sides(struct world *w, struct segment *s);

/* fault.c: true when a counted fault takes this frame of the node. */
bool fault_drops(struct world *w, uint32_t node, const struct frame *f);

#endif
