// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a world, shared by the files of this folder (world.c, node.c, link.c, trouble.c, trunk.c,
 * switch.c, fault.c, event.c) and by nobody else.
 *
 * Frames in flight wait in lanes. A lane is a FIFO: what is put in later arrives later. All links of one
 * fixed latency, whichever way and wherever they are, share one lane, because equal delays keep the order of
 * sending; so a flood to a hundred ports of equal latency is one entry, and the schedule holds a handful of
 * lanes instead of every frame. A link with jitter or in trouble, or whose latency was changed, has a lane of
 * its own for each direction; only there a frame may be held back and stand between others.
 *
 * What a link takes away (carrier, cut, partition, deafness, loss) is decided in one place, at the end of the
 * way: when the frame arrives.
 */
#ifndef VL_WORLD_PARTS_H
#define VL_WORLD_PARTS_H

#include "sim/base/outbox.h"
#include "sim/base/prng.h"
#include "sim/base/table.h"
#include "sim/world/schedule.h"
#include "sim/world/world.h"

#define WORLD_NONE UINT32_MAX

/* flight.to: a port, or one of these with an index. */
#define TO_ALL 0x20000000u              /* every port of the segment that hangs on this lane */
#define TO_END 0x40000000u              /* the far end of a trunk */
#define TO_WORK 0x60000000u             /* the node behind the port has worked on it */
#define TO_SWITCH 0x80000000u           /* the switch of the sender's segment; no index */
#define TO_KIND 0xe0000000u
#define TO_INDEX 0x1fffffffu

#define WORLD_EVENTS_AN_INSTANT 1000000

/* A frame in flight. */
struct flight {
	vl_time at;
	uint64_t order;                 /* of sending, over the whole world */
	struct frame *frame;            /* one reference; NULL: taken out (see link_detach) */
	uint32_t from;                  /* port whose node sent it */
	uint32_t to;
};

struct lane {
	struct flight *ring;            /* room is a power of two, or 0 */
	size_t room, first, count;
	vl_time last_at;                /* arrival of the latest that was put in */
	vl_time latency;                /* of a shared lane */
	bool shared;
	bool held;                      /* some flight was held back: look where the next belongs */
};

struct departure {
	vl_time at;
	uint32_t bytes;
};

/* What is done to the frames of one direction of a link; see the setters in world.h. */
struct way {
	struct world_burst burst;
	bool in_burst;
	uint64_t burst_left;
	uint32_t duplicate_ppm, reorder_ppm, corrupt_ppm;
	unsigned corrupt_bits;
	vl_time reorder_by, delay, jitter;
	struct world_rate rate;
	vl_time free_at;                /* the line is busy until then */
	struct departure *queue;        /* a ring: what is being sent and what waits; room is a power of two */
	size_t queue_room, queue_first, queue_count;
	uint64_t queue_bytes;
	uint64_t overflowed, overflowed_before; /* in all; until it was last empty */
	struct prng burst_dice, duplicate_dice, reorder_dice, corrupt_dice, delay_dice;
};

enum { WAY_OUT, WAY_IN, WAYS };

struct trouble {
	struct way way[WAYS];
};

/* No padding: keys are compared as bytes. */
struct mac_key {
	struct mac mac;
	uint16_t vlan;
	uint32_t side;
};

struct mac_entry {
	vl_time seen;
	uint32_t where;                 /* a port, TO_END | a trunk's end, or WORLD_NONE: forgotten */
	uint32_t place;                 /* of the port; when the station has moved since, it is not there any more */
};

/* Where in the table an address was found last: a port talks to few. Entries stay where they are until one is
 * removed, which begins a new generation. */
struct mac_memo {
	struct mac_key key;
	uint32_t generation;
	struct mac_entry *entry;        /* NULL: nothing remembered */
};

/* The end of a link: a node's port and the switch port it hangs on are one thing here. */
struct port {
	/* What every delivery looks at, together. */
	uint32_t node, node_port, segment;
	uint32_t side;                  /* of a split segment: 1, 2, ...; 0: the segment is whole */
	uint32_t deaf_to;               /* how many nodes it is deaf to */
	uint32_t loss_ppm;
	bool clear;                     /* only latency and sides stand in its way: see link_look */
	bool carrier;
	bool carrier_told;              /* what the node was told last, or believes since it started */
	uint8_t cut;                    /* bits of enum world_direction */
	uint32_t place;                 /* counts the moves of the station to other switch ports */
	struct trouble *trouble;        /* NULL: none ever */
	uint32_t lane_out, lane_in;     /* to the switch, to the node */
	vl_time latency, jitter;
	struct mac_memo source, target;
	struct prng loss_out, loss_in, jitter_out, jitter_in;
	uint64_t lost;                  /* frames that this link took, either way */
};

