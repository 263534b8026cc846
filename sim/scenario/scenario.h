// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scenario as a value: what a script says after it was read, checked and expanded. The reader fills this
 * in, the runner builds a world from it, `viplab explain` prints it.
 *
 * When scenario_load gives a scenario, everything in it is resolved and plausible: names are indexes, prefix
 * lengths and MACs are filled in, times lie inside the run, match strings are compiled. The runner need not
 * check again. What a script left to the product's own default stays "not given" (the `given` flags, an
 * empty list, a NULL string); everything else has its default already.
 *
 * All strings and arrays belong to the set that the scenario came from and live until scenario_set_free.
 */
#ifndef VL_SCENARIO_SCENARIO_H
#define VL_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/base/addr.h"
#include "sim/base/record.h"
#include "sim/base/time.h"
#include "sim/scenario/comparison.h"
#include "sim/scenario/scenario_traffic.h"
#include "sim/scenario/scenario_values.h"
#include "sim/wire/match.h"

/* --- segments ------------------------------------------------------------------------------------------- */

struct scenario_segment {
	struct scenario_place at;
	const char *name;
	struct ip_prefix net;           /* family IP_NONE: none */
	struct ip_prefix net6;
	struct maybe_time latency;      /* each way, of every link that does not say its own */
	struct maybe_time aging;        /* of the switch's MAC table */
	struct {
		bool given;             /* false: it learns whatever happens */
		uint64_t moves;
		vl_time within, off;
	} learning;
	struct {
		bool given;             /* a cable to the switch of another segment, which is one network with this */
		struct scenario_place at;
		struct scenario_name to;        /* index: of the segment */
		struct maybe_time latency;
		struct scenario_vlans vlans;    /* none: all pass */
	} trunk;
	unsigned domain;                /* resolved: the lowest of the segments joined with it by trunks */
};

/* --- nodes ---------------------------------------------------------------------------------------------- */

enum scenario_class {
	CLASS_HOST,                     /* kind: host, client */
	CLASS_ROUTER,                   /* kind: router; forwards, no redundancy of its own */
	CLASS_LOADMASTER,               /* kind: loadmaster */
	CLASS_VENDOR,                   /* kind: a profile of the vendors' table; see profile */
};

struct scenario_interface {
	struct scenario_place at;
	const char *name;               /* default eth0, eth1, ... */
	struct scenario_name on;        /* index: of the segment */
	struct scenario_ips ip, ip6;    /* as written */
	struct maybe_mac mac;           /* always given after loading: default 02:00:00:00:00:01, ... in order */
	struct maybe_number vlan;
	struct maybe_number mtu;        /* of IP; not given: 1500 */
	struct maybe_time latency;      /* each way, of its link; not given: the segment's, else the world's */
	/* resolved */
	struct scenario_prefixes addresses;     /* ip, then ip6, each with its segment's prefix length */
	unsigned port;                  /* of the node: interfaces with `vlan` on one segment share a port */
};

enum scenario_checksum {
	CHECKSUM_BY_PROFILE = 0,
	CHECKSUM_MESSAGE,
	CHECKSUM_PSEUDO,
};

struct scenario_track {
	struct scenario_place at;
	const char *name;               /* of a tracked object that the timeline moves (track: {r1.NAME: down}) */
	const char *interface_name;     /* or of an interface of the node; one of the two is given */
	unsigned interface;             /* its index */
	struct maybe_signed priority;   /* below 0: added while it is down; above 0: added while it is up */
	struct maybe_number at_most;    /* or: the highest priority while it is down, 1-254 */
	bool fault;                     /* or: down means the virtual router leaves (priority is not given) */
};

/* How a virtual router departs from its kind. Words are the engine's enumerators plus 1; 0: by kind. */
struct scenario_behaviour {
	int check_order;                /* enum vrrp_check_order, and so on */
	int address_check;
	int owner_adverts;
	int interval_check;
	int length_check;
	int losing_advert;
	int advert_timer;
	int down_timer;
	int checksum_accepted;
	int advert_mac, announce_mac, reply_mac;
	struct maybe_mac static_mac;    /* all three, where they do not say otherwise */
	int log;
	struct maybe_time startup_wait;
	struct maybe_time takeover_slack, claim_delay;
	struct maybe_time skew_unit;
	struct maybe_flag owner_waits;
	struct maybe_flag owners_settle;
	struct maybe_flag first_address;
	struct maybe_number advert_jitter;      /* percent, 1-20 */
	struct maybe_flag igmp_from_vmac;
	struct maybe_number tos;
	struct maybe_flag dont_fragment;
	struct maybe_flag id_counts;
};

