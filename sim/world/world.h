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
	/* A switch that gives up: with the moves_limit-th MAC move within moves_within it forgets all and
	 * learns nothing for learning_off, flooding meanwhile (Cisco NX-OS: L2FM_MAC_FLAP_DISABLE_LEARN,
	 * 120 s). moves_limit 0: it never does. */
	unsigned moves_limit;
	vl_time moves_within;           /* 0 means WORLD_MOVES_WITHIN */
	vl_time learning_off;           /* 0 means WORLD_LEARNING_OFF */
};

#define WORLD_MOVES_WITHIN (10 * VL_S)
#define WORLD_LEARNING_OFF (120 * VL_S)

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
/* A cable between the switches of two segments. Each of the two learns from it and captures what comes over it,
 * so a frame stands once in the capture of every segment that it reaches. Trunks make no loops: there is no
 * spanning tree here. While a segment is split, its trunks are on the side of value 0. */
typedef unsigned world_trunk;

struct world_trunk_config {
	const char *name;               /* borrowed */
	world_segment from, to;
	vl_time latency;                /* each way; 0 means WORLD_LINK_LATENCY */
	const uint16_t *vlan;           /* the VLANs that may pass, 0 for untagged frames; copied; NULL: all */
	size_t vlan_count;
};

world_trunk world_add_trunk(struct world *w, const struct world_trunk_config *config);
/* The two are one segment, or joined by trunks, whatever became of these. */
bool world_joined(const struct world *w, world_segment a, world_segment b);

/* All connections come before the first world_run. NULL: a link of WORLD_LINK_LATENCY that loses nothing. A
 * link's dice depend on the seed and on the node's name and port only. */
void world_connect(struct world *w, world_node node, unsigned port, world_segment segment,
		   const struct world_link_config *link);
/* False once any of the calls above ran out of memory. */
bool world_complete(const struct world *w);

/* --- the outside ---------------------------------------------------------------------------------------- */

/* Attaches a segment to the outside: a port of the world, numbered 0, 1, ... in order. What is put in there the
 * segment's switch accepts at that instant, as from a station of its own (from = WORLD_OUTSIDE in the tap); what
 * it forwards there comes out of world_poll. Who stands behind an attachment is nobody's node: the oracle knows
 * nothing of it, faults do not touch it, and while the segment is split it is on the side of value 0, as trunks
 * are. Attach when all nodes are added and before the first world_run. `name` is what the switch calls the port;
 * borrowed. */
typedef unsigned world_port;
world_port world_attach(struct world *w, const char *name, world_segment segment);

#define WORLD_OUTSIDE (UINT32_MAX - 1)

/* A frame comes in now, before anything else that is due now. Borrowed, of the world's pool. */
void world_input(struct world *w, world_port port, struct frame *f);
/* The next frame that leaves the world (OUT_FRAME), the reference goes to the caller; false: none. Poll after every
 * run and input: beyond 4096 that wait frames are dropped and counted. */
bool world_poll(struct world *w, struct engine_out *out);
uint64_t world_outside_dropped(const struct world *w);

/* The world as an engine whose ports are its attachments, for a driver that knows only engines: input, timeout
 * (runs all that is due by then), deadline, poll; startup only lets time begin (the nodes start by world_start),
 * shutdown stops every node politely; control takes COMMAND_LINK of a port, and COMMAND_LISTEN (world_stood_still). Records go to the listener, not through
 * poll. The engine's free is world_free. */
struct engine world_engine(struct world *w);

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
/* The same up to and with the instant `until`, which it then still is: more may come at it. */
enum world_run_result world_run_through(struct world *w, vl_time until);

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
/* The machine on which the world runs stood still until `now`: nobody's timers ran meanwhile. Every running node is told
 * COMMAND_LISTEN first; what fell due happens then. */
void world_stood_still(struct world *w, vl_time now);
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

/* What follows is done to a link in the directions of `d`, until it is set anew; zeroes take it back. A link in
 * trouble has queues and dice of its own, so the other links notice nothing. */

