// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/schema.h"

#include <string.h>

#include "sim/scenario/schema_hooks.h"

#define S (UINT64_C(1000000000))
#define MS (UINT64_C(1000000))

/* Targets: .offset and .also by member name of the section's struct. */
#define AT(type, member) .offset = offsetof(struct type, member)
#define ALSO(type, member) .also = offsetof(struct type, member)
#define LIST_AT(type, items, counts) AT(type, items), ALSO(type, counts)

static const struct schema_word never_words[] = {{"never", 0, "only the timeline starts it"}, {0}};
static const struct schema_word all_words[] = {{"all", 0, "without an end"}, {0}};
static const struct schema_word every_target_words[] = {{"all", 0, "every target"}, {0}};
static const struct schema_word family_words[] = {{"ipv4", IP_V4, NULL}, {"ipv6", IP_V6, NULL}, {0}};

/* --- segments and nodes --------------------------------------------------------------------------------- */

static const struct schema_key segment_keys[] = {
	{"net", &TYPE_PREFIX, 0, AT(scenario_segment, net), .low = IP_V4, .example = "192.0.2.0/24",
	 .help = "IPv4 network; gives addresses on it their prefix length"},
	{"net6", &TYPE_PREFIX, 0, AT(scenario_segment, net6), .low = IP_V6, .example = "2001:db8::/64",
	 .help = "IPv6 network"},
	{"latency", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_segment, latency), .high = 10 * S, .example = "10us",
	 .help = "each way, of every link that does not say its own; 10us when nobody says"},
	{"aging", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_segment, aging), .low = MS, .high = 86400 * S,
	 .example = "300s", .help = "after this the switch forgets a MAC that is silent; 300s when not given"},
	{0},
};

const struct schema_section schema_segment = {
	.name = "a segment",
	.help = "A switch and its network. `segments:` maps names to them.",
	.size = sizeof(struct scenario_segment),
	.key = segment_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_segment, at),
};

static const struct schema_key interface_keys[] = {
	{"name", &TYPE_NAME, SCHEMA_LISTED, AT(scenario_interface, name), .example = "eth0",
	 .help = "default eth0, eth1, ... in order"},
	{"on", &TYPE_SEGMENT, SCHEMA_REQUIRED, AT(scenario_interface, on), .example = "lan",
	 .help = "the segment it hangs on"},
	{"ip", &TYPE_IPS, 0, AT(scenario_interface, ip), .low = IP_V4, .example = "192.0.2.11",
	 .help = "IPv4 addresses, one or a list; the first is the primary one"},
	{"ip6", &TYPE_IPS, 0, AT(scenario_interface, ip6), .low = IP_V6, .example = "2001:db8::11",
	 .help = "IPv6 addresses; a link-local one is made from the MAC when none is given"},
	{"mac", &TYPE_MAC, SCHEMA_MAYBE, AT(scenario_interface, mac), .example = "02:00:00:00:00:0b",
	 .help = "default 02:00:00:00:00:01, ...:02, ... in order"},
	{"vlan", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_interface, vlan), .low = 1, .high = 4094,
	 .example = "10", .help = "802.1Q tag; interfaces of a node with tags on one segment share a port"},
	{"latency", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_interface, latency), .high = 10 * S,
	 .example = "50us", .help = "of its link, each way"},
	{0},
};

const struct schema_section schema_interface = {
	.name = "an interface",
	.help = "A port of a node on a segment. A node with one interface says these keys (but name) itself.",
	.size = sizeof(struct scenario_interface),
	.key = interface_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_interface, at),
};

