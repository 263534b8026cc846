// SPDX-License-Identifier: BSD-2-Clause
/* HSRP and GLBP groups of a node. */
#include "sim/scenario/schema_parts.h"
#include "sim/vendors/glbp_config.h"
#include "sim/vendors/hsrp_config.h"

static const struct schema_word hsrp_address_words[] = {
	{"warn", HSRP_ADDRESS_WARN + 1, "warned of and taken"},
	{"drop", HSRP_ADDRESS_DROP + 1, NULL},
	{0},
};
static const struct schema_word hsrp_learning_words[] = {
	{"always", HSRP_LEARN_ALWAYS + 1, "Cisco: unless they are in milliseconds"},
	{"unconfigured", HSRP_LEARN_UNCONFIGURED + 1, "RFC 2281: only where the script says none"},
	{0},
};

static const struct schema_key hsrp_keys[] = {
	{"group", &TYPE_NUMBER, SCHEMA_SETTABLE, AT(scenario_hsrp, group), .low = 0, .high = HSRP_V2_GROUP_LAST,
	 .fallback = "0", .example = "1", .help = "0-255, or 0-4095 in version 2; Cisco's default is 0"},
	{"vip", &TYPE_IPS, 0, AT(scenario_hsrp, vip), .example = "192.0.2.1",
	 .help = "virtual addresses of one family, one or a list; none: learned from the Active"},
	{"version", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_hsrp, version), .low = 1, .high = 2, .example = "2",
	 .help = "of the protocol; default 1, and 2 for IPv6"},
	{"priority", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_hsrp, priority), .low = 0, .high = 255,
	 .example = "110", .help = "the higher, the better; default 100"},
	{"preempt", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_hsrp, preempt), .example = "true",
	 .help = "takes over from a living Active of lower priority, with a Coup; default false"},
	{"preempt_delay", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_hsrp, preempt_delay),
	 .high = 3600 * S, .example = "60s", .help = "how long it waits before it does"},
	{"hello", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_hsrp, hello), .low = MS, .high = 254 * S,
	 .example = "1s", .help = "between hellos, whole seconds in version 1; default 3s"},
	{"hold", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_hsrp, hold), .low = MS, .high = 255 * S,
	 .example = "3s", .help = "after this an Active or Standby that is silent is gone; default 10s"},
	{"auth_text", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_hsrp, auth_text), .low = 1, .high = HSRP_TEXT,
	 .example = "secret", .help = "in every message, 1-8 bytes; default cisco"},
	{"auth_md5", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_hsrp, auth_md5), .low = 1, .high = HSRP_KEY,
	 .example = "viplab-key", .help = "or a key for MD5, 1-55 bytes"},
	{"auth_key_id", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_hsrp, auth_key_id), .low = 0, .high = UINT32_MAX,
	 .example = "7", .help = "of the MD5 key; default 0"},
	{"interface", &TYPE_NAME, 0, AT(scenario_hsrp, interface_name), .example = "eth0",
	 .help = "default the one whose network holds the first virtual address, or the only one"},
	{"track", &TYPE_LIST, 0, LIST_AT(scenario_hsrp, track, track_count), .section = &schema_track,
	 .example = "[{interface: eth1, priority: -20}]",
	 .help = "what it watches: a priority below 0 is added, `fault: true' shuts the group"},
	{"address_check", &TYPE_WORD, 0, AT(scenario_hsrp, address_check), .words = hsrp_address_words,
	 .example = "drop", .help = "the Active has another virtual address; UNCONFIRMED, default warn"},
	{"learn_timers", &TYPE_WORD, 0, AT(scenario_hsrp, learning), .words = hsrp_learning_words,
	 .example = "unconfigured", .help = "from the Active; default always"},
	{"hello_jitter", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_hsrp, hello_jitter), .low = 1, .high = 20,
	 .example = "20", .help = "hellos leave up to so many percent early: newer IOS; default none"},
	{"resigns", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_hsrp, resigns), .example = "false",
	 .help = "says Resign when a better router deposes it; old IOS does not; default true"},
	{0},
};

