// SPDX-License-Identifier: BSD-2-Clause
/*
 * The deterministic world: virtual time, segments (learning switches), links, nodes and what goes wrong with
 * them. It holds any struct engine as a node and knows nothing of what is inside. Same construction, same
 * seed, same calls: same frames and same records, byte for byte.
 *
 * A node's port hangs on a link to one switch port. A frame leaves the node, travels the link, is accepted by
 * the switch (then it gets its number in the segment's capture and is shown to the frame tap), is looked up
 * in the MAC table and travels the links of the ports it goes to. At one instant deliveries come first, in
 * the order in which the frames were sent on, then timeouts, in the order of the nodes.
 *
 * What a link or a split takes away is decided at the end of the way, when the frame arrives: at the switch
 * for the node's way out, at the node for its way in.
 */
#ifndef VL_WORLD_WORLD_H
#define VL_WORLD_WORLD_H

#include "sim/base/engine.h"
#include "sim/base/prng.h"
#include "sim/wire/match.h"

struct world;

typedef unsigned world_segment;         /* 0, 1, ... in the order they were added */
typedef unsigned world_node;

#define WORLD_LINK_LATENCY (10 * VL_US) /* default, each way, of each link: 20 us from node to node */
#define WORLD_MAC_AGING (300 * VL_S)    /* default, IEEE 802.1Q 8.8.3 */

struct world_segment_config {
	const char *name;               /* borrowed, as all names here */
	vl_time mac_aging;              /* 0 means WORLD_MAC_AGING */
	size_t mac_limit;               /* entries of the MAC table; 0 means 8192; full: floods, counted */
};

struct world_link_config {
	vl_time latency;                /* each way */
	uint32_t loss_ppm;              /* chance that a frame is lost, per million, each way */
	vl_time jitter;                 /* uniform extra delay 0..jitter; frames keep their order */
};

/* What the world tells while it runs. All borrowed for the call; `context` is the listener's own. A listener
 * may ask the world but changes nothing: a record comes after the deed it tells of. */
struct world_listener {
	void *context;
	void (*record)(void *context, const struct record *r);
	/* A frame that a switch accepted: number counts from 1 over the whole run, in order. `packet` is the
	 * frame taken apart. */
	void (*frame)(void *context, world_segment segment, uint64_t number, world_node from,
		      const struct frame *f, const struct packet *packet, vl_time now);
};

/* The pool is borrowed and outlives the world: the nodes' engines were made with it. NULL: no memory. */
struct world *world_new(uint64_t seed, struct frame_pool *pool, const struct world_listener *listener);
void world_free(struct world *w);       /* frees the nodes' engines too */

world_segment world_add_segment(struct world *w, const struct world_segment_config *config);
/* The engine is the world's from now on. `ports` is how many it has. Its node starts by world_start. */
world_node world_add_node(struct world *w, const char *name, struct engine engine, unsigned ports);
/* All connections come before the first world_run. NULL: a link of WORLD_LINK_LATENCY that loses nothing. A
 * link's dice depend on the seed and on the node's name and port only. */
void world_connect(struct world *w, world_node node, unsigned port, world_segment segment,
		   const struct world_link_config *link);
/* False once any of the calls above ran out of memory. */
bool world_complete(const struct world *w);

/* --- running -------------------------------------------------------------------------------------------- */

vl_time world_now(const struct world *w);
/* The next moment at which something happens, or VL_NEVER. */
vl_time world_deadline(const struct world *w);

enum world_run_result {
	WORLD_RAN = 0,
	WORLD_LIVELOCK,                 /* over 1,000,000 events at one instant: two nodes answer each other;
					   nothing happens any more */
	WORLD_NO_MEMORY,
};

/* Runs everything that happens before `until` (not at it), then the time is `until`: what the caller does
 * then comes before anything else at that instant. */
enum world_run_result world_run(struct world *w, vl_time until);

/* --- nodes ---------------------------------------------------------------------------------------------- */

enum world_node_state {
	WORLD_NODE_OFF = 0,             /* not started yet, stopped or crashed: hears and says nothing */
	WORLD_NODE_RUNNING,
	WORLD_NODE_PAUSED,              /* a stopped virtual machine: frames to it are lost, timers fire late */
};