/* Announcements on becoming Active; what is not given is by kind. */
struct scenario_announce {
	int operation;                  /* enum arp_operation; 0: by kind */
	int target;                     /* enum vrrp_garp_target plus 1; 0: by kind */
	struct maybe_number count, repeat_count;
	struct maybe_time gap, repeat_after;
	struct maybe_flag before_advert, cisco_copy;
};

struct scenario_vrrp {
	struct scenario_place at;
	uint64_t vrid;                  /* 1-255 */
	struct maybe_number version;    /* 2, 3 */
	struct maybe_number priority;   /* 1-255 */
	struct scenario_ips vip;        /* at least one, all of one family */
	const char *interface_name;     /* NULL: the one whose net holds the first vip */
	struct maybe_time interval;
	struct maybe_flag preempt;
	struct maybe_time preempt_delay;
	struct maybe_flag accept;
	struct scenario_ips peers;      /* unicast; none: multicast */
	const char *auth_text;          /* one of the four at most; NULL: not this one */
	const char *auth_md5;
	const char *auth_ah;
	const char *auth_hmac;
	struct maybe_number auth_key_id;
	enum scenario_checksum checksum;
	struct scenario_behaviour behaviour;
	struct scenario_announce announce;
	struct maybe_flag use_vmac;
	struct maybe_flag lower_prio_no_advert;
	struct scenario_names options;  /* of the kind: vendor_vrrp_option */
	const char *sync_group;         /* NULL: none */
	struct scenario_track *track;
	size_t track_count;
	/* resolved */
	enum ip_family family;
	unsigned interface;             /* index into the node's interfaces */
};

struct scenario_carp {
	struct scenario_place at;
	uint64_t vhid;                  /* 1-255 */
	struct scenario_ips vip;        /* at least one; both families may mix */
	const char *interface_name;     /* NULL: the one whose net holds the first vip */
	const char *password;           /* "" when not given */
	struct maybe_number advbase;    /* s, 1-255 */
	struct maybe_number advskew;    /* 1/256 s, 0-254 */
	struct maybe_flag preempt;
	struct maybe_number dead_ratio;
	/* resolved */
	unsigned interface;
};

struct scenario_hsrp {
	struct scenario_place at;
	uint64_t group;                 /* 0-255, 0-4095 in version 2 */
	struct scenario_ips vip;        /* of one family; none: learned */
	struct maybe_number version;    /* 1, 2 */
	struct maybe_number priority;   /* 0-255 */
	struct maybe_flag preempt;
	struct maybe_time preempt_delay;
	struct maybe_time hello, hold;
	const char *auth_text;          /* one of the two at most; NULL: not this one */
	const char *auth_md5;
	struct maybe_number auth_key_id;
	const char *interface_name;     /* NULL: the one whose net holds the first vip */
	struct scenario_track *track;
	size_t track_count;
	int address_check;              /* enum hsrp_address_check plus 1; 0: by default */
	int learning;                   /* enum hsrp_learning plus 1 */
	struct maybe_number hello_jitter;       /* percent, 1-20 */
	struct maybe_flag resigns;
	/* resolved */
	enum ip_family family;
	unsigned interface;
};

struct scenario_glbp {
	struct scenario_place at;
	uint64_t group;                 /* 0-1023 */
	struct scenario_ips vip;        /* exactly one */
	struct maybe_number priority;   /* 1-255 */
	struct maybe_flag preempt, forwarder_preempt;
	struct maybe_time preempt_delay, forwarder_preempt_delay;
	struct maybe_time hello, hold, redirect, timeout;
	int balancing;                  /* enum glbp_balancing plus 1; 0: by default */
	struct maybe_number weight, lower, upper;
	const char *auth_text;          /* NULL: none */
	const char *interface_name;     /* NULL: the one whose net holds the vip */
	struct scenario_track *track;
	size_t track_count;
	struct maybe_flag says_goodbye;
	/* resolved */
	unsigned interface;
};

enum scenario_ha_protocol {
	HA_CARP = 0,                    /* the default: what the product sends */
	HA_VRRP,
};

enum scenario_ha_role {
	HA_ROLE_FIRST = 0,
	HA_ROLE_SECOND,
};

enum scenario_ha_preferred {
	HA_PREFERRED_NONE = 0,
	HA_PREFERRED_FIRST,
	HA_PREFERRED_SECOND,
};

