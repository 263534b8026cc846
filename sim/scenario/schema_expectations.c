// SPDX-License-Identifier: BSD-2-Clause
/* Expectations. */
#include "sim/scenario/schema_parts.h"
#include "sim/scenario/schema_hooks.h"

static const struct schema_word family_words[] = {{"ipv4", IP_V4, NULL}, {"ipv6", IP_V6, NULL}, {0}};

#define ID_KEYS                                                                                        \
	{"id", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_expectation, id), .low = 1, .high = 255,        \
	 .example = "1", .help = "VRID, VHID or HA ID; default any"},                                  \
	{"group", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_expectation, group), .low = 0, .high = 4095, \
	 .example = "1", .help = "or an HSRP or GLBP group"},                                          \
	{"family", &TYPE_WORD, 0, AT(scenario_expectation, family), .words = family_words,             \
	 .example = "ipv6", .help = "default any"}
#define WINDOW_KEY(word, form, example_text, help_text)                                                \
	{word, &TYPE_WINDOW, 0, AT(scenario_expectation, window), .low = form, .example = example_text, \
	 .help = help_text}
#define WINDOW_KEYS                                                                                    \
	WINDOW_KEY("before", WINDOW_BEFORE, "30s", "from the start of the run to this moment"),        \
	WINDOW_KEY("after", WINDOW_AFTER, "34s", "from this moment to the end of the run"),            \
	WINDOW_KEY("between", WINDOW_BETWEEN, "[5s, 30s]", "from the first to the second moment")
#define AT_KEY WINDOW_KEY("at", WINDOW_AT, "12s", "at this instant, before the steps of the instant")

static const struct schema_word state_words[] = {
	{"active", SCENARIO_ACTIVE, "master, in the words of CARP and of older RFCs"},
	{"backup", SCENARIO_BACKUP, NULL},
	{"initialize", SCENARIO_INITIALIZE, NULL},
	{"master", SCENARIO_ACTIVE, NULL},
	{"init", SCENARIO_INITIALIZE, NULL},
	{"initial", SCENARIO_INITIALIZE, "HSRP's word"},
	{"standby", SCENARIO_STANDBY, "HSRP and GLBP: next in line; backup is any of the four"},
	{"speak", SCENARIO_SPEAK, NULL},
	{"listen", SCENARIO_LISTEN, NULL},
	{"learn", SCENARIO_LEARN, NULL},
	{"primary", SCENARIO_ACTIVE, "FortiGate"},
	{"subordinate", SCENARIO_BACKUP, "FortiGate"},
	{"hello", SCENARIO_INITIALIZE, "FortiGate, before it takes part"},
	{"ready", SCENARIO_BACKUP, "Check Point: newer than another member"},
	{"down", SCENARIO_INITIALIZE, "Check Point"},
	{"converged", SCENARIO_ACTIVE, "Windows"},
	{"converging", SCENARIO_BACKUP, "Windows"},
	{"draining", SCENARIO_BACKUP, "Windows"},
	{"stopped", SCENARIO_INITIALIZE, "Windows"},
	{0},
};