/* Each does nothing where it makes no sense: only what is off starts, only what runs stops or is paused, only
 * what is paused resumes. A node that starts or resumes is told of carriers that changed meanwhile. */
void world_start(struct world *w, world_node n);        /* startup */
void world_stop(struct world *w, world_node n);         /* shutdown: it says goodbye */
void world_crash(struct world *w, world_node n);        /* silence; carrier stays as it was. Also when paused */
void world_pause(struct world *w, world_node n);
void world_resume(struct world *w, world_node n);       /* what fell due meanwhile happens now */
/* VL_STATE when the node does not run, otherwise what its engine says. */
struct vl_status world_control(struct world *w, world_node n, const struct command *c);
enum world_node_state world_node_state(const struct world *w, world_node n);

size_t world_node_count(const struct world *w);
const char *world_node_name(const struct world *w, world_node n);
size_t world_segment_count(const struct world *w);
const char *world_segment_name(const struct world *w, world_segment s);

/* --- faults --------------------------------------------------------------------------------------------- */

enum world_direction {
	WORLD_OUT = 1,                  /* from the node to the switch */
	WORLD_IN = 2,
	WORLD_BOTH = 3,
};

/* Carrier of a node's port: the node is told (COMMAND_LINK), the switch forgets what it learned there. */
void world_link_carrier(struct world *w, world_node n, unsigned port, bool up);
/* A cable that loses everything one way or both, with the carrier still up: nobody is told. */
void world_link_cut(struct world *w, world_node n, unsigned port, enum world_direction d, bool cut);
void world_link_loss(struct world *w, world_node n, unsigned port, uint32_t loss_ppm);
void world_link_latency(struct world *w, world_node n, unsigned port, vl_time latency);
/* Splits a segment: frames pass only between ports of the same side. side[node] for every node; nodes of one
 * value reach each other. Given NULL the segment is whole again. Learned MACs stay, as in a real switch. */
void world_partition(struct world *w, world_segment s, const unsigned *side);
/* One-way between two nodes: what `from` sends is not delivered to `to`. */
void world_deaf(struct world *w, world_segment s, world_node from, world_node to, bool deaf);

/* A counted fault on packets: of the frames that match (as they leave `from`, or any node with from =
 * WORLD_ANY), skip the first `skip`, then drop `count` of them (0: all that follow). Several faults count
 * apart from each other. `match` is borrowed and outlives the world; `text` names the fault in its records. */
#define WORLD_ANY UINT32_MAX
void world_drop_packets(struct world *w, world_node from, const struct packet_match *match, uint64_t skip,
			uint64_t count, const char *text);

/* --- truth, for the oracle ------------------------------------------------------------------------------ */

/* True when a frame sent by `from` now would reach `to` on this segment: both running, both carriers up, no
 * cut, partition or deafness between them (loss does not count). */
bool world_reachable(const struct world *w, world_segment s, world_node from, world_node to);
/* True when a frame that the node sends now reaches the switch of this segment, and so the capture. */
bool world_audible(const struct world *w, world_segment s, world_node n);
uint64_t world_mac_moves(const struct world *w, world_segment s, struct mac mac);
uint64_t world_frames(const struct world *w);           /* accepted by switches so far */
/* Frames that the link of this port took so far, either way: carrier, cut, partition, deafness, loss. */
uint64_t world_link_lost(const struct world *w, world_node n, unsigned port);

/* Records of the world itself (node = NULL unless said). */
extern const struct record_kind WORLD_NODE_KIND;        /* "world.node": node what (started, stopped, crashed,
							   paused, resumed) */
extern const struct record_kind WORLD_LINK_KIND;        /* "world.link": node port what (carrier up, carrier
							   down, cut, cut from the node, cut to the node,
							   not cut) */
extern const struct record_kind WORLD_LINK_LOSS_KIND;   /* "world.link-loss": node port ppm */
extern const struct record_kind WORLD_LINK_LATENCY_KIND; /* "world.link-latency": node port latency */
extern const struct record_kind WORLD_PARTITION_KIND;   /* "world.partition": segment what */
extern const struct record_kind WORLD_DEAF_KIND;        /* "world.deaf": segment from to what */
extern const struct record_kind WORLD_MAC_MOVE_KIND;    /* "switch.mac-move": segment mac from to moves */
extern const struct record_kind WORLD_FAULT_KIND;       /* "world.fault": what node number (of the match) */

#endif