struct scenario_ha {
	struct scenario_place at;
	bool given;                     /* false: a LoadMaster alone */
	enum scenario_ha_protocol protocol;
	uint64_t id;                    /* HA virtual ID, 1-255, default 1 as the product ships */
	enum scenario_ha_role role;
	struct scenario_ips shared;     /* at least one, each on the net of an interface */
	struct maybe_time timeout;      /* 3, 6, 9, 12 or 15 s */
	struct maybe_time initial_wait;
	enum scenario_ha_preferred preferred;
	const char *password;           /* NULL: the product's own */
	struct maybe_flag use_broadcast;
	struct maybe_flag virtual_mac;
	const char *multicast_interface;        /* NULL: the first */
	struct maybe_flag l4_updates, l7_updates;       /* the two switches of inter-HA updates */
	struct maybe_number update_threshold, update_period, update_backlog;
	struct maybe_time update_refresh;
	struct ip_addr update_peer;     /* family IP_NONE: the group */
};

/* A range of ports; 0-0: every port. */
struct scenario_port_range {
	uint16_t first, last;
};

struct scenario_ports {
	struct scenario_port_range *item;
	size_t count;
};

#define SCENARIO_SERVER_WEIGHT 1000     /* of one whose weight is not given: KEMP's default */

/* A real server of a virtual service. */
struct scenario_server {
	struct scenario_place at;
	const char *name;
	struct ip_addr ip;
	struct maybe_number port, weight, limit, resume, rate;
	int state;                      /* enum server_start */
	bool sorry;
	struct maybe_number agent;      /* only the timeline sets it */
};

/* How a service's real servers are checked. */
struct scenario_check {
	int type;                       /* enum health_kind */
	int profile;                    /* enum health_profile */
	struct maybe_time interval, timeout, fast_interval, down_interval, retry_delay;
	struct maybe_number retries, rise, fall, port;
	struct maybe_flag down_at_start;
	const char *method, *url, *host, *pattern, *query;
	struct scenario_ports status;   /* ranges of codes */
};

/* A virtual service of a LoadMaster. Words are the engine's enumerators. */
struct scenario_service {
	struct scenario_place at;
	const char *name;
	struct ip_addr vip;
	int protocol;                   /* IP_PROTOCOL_TCP, IP_PROTOCOL_UDP */
	struct scenario_ports port;
	int forwarding;                 /* enum balancer_forwarding */
	int snat;                       /* enum balancer_snat */
	struct scenario_ips local;
	struct scenario_ports snat_ports;       /* one at most */
	const char *scheduler;
	struct maybe_number table_size, draws, bounded_load;
	struct maybe_number adaptive_minimum, adaptive_floor, response_floor;
	struct maybe_flag inclusive_draw, adaptive_connections;
	struct maybe_time response_every;
	struct maybe_flag hash_port, fallback, newest_first;
	struct maybe_number layer;
	int tls;                        /* 1: passes unread */
	int check_persistence;          /* enum layer7_check */
	struct maybe_flag forwarded_for;
	int persistence;                /* 0: none; else 1 + its place in the balancer's list */
	const char *persistence_name;   /* NULL: not given */
	struct maybe_time persistence_timeout;
	struct maybe_number persistence_mask, persistence_mask6, persistence_group;
	struct maybe_flag persistence_port, persistence_touch;
	struct maybe_time slow_start;
	int slow_start_law;             /* enum slow_start_law plus 1; 0: linear where slow_start is given */
	struct maybe_number slow_start_floor, slow_start_aggression;
	int drain;                      /* enum balancer_drain */
	struct maybe_time drain_time;
	struct maybe_flag drop_at_drain_end, reset_on_failure, silent_strays, expire_quiescent, expire_nodest;
	struct maybe_number reuse, half_open;
	struct maybe_time syn_timeout, idle_timeout, closing_timeout, udp_timeout;
	bool has_check;
	struct scenario_check check;
	struct scenario_server *server;
	size_t server_count;
};

/* A unit of a FortiGate cluster. */
struct scenario_fgcp {
	struct scenario_place at;
	bool given;
	uint64_t group;                 /* 0-1023, default 0 as the product ships */
	struct maybe_number priority;
	struct maybe_flag override;
	struct scenario_names heartbeat, monitor;       /* interfaces of the node */
	const char *group_name, *password;              /* "" when not given */
	const char *serial;             /* NULL: made of the first interface's MAC */
	struct maybe_flag transparent;
	struct maybe_time hb_interval, hello_holddown, uptime_margin, arps_interval;
	struct maybe_number hb_lost_threshold, arps;
	/* resolved: bits by index */
	uint32_t heartbeat_on, monitored;
};

