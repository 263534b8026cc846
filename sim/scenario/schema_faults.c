// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/schema_faults.h"
#include "sim/scenario/schema_parts.h"

static const struct schema_word endless_words[] = {{"all", 0, "until healed"}, {0}};
static const struct schema_word untagged_words[] = {{"untagged", 0, NULL}, {0}};

/* --- segments: the sections are read into the segment itself -------------------------------------------- */

static const struct schema_key learning_keys[] = {
	{"moves", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_segment, learning.moves), .low = 2, .high = 10000,
	 .example = "5", .help = "so many MAC moves"},
	{"within", &TYPE_TIME, 0, AT(scenario_segment, learning.within), .low = VL_MS, .high = 3600 * VL_S,
	 .fallback = "10s", .example = "10s", .help = "in this time"},
	{"off", &TYPE_TIME, 0, AT(scenario_segment, learning.off), .low = VL_MS, .high = 86400 * VL_S,
	 .fallback = "120s", .example = "120s", .help = "and it learns nothing for this long"},
	{0},
};

const struct schema_section schema_learning = {
	.name = "a limit of learning",
	.help = "A switch that stops learning.",
	.size = sizeof(struct scenario_segment),
	.key = learning_keys,
};

static const struct schema_key trunk_keys[] = {
	{"to", &TYPE_SEGMENT, SCHEMA_REQUIRED, AT(scenario_segment, trunk.to), .example = "lan",
	 .help = "the segment at its other end"},
	{"latency", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_segment, trunk.latency), .low = 1, .high = 10 * VL_S,
	 .example = "50us", .help = "each way; default 10us"},
	{"vlans", &TYPE_VLANS, 0, AT(scenario_segment, trunk.vlans), .example = "[untagged, 10, 20]",
	 .help = "that may pass; default all"},
	{0},
};

const struct schema_section schema_trunk = {
	.name = "a trunk",
	.help = "A cable between two switches.",
	.size = sizeof(struct scenario_segment),
	.key = trunk_keys,
};

/* --- links ---------------------------------------------------------------------------------------------- */

static const struct schema_word direction_words[] = {
	{"both", DIRECTION_BOTH, NULL},
	{"in", DIRECTION_IN, "to the node"},
	{"out", DIRECTION_OUT, "from the node"},
	{0},
};

#define LINK_KEY                                                                                     \
	{"link", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_trouble, port), .example = "r1",           \
	 .help = "of which node (NODE or NODE.INTERFACE)"}
#define DIRECTION_KEY                                                                                \
	{"direction", &TYPE_WORD, 0, AT(scenario_trouble, direction), .words = direction_words,      \
	 .fallback = "both", .example = "in", .help = "which way"}

/* A step whose verb stands before a small mapping. */
#define VERB(verb, type, member, example_text, help_text)                                            \
	static const struct schema_section verb##_section = {                                        \
		.name = "`" #verb "'", .size = sizeof(struct type), .key = verb##_keys};             \
	const struct schema_key schema_##verb##_keys[] = {                                           \
		{#verb, &TYPE_SECTION, SCHEMA_REQUIRED, AT(scenario_step, member),                   \
		 .section = &verb##_section, .example = example_text, .help = help_text},            \
		{0},                                                                                 \
	}

static const struct schema_key burst_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"begin", &TYPE_SHARE, SCHEMA_REQUIRED, AT(scenario_trouble, chance_ppm), .example = "1%",
	 .help = "chance with each frame that a burst begins; 0% ends it"},
	{"frames", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_trouble, frames), .low = 1, .high = 1000000000,
	 .example = "5", .help = "how long a burst is"},
	{"end", &TYPE_SHARE, 0, AT(scenario_trouble, end_ppm), .fallback = "0%", .example = "25%",
	 .help = "or: chance after each of its frames that it ends"},
	{"loss", &TYPE_SHARE, 0, AT(scenario_trouble, loss_ppm), .fallback = "100%", .example = "100%",
	 .help = "of the frames in a burst"},
	{"otherwise", &TYPE_SHARE, 0, AT(scenario_trouble, good_loss_ppm), .fallback = "0%", .example = "0.1%",
	 .help = "loss of the frames between bursts"},
	{0},
};
VERB(burst, scenario_trouble, trouble, "{link: r2, begin: 1%, frames: 5}",
     "loses frames in bursts (Gilbert and Elliott)");

