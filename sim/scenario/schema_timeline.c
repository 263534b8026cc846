// SPDX-License-Identifier: BSD-2-Clause
/* Steps. */
#include "sim/scenario/schema_parts.h"
#include "sim/scenario/schema_faults.h"
#include "sim/scenario/schema_hooks.h"

static const struct schema_word all_words[] = {{"all", 0, "without an end"}, {0}};
static const struct schema_word every_target_words[] = {{"all", 0, "every target"}, {0}};

static const struct schema_key ping_keys[] = {
	{"ping", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_step, ping.target), .example = "192.0.2.10",
	 .help = "sends echo requests there"},
	{"from", &TYPE_NODES, SCHEMA_REQUIRED, AT(scenario_step, ping.from), .example = "client",
	 .help = "node or nodes"},
	{"every", &TYPE_TIME, 0, AT(scenario_step, ping.every), .low = 100 * UINT64_C(1000), .high = 3600 * S,
	 .fallback = "1s", .example = "20ms", .help = "between requests"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_step, ping.count), .low = 1, .high = 1000000000,
	 .words = all_words, .fallback = "all", .example = "5", .help = "of requests; `all`: until stopped"},
	{"timeout", &TYPE_TIME, 0, AT(scenario_step, ping.timeout), .low = MS, .high = 60 * S,
	 .fallback = "1s", .example = "1s", .help = "an answer later than this is a loss"},
	{0},
};

static const struct schema_key stop_ping_keys[] = {
	{"stop_ping", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_step, ping.target), .words = every_target_words,
	 .example = "192.0.2.10", .help = "ends them"},
	{"from", &TYPE_NODES, SCHEMA_REQUIRED, AT(scenario_step, ping.from), .example = "client",
	 .help = "node or nodes"},
	{0},
};

static const struct schema_key setting_keys[] = {
	{"path", &TYPE_PATH, SCHEMA_REQUIRED, AT(scenario_setting, path), .example = "lb1.ha.id"},
	{"value", &TYPE_RAW, SCHEMA_REQUIRED, AT(scenario_setting, value), .example = "47"},
	{0},
};
static const struct schema_section schema_setting = {
	.name = "a setting", .size = sizeof(struct scenario_setting), .key = setting_keys};
static const struct schema_key set_keys[] = {
	{"set", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, set.item, set.count),
	 .section = &schema_setting, .example = "{lb1.ha.id: 47, r1.vrrp.1.priority: 90}",
	 .help = "changes configuration while it runs: NODE.ha.KEY, NODE.vrrp.VRID.KEY, NODE.carp.VHID.KEY"},
	{0},
};

#define NODES_VERB(word, text)                                                                        \
	static const struct schema_key word##_keys[] = {                                              \
		{#word, &TYPE_NODES, SCHEMA_REQUIRED, AT(scenario_step, nodes), .example = "r1",      \
		 .help = text},                                                                       \
		{0},                                                                                  \
	}

NODES_VERB(crash, "falls silent at once and stays off");
NODES_VERB(stop, "is shut down and says goodbye");
NODES_VERB(start, "is switched on");
NODES_VERB(restart, "is shut down and switched on again at the same instant");
NODES_VERB(pause, "stands still like a virtual machine: frames to it are lost, its timers fire late");
NODES_VERB(resume, "goes on");

static const struct schema_word up_words[] = {{"up", 1, NULL}, {"down", 0, NULL}, {0}};
static const struct schema_key link_item_keys[] = {
	{"port", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_link_change, port), .example = "r1.eth0"},
	{"carrier", &TYPE_FLAG, SCHEMA_REQUIRED, AT(scenario_link_change, up), .words = up_words,
	 .example = "down"},
	{0},
};
static const struct schema_section schema_link_item = {
	.name = "a link", .size = sizeof(struct scenario_link_change), .key = link_item_keys};
static const struct schema_key link_keys[] = {
	{"link", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, link.item, link.count),
	 .section = &schema_link_item, .example = "{r1: down}",
	 .help = "carrier of a node's ports (NODE or NODE.INTERFACE): up, down; the node notices"},
	{0},
};

static const struct schema_word direction_words[] = {
	{"both", DIRECTION_BOTH, NULL},
	{"in", DIRECTION_IN, "the node hears nothing"},
	{"out", DIRECTION_OUT, "nobody hears the node"},
	{0},
};
static const struct schema_key cut_item_keys[] = {
	{"port", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_cut, port), .example = "r1"},
	{"direction", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_cut, direction), .words = direction_words,
	 .example = "in"},
	{0},
};
static const struct schema_section schema_cut_item = {
	.name = "a cut", .size = sizeof(struct scenario_cut), .key = cut_item_keys};