/* A member of a Check Point cluster. */
struct scenario_clusterxl {
	struct scenario_place at;
	bool given;
	uint64_t magic;                 /* 1-255, default 254 as the product ships */
	uint64_t member;                /* from 1 */
	int mode;                       /* enum clusterxl_mode */
	struct scenario_ips vip;        /* at least one, each on the net of an interface */
	struct scenario_ips peers;      /* of unicast mode */
	struct maybe_flag switch_up, vmac;
	struct maybe_mac virtual_mac;
	struct maybe_time state_interval, dead_after;
	struct maybe_number arps;
};

/* A host of a Microsoft NLB cluster. */
struct scenario_nlb {
	struct scenario_place at;
	bool given;
	uint64_t host;                  /* 1-32 */
	int mode;                       /* enum nlb_mode */
	int affinity;                   /* enum nlb_affinity */
	int descriptors;                /* enum nlb_descriptors */
	struct scenario_ips vip;        /* the first names the cluster */
	struct maybe_number bins, tolerance;
	struct maybe_time period;
	struct maybe_flag filter_icmp, drain;
	/* resolved */
	unsigned interface;
};

struct scenario_node {
	struct scenario_place at;
	const char *name;
	const char *kind;               /* as written */
	enum scenario_class class;
	const char *profile;            /* CLASS_VENDOR: name in the vendors' table; else NULL */
	vl_time start;
	bool started;                   /* false: `start: never`, only the timeline starts it */
	struct maybe_flag forward;      /* not given: by kind */
	struct scenario_ips gateway;    /* default routes: at most one of each family */
	struct scenario_interface *interface;   /* at least one */
	size_t interface_count;
	unsigned port_count;
	struct scenario_vrrp *vrrp;
	size_t vrrp_count;
	struct scenario_carp *carp;
	size_t carp_count;
	struct scenario_hsrp *hsrp;
	size_t hsrp_count;
	struct scenario_glbp *glbp;
	size_t glbp_count;
	struct scenario_ha ha;
	struct scenario_service *service;
	size_t service_count;
	struct maybe_number connections, persistence_entries;   /* rooms of the balancer's tables */
	struct scenario_fgcp fgcp;
	struct scenario_clusterxl clusterxl;
	struct scenario_nlb nlb;
	struct scenario_served *served;         /* services of a real server */
	size_t served_count;
	struct scenario_population *population;
	size_t population_count;
	struct scenario_tcp tcp;
	struct scenario_nat nat;
	struct scenario_ips loopback;   /* virtual addresses of others that it takes packets to: DSR, tunnels */
	bool loopback_arp;              /* and answers for */
};

/* --- timeline ------------------------------------------------------------------------------------------- */

enum scenario_verb {
	STEP_PING,
	STEP_STOP_PING,
	STEP_SET,
	STEP_CRASH,                     /* silence, and it stays off */
	STEP_STOP,                      /* it says goodbye */
	STEP_START,                     /* after crash or stop, or a node with `start: never` */
	STEP_RESTART,                   /* stop, and start at the same instant */
	STEP_PAUSE,
	STEP_RESUME,
	STEP_LINK,
	STEP_CUT,
	STEP_HEAL,
	STEP_PARTITION,
	STEP_DEAF,
	STEP_LOSS,
	STEP_LATENCY,
	STEP_DROP,
	STEP_TRACK,
	STEP_BURST,
	STEP_DUPLICATE,
	STEP_REORDER,
	STEP_CORRUPT,
	STEP_DELAY,
	STEP_BANDWIDTH,
	STEP_FLAP,
	STEP_DRIFT,
	STEP_SLOW,
	STEP_MOVE,
	STEP_LEAK,
	STEP_FLOOD,
	STEP_TRUNK,
	STEP_SERVICE,                   /* a service crashes, hangs, ... or is up again */
};

struct scenario_ping_step {
	struct ip_addr target;          /* STEP_STOP_PING: family IP_NONE means every target */
	struct scenario_names from;     /* nodes, at least one */
	vl_time every;                  /* default 1 s */
	uint64_t count;                 /* 0: until stopped */
	vl_time timeout;                /* default 1 s */
};

struct scenario_setting {
	struct scenario_name path;      /* "lb1.ha.id"; index: of the node */
	const char *field;              /* the path below the node: "ha.id", "vrrp.1.priority" */
	enum value_type type;
	union value value;
};

struct scenario_link_change {
	struct scenario_port port;
	bool up;
};

enum scenario_direction {               /* as the world's: from the node, to the node, both */
	DIRECTION_OUT = 1,
	DIRECTION_IN = 2,
	DIRECTION_BOTH = 3,
};

struct scenario_cut {
	struct scenario_port port;
	enum scenario_direction direction;
};