/* Loss in bursts, by Gilbert and Elliott: with each frame of good times a burst begins by chance, with this
 * frame; in a burst frames are lost with loss_ppm, otherwise with good_loss_ppm. */
struct world_burst {
	uint32_t begin_ppm;
	uint64_t frames;                /* length of a burst; 0: after each of its frames it ends with */
	uint32_t end_ppm;
	uint32_t loss_ppm, good_loss_ppm;
};
void world_link_burst(struct world *w, world_node n, unsigned port, enum world_direction d,
		      const struct world_burst *burst);
/* The copy arrives right behind the frame. */
void world_link_duplicate(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm);
/* A frame is held back for `by`, and those behind it pass. */
void world_link_reorder(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm,
			vl_time by);
/* Flips `bits` bits anywhere in the frame, as the memory of a switch does: behind the Ethernet checksum, so that
 * only what the frame carries can tell. On the way out the switch accepts, and captures, the damaged frame. */
void world_link_corrupt(struct world *w, world_node n, unsigned port, enum world_direction d, uint32_t ppm,
			unsigned bits);
/* More on top of the link's latency and jitter: a fixed part, and a uniform one of 0..jitter. */
void world_link_delay(struct world *w, world_node n, unsigned port, enum world_direction d, vl_time delay,
		      vl_time jitter);

/* Bandwidth. A frame is sent for (its bytes, at least 60, and 24 for preamble, checksum and gap) * 8 / rate,
 * rounded up to the nanosecond; those that come meanwhile wait in a drop-tail queue. */
struct world_rate {
	uint64_t bits_per_second;       /* 0: no limit */
	uint64_t queue_frames;          /* that wait, without the one being sent; 0 means WORLD_QUEUE_FRAMES */
	uint64_t queue_bytes;           /* the same in bytes of frames; 0: no limit */
};
#define WORLD_QUEUE_FRAMES 100
#define WORLD_FRAME_LEAST 60
#define WORLD_FRAME_OVERHEAD 24
void world_link_rate(struct world *w, world_node n, unsigned port, enum world_direction d,
		     const struct world_rate *rate);
/* Carrier goes down now, comes back after `down`, goes again `up` later, `count` times (0: for ever). With
 * down = 0 it ends, carrier up. */
void world_link_flap(struct world *w, world_node n, unsigned port, vl_time down, vl_time up, uint64_t count);
/* Takes all of the above back that was done to the link, and says so. */
void world_link_calm(struct world *w, world_node n, unsigned port);
/* A station goes to another switch port, of this segment or of one joined to it. Nobody is told: what the switch
 * learned of it points to where it was until it speaks, and what is sent there is lost. */
void world_move(struct world *w, world_node n, unsigned port, world_segment to);

/* The clock of a node runs fast by so many millionths, or slow (negative; -500,000 to 500,000): all moments that
 * the node sees are its own clock's, exactly: floor(elapsed * (1,000,000 + ppm) / 1,000,000) since this call. Its
 * records carry the world's time (also in fields named ..._at); lengths in them are as the node measured. */
void world_clock(struct world *w, world_node n, int32_t ppm);
/* A slow node: it works on one frame for `frame` and then acts on it; `queue` frames wait (0 means
 * WORLD_NODE_QUEUE), more are lost. A timer that falls due meanwhile waits for the frame in work, not for the
 * queue. What waits is lost when the node stops, crashes or is paused. frame = 0: as fast as light again. */
#define WORLD_NODE_QUEUE 1000
void world_slow(struct world *w, world_node n, vl_time frame, uint64_t queue);
/* Something in the node sends these bytes, a whole frame, out of the port: now and then every so often, `count`
 * times (0: until world_inject_end), while the node runs. The bytes are copied. */
void world_inject(struct world *w, world_node n, unsigned port, const uint8_t *bytes, size_t length, vl_time every,
		  uint64_t count);
void world_inject_end(struct world *w, world_node n);   /* all of the node's */
/* Takes back what was done to clock and speed (the clock keeps what it gained), and ends what the node sends. */
void world_node_calm(struct world *w, world_node n);