const struct schema_section schema_hsrp = {
	.name = "an HSRP group",
	.help = "An HSRP group of a Cisco router: states initial, learn, listen, speak, standby, active.",
	.size = sizeof(struct scenario_hsrp),
	.key = hsrp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_hsrp, at),
};

static const struct schema_word balancing_words[] = {
	{"round-robin", GLBP_ROUND_ROBIN + 1, "each in turn"},
	{"weighted", GLBP_WEIGHTED + 1, "by what the forwarders say they can carry"},
	{"host-dependent", GLBP_HOST_DEPENDENT + 1, "by the MAC that asks"},
	{"none", GLBP_NO_BALANCING + 1, "the AVG's own"},
	{0},
};

static const struct schema_key glbp_keys[] = {
	{"group", &TYPE_NUMBER, SCHEMA_SETTABLE, AT(scenario_glbp, group), .low = 0, .high = GLBP_GROUP_LAST,
	 .fallback = "0", .example = "1", .help = "group number"},
	{"vip", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_glbp, vip), .example = "192.0.2.1",
	 .help = "the one virtual address, IPv4"},
	{"priority", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_glbp, priority), .low = 1, .high = 255,
	 .example = "110", .help = "of the gateway: the highest is the AVG; default 100"},
	{"preempt", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_glbp, preempt), .example = "true",
	 .help = "takes over from a living AVG of lower priority; default false"},
	{"preempt_delay", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_glbp, preempt_delay),
	 .high = 3600 * S, .example = "0s", .help = "how long it waits before it does; default 30s"},
	{"forwarder_preempt", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_glbp, forwarder_preempt), .example = "false",
	 .help = "takes a forwarder's MAC back from a stand-in; default true"},
	{"forwarder_preempt_delay", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_glbp, forwarder_preempt_delay),
	 .high = 3600 * S, .example = "10s", .help = "how long it waits before it does; default 30s"},
	{"hello", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_glbp, hello), .low = 50 * MS, .high = 60 * S, .example = "1s",
	 .help = "between hellos; default 3s"},
	{"hold", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_glbp, hold), .low = 51 * MS, .high = 180 * S, .example = "3s",
	 .help = "after this a gateway or forwarder that is silent is gone; default 10s"},
	{"redirect", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_glbp, redirect), .high = 65535 * S, .example = "120s",
	 .help = "so long hosts are still sent to a forwarder whose router is gone; default 600s"},
	{"timeout", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_glbp, timeout), .high = 65535 * S, .example = "300s",
	 .help = "after this nobody has its MAC any more; default 14400s"},
	{"balancing", &TYPE_WORD, SCHEMA_SETTABLE, AT(scenario_glbp, balancing), .words = balancing_words,
	 .example = "weighted", .help = "which forwarder a host is told of; default round-robin"},
	{"weight", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_glbp, weight), .low = 1,
	 .high = GLBP_WEIGHT_MAX, .example = "110", .help = "weighting; default 100"},
	{"lower", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_glbp, lower), .low = 1, .high = GLBP_WEIGHT_MAX, .example = "85",
	 .help = "below this it is no good as a forwarder; default 1"},
	{"upper", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_glbp, upper), .low = 1, .high = GLBP_WEIGHT_MAX, .example = "105",
	 .help = "from this on it is good again; default its weight"},
	{"auth_text", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_glbp, auth_text), .low = 1, .high = GLBP_TEXT,
	 .example = "secret", .help = "in every message; default none"},
	{"interface", &TYPE_NAME, 0, AT(scenario_glbp, interface_name), .example = "eth0",
	 .help = "default the one whose network holds the virtual address"},
	{"track", &TYPE_LIST, 0, LIST_AT(scenario_glbp, track, track_count), .section = &schema_track,
	 .example = "[{interface: eth1, priority: -20}]", .help = "what it watches: added to the weighting, below 0 only"},
	{"says_goodbye", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_glbp, says_goodbye), .example = "true",
	 .help = "a gateway that is stopped says so; UNCONFIRMED, default false"},
	{0},
};

const struct schema_section schema_glbp = {
	.name = "a GLBP group",
	.help = "A GLBP group of a Cisco router: the states are those of its virtual gateway, active is the AVG.",
	.size = sizeof(struct scenario_glbp),
	.key = glbp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_glbp, at),
};