/* Heal takes back cuts, loss, deafness and partitions, all of struct scenario_trouble, leaks, cut trunks, and of
 * nodes drift, slowness and floods (latency, carrier, moves and packet drops stay): of a node and its links, of a
 * whole segment with its links, or everywhere. */
struct scenario_heal {
	bool all;
	struct scenario_names nodes;
	struct scenario_names segments;
};

struct scenario_partition {
	struct scenario_name segment;
	struct scenario_names *side;    /* as written: lists of nodes */
	size_t side_count;
	unsigned *side_of;              /* resolved: for each node of the scenario its side, from 0; nodes
					   that are in no list are together on the side after the last */
};

struct scenario_deaf {
	struct scenario_name from, to;  /* nodes: what `from` sends does not reach `to` */
	struct scenario_name on;        /* the segment; default the one they share */
	bool ends;                      /* `deaf: {..., ends: true}`: takes one back */
};

struct scenario_loss {
	struct scenario_port port;
	uint32_t loss_ppm;
};

struct scenario_latency {
	struct scenario_port port;
	vl_time latency;
};

struct scenario_drop {
	const char *packet;             /* the match string */
	struct packet_match match;
	bool from_any;
	struct scenario_name from;      /* a node, unless from_any */
	uint64_t nth;                   /* the first frame dropped is the nth match; default 1 */
	uint64_t count;                 /* default 1; 0 (`count: all`): all that follow */
};

struct scenario_track_change {
	struct scenario_name node;
	const char *name;               /* of the tracked object */
	bool up;
};

/* What is done to a link: BURST, DUPLICATE, REORDER, CORRUPT, DELAY, BANDWIDTH, FLAP; each its own fields. */
struct scenario_trouble {
	struct scenario_port port;
	enum scenario_direction direction;
	uint32_t chance_ppm;            /* that it happens to a frame, that a burst begins */
	struct maybe_number frames;     /* BURST: its length; or by chance: */
	uint32_t end_ppm, loss_ppm, good_loss_ppm;
	uint64_t bits;                  /* CORRUPT: flipped */
	vl_time by;                     /* REORDER, DELAY */
	vl_time jitter;
	uint64_t rate, queue;           /* BANDWIDTH: bit/s, 0: no limit; frames */
	struct maybe_number queue_bytes;
	vl_time down, up;               /* FLAP */
	uint64_t count;                 /* 0: until healed */
};

struct scenario_drift {
	struct scenario_name node;
	struct maybe_number fast, slow; /* ppm; one of them */
};

struct scenario_slow {
	struct scenario_name node;
	vl_time frame;                  /* 0: as fast as ever */
	uint64_t queue;
};

struct scenario_move {
	struct scenario_port port;      /* resolved: of one interface */
	struct scenario_name to;        /* segment; default the one it is on when nothing moves */
};

struct scenario_leak {
	struct scenario_name on;        /* segment */
	uint64_t from, to;              /* VLANs, 0: untagged */
	bool ends;
};

/* Advertisements that something in a node makes up. */
struct scenario_flood {
	struct scenario_port port;      /* resolved: of one interface */
	uint64_t vrid, priority, version;
	struct ip_addr vip;
	struct ip_addr source;          /* resolved: the interface's */
	vl_time every;
	uint64_t count;                 /* 0: until healed */
};

struct scenario_trunk_change {
	struct scenario_name segment;   /* that has the trunk */
	int passes;                     /* enum scenario_direction; 0: nothing */
};

struct scenario_service_change {
	struct scenario_name node;
	const char *name;               /* of the service */
	int state;                      /* enum service_state */
};

struct scenario_step {
	struct scenario_place place;
	const char *text;               /* as written, on one line */
	vl_time at;
	enum scenario_verb verb;
	union {
		struct scenario_ping_step ping;         /* PING, STOP_PING */
		struct {
			struct scenario_setting *item;
			size_t count;
		} set;
		struct scenario_names nodes;            /* CRASH, STOP, START, RESTART, PAUSE, RESUME */
		struct {
			struct scenario_link_change *item;
			size_t count;
		} link;
		struct {
			struct scenario_cut *item;
			size_t count;
		} cut;
		struct scenario_heal heal;
		struct {
			struct scenario_partition *item;
			size_t count;
		} partition;
		struct scenario_deaf deaf;
		struct {
			struct scenario_loss *item;
			size_t count;
		} loss;
		struct {
			struct scenario_latency *item;
			size_t count;
		} latency;
		struct scenario_drop drop;
		struct {
			struct scenario_track_change *item;
			size_t count;
		} track;
		struct scenario_trouble trouble;        /* BURST to FLAP */
		struct scenario_drift drift;
		struct scenario_slow slow;
		struct scenario_move move;
		struct scenario_leak leak;
		struct scenario_flood flood;
		struct {
			struct scenario_trunk_change *item;
			size_t count;
		} trunk;
		struct {
			struct scenario_service_change *item;
			size_t count;
		} service;
	};
};