/* What the switch accepts in VLAN `from` (0: untagged) it accepts a second time, as a frame of VLAN `to`. A leaked
 * frame does not leak again. */
void world_vlan_leak(struct world *w, world_segment s, uint16_t from, uint16_t to, bool leaks);
void world_segment_calm(struct world *w, world_segment s);      /* ends all leaks */
/* WORLD_OUT: what goes from the trunk's first segment to its second. Nobody is told. */
void world_trunk_cut(struct world *w, world_trunk t, enum world_direction d, bool cut);

/* --- truth, for the oracle ------------------------------------------------------------------------------ */

/* True when a frame sent by `from` now would reach `to` on this segment: both running, both carriers up, no
 * cut, partition or deafness between them (loss does not count). */
bool world_reachable(const struct world *w, world_segment s, world_node from, world_node to);
/* The same between segments that are joined: `from` sends on one, `to` hears on the other. */
bool world_reaches(const struct world *w, world_node from, world_segment from_segment, world_node to,
		   world_segment to_segment);
/* True when a frame that the node sends now reaches the switch of this segment, and so the capture. */
bool world_audible(const struct world *w, world_segment s, world_node n);
uint64_t world_mac_moves(const struct world *w, world_segment s, struct mac mac);
uint64_t world_frames(const struct world *w);           /* accepted by switches so far */
/* Frames that the link of this port took so far, either way: carrier, cut, partition, deafness, loss, bursts, full
 * queues, sent to where the station was before. */
uint64_t world_link_lost(const struct world *w, world_node n, unsigned port);
uint64_t world_link_overflowed(const struct world *w, world_node n, unsigned port);     /* by full queues */
uint64_t world_node_overflowed(const struct world *w, world_node n);    /* frames that a slow node had no room for */
uint64_t world_trunk_lost(const struct world *w, world_trunk t);
bool world_learns(const struct world *w, world_segment s);      /* its switch has not given up */

/* Records of the world itself (node = NULL unless said). */
extern const struct record_kind WORLD_OUTSIDE_KIND;     /* "world.outside": segment what (the first frame comes in from
							   outside) */
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
extern const struct record_kind WORLD_BURST_KIND;       /* "world.burst": node port direction begin frames end loss
							   good-loss */
extern const struct record_kind WORLD_DUPLICATE_KIND;   /* "world.duplicate": node port direction ppm */
extern const struct record_kind WORLD_REORDER_KIND;     /* "world.reorder": node port direction ppm by */
extern const struct record_kind WORLD_CORRUPT_KIND;     /* "world.corrupt": node port direction ppm bits */
extern const struct record_kind WORLD_DELAY_KIND;       /* "world.delay": node port direction delay jitter */
extern const struct record_kind WORLD_RATE_KIND;        /* "world.rate": node port direction rate frames bytes */
extern const struct record_kind WORLD_QUEUE_KIND;       /* "world.queue": node port direction what (overflows, is
							   empty again) lost; the first that is lost, and the
							   first that finds it empty */
extern const struct record_kind WORLD_FLAP_KIND;        /* "world.flap": node port down up count */
extern const struct record_kind WORLD_MOVE_KIND;        /* "world.move": node port from to */
extern const struct record_kind WORLD_CLOCK_KIND;       /* "world.clock": node ppm */
extern const struct record_kind WORLD_SLOW_KIND;        /* "world.slow": node frame queue */
extern const struct record_kind WORLD_BACKLOG_KIND;     /* "world.backlog": node what lost, as world.queue */
extern const struct record_kind WORLD_INJECT_KIND;      /* "world.inject": node port what every count */
extern const struct record_kind WORLD_LEAK_KIND;        /* "world.vlan-leak": segment from to what */
extern const struct record_kind WORLD_TRUNK_KIND;       /* "world.trunk": trunk from to what */
extern const struct record_kind WORLD_LEARNING_KIND;    /* "switch.learning": segment what moves */

#endif