/* A clock that runs at (1,000,000 + ppm) / 1,000,000 of the world's since (world, local). */
struct clock {
	vl_time world, local;
	int32_t ppm;
};

/* What is wrong with a node's clock and speed. */
struct ailment {
	struct clock clock;
	vl_time frame;                  /* work for one; 0: none */
	uint64_t queue;
	uint32_t lane;                  /* what is in work and waits, by when it is done; WORLD_NONE: none yet */
	vl_time busy_until;
	vl_time work_since;             /* of the first in the lane */
	uint64_t overflowed, overflowed_before;
};

struct node {
	const char *name;
	struct engine engine;
	enum world_node_state state;
	unsigned port_count;
	uint32_t *port;                 /* the engine's port -> index of world.port, or WORLD_NONE */
	struct ailment *ailment;        /* NULL: none ever */
	bool heard;                     /* an attachment: a frame came in */
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

struct leak {
	uint16_t from, to;
};

/* A trunk's end e is of trunk e / 2 at its segment[e % 2]. */
struct trunk {
	const char *name;
	uint32_t segment[2];
	uint32_t lane;
	uint8_t cut;                    /* bits of enum world_direction */
	bool all_vlans;
	uint8_t vlans[512];             /* a bit each */
	uint64_t lost;
};

struct segment {
	const char *name;
	uint32_t domain;                /* the lowest of the segments it is joined with */
	vl_time mac_aging;
	struct table macs;              /* struct mac_key -> struct mac_entry */
	struct table moves;             /* struct mac -> uint64_t */
	uint32_t generation;            /* of .macs: counts removals */
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
	uint32_t *end;                  /* of trunks, here */
	size_t end_count, end_room;
	uint32_t trunk_side;            /* while split: the side of the trunks */
	struct leak *leak;
	size_t leak_count, leak_room;
	/* Giving up: a ring of the moments of the last moves. */
	vl_time *moved_at;
	unsigned moves_limit;
	uint64_t moves_seen, moves_since; /* in all; since learning came back */
	vl_time moves_within, learning_off;
	bool learns;
	uint32_t event;                 /* its learning comes back; WORLD_NONE: never used */
};

enum event_kind {
	EVENT_FLAP,
	EVENT_LEARNING,
	EVENT_INJECT,
};

/* Something that the world does by itself at its time. */
struct event {
	enum event_kind kind;
	uint32_t index;                 /* segment (LEARNING) or node */
	unsigned port;                  /* of the node */
	vl_time down, up;               /* FLAP */
	vl_time every;                  /* INJECT */
	uint64_t left;                  /* times; 0: endless */
	uint8_t *bytes;                 /* INJECT: owned */
	size_t length;
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
	struct engine_out said;         /* what is being drained; too long for a local, which is cleared at each call */
	bool livelock;
	bool no_memory;
	struct schedule arrivals;       /* by lane */
	struct schedule timers;         /* by node; never later than the node's deadline, maybe earlier */
	struct schedule events;         /* by event; at one instant before all else, as steps from outside */
	struct lane *lane;
	size_t lane_count, lane_room;
	struct port *port;
	size_t port_count, port_room;
	struct node *node;
	size_t node_count, node_room;
	struct segment *segment;
	size_t segment_count, segment_room;
	struct trunk *trunk;
	size_t trunk_count, trunk_room;
	struct event *event;
	size_t event_count, event_room;
	struct drop_rule *rule;
	size_t rule_count, rule_room;
	unsigned attached;              /* the last so many nodes are attachments */
	struct outbox outside;          /* for them; no ring: nothing is attached */
};

/* world.c: the growing array with room for one more than `count`; NULL: no memory (and the world knows), the
 * array stays as it was. */
void *world_grow(struct world *w, void *array, size_t *room, size_t count, size_t size);
/* Gives a record of the world to the listener; `at` is filled in. */
void world_tell(struct world *w, const struct record *r);
/* Counts something that happens at this instant; false when it is too much. */
bool world_counts(struct world *w);
/* world_add_node without its rule that attachments come last; WORLD_NONE: no memory. */
uint32_t world_append_node(struct world *w, const char *name, struct engine engine, unsigned ports);
/* True for the node behind an attachment. */
static inline bool world_is_outside(const struct world *w, uint32_t node)
{
	return node >= w->node_count - w->attached;
}

/* node.c: what an engine is driven through. */
void node_input(struct world *w, uint32_t node, unsigned node_port, struct frame *f);
void node_timer(struct world *w, uint32_t node);
void node_carrier(struct world *w, uint32_t node, unsigned node_port, bool up);
void node_arm(struct world *w, uint32_t node);
/* A slow node is done with a frame that came to the port. */
void node_work(struct world *w, uint32_t port, struct frame *f);

/* ailment.c */
vl_time clock_local(const struct clock *c, vl_time world);
/* The first moment of the world at which the clock shows `local` or more. */
vl_time clock_world(const struct clock *c, vl_time local);
bool ailment_accept(struct world *w, uint32_t node, uint32_t port, struct frame *f);   /* false: act on it now */
void ailment_forget(struct world *w, uint32_t node);    /* what is in work and waits */
void ailment_next(struct world *w, uint32_t node);      /* one is done */
/* When the timer that fires now may: now, or when the frame in work is done. */
vl_time ailment_timer(const struct world *w, uint32_t node);
/* Fields of the record that are moments become the world's. */
void ailment_translate(const struct ailment *a, struct record *r);

/* link.c */
uint32_t link_shared_lane(struct world *w, vl_time latency);    /* WORLD_NONE: no memory */
/* After anything was done to the port: is it clear? */
void link_look(struct port *p);
/* A frame leaves the node through the port; takes the reference. */
void link_send(struct world *w, uint32_t port, struct frame *f);
/* The switch sends to one port, or to all of one lane (port = TO_ALL); takes the reference. */
void link_forward(struct world *w, uint32_t from, uint32_t lane, uint32_t to, struct frame *f);
/* The first of the lane arrives. */
void link_arrival(struct world *w, uint32_t lane);
/* Gives the port lanes of its own, with what is in flight on it. */
void link_detach(struct world *w, uint32_t port);
/* No cut, partition or deafness between the two ports, both carriers up; trunks are not looked at. */
bool link_open(const struct world *w, uint32_t from, uint32_t to);
uint32_t link_add_lane(struct world *w, const struct lane *l);  /* WORLD_NONE: no memory */
/* Puts a flight where its time belongs; takes the reference. In order: never earlier than what was put in in
 * order before. */
void link_push(struct world *w, uint32_t lane, const struct flight *flight, bool in_order);
void link_clear(struct world *w, uint32_t lane);

/* trouble.c: sets out on a link in trouble; takes the reference. `length` is what the link itself takes. */
void trouble_enter(struct world *w, uint32_t port, unsigned way, vl_time length, const struct flight *flight);
/* True when a burst takes the frame that arrives. */
bool trouble_takes(struct way *way);
/* The frame, or a damaged copy; takes the reference, NULL: no memory. */
struct frame *trouble_damage(struct way *way, struct frame *f);
void trouble_free(struct trouble *t);

/* trunk.c */
void trunk_send(struct world *w, uint32_t from, uint32_t end, struct frame *f);         /* takes the reference */
void trunk_arrival(struct world *w, uint32_t from, uint32_t end, struct frame *f);      /* takes the reference */
bool trunk_passes(const struct trunk *t, uint16_t vlan);
/* The way over trunks from one segment to the other is open now. */
bool trunk_open(const struct world *w, uint32_t from, uint32_t to);

/* event.c */
uint32_t event_add(struct world *w, const struct event *e);     /* not scheduled; WORLD_NONE: no memory */
void event_happens(struct world *w, uint32_t event);

/* switch.c */
bool switch_init(struct world *w, struct segment *s, const struct world_segment_config *config);
void switch_fini(struct segment *s);
bool switch_add_port(struct world *w, struct segment *s, uint32_t port);
/* A frame of the port `from` arrives at a switch, by that port or by a trunk's end (TO_END | end); takes the
 * reference. */
void switch_accept(struct world *w, uint32_t segment, uint32_t where, uint32_t from, struct frame *f);
void switch_forget_port(struct segment *s, uint32_t port);
void switch_remove_port(struct segment *s, uint32_t port);
void switch_learns_again(struct world *w, uint32_t segment);
/* The port's way to the node is now `lane`. */
void switch_regroup(struct world *w, struct segment *s, uint32_t port, uint32_t lane);
/* After a partition has ended: what the sides learned becomes what the whole knows. */
void switch_merge_sides(struct world *w, struct segment *s);

/* fault.c: true when a counted fault takes this frame of the node. */
bool fault_drops(struct world *w, uint32_t node, const struct frame *f);

#endif