/* --- expectations --------------------------------------------------------------------------------------- */

/*
 * When an expectation looks. [from, until) in time; `at` is the instant `from` = `until`, after everything
 * that happens before it. Not given: the whole run. `before: T` is [0, T), `after: T` is [T, end].
 *
 * A window's start is where the cause is. An expectation that asks for something to come true (finding;
 * becomes, takeover; state with `before:`) fails when it was true already at the window's start: one that
 * held before its cause shows nothing.
 */
struct scenario_window {
	enum {
		WINDOW_RUN,             /* not given: [0, until of the scenario] */
		WINDOW_AT,
		WINDOW_BEFORE,
		WINDOW_AFTER,
		WINDOW_BETWEEN,
	} form;                         /* as written */
	vl_time from, until;            /* always filled in */
};

enum scenario_expectation_kind {
	EXPECT_STATE,                   /* {state: active, of: r1, ...}, {becomes: active, of: r1, ...} */
	EXPECT_ACTIVES,                 /* {actives: 1, id: 1, ...}, {actives: [r1, r2], id: 1, ...} */
	EXPECT_NEVER,                   /* {never: dual-active, id: 1, ...} */
	EXPECT_FINDING,                 /* {finding: vrid-collision, id: 1, ...} */
	EXPECT_NO_FINDING,              /* {no finding: vrid-collision, ...} */
	/* {findings: none}, {findings: [a, b]}: these codes and no other. Conflicts, suspicions and warnings count, but
	 * for default-id, which is about the number and not the run; information does not. */
	EXPECT_FINDINGS,
	EXPECT_MATCH,                   /* {match: "vrrp advert priority 0", on: lan, count: exactly 1} */
	EXPECT_PING,                    /* {ping: client, loss: 0%} */
	EXPECT_MAC_MOVES,               /* {mac moves: 00:00:5e:00:01:01, count: over 10} */
	EXPECT_DROPS,                   /* {drops: r1, reason: "...", count: at least 3} */
	EXPECT_LOGS,                    /* {logs: r1, text: "...", count: at least 1} */
	EXPECT_TAKEOVER,                /* {takeover: r2, id: 1, after: 10s, within: exactly 3.609375s} */
	EXPECT_RECORDS,                 /* {records: balancer.close, of: lb, with: {why: reset}, count: 0} */
	EXPECT_SHARE,                   /* {share: rs1, service: web, is: 25% +- 2%} */
	EXPECT_BALANCE,                 /* {balance: web, jain: at least 0.9} */
	EXPECT_NEW_CONNECTIONS,         /* {new_connections: web, to: rs4, count: 863 +- 30} */
	EXPECT_ACTIVE_CONNECTIONS,      /* {active_connections: web, to: rs4, at: 20s, count: 750 +- 30} */
	EXPECT_ALL_TO,                  /* {all_to: rs4, service: web, after: 10s, lasts: 8.63s +- 500ms} */
	EXPECT_CATCH_UP,                /* {catch_up: rs4, service: web, after: 10s, level: 750 +- 30} */
};

/* Which balancer's and which service's connections an expectation is about. */
struct scenario_service_name {
	const char *service;            /* NULL: the only one */
	struct scenario_name by;        /* node; text NULL: any */
};

/* What is counted for each server. */
enum scenario_counting {
	COUNTING_NEW = 0,               /* connections opened in the window */
	COUNTING_ACTIVE,                /* open at the window's end */
	COUNTING_BYTES,                 /* of connections closed in the window, both ways */
};

/* A record's field and the text it has. */
struct scenario_field {
	const char *name, *text;
};

/* A redundancy engine's state by RFC 9568's words; CARP's MASTER is Active. HSRP's and GLBP's own words besides. */
enum scenario_state {
	SCENARIO_INITIALIZE,
	SCENARIO_BACKUP,                /* running, and not Active, by whatever word */
	SCENARIO_ACTIVE,
	SCENARIO_LEARN,
	SCENARIO_LISTEN,
	SCENARIO_SPEAK,
	SCENARIO_STANDBY,
};

/* How a state must hold in the window. */
enum scenario_mode {
	MODE_HOLDS,                     /* `at`: at the instant; `after`, `between`, none: all through */
	MODE_BECOMES,                   /* not so at the window's start, and so at a moment inside it (it need
					   not last). `state` with `before:` and `becomes` are this */
};