static const struct schema_key cut_keys[] = {
	{"cut", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, cut.item, cut.count),
	 .section = &schema_cut_item, .example = "{r1: in}",
	 .help = "a cable that loses everything, one way or both, and nobody notices: in, out, both"},
	{0},
};

static const struct schema_key heal_keys[] = {
	{"heal", &TYPE_HEAL, SCHEMA_REQUIRED, AT(scenario_step, heal), .example = "all",
	 .help = "takes back cuts, loss, deafness, partitions, and what burst, duplicate, reorder, corrupt, delay, "
		 "bandwidth, flap, drift, slow, leak, flood and trunk did: of nodes, of segments, or `all`"},
	{0},
};

static const struct schema_key partition_item_keys[] = {
	{"segment", &TYPE_SEGMENT, SCHEMA_REQUIRED, AT(scenario_partition, segment), .example = "lan"},
	{"sides", &TYPE_SIDES, SCHEMA_REQUIRED, LIST_AT(scenario_partition, side, side_count),
	 .example = "[[r1, client], [r2]]"},
	{0},
};
static const struct schema_section schema_partition_item = {
	.name = "a partition", .size = sizeof(struct scenario_partition), .key = partition_item_keys};
static const struct schema_key partition_keys[] = {
	{"partition", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, partition.item, partition.count),
	 .section = &schema_partition_item, .example = "{lan: [[r1, client], [r2]]}",
	 .help = "splits a segment into sides; nodes in no list are a side of their own"},
	{0},
};

static const struct schema_key deaf_item_keys[] = {
	{"from", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_deaf, from), .example = "r1",
	 .help = "what this node sends"},
	{"to", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_deaf, to), .example = "r2",
	 .help = "does not reach this one"},
	{"on", &TYPE_SEGMENT, 0, AT(scenario_deaf, on), .example = "lan",
	 .help = "default the segment they share"},
	{"ends", &TYPE_FLAG, 0, AT(scenario_deaf, ends), .fallback = "false", .example = "true",
	 .help = "takes it back"},
	{0},
};
static const struct schema_section schema_deaf = {
	.name = "a deafness", .size = sizeof(struct scenario_deaf), .key = deaf_item_keys,
	.help = "One direction between two nodes."};
static const struct schema_key deaf_keys[] = {
	{"deaf", &TYPE_SECTION, SCHEMA_REQUIRED, AT(scenario_step, deaf), .section = &schema_deaf,
	 .example = "{from: r1, to: r2}", .help = "one node does not hear another"},
	{0},
};

static const struct schema_key loss_item_keys[] = {
	{"port", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_loss, port), .example = "client"},
	{"share", &TYPE_SHARE, SCHEMA_REQUIRED, AT(scenario_loss, loss_ppm), .example = "10%"},
	{0},
};
static const struct schema_section schema_loss_item = {
	.name = "a loss", .size = sizeof(struct scenario_loss), .key = loss_item_keys};
static const struct schema_key loss_keys[] = {
	{"loss", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, loss.item, loss.count),
	 .section = &schema_loss_item, .example = "{client: 10%}", .help = "of a node's links, each way"},
	{0},
};

static const struct schema_key latency_item_keys[] = {
	{"port", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_latency, port), .example = "client"},
	{"latency", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_latency, latency), .high = 10 * S,
	 .example = "5ms"},
	{0},
};
static const struct schema_section schema_latency_item = {
	.name = "a latency", .size = sizeof(struct scenario_latency), .key = latency_item_keys};
static const struct schema_key latency_keys[] = {
	{"latency", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, latency.item, latency.count),
	 .section = &schema_latency_item, .example = "{client: 5ms}", .help = "of a node's links, each way"},
	{0},
};

static const struct schema_key drop_item_keys[] = {
	{"packet", &TYPE_MATCH, SCHEMA_REQUIRED, AT(scenario_drop, packet), ALSO(scenario_drop, match),
	 .example = "\"vrrp advert vrid 1\"", .help = "which packets"},
	{"from", &TYPE_NODE, 0, AT(scenario_drop, from), ALSO(scenario_drop, from_any), .example = "r1",
	 .help = "sent by this node; default any"},
	{"nth", &TYPE_NUMBER, 0, AT(scenario_drop, nth), .low = 1, .high = 1000000000, .fallback = "1",
	 .example = "2", .help = "the first one dropped, counted from here"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_drop, count), .low = 1, .high = 1000000000, .words = all_words,
	 .fallback = "1", .example = "3", .help = "how many from then on"},
	{0},
};
static const struct schema_section schema_drop = {
	.name = "a drop", .size = sizeof(struct scenario_drop), .key = drop_item_keys,
	.help = "A counted fault on packets."};