static const struct schema_key track_keys[] = {
	{"name", &TYPE_NAME, 0, AT(scenario_track, name), .example = "uplink",
	 .help = "an object that the timeline moves: {track: {r1.uplink: down}}"},
	{"interface", &TYPE_NAME, 0, AT(scenario_track, interface_name), .example = "eth1",
	 .help = "or an interface of the node"},
	{"priority", &TYPE_SIGNED, SCHEMA_MAYBE, AT(scenario_track, priority), .low = 1, .high = 254,
	 .example = "-20", .help = "added to the priority while it is down"},
	{"fault", &TYPE_FLAG, 0, AT(scenario_track, fault), .example = "true",
	 .help = "or: the virtual router leaves while it is down"},
	{0},
};

const struct schema_section schema_track = {
	.name = "a tracked object",
	.help = "What a virtual router watches: an interface, or an object by name. Up at the start.",
	.size = sizeof(struct scenario_track),
	.key = track_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_track, at),
};

static const struct schema_key auth_keys[] = {
	{"text", &TYPE_PASSWORD, SCHEMA_REQUIRED, AT(scenario_vrrp, auth_text), .low = 1, .high = 8,
	 .example = "secret", .help = "simple text of RFC 2338, 1-8 bytes; version 2 only"},
	{0},
};

static const struct schema_section schema_auth = {
	.name = "an authentication",
	.help = "How advertisements prove themselves.",
	.size = sizeof(struct scenario_vrrp),
	.key = auth_keys,
};

static const struct schema_word checksum_words[] = {
	{"message", CHECKSUM_MESSAGE, "over the message alone: RFC 9568, Cisco"},
	{"pseudo", CHECKSUM_PSEUDO, "with a pseudo-header: keepalived, FRR"},
	{0},
};

static const struct schema_key vrrp_keys[] = {
	{"vrid", &TYPE_NUMBER, SCHEMA_REQUIRED | SCHEMA_SETTABLE, AT(scenario_vrrp, vrid), .low = 1,
	 .high = 255, .example = "1", .help = "virtual router ID"},
	{"vip", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_vrrp, vip), .example = "192.0.2.1",
	 .help = "virtual addresses of one family, one or a list"},
	{"version", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_vrrp, version), .low = 2, .high = 3,
	 .example = "3", .help = "of the protocol; default by kind and family"},
	{"priority", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_vrrp, priority), .low = 1,
	 .high = 255, .example = "110", .help = "255 is the address owner; default 100"},
	{"interval", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_vrrp, interval), .low = 10 * MS,
	 .high = 255 * S, .example = "1s",
	 .help = "Advertisement_Interval: whole seconds in version 2, 10ms-40.95s in version 3; default 1s"},
	{"preempt", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_vrrp, preempt), .example = "false",
	 .help = "a better Backup takes over from a living Active; default true"},
	{"preempt_delay", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_vrrp, preempt_delay),
	 .high = 1000 * S, .example = "60s", .help = "how long it waits before it does"},
	{"accept", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_vrrp, accept), .example = "true",
	 .help = "Accept_Mode: an Active that is not the owner answers at the virtual addresses"},
	{"interface", &TYPE_NAME, 0, AT(scenario_vrrp, interface_name), .example = "eth0",
	 .help = "default the one whose network holds the first virtual address"},
	{"auth", &TYPE_SECTION, 0, .section = &schema_auth, .example = "{text: secret}",
	 .help = "authentication; default none"},
	{"checksum", &TYPE_WORD, 0, AT(scenario_vrrp, checksum), .words = checksum_words, .example = "pseudo",
	 .help = "of version 3 over IPv4; default by kind"},
	{"use_vmac", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_vrrp, use_vmac), .example = "true",
	 .help = "send and answer with the virtual MAC; default by kind"},
	{"lower_prio_no_advert", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_vrrp, lower_prio_no_advert),
	 .example = "true", .help = "an Active does not answer an advertisement of lower priority"},
	{"sync_group", &TYPE_NAME, 0, AT(scenario_vrrp, sync_group), .example = "both",
	 .help = "virtual routers of one node with one group change state together"},
	{"track", &TYPE_LIST, 0, LIST_AT(scenario_vrrp, track, track_count), .section = &schema_track,
	 .example = "[{interface: eth1, priority: -20}]", .help = "what it watches"},
	{0},
};