enum scenario_never {
	NEVER_DUAL_ACTIVE,              /* two or more Active at a time on the id */
	NEVER_NO_ACTIVE,                /* none Active at a time on the id */
	NEVER_STATE,                    /* a node in this state */
};

struct scenario_expectation {
	struct scenario_place place;
	const char *text;               /* as written, on one line */
	const char *why;                /* the author's sentence, or NULL */
	const char *name;               /* for a matrix and for tables, or NULL */
	enum scenario_expectation_kind kind;
	struct scenario_window window;
	struct maybe_number id;         /* VRID, VHID or HA ID; not given: any, or the node's only one */
	struct maybe_number group;      /* of HSRP or GLBP, in place of an id */
	enum ip_family family;          /* IP_NONE: any */
	union {
		struct {
			enum scenario_state state;
			enum scenario_mode mode;
			struct scenario_name of;        /* node */
		} state;
		struct {
			bool by_name;                   /* exactly these nodes; else `count` of them */
			struct comparison count;
			struct scenario_names names;    /* nodes */
		} actives;
		struct {
			enum scenario_never what;
			enum scenario_state state;      /* NEVER_STATE */
			struct scenario_name of;        /* NEVER_STATE: node */
		} never;
		struct {
			struct scenario_names findings; /* FINDING, NO_FINDING: one; FINDINGS: none or more codes */
			struct ip_addr about;           /* the virtual address or a subject; family IP_NONE: any */
		};
		struct {
			const char *packet;
			struct packet_match match;
			bool from_any;
			struct scenario_name from;      /* the node that sent it, unless from_any */
			bool on_any;
			struct scenario_name on;        /* segment, unless on_any */
			struct comparison count;        /* default: at least 1 */
			struct comparison first;        /* moment of the first in the window, or not given */
		} match;
		struct {
			struct scenario_name client;    /* node */
			struct ip_addr to;              /* family IP_NONE: every target it pings */
			struct comparison loss;         /* by requests sent inside the window; one of the four is given */
			struct comparison lost_there;   /* the part of it that nobody answered */
			struct comparison lost_back;    /* and that was answered, in vain */
			struct comparison longest_gap;  /* longest time without an answer inside the window */
		} ping;
		struct {
			struct mac mac;
			struct scenario_name on;        /* segment; default the only one */
			struct comparison count;
		} mac_moves;
		struct {
			struct scenario_name node;
			const char *reason;             /* text of a table of drop reasons */
			struct comparison count;        /* default: at least 1 */
		} drops;
		struct {
			struct scenario_name node;
			bool trouble;                   /* not what is said of changes of state */
			const char *text;               /* a part of the line, or NULL */
			struct comparison count;        /* default: at least 1 */
		} logs;
		struct {
			struct scenario_name node;
			struct comparison within;       /* from the window's start to the moment it is Active */
		} takeover;
		struct {
			const char *kind;               /* "balancer.close" */
			struct scenario_name of;        /* node; text NULL: any */
			const char *part;               /* "web"; NULL: any */
			const struct scenario_field *field;     /* all of them have to fit */
			size_t field_count;
			struct comparison count;        /* default: at least 1 */
		} records;
		struct {
			struct scenario_service_name of;
			const char *server;
			enum scenario_counting counting;
			struct comparison is;           /* share of all servers' */
		} share;
		struct {
			struct scenario_service_name of;
			enum scenario_counting counting;
			struct comparison jain, cv, cv_squared, max_over_mean, gini;    /* over the servers */
			struct comparison max_share;
			struct comparison k_eff;        /* 1 / sum of squares of the clients' shares */
		} balance;
		struct {
			struct scenario_service_name of;
			const char *server;             /* NULL: all servers */
			struct comparison count;
			struct maybe_time per;          /* the busiest stretch of this length, counted from the window's start */
		} connections;
		struct {
			struct scenario_service_name of;
			const char *server;
			struct comparison lasts;        /* from the window's start */
			struct comparison count;        /* new connections of the server until then */
			struct comparison level;        /* its active ones then */
		} catch_up;
	};
};

/* --- the whole ------------------------------------------------------------------------------------------ */

/* Why a conflict that the oracle sees cannot be in the frames: the closed list of `unheard:`. */
#define SCENARIO_UNHEARD(X)                                                                     \
	X(UNHEARD_MUTE, "mute", "one of the Actives sends no advertisements: starved, cut off or deaf") \
	X(UNHEARD_SHORT, "short", "it is over before two senders were heard for three intervals")     \
	X(UNHEARD_HIDDEN, "hidden", "CARP hashes its addresses: two groups look like one")            \
	X(UNHEARD_LOST, "lost", "links lose the frames that would show it")