static const struct schema_key state_keys[] = {
	{"state", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_expectation, state.state), .words = state_words,
	 .example = "active",
	 .help = "a node is in this state: at an instant, or all through a window; with `before`: becomes it"},
	{"of", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, state.of), .example = "r1", .help = "node"},
	ID_KEYS,
	AT_KEY,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key becomes_keys[] = {
	{"becomes", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_expectation, state.state), .words = state_words,
	 .example = "active", .help = "a node enters this state inside the window, and was not in it before"},
	{"of", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, state.of), .example = "r2", .help = "node"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key actives_keys[] = {
	{"actives", &TYPE_ACTIVES, SCHEMA_REQUIRED, AT(scenario_expectation, actives), .example = "[r1, lb1]",
	 .help = "so many nodes are Active on the id (`1`, `at most 1`), or just these"},
	ID_KEYS,
	AT_KEY,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key never_keys[] = {
	{"never", &TYPE_NEVER, SCHEMA_REQUIRED, AT(scenario_expectation, never), .example = "dual-active",
	 .help = "not at any moment of the window: dual-active, no-active, or a state `of` a node"},
	{"of", &TYPE_NODE, 0, AT(scenario_expectation, never.of), .example = "r3", .help = "node of a state"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key finding_keys[] = {
	{"finding", &TYPE_CODES, SCHEMA_REQUIRED, AT(scenario_expectation, findings), .low = 1,
	 .example = "vrid-collision",
	 .help = "the analyzers find this inside the window, and not before it: `viplab explain CODE`"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key no_finding_keys[] = {
	{"no finding", &TYPE_CODES, SCHEMA_REQUIRED, AT(scenario_expectation, findings), .low = 1,
	 .example = "dual-active", .help = "the analyzers do not find this inside the window"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key findings_keys[] = {
	{"findings", &TYPE_CODES, SCHEMA_REQUIRED, AT(scenario_expectation, findings), .example = "none",
	 .help = "the analyzers find these, each at least once, and nothing else; or `none`. Conflicts, suspicions and "
		 "warnings count, but for default-id, which is about the number and not the run; information does not. "
		 "`run -v` and the JSON result say what did not count"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key match_keys[] = {
	{"match", &TYPE_MATCH, SCHEMA_REQUIRED, AT(scenario_expectation, match.packet),
	 ALSO(scenario_expectation, match.match), .example = "\"vrrp advert vrid 1 priority 0\"",
	 .help = "frames that a switch accepted"},
	{"from", &TYPE_NODE, 0, AT(scenario_expectation, match.from), ALSO(scenario_expectation, match.from_any),
	 .example = "r1", .help = "sent by this node; default any"},
	{"on", &TYPE_SEGMENT, 0, AT(scenario_expectation, match.on), ALSO(scenario_expectation, match.on_any),
	 .example = "lan", .help = "default any segment"},
	{"count", &TYPE_COUNT, 0, AT(scenario_expectation, match.count), .fallback = "at least 1",
	 .example = "exactly 1", .help = "how many"},
	{"first", &TYPE_DURATION, 0, AT(scenario_expectation, match.first), .example = "13.609375s +- 1ms",
	 .help = "moment of the first one in the window"},
	WINDOW_KEYS,
	{0},
};
static const struct schema_key expect_ping_keys[] = {
	{"ping", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, ping.client), .example = "client",
	 .help = "what came of this node's pings"},
	{"to", &TYPE_IP, 0, AT(scenario_expectation, ping.to), .example = "192.0.2.10",
	 .help = "default every target"},
	{"loss", &TYPE_PERCENT, 0, AT(scenario_expectation, ping.loss), .example = "over 20%",
	 .help = "of the requests sent in the window"},
	{"lost_there", &TYPE_PERCENT, 0, AT(scenario_expectation, ping.lost_there), .example = "100%",
	 .help = "of these requests: nobody answered"},
	{"lost_back", &TYPE_PERCENT, 0, AT(scenario_expectation, ping.lost_back), .example = "0%",
	 .help = "of these requests: somebody answered, and the answer did not come back in time"},
	{"longest_gap", &TYPE_DURATION, 0, AT(scenario_expectation, ping.longest_gap), .example = "under 3.7s",
	 .help = "longest time without an answer in the window"},
	WINDOW_KEYS,
	{0},
};
static const struct schema_key mac_moves_keys[] = {
	{"mac_moves", &TYPE_MAC, SCHEMA_REQUIRED, AT(scenario_expectation, mac_moves.mac),
	 .example = "00:00:5e:00:01:01", .help = "how often a switch had to learn this MAC elsewhere (also `vrrp 1`, `vrrp6 1`)"},
	{"on", &TYPE_SEGMENT, 0, AT(scenario_expectation, mac_moves.on), .example = "lan",
	 .help = "needed with several segments"},
	{"count", &TYPE_COUNT, SCHEMA_REQUIRED, AT(scenario_expectation, mac_moves.count), .example = "over 10",
	 .help = "how often"},
	WINDOW_KEYS,
	{0},
};
static const struct schema_key drops_keys[] = {
	{"drops", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, drops.node), .example = "r1",
	 .help = "packets that this node refused"},
	{"reason", &TYPE_REASON, SCHEMA_REQUIRED, AT(scenario_expectation, drops.reason),
	 .example = "address list differs", .help = "why"},
	{"count", &TYPE_COUNT, 0, AT(scenario_expectation, drops.count), .fallback = "at least 1",
	 .example = "at least 3", .help = "how many"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key takeover_keys[] = {
	{"takeover", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, takeover.node), .example = "r2",
	 .help = "this node becomes Active, and was not before"},
	{"within", &TYPE_DURATION, SCHEMA_REQUIRED, AT(scenario_expectation, takeover.within),
	 .example = "exactly 3.609375s", .help = "how long after the moment of `after'"},
	WINDOW_KEY("after", WINDOW_AFTER, "10s", "the moment of the cause"),
	ID_KEYS,
	{0},
};

static const struct schema_variant expectation_variants[] = {
	{EXPECT_STATE, state_keys, hook_is_state, NULL},
	{EXPECT_STATE, becomes_keys, NULL, NULL},
	{EXPECT_ACTIVES, actives_keys, NULL, NULL},
	{EXPECT_NEVER, never_keys, NULL, NULL},
	{EXPECT_TAKEOVER, takeover_keys, NULL, NULL},
	{EXPECT_FINDING, finding_keys, NULL, NULL},
	{EXPECT_NO_FINDING, no_finding_keys, NULL, NULL},
	{EXPECT_FINDINGS, findings_keys, NULL, NULL},
	{EXPECT_MATCH, match_keys, NULL, NULL},
	{EXPECT_PING, expect_ping_keys, NULL, NULL},
	{EXPECT_MAC_MOVES, mac_moves_keys, NULL, NULL},
	{EXPECT_DROPS, drops_keys, NULL, NULL},
	{0},
};

static const struct schema_key expectation_keys[] = {
	{"why", &TYPE_TEXT, 0, AT(scenario_expectation, why), .example = "the cure works",
	 .help = "a sentence for the reader, shown when it fails"},
	{0},
};

const struct schema_section schema_expectation = {
	.name = "an expectation",
	.help = "Something that must hold. `expect:` is a list of them.",
	.size = sizeof(struct scenario_expectation),
	.key = expectation_keys,
	.variant = expectation_variants,
	.tag_offset = offsetof(struct scenario_expectation, kind),
	.has_place = true,
	.has_text = true,
	.place_offset = offsetof(struct scenario_expectation, place),
	.text_offset = offsetof(struct scenario_expectation, text),
	.after_read = hook_expectation_read,
};