const struct schema_section schema_vrrp = {
	.name = "a virtual router",
	.help = "A VRRP instance of a node: what RFC 9568 calls a virtual router.",
	.size = sizeof(struct scenario_vrrp),
	.key = vrrp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_vrrp, at),
};

static const struct schema_key carp_keys[] = {
	{"vhid", &TYPE_NUMBER, SCHEMA_REQUIRED | SCHEMA_SETTABLE, AT(scenario_carp, vhid), .low = 1,
	 .high = 255, .example = "1", .help = "virtual host ID"},
	{"vip", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_carp, vip), .example = "192.0.2.1",
	 .help = "shared addresses, one or a list"},
	{"password", &TYPE_PASSWORD, 0, AT(scenario_carp, password), .low = 0, .high = 20, .fallback = "",
	 .example = "secret", .help = "key of the digest, up to 20 bytes"},
	{"advbase", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_carp, advbase), .low = 1,
	 .high = 255, .example = "1", .help = "seconds between advertisements; default 1"},
	{"advskew", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_carp, advskew), .low = 0,
	 .high = 254, .example = "100", .help = "and this many 256ths of a second: the lower, the better; default 0"},
	{"preempt", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_carp, preempt), .example = "true",
	 .help = "a better backup takes over from a living master; default false"},
	{"dead_ratio", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_carp, dead_ratio), .low = 1, .high = 255,
	 .example = "3", .help = "advbases of silence after which a master is dead; default 3"},
	{"interface", &TYPE_NAME, 0, AT(scenario_carp, interface_name), .example = "eth0",
	 .help = "default the one whose network holds the first shared address"},
	{0},
};

const struct schema_section schema_carp = {
	.name = "a CARP host",
	.help = "A CARP instance of a node.",
	.size = sizeof(struct scenario_carp),
	.key = carp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_carp, at),
};

static const struct schema_word protocol_words[] = {
	{"carp", HA_CARP, "what the product sends"},
	{"vrrp", HA_VRRP, "what its article describes"},
	{0},
};
static const struct schema_word role_words[] = {
	{"first", HA_ROLE_FIRST, "HA (First) Mode"},
	{"second", HA_ROLE_SECOND, "HA (Second) Mode"},
	{0},
};
static const struct schema_word preferred_words[] = {
	{"none", HA_PREFERRED_NONE, "No Preferred Host: the Active keeps the service"},
	{"first", HA_PREFERRED_FIRST, "Prefer First HA"},
	{"second", HA_PREFERRED_SECOND, "Prefer Second HA"},
	{0},
};

static const struct schema_key ha_keys[] = {
	{"protocol", &TYPE_WORD, 0, AT(scenario_ha, protocol), .words = protocol_words, .fallback = "carp",
	 .example = "vrrp", .help = "on the wire"},
	{"id", &TYPE_NUMBER, SCHEMA_SETTABLE, AT(scenario_ha, id), .low = 1, .high = 255, .fallback = "1",
	 .example = "47", .help = "HA Virtual ID; the factory setting is 1"},
	{"role", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_ha, role), .words = role_words, .example = "first",
	 .help = "which unit of the pair this is"},
	{"shared", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_ha, shared), .example = "192.0.2.10",
	 .help = "Shared IP addresses, each on the network of an interface"},
	{"timeout", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_ha, timeout), .low = 3 * S, .high = 15 * S,
	 .example = "9s", .help = "HA Timeout: 3s, 6s, 9s, 12s or 15s"},
	{"initial_wait", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_ha, initial_wait), .high = 200 * S,
	 .example = "10s", .help = "HA Initial Wait Time, after start"},
	{"preferred", &TYPE_WORD, SCHEMA_SETTABLE, AT(scenario_ha, preferred), .words = preferred_words, .fallback = "none",
	 .example = "first", .help = "Switch to Preferred Server"},
	{"password", &TYPE_PASSWORD, 0, AT(scenario_ha, password), .low = 0, .high = 20, .example = "secret",
	 .help = "key of CARP's digest; default the product's own"},
	{"use_broadcast", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, use_broadcast), .example = "true",
	 .help = "CARP to 255.255.255.255: Use Broadcast IP Address"},
	{"virtual_mac", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, virtual_mac), .example = "true",
	 .help = "Use Virtual MAC Addresses"},
	{0},
};