static const struct schema_key duplicate_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"chance", &TYPE_SHARE, SCHEMA_REQUIRED, AT(scenario_trouble, chance_ppm), .example = "10%",
	 .help = "for each frame"},
	{0},
};
VERB(duplicate, scenario_trouble, trouble, "{link: r1, chance: 10%}", "frames arrive twice");

static const struct schema_key reorder_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"chance", &TYPE_SHARE, SCHEMA_REQUIRED, AT(scenario_trouble, chance_ppm), .example = "25%",
	 .help = "for each frame"},
	{"by", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_trouble, by), .low = 1, .high = 10 * VL_S,
	 .example = "5ms", .help = "how long it is held back"},
	{0},
};
VERB(reorder, scenario_trouble, trouble, "{link: r1, chance: 25%, by: 5ms}",
     "holds frames back, so that later ones pass them");

static const struct schema_key corrupt_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"chance", &TYPE_SHARE, SCHEMA_REQUIRED, AT(scenario_trouble, chance_ppm), .example = "5%",
	 .help = "for each frame"},
	{"bits", &TYPE_NUMBER, 0, AT(scenario_trouble, bits), .low = 1, .high = 1000, .fallback = "1",
	 .example = "1", .help = "how many are flipped, anywhere in the frame"},
	{0},
};
VERB(corrupt, scenario_trouble, trouble, "{link: r2, chance: 5%, direction: in}",
     "flips bits behind the Ethernet checksum; those that leave the node are captured damaged");

static const struct schema_key delay_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"by", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_trouble, by), .high = 10 * VL_S, .example = "5ms",
	 .help = "on top of the link's latency"},
	{"jitter", &TYPE_TIME, 0, AT(scenario_trouble, jitter), .high = 10 * VL_S, .fallback = "0s",
	 .example = "2ms", .help = "and up to this much more, uniformly; frames keep their order"},
	{0},
};
VERB(delay, scenario_trouble, trouble, "{link: r1, by: 5ms, jitter: 2ms, direction: out}", "frames take longer");

static const struct schema_word unlimited_words[] = {{"unlimited", 0, NULL}, {0}};
static const struct schema_key bandwidth_keys[] = {
	LINK_KEY,
	DIRECTION_KEY,
	{"rate", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_trouble, rate), .low = 1, .high = 1000000000000,
	 .words = unlimited_words, .example = "1000000",
	 .help = "bits a second; a frame takes its bytes, at least 60, and 24 for preamble, checksum and gap"},
	{"queue", &TYPE_NUMBER, 0, AT(scenario_trouble, queue), .low = 1, .high = 1000000, .fallback = "100",
	 .example = "10", .help = "frames that wait; more are lost"},
	{"queue_bytes", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_trouble, queue_bytes), .low = 60,
	 .high = 1000000000, .example = "64000", .help = "and bytes that wait; default no limit"},
	{0},
};
VERB(bandwidth, scenario_trouble, trouble, "{link: r1, rate: 1000000, queue: 10}",
     "a slow line with a queue that overflows");

static const struct schema_key flap_keys[] = {
	LINK_KEY,
	{"down", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_trouble, down), .low = 1, .high = 86400 * VL_S,
	 .example = "1s", .help = "how long carrier is away"},
	{"up", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_trouble, up), .low = 1, .high = 86400 * VL_S,
	 .example = "4s", .help = "and how long it is there"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_trouble, count), .low = 1, .high = 1000000000,
	 .words = endless_words, .fallback = "all", .example = "5", .help = "how often"},
	{0},
};
VERB(flap, scenario_trouble, trouble, "{link: r1, down: 1s, up: 4s, count: 5}",
     "carrier goes and comes; the node notices");

/* --- nodes ---------------------------------------------------------------------------------------------- */

static const struct schema_key drift_keys[] = {
	{"of", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_drift, node), .example = "r1", .help = "node"},
	{"fast", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_drift, fast), .low = 0, .high = 500000,
	 .example = "200", .help = "millionths; 0 is right again"},
	{"slow", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_drift, slow), .low = 0, .high = 500000,
	 .example = "200", .help = "or: millionths"},
	{0},
};
VERB(drift, scenario_drift, drift, "{of: r1, fast: 200}",
     "a node's clock runs fast or slow, and all its timers with it");