static const struct schema_key drop_keys[] = {
	{"drop", &TYPE_SECTION, SCHEMA_REQUIRED, AT(scenario_step, drop), .section = &schema_drop,
	 .example = "{packet: \"vrrp advert\", from: r1, nth: 2, count: 1}", .help = "loses certain packets"},
	{0},
};

static const struct schema_key track_change_keys[] = {
	{"object", &TYPE_TRACKED, SCHEMA_REQUIRED, AT(scenario_track_change, node),
	 ALSO(scenario_track_change, name), .example = "r1.uplink"},
	{"state", &TYPE_FLAG, SCHEMA_REQUIRED, AT(scenario_track_change, up), .words = up_words,
	 .example = "down"},
	{0},
};
static const struct schema_section schema_track_change = {
	.name = "a tracked object", .size = sizeof(struct scenario_track_change), .key = track_change_keys};
static const struct schema_key track_step_keys[] = {
	{"track", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, track.item, track.count),
	 .section = &schema_track_change, .example = "{r1.uplink: down}",
	 .help = "a tracked object (NODE.NAME) goes up or down"},
	{0},
};

static const struct schema_variant step_variants[] = {
	{STEP_PING, ping_keys, NULL, NULL},
	{STEP_STOP_PING, stop_ping_keys, NULL, NULL},
	{STEP_SET, set_keys, NULL, NULL},
	{STEP_CRASH, crash_keys, NULL, NULL},
	{STEP_STOP, stop_keys, NULL, NULL},
	{STEP_START, start_keys, NULL, NULL},
	{STEP_RESTART, restart_keys, NULL, NULL},
	{STEP_PAUSE, pause_keys, NULL, NULL},
	{STEP_RESUME, resume_keys, NULL, NULL},
	{STEP_LINK, link_keys, NULL, NULL},
	{STEP_CUT, cut_keys, NULL, NULL},
	{STEP_HEAL, heal_keys, NULL, NULL},
	{STEP_PARTITION, partition_keys, NULL, NULL},
	{STEP_DEAF, deaf_keys, NULL, NULL},
	{STEP_LOSS, loss_keys, NULL, NULL},
	{STEP_LATENCY, latency_keys, NULL, NULL},
	{STEP_DROP, drop_keys, NULL, NULL},
	{STEP_TRACK, track_step_keys, NULL, NULL},
	{STEP_BURST, schema_burst_keys, NULL, NULL},
	{STEP_DUPLICATE, schema_duplicate_keys, NULL, NULL},
	{STEP_REORDER, schema_reorder_keys, NULL, NULL},
	{STEP_CORRUPT, schema_corrupt_keys, NULL, NULL},
	{STEP_DELAY, schema_delay_keys, NULL, NULL},
	{STEP_BANDWIDTH, schema_bandwidth_keys, NULL, NULL},
	{STEP_FLAP, schema_flap_keys, NULL, NULL},
	{STEP_DRIFT, schema_drift_keys, NULL, NULL},
	{STEP_SLOW, schema_slow_keys, NULL, NULL},
	{STEP_MOVE, schema_move_keys, NULL, NULL},
	{STEP_LEAK, schema_leak_keys, NULL, NULL},
	{STEP_FLOOD, schema_flood_keys, NULL, NULL},
	{STEP_TRUNK, schema_trunk_step_keys, NULL, NULL},
	{STEP_SERVICE, schema_service_keys, NULL, NULL},
	{0},
};

static const struct schema_key step_keys[] = {
	{"at", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_step, at), .example = "30s", .help = "when"},
	{"repeat", &TYPE_EARLIER, 0, .example = "{times: 5, every: 2s}", .help = "again and again"},
	{0},
};

const struct schema_section schema_step = {
	.name = "a step",
	.help = "Something that happens: a time and one verb. `timeline:` is a list of them, in any order.",
	.size = sizeof(struct scenario_step),
	.key = step_keys,
	.variant = step_variants,
	.tag_offset = offsetof(struct scenario_step, verb),
	.has_place = true,
	.has_text = true,
	.place_offset = offsetof(struct scenario_step, place),
	.text_offset = offsetof(struct scenario_step, text),
};