const struct schema_section schema_ha = {
	.name = "an HA pair's unit",
	.help = "HA Parameters of a LoadMaster, in the product's words.",
	.size = sizeof(struct scenario_ha),
	.key = ha_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_ha, at),
};

static const struct schema_key node_keys[] = {
	{"kind", &TYPE_KIND, SCHEMA_REQUIRED, AT(scenario_node, kind), .example = "loadmaster",
	 .help = "what box it is"},
	{"interfaces", &TYPE_INTERFACES, 0, LIST_AT(scenario_node, interface, interface_count),
	 .section = &schema_interface, .example = "[{on: lan, ip: 192.0.2.11}, {on: farm, ip: 198.51.100.11}]",
	 .help = "of a node with several"},
	{"start", &TYPE_TIME, 0, AT(scenario_node, start), .words = never_words, .fallback = "0s",
	 .example = "500ms", .help = "when it is switched on"},
	{"gateway", &TYPE_IPS, 0, AT(scenario_node, gateway), .example = "192.0.2.1",
	 .help = "default route, one of each family"},
	{"forward", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_node, forward), .example = "true",
	 .help = "sends packets for others on; default by kind"},
	{"vrrp", &TYPE_LIST, 0, LIST_AT(scenario_node, vrrp, vrrp_count), .section = &schema_vrrp,
	 .example = "[{vrid: 1, priority: 110, vip: 192.0.2.1}]", .help = "its virtual routers"},
	{"carp", &TYPE_LIST, 0, LIST_AT(scenario_node, carp, carp_count), .section = &schema_carp,
	 .example = "[{vhid: 1, vip: 192.0.2.1, password: secret}]", .help = "its CARP hosts"},
	{"ha", &TYPE_SECTION, 0, AT(scenario_node, ha), ALSO(scenario_node, ha.given), .section = &schema_ha,
	 .example = "{id: 1, role: first, shared: 192.0.2.10}", .help = "HA of a LoadMaster"},
	{"repeat", &TYPE_EARLIER, 0, .example = "3",
	 .help = "so many of them: NAME-1, NAME-2, ..., with the next addresses each"},
	{0},
};

const struct schema_section schema_node = {
	.name = "a node",
	.help = "A box on the segments. `nodes:` maps names to them.",
	.size = sizeof(struct scenario_node),
	.key = node_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_node, at),
	.inlined = &schema_interface,
	.after_read = hook_node_read,
	.after_write = hook_node_write,
};

/* --- timeline ------------------------------------------------------------------------------------------- */

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
	 .help = "takes back cuts, loss, deafness and partitions: of nodes, of segments, or `all`"},
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

/* --- expectations --------------------------------------------------------------------------------------- */

#define ID_KEYS                                                                                        \
	{"id", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_expectation, id), .low = 1, .high = 255,        \
	 .example = "1", .help = "VRID, VHID or HA ID; default any"},                                  \
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
	 .help = "the analyzers find these, each at least once, and nothing else; or `none`"},
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
	 .example = "exactly 3.609375s", .help = "how long after the moment of `after`"},
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

/* --- the whole ------------------------------------------------------------------------------------------ */

static const struct schema_word unheard_words[] = {
#define X(constant, word, help) {word, constant, help},
	SCENARIO_UNHEARD(X)
#undef X
	{0},
};
static const struct schema_word promise_words[] = {
#define X(constant, word, help) {word, constant, help},
	SCENARIO_PROMISES(X)
#undef X
	{0},
};

