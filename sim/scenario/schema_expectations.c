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
	{"about", &TYPE_IP, 0, AT(scenario_expectation, about), .example = "192.0.2.10",
	 .help = "an address of it: virtual, a server's, a client's; default any"},
	ID_KEYS,
	WINDOW_KEYS,
	{0},
};
static const struct schema_key no_finding_keys[] = {
	{"no finding", &TYPE_CODES, SCHEMA_REQUIRED, AT(scenario_expectation, findings), .low = 1,
	 .example = "dual-active", .help = "the analyzers do not find this inside the window"},
	{"about", &TYPE_IP, 0, AT(scenario_expectation, about), .example = "192.0.2.10",
	 .help = "an address of it: virtual, a server's, a client's; default any"},
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
static const struct schema_key logs_keys[] = {
	{"logs", &TYPE_NODE, SCHEMA_REQUIRED, AT(scenario_expectation, logs.node), .example = "r1",
	 .help = "lines that this node writes to its syslog, in its product's words"},
	{"trouble", &TYPE_FLAG, 0, AT(scenario_expectation, logs.trouble), .fallback = "false", .example = "true",
	 .help = "only what it says of advertisements that are not as they should be; nothing of its own states"},
	{"text", &TYPE_TEXT, 0, AT(scenario_expectation, logs.text), .example = "too short",
	 .help = "only lines that hold this"},
	{"count", &TYPE_COUNT, 0, AT(scenario_expectation, logs.count), .fallback = "at least 1",
	 .example = "exactly 1", .help = "how many"},
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

/* --- balancers: by their records, which are the truth ----------------------------------------------------- */

#define MEASURE(word, unit, member, example_text, help_text)                                           \
	{word, &TYPE_MEASURE, 0, AT(scenario_expectation, member), .low = unit, .example = example_text, \
	 .help = help_text}
#define BY_KEY(member)                                                                                 \
	{"by", &TYPE_NODE, 0, AT(scenario_expectation, member.by), .example = "lb1",                   \
	 .help = "the balancer; default any"}
#define SERVICE_KEY(member)                                                                            \
	{"service", &TYPE_NAME, 0, AT(scenario_expectation, member.service), .example = "web",         \
	 .help = "virtual service; default the only one"}
#define COUNTING_KEY(member)                                                                           \
	{"counting", &TYPE_WORD, 0, AT(scenario_expectation, member), .words = counting_words,         \
	 .fallback = "new", .example = "active", .help = "what is counted for each server"}

static const struct schema_word counting_words[] = {
	{"new", COUNTING_NEW, "connections opened in the window"},
	{"active", COUNTING_ACTIVE, "connections open at the window's end"},
	{"bytes", COUNTING_BYTES, "both ways, of connections closed in the window"},
	{0},
};

static const struct schema_key share_keys[] = {
	{"share", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, share.server), .example = "rs1",
	 .help = "what part of a service's connections this server has"},
	SERVICE_KEY(share.of),
	BY_KEY(share.of),
	COUNTING_KEY(share.counting),
	{"is", &TYPE_MEASURE, SCHEMA_REQUIRED, AT(scenario_expectation, share.is), .low = COMPARISON_PERCENT,
	 .example = "25% +- 2%", .help = "so much, or `mean 25% within 3 standard errors`"},
	WINDOW_KEYS,
	{0},
};
static const struct schema_key balance_keys[] = {
	{"balance", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, balance.of.service), .example = "web",
	 .help = "how evenly a service's servers are loaded, every server that its records name counted"},
	BY_KEY(balance.of),
	COUNTING_KEY(balance.counting),
	MEASURE("jain", COMPARISON_DECIMAL, balance.jain, "at least 0.9", "Jain's index: 1 is even, 1/M all on one of M"),
	MEASURE("cv", COMPARISON_DECIMAL, balance.cv, "under 0.2", "coefficient of variation: standard deviation / mean"),
	MEASURE("cv_squared", COMPARISON_DECIMAL, balance.cv_squared, "mean 0.627 within 3 standard errors", "its square"),
	MEASURE("max_over_mean", COMPARISON_DECIMAL, balance.max_over_mean, "under 1.2", "the most loaded against the mean"),
	MEASURE("gini", COMPARISON_DECIMAL, balance.gini, "under 0.2", "Gini coefficient: 0 is even"),
	MEASURE("max_share", COMPARISON_PERCENT, balance.max_share, "under 30%", "the share of the most loaded"),
	MEASURE("k_eff", COMPARISON_DECIMAL, balance.k_eff, "3.6 to 3.7",
		"effective number of client addresses: 1 / sum of the squares of their shares of the connections opened"),
	WINDOW_KEYS,
	{0},
};
static const struct schema_key new_connections_keys[] = {
	{"new_connections", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, connections.of.service),
	 .example = "web", .help = "connections of this service opened in the window"},
	{"to", &TYPE_NAME, 0, AT(scenario_expectation, connections.server), .example = "rs4",
	 .help = "those of this server; default of all"},
	BY_KEY(connections.of),
	{"count", &TYPE_MEASURE, SCHEMA_REQUIRED, AT(scenario_expectation, connections.count), .low = COMPARISON_COUNT,
	 .example = "mean 863 within 3 standard errors", .help = "how many"},
	{"per", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_expectation, connections.per), .low = MS, .high = 3600 * S,
	 .example = "1s", .help = "in the busiest stretch of this length, counted from the window's start: the peak"},
	WINDOW_KEYS,
	{0},
};
static const struct schema_key active_connections_keys[] = {
	{"active_connections", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, connections.of.service),
	 .example = "web", .help = "connections of this service that are open: at the instant, or the most in the window"},
	{"to", &TYPE_NAME, 0, AT(scenario_expectation, connections.server), .example = "rs4",
	 .help = "those of this server; default of all"},
	BY_KEY(connections.of),
	{"count", &TYPE_MEASURE, SCHEMA_REQUIRED, AT(scenario_expectation, connections.count), .low = COMPARISON_COUNT,
	 .example = "700 to 800", .help = "how many"},
	AT_KEY,
	WINDOW_KEYS,
	{0},
};
#define CATCH_UP_KEYS                                                                                  \
	SERVICE_KEY(catch_up.of),                                                                      \
	BY_KEY(catch_up.of),                                                                           \
	MEASURE("lasts", COMPARISON_TIME, catch_up.lasts, "mean 8.63s within 3 standard errors",       \
		"from the window's start on; to the run's end if it never ends"),                      \
	MEASURE("count", COMPARISON_COUNT, catch_up.count, "800 to 900", "the server's new connections until then"), \
	MEASURE("level", COMPARISON_COUNT, catch_up.level, "700 to 800", "its active connections then"), \
	WINDOW_KEY("after", WINDOW_AFTER, "10s", "the moment it began"),                               \
	WINDOW_KEY("between", WINDOW_BETWEEN, "[10s, 40s]", "the same, and the end of looking")