enum scenario_unheard {
#define X(constant, word, help) constant,
	SCENARIO_UNHEARD(X)
#undef X
	UNHEARD_COUNT
};

/* Promises of every run that a script may suspend, because it breaks them on purpose. */
#define SCENARIO_PROMISES(X)                                                                    \
	X(PROMISE_TRUE_FINDINGS, "true-findings", "every conflict that the analyzers find is one for the oracle") \
	X(PROMISE_HEARD_CONFLICTS, "heard-conflicts",                                           \
	  "every conflict that the oracle sees is found by the analyzers, or `unheard:` says why not") \
	X(PROMISE_ONE_ACTIVE, "one-active",                                                     \
	  "two that hear each other are not both Active for longer than skew and one interval") \
	X(PROMISE_SOME_ACTIVE, "some-active",                                                   \
	  "while one runs, none is Active for Active_Down_Interval and one interval at most")   \
	X(PROMISE_ANNOUNCED, "announced", "who becomes Active announces each of its addresses") \
	X(PROMISE_OFF_IS_SILENT, "off-is-silent", "what is stopped, crashed or paused sends nothing") \
	X(PROMISE_BACKUP_IS_QUIET, "backup-is-quiet", "a Backup answers no ARP or ND for a virtual address") \
	X(PROMISE_ONE_MAC, "one-mac", "one MAC answers for a virtual address while one router is Active") \
	X(PROMISE_UNIQUE_ADDRESSES, "unique-addresses", "no two nodes are given one address")

enum scenario_promise {
#define X(constant, word, help) constant,
	SCENARIO_PROMISES(X)
#undef X
	PROMISE_COUNT
};

struct scenario {
	const char *path;               /* of the script, as given */
	const char *variant;            /* of a matrix: "cisco.vrrp.1.priority 90", and changes; or NULL */
	const char *of_matrix;          /* the same without changes */
	const char *title;
	struct scenario_names tags;
	uint64_t seed;                  /* default 1 */
	uint64_t over;                  /* it is run with so many seeds, from `seed` on; 0: with one */
	vl_time until;                  /* the end of the run */
	struct scenario_segment *segment;
	size_t segment_count;
	struct scenario_node *node;
	size_t node_count;
	struct scenario_step *step;     /* in order of time; at one instant in the order written */
	size_t step_count;
	struct scenario_expectation *expectation;       /* in the order written */
	size_t expectation_count;
	bool unheard[UNHEARD_COUNT];
	bool suspended[PROMISE_COUNT];
};

/* --- reading -------------------------------------------------------------------------------------------- */

/* One mistake, with everything a person needs to repair it. */
struct scenario_mistake {
	struct scenario_place at;
	const char *message;            /* what is wrong, what was expected, a suggestion; one line */
};

/* What came of one file: its scenarios (one, or one for each case of its matrix), or its mistakes (all of
 * them, in the order of the file), never both. A template that is right gives neither. */
struct scenario_set {
	const char *path;
	struct scenario *scenario;
	size_t scenario_count;
	const struct scenario_mistake *mistake;
	size_t mistake_count;
	bool is_template;
	bool no_memory;                 /* that is the one mistake, and none of the script's */
	struct arena *memory;
};

/* Reads, checks and expands one file. False when there are mistakes (or no memory: one mistake says so).
 * Free the set either way. */
bool scenario_load(struct scenario_set *set, const char *path);

/* The same with values changed, each "KEY=VALUE", over the script's own and over its matrix. */
bool scenario_load_changed(struct scenario_set *set, const char *path, const char *const *change, size_t count);

/* The same from memory, unchanged; `path` is for messages and for what `include` is relative to. */
bool scenario_load_bytes(struct scenario_set *set, const char *path, const uint8_t *bytes, size_t length);

void scenario_set_free(struct scenario_set *set);

/* The scripts of a directory: every *.yaml below it, sorted by path; a file is itself. Names beginning with a
 * dot are left out. False: it cannot be read or holds none, and `mistake` (room for 512 bytes) says so. */
struct scenario_paths {
	char **item;
	size_t count;
	bool no_memory;                 /* that is why the last one could not be added */
};
bool scenario_paths_add(struct scenario_paths *paths, const char *path, char mistake[512]);
void scenario_paths_free(struct scenario_paths *paths);

/* Prints "file:line:column: message" of all mistakes, a line each, to a stdio stream. */
void scenario_print_mistakes(FILE *to, const struct scenario_set *set);

#endif