static const struct schema_key scenario_keys[] = {
	{"template", &TYPE_EARLIER, 0, .example = "a pair of routers",
	 .help = "as the first key: the file is to be included, and is never run by itself"},
	{"title", &TYPE_TEXT, SCHEMA_REQUIRED, AT(scenario, title),
	 .example = "A Cisco router already owns virtual ID 1", .help = "what it shows, in one line"},
	{"tags", &TYPE_LABELS, 0, AT(scenario, tags), .example = "[collision, kemp]",
	 .help = "for `viplab run --tag`"},
	{"include", &TYPE_EARLIER, 0, .example = "../templates/pair.yaml",
	 .help = "a template or a list of them, relative to this file; what this file says itself wins"},
	{"matrix", &TYPE_EARLIER, 0, .example = "{cisco.vrrp.1.priority: [90, 110]}",
	 .help = "one run for each combination of the values; a path is as in `set`, or NODE.KEY, SEGMENT.KEY, seed"},
	{"seed", &TYPE_NUMBER, 0, AT(scenario, seed), .low = 0, .high = UINT64_MAX, .fallback = "1",
	 .example = "0x1f2e", .help = "of everything that is left to chance"},
	{"segments", &TYPE_NAMED, SCHEMA_REQUIRED, LIST_AT(scenario, segment, segment_count),
	 .section = &schema_segment, .example = "{lan: {net: 192.0.2.0/24}}", .help = "switches and networks"},
	{"nodes", &TYPE_NAMED, SCHEMA_REQUIRED, LIST_AT(scenario, node, node_count), .section = &schema_node,
	 .example = "{client: {kind: client, on: lan, ip: 192.0.2.50}}", .help = "boxes"},
	{"timeline", &TYPE_LIST, 0, LIST_AT(scenario, step, step_count), .section = &schema_step,
	 .example = "[{at: 10s, crash: r1}]", .help = "what happens"},
	{"expect", &TYPE_LIST, 0, LIST_AT(scenario, expectation, expectation_count),
	 .section = &schema_expectation, .example = "[{state: active, of: r2, after: 14s}]",
	 .help = "what must hold"},
	{"unheard", &TYPE_WORDS, 0, AT(scenario, unheard), .words = unheard_words, .high = UNHEARD_COUNT,
	 .example = "mute", .help = "why the analyzers cannot hear a conflict that is there"},
	{"suspends", &TYPE_WORDS, 0, AT(scenario, suspended), .words = promise_words, .high = PROMISE_COUNT,
	 .example = "true-findings", .help = "promises of every run that this one breaks on purpose"},
	{"until", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario, until), .low = 1, .high = 30 * 86400 * S,
	 .example = "60s", .help = "the end of the run"},
	{0},
};

const struct schema_section schema_scenario = {
	.name = "a script",
	.help = "A scenario: segments, nodes, what happens, what must hold.",
	.size = sizeof(struct scenario),
	.key = scenario_keys,
};

/* --- looking things up ---------------------------------------------------------------------------------- */

static const struct schema_key *find(const struct schema_key *key, const char *name)
{
	for (; key->name != NULL; key++)
		if (strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

const struct schema_key *schema_find(const struct schema_section *section, const char *name)
{
	return find(section->key, name);
}

const struct schema_key *schema_variant_find(const struct schema_variant *variant, const char *name)
{
	return find(variant->key, name);
}

const struct schema_variant *schema_variant_of(const struct schema_section *section, const void *base)
{
	int tag;

	memcpy(&tag, (const char *)base + section->tag_offset, sizeof tag);
	for (const struct schema_variant *v = section->variant; v->key != NULL; v++)
		if (v->tag == tag && (v->is == NULL || v->is(base)))
			return v;
	return NULL;
}