static const struct schema_key all_to_keys[] = {
	{"all_to", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, catch_up.server), .example = "rs4",
	 .help = "every new connection goes to this server: until the first that goes to another one"},
	CATCH_UP_KEYS,
	{0},
};
static const struct schema_key catch_up_keys[] = {
	{"catch_up", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_expectation, catch_up.server), .example = "rs4",
	 .help = "this server has fewer active connections than the others: until it has as many as their mean"},
	CATCH_UP_KEYS,
	{0},
};
static const struct schema_key records_keys[] = {
	{"records", &TYPE_TEXT, SCHEMA_REQUIRED, AT(scenario_expectation, records.kind), .example = "balancer.close",
	 .help = "records of this kind in the journal (`viplab run -vv`, journal.jsonl)"},
	{"of", &TYPE_NODE, 0, AT(scenario_expectation, records.of), .example = "lb1", .help = "of this node; default any"},
	{"part", &TYPE_TEXT, 0, AT(scenario_expectation, records.part), .example = "web",
	 .help = "of this part of it: a service; default any"},
	{"with", &TYPE_FIELDS, 0, .example = "{server: rs1, why: reset}", .help = "whose fields have these texts"},
	{"count", &TYPE_MEASURE, 0, AT(scenario_expectation, records.count), .low = COMPARISON_COUNT,
	 .fallback = "at least 1", .example = "0", .help = "how many"},
	WINDOW_KEYS,
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
	{EXPECT_RECORDS, records_keys, NULL, NULL},
	{EXPECT_SHARE, share_keys, NULL, NULL},
	{EXPECT_BALANCE, balance_keys, NULL, NULL},
	{EXPECT_NEW_CONNECTIONS, new_connections_keys, NULL, NULL},
	{EXPECT_ACTIVE_CONNECTIONS, active_connections_keys, NULL, NULL},
	{EXPECT_ALL_TO, all_to_keys, NULL, NULL},
	{EXPECT_CATCH_UP, catch_up_keys, NULL, NULL},
	{EXPECT_LOGS, logs_keys, NULL, NULL},
	{0},
};

static const struct schema_key expectation_keys[] = {
	{"name", &TYPE_NAME, 0, AT(scenario_expectation, name), .example = "lost",
	 .help = "by which a matrix reaches it (`expect.lost.loss`), and the head of its column in `viplab run --table`"},
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