static const struct schema_key slow_keys[] = {
	{"of", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_slow, node), .example = "r2", .help = "node"},
	{"frame", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_slow, frame), .high = 10 * VL_S, .example = "2ms",
	 .help = "how long it works on each; 0s is as fast as ever"},
	{"queue", &TYPE_NUMBER, 0, AT(scenario_slow, queue), .low = 1, .high = 1000000, .fallback = "1000",
	 .example = "100", .help = "frames that wait for it; more are lost"},
	{0},
};
VERB(slow, scenario_slow, slow, "{of: r2, frame: 2ms, queue: 100}",
     "a node needs time for every frame that comes in");

static const struct schema_key move_keys[] = {
	{"link", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_move, port), .example = "client",
	 .help = "NODE, or NODE.INTERFACE of one with several"},
	{"to", &TYPE_SEGMENT, 0, AT(scenario_move, to), .example = "room2",
	 .help = "a segment joined with its own by trunks; default another port of its own switch"},
	{0},
};
VERB(move, scenario_move, move, "{link: client, to: room2}",
     "a station goes to another switch port; the switches learn it from its next frame");

static const struct schema_key flood_keys[] = {
	{"from", &TYPE_PORT, SCHEMA_REQUIRED, AT(scenario_flood, port), .example = "client",
	 .help = "NODE, or NODE.INTERFACE of one with several"},
	{"vrid", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_flood, vrid), .low = 1, .high = 255, .example = "1",
	 .help = "virtual router ID"},
	{"vip", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_flood, vip), .example = "192.0.2.1",
	 .help = "the address that is advertised"},
	{"priority", &TYPE_NUMBER, 0, AT(scenario_flood, priority), .low = 0, .high = 255, .fallback = "255",
	 .example = "255", .help = "in the advertisement"},
	{"version", &TYPE_NUMBER, 0, AT(scenario_flood, version), .low = 2, .high = 3, .fallback = "3",
	 .example = "2", .help = "of VRRP, with an interval of 1s"},
	{"every", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario_flood, every), .low = VL_US, .high = 3600 * VL_S,
	 .example = "1ms", .help = "between them"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_flood, count), .low = 1, .high = 1000000000,
	 .words = endless_words, .fallback = "all", .example = "1000", .help = "how many"},
	{0},
};
VERB(flood, scenario_flood, flood, "{from: client, vrid: 1, vip: 192.0.2.1, every: 1ms, count: 1000}",
     "something in a node sends VRRP advertisements of its own making, from the node's MAC and address");

/* --- switches ------------------------------------------------------------------------------------------- */

static const struct schema_key leak_keys[] = {
	{"on", &TYPE_SEGMENT, SCHEMA_REQUIRED, AT(scenario_leak, on), .example = "lan", .help = "segment"},
	{"from", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_leak, from), .low = 1, .high = 4094,
	 .words = untagged_words, .example = "10", .help = "what is in this VLAN"},
	{"to", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_leak, to), .low = 1, .high = 4094,
	 .words = untagged_words, .example = "20", .help = "appears in that one, too"},
	{"ends", &TYPE_FLAG, 0, AT(scenario_leak, ends), .fallback = "false", .example = "true",
	 .help = "takes it back"},
	{0},
};
VERB(leak, scenario_leak, leak, "{on: lan, from: 10, to: 20}", "a switch lets frames of one VLAN into another");

static const struct schema_word trunk_words[] = {
	{"up", DIRECTION_BOTH, NULL},
	{"down", 0, "nothing passes, and nobody notices"},
	{"out", DIRECTION_OUT, "only what leaves this segment passes"},
	{"in", DIRECTION_IN, "only what comes to it"},
	{0},
};
static const struct schema_key trunk_item_keys[] = {
	{"segment", &TYPE_SEGMENT, SCHEMA_REQUIRED, AT(scenario_trunk_change, segment), .example = "room2"},
	{"passes", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_trunk_change, passes), .words = trunk_words,
	 .example = "down"},
	{0},
};
static const struct schema_section trunk_item = {
	.name = "a trunk", .size = sizeof(struct scenario_trunk_change), .key = trunk_item_keys};
const struct schema_key schema_trunk_step_keys[] = {
	{"trunk", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, trunk.item, trunk.count),
	 .section = &trunk_item, .example = "{room2: down}",
	 .help = "the trunk of a segment (the one that says `trunk:`): up, down, out, in"},
	{0},
};
