// SPDX-License-Identifier: BSD-2-Clause
/* Segments, interfaces, nodes and their redundancy. */
#include "sim/scenario/schema_parts.h"
#include "sim/scenario/schema_faults.h"
#include "sim/scenario/schema_hooks.h"
#include "sim/vrrp/vrrp_auth.h"

static const struct schema_word never_words[] = {{"never", 0, "only the timeline starts it"}, {0}};

static const struct schema_key segment_keys[] = {
	{"net", &TYPE_PREFIX, 0, AT(scenario_segment, net), .low = IP_V4, .example = "192.0.2.0/24",
	 .help = "IPv4 network; gives addresses on it their prefix length"},
	{"net6", &TYPE_PREFIX, 0, AT(scenario_segment, net6), .low = IP_V6, .example = "2001:db8::/64",
	 .help = "IPv6 network"},
	{"latency", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_segment, latency), .high = 10 * S, .example = "10us",
	 .help = "each way, of every link that does not say its own; 10us when nobody says"},
	{"aging", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_segment, aging), .low = MS, .high = 86400 * S,
	 .example = "300s", .help = "after this the switch forgets a MAC that is silent; 300s when not given"},
	{"learning", &TYPE_SECTION, 0, ALSO(scenario_segment, learning.given), .section = &schema_learning,
	 .example = "{moves: 5, within: 10s, off: 120s}",
	 .help = "a switch that stops learning when MACs move too often, and floods; by default it never does"},
	{"trunk", &TYPE_SECTION, 0, ALSO(scenario_segment, trunk.given), .section = &schema_trunk,
	 .example = "{to: lan, latency: 50us}",
	 .help = "a cable to the switch of another segment: both are one network, whose `net` need be said once"},
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
	{"mtu", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_interface, mtu), .low = 576, .high = 9000, .example = "1400",
	 .help = "the longest packet that it sends, header included; default 1500; with IPv6 at least 1280"},
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
	 .example = "-20", .help = "below 0: added while it is down; above 0: added while it is up"},
	{"at_most", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_track, at_most), .low = 1, .high = 254, .example = "50",
	 .help = "or: the highest priority while it is down (FortiGate's vrdst-priority)"},
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
	{"text", &TYPE_PASSWORD, 0, AT(scenario_vrrp, auth_text), .low = 1, .high = 8,
	 .example = "secret", .help = "simple text of RFC 2338, 1-8 bytes; version 2 only"},
	{"md5", &TYPE_PASSWORD, 0, AT(scenario_vrrp, auth_md5), .low = 1, .high = VRRP_MD5_KEY,
	 .example = "viplab-key", .help = "or Cisco's MD5 with this key; version 2 only"},
	{"ah", &TYPE_PASSWORD, 0, AT(scenario_vrrp, auth_ah), .low = 1, .high = 8,
	 .example = "secret", .help = "or IP AH of RFC 2338 as keepalived sends it, 1-8 bytes; version 2 only"},
	{"hmac", &TYPE_PASSWORD, 0, AT(scenario_vrrp, auth_hmac), .low = VRRP_HMAC_KEY_MIN,
	 .high = VRRP_KEY_MAX, .example = "0123456789abcdef0123456789abcdef",
	 .help = "or keepalived's auth_hmac with this key, 32-64 bytes; either version"},
	{"key_id", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_vrrp, auth_key_id), .low = 0, .high = UINT32_MAX,
	 .example = "0", .help = "of the key, with md5 and hmac (0-255); default 0"},
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

/* Words for the engine's enumerators, plus 1: 0 is what the kind does. */
static const struct schema_word order_words[] = {
	{"rfc", VRRP_ORDER_RFC + 1, "TTL first"},
	{"keepalived", VRRP_ORDER_KEEPALIVED + 1, "length first"},
	{0},
};
static const struct schema_word address_words[] = {
	{"log", VRRP_ADDRESS_LOG + 1, "warned of, processed: RFC 9568"},
	{"ignore", VRRP_ADDRESS_IGNORE + 1, "not compared"},
	{"count", VRRP_ADDRESS_COUNT + 1, "only their number, to warn: FRR"},
	{"drop-unless-owner", VRRP_ADDRESS_DROP_UNLESS_OWNER + 1, "RFC 3768"},
	{"drop", VRRP_ADDRESS_DROP + 1, "keepalived up to 2.3.2"},
	{0},
};
static const struct schema_word owner_words[] = {
	{"process", VRRP_OWNER_PROCESS + 1, "erratum 8298 of RFC 9568"},
	{"discard", VRRP_OWNER_DISCARD + 1, "RFC 3768, 5798"},
	{0},
};
static const struct schema_word interval_words[] = {
	{"log", VRRP_INTERVAL_LOG + 1, "warned of; version 3 learns it: RFC 9568"},
	{"accept", VRRP_INTERVAL_ACCEPT + 1, "version 3 learns it: RFC 5798"},
	{"drop", VRRP_INTERVAL_DROP + 1, "RFC 3768"},
	{"learn", VRRP_INTERVAL_LEARN + 1, "version 2 learns it too"},
	{0},
};
static const struct schema_word length_words[] = {
	{"complete", VRRP_LENGTH_COMPLETE + 1, "what the message itself asks for"},
	{"plain", VRRP_LENGTH_PLAIN + 1, "the same without trailers"},
	{"header", VRRP_LENGTH_HEADER + 1, "8 bytes will do; reads CARP as priority 0"},
	{0},
};
static const struct schema_word losing_words[] = {
	{"advertise", VRRP_LOSING_ADVERTISE + 1, "RFC 9568"},
	{"silent", VRRP_LOSING_SILENT + 1, "RFC 3768, 5798"},
	{"announce", VRRP_LOSING_ANNOUNCE + 1, "advertise and announce the addresses"},
	{0},
};
static const struct schema_word timer_words[] = {
	{"keep", VRRP_TIMER_KEEP + 1, NULL},
	{"rearm", VRRP_TIMER_REARM + 1, NULL},
	{0},
};
static const struct schema_word accepted_words[] = {
	{"any", VRRP_CHECKSUM_ACCEPT_ANY + 1, NULL},
	{"message", VRRP_CHECKSUM_ACCEPT_MESSAGE + 1, NULL},
	{"pseudo", VRRP_CHECKSUM_ACCEPT_PSEUDO + 1, NULL},
	{"unchecked", VRRP_CHECKSUM_UNCHECKED + 1, NULL},
	{0},
};
static const struct schema_word mac_words[] = {
	{"virtual", VRRP_MAC_VIRTUAL + 1, NULL},
	{"physical", VRRP_MAC_PHYSICAL + 1, NULL},
	{"static", VRRP_MAC_STATIC + 1, "the one of static_mac"},
	{0},
};
static const struct schema_word log_words[] = {
	{"once", VRRP_LOG_ONCE + 1, "each problem with each sender, until another is followed"},
	{"every", VRRP_LOG_EVERY + 1, "every packet"},
	{"never", VRRP_LOG_NEVER + 1, "FRR without debug output"},
	{0},
};

#define BEHAVIOUR(member) AT(scenario_vrrp, behaviour.member)
static const struct schema_key behaviour_keys[] = {
	{"check_order", &TYPE_WORD, 0, BEHAVIOUR(check_order), .words = order_words, .example = "keepalived",
	 .help = "of the receive checks"},
	{"address_check", &TYPE_WORD, 0, BEHAVIOUR(address_check), .words = address_words, .example = "drop",
	 .help = "an advertisement with other addresses"},
	{"owner_adverts", &TYPE_WORD, 0, BEHAVIOUR(owner_adverts), .words = owner_words, .example = "discard",
	 .help = "what the address owner does with advertisements of others"},
	{"interval_check", &TYPE_WORD, 0, BEHAVIOUR(interval_check), .words = interval_words, .example = "drop",
	 .help = "an advertisement with another interval"},
	{"length_check", &TYPE_WORD, 0, BEHAVIOUR(length_check), .words = length_words, .example = "header",
	 .help = "how long a message must be"},
	{"losing_advert", &TYPE_WORD, 0, BEHAVIOUR(losing_advert), .words = losing_words, .example = "silent",
	 .help = "an Active hears a lower priority"},
	{"advert_timer", &TYPE_WORD, 0, BEHAVIOUR(advert_timer), .words = timer_words, .example = "rearm",
	 .help = "of an Active, after any packet of its id, refused ones too; rearm: keepalived"},
	{"down_timer", &TYPE_WORD, 0, BEHAVIOUR(down_timer), .words = timer_words, .example = "rearm",
	 .help = "of a Backup, after a packet that it refused; rearm: keepalived before 2.0.0"},
	{"checksum_accepted", &TYPE_WORD, 0, BEHAVIOUR(checksum_accepted), .words = accepted_words,
	 .example = "any", .help = "of version 3 over IPv4; default what it sends, or by kind"},
	{"advert_mac", &TYPE_WORD, 0, BEHAVIOUR(advert_mac), .words = mac_words, .example = "physical",
	 .help = "Ethernet source of advertisements"},
	{"announce_mac", &TYPE_WORD, 0, BEHAVIOUR(announce_mac), .words = mac_words, .example = "physical",
	 .help = "of gratuitous ARP and unsolicited NA"},
	{"reply_mac", &TYPE_WORD, 0, BEHAVIOUR(reply_mac), .words = mac_words, .example = "physical",
	 .help = "answered in ARP and NA"},
	{"static_mac", &TYPE_MAC, SCHEMA_MAYBE, BEHAVIOUR(static_mac), .example = "\"00:1c:7f:00:00:01\"",
	 .help = "for all three, where they do not say otherwise: Check Point's VMAC modes static and extended"},
	{"log", &TYPE_WORD, 0, BEHAVIOUR(log), .words = log_words, .example = "every",
	 .help = "which problems are warned of"},
	{"startup_wait", &TYPE_TIME, SCHEMA_MAYBE, BEHAVIOUR(startup_wait), .high = 1000 * S, .example = "1s",
	 .help = "first wait for an Active; default, and 0s: Active_Down_Interval"},
	{"takeover_slack", &TYPE_TIME, SCHEMA_MAYBE, BEHAVIOUR(takeover_slack), .high = 1 * S, .example = "2ms",
	 .help = "taking over takes so long: the second advertisement is due so much later, and yielding waits: keepalived"},
	{"claim_delay", &TYPE_TIME, SCHEMA_MAYBE, BEHAVIOUR(claim_delay), .high = 1 * S, .example = "1ms",
	 .help = "of that, until the addresses answer and the first announcement leaves: keepalived"},
	{"skew_unit", &TYPE_TIME, SCHEMA_MAYBE, BEHAVIOUR(skew_unit), .high = 1 * S, .example = "10ms",
	 .help = "Skew_Time is cut to a multiple of it: FRR, 10ms; 0s: exact"},
	{"owner_waits", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(owner_waits), .example = "true",
	 .help = "the address owner starts as Backup too: FRR"},
	{"owners_settle", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(owners_settle), .example = "true",
	 .help = "an owner gives in to another that does not yield: keepalived 2.4"},
	{"first_address", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(first_address), .example = "false",
	 .help = "the first IPv6 address must be link-local: erratum 8300 of RFC 9568"},
	{"advert_jitter", &TYPE_NUMBER, SCHEMA_MAYBE, BEHAVIOUR(advert_jitter), .low = 1, .high = 20,
	 .example = "20", .help = "advertisements leave up to so many percent of the interval early: newer IOS"},
	{"igmp_from_vmac", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(igmp_from_vmac), .example = "true",
	 .help = "a Backup joins and leaves the group from the virtual MAC: keepalived without nftables"},
	{"tos", &TYPE_NUMBER, SCHEMA_MAYBE, BEHAVIOUR(tos), .low = 0, .high = 255, .example = "0xc0",
	 .help = "TOS or traffic class of advertisements"},
	{"dont_fragment", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(dont_fragment), .example = "true",
	 .help = "DF of advertisements"},
	{"id_counts", &TYPE_FLAG, SCHEMA_MAYBE, BEHAVIOUR(id_counts), .example = "true",
	 .help = "IPv4 ID 1, 2, 3, ...; otherwise 0"},
	{0},
};
#undef BEHAVIOUR

static const struct schema_section schema_behaviour = {
	.name = "a behaviour",
	.help = "How a virtual router departs from what its kind does.",
	.size = sizeof(struct scenario_vrrp),
	.key = behaviour_keys,
};

static const struct schema_word operation_words[] = {
	{"request", ARP_REQUEST, NULL},
	{"reply", ARP_REPLY, "Cisco"},
	{0},
};
static const struct schema_word target_words[] = {
	{"zero", VRRP_GARP_TARGET_ZERO + 1, NULL},
	{"broadcast", VRRP_GARP_TARGET_BROADCAST + 1, "keepalived, FRR"},
	{"destination", VRRP_GARP_TARGET_DESTINATION + 1, "the Ethernet destination: Cisco"},
	{0},
};

#define ANNOUNCE(member) AT(scenario_vrrp, announce.member)
static const struct schema_key announce_keys[] = {
	{"operation", &TYPE_WORD, 0, ANNOUNCE(operation), .words = operation_words, .example = "reply",
	 .help = "of gratuitous ARP"},
	{"target", &TYPE_WORD, 0, ANNOUNCE(target), .words = target_words, .example = "broadcast",
	 .help = "target hardware address of gratuitous ARP"},
	{"count", &TYPE_NUMBER, SCHEMA_MAYBE, ANNOUNCE(count), .low = 0, .high = 60, .example = "5",
	 .help = "rounds on becoming Active"},
	{"gap", &TYPE_TIME, SCHEMA_MAYBE, ANNOUNCE(gap), .high = 60 * S, .example = "1s",
	 .help = "between rounds; 0s: all at once"},
	{"repeat_count", &TYPE_NUMBER, SCHEMA_MAYBE, ANNOUNCE(repeat_count), .low = 0, .high = 60,
	 .example = "5", .help = "rounds of a second burst"},
	{"repeat_after", &TYPE_TIME, SCHEMA_MAYBE, ANNOUNCE(repeat_after), .high = 3600 * S, .example = "5s",
	 .help = "from becoming Active to the second burst"},
	{"before_advert", &TYPE_FLAG, SCHEMA_MAYBE, ANNOUNCE(before_advert), .example = "true",
	 .help = "the first round precedes the first advertisement"},
	{"cisco_copy", &TYPE_FLAG, SCHEMA_MAYBE, ANNOUNCE(cisco_copy), .example = "true",
	 .help = "each also to 01:00:0c:cd:cd:cd"},
	{0},
};
#undef ANNOUNCE

static const struct schema_section schema_announce = {
	.name = "an announcement",
	.help = "How a new Active tells the segment, where it departs from its kind.",
	.size = sizeof(struct scenario_vrrp),
	.key = announce_keys,
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
	{"peers", &TYPE_IPS, 0, AT(scenario_vrrp, peers), .example = "[192.0.2.3, 192.0.2.4]",
	 .help = "unicast: advertisements go to these, and only theirs are listened to; default multicast"},
	{"auth", &TYPE_SECTION, SCHEMA_SETTABLE, .section = &schema_auth, .example = "{text: secret}",
	 .help = "authentication; default none. `set` wants one text: none, or the method and its key"},
	{"behaviour", &TYPE_SECTION, 0, .section = &schema_behaviour, .example = "{address_check: drop}",
	 .help = "how it departs from its kind"},
	{"announce", &TYPE_SECTION, 0, .section = &schema_announce, .example = "{count: 3, gap: 1s}",
	 .help = "gratuitous ARP and unsolicited NA, where they depart from its kind"},
	{"checksum", &TYPE_WORD, 0, AT(scenario_vrrp, checksum), .words = checksum_words, .example = "pseudo",
	 .help = "of version 3 over IPv4; default by kind"},
	{"use_vmac", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_vrrp, use_vmac), .example = "true",
	 .help = "send and answer with the virtual MAC; default by kind"},
	{"lower_prio_no_advert", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE,
	 AT(scenario_vrrp, lower_prio_no_advert),
	 .example = "true", .help = "an Active does not answer an advertisement of lower priority"},
	{"options", &TYPE_LABELS, 0, AT(scenario_vrrp, options), .example = "vrrp-virtual-mac",
	 .help = "settings of the kind's own, one or a list; which there are: Kinds of nodes"},
	{"sync_group", &TYPE_NAME, 0, AT(scenario_vrrp, sync_group), .example = "both",
	 .help = "virtual routers of one node with one group change state together (FortiGate's vrgrp)"},
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
	{"password", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_carp, password), .low = 0, .high = 20, .fallback = "",
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
	{"password", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_ha, password), .low = 0, .high = 20, .example = "secret",
	 .help = "key of CARP's digest; default the product's own"},
	{"use_broadcast", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, use_broadcast), .example = "true",
	 .help = "CARP to 255.255.255.255: Use Broadcast IP Address"},
	{"virtual_mac", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, virtual_mac), .example = "true",
	 .help = "Use Virtual MAC Addresses"},
	{"multicast_interface", &TYPE_NAME, 0, AT(scenario_ha, multicast_interface), .example = "eth1",
	 .help = "Interface for multicast between the units; default the first"},
	{"l4_connection_updates", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, l4_updates), .example = "true",
	 .help = "Inter HA L4 TCP Connection Updates: layer-4 connections and persistence live on in the other unit; default "
		 "false"},
	{"l7_persistency_updates", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_ha, l7_updates), .example = "true",
	 .help = "Inter HA L7 Persistency Updates: what layer-7 services remember is shared; default false"},
	{"update_threshold", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_ha, update_threshold), .low = 1, .high = 1000,
	 .example = "3", .help = "a client's packets before its connection is told (IPVS' sync_threshold); default 3"},
	{"update_period", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_ha, update_period), .low = 0, .high = 10000, .example = "50",
	 .help = "and again every so many (IPVS' sync_period), over the threshold; 0: not; default 50"},
	{"update_refresh", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_ha, update_refresh), .high = 900 * S, .example = "10s",
	 .help = "instead: at the first packet behind this time (IPVS' sync_refresh_period)"},
	{"update_backlog", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_ha, update_backlog), .low = 1, .high = 4096,
	 .example = "64", .help = "datagrams of updates that may wait; default 64"},
	{"update_peer", &TYPE_IP, 0, AT(scenario_ha, update_peer), .example = "192.0.2.12",
	 .help = "updates go to the other unit's own address; default a multicast group"},
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
	{"loopback", &TYPE_IPS, 0, AT(scenario_node, loopback), .example = "192.0.2.80",
	 .help = "virtual addresses of others that it takes packets to and the link never hears of: direct server return, tunnels"},
	{"loopback_arp", &TYPE_FLAG, 0, AT(scenario_node, loopback_arp), .fallback = "false", .example = "true",
	 .help = "it answers for them all the same: arp_ignore was forgotten"},
	{"vrrp", &TYPE_LIST, 0, LIST_AT(scenario_node, vrrp, vrrp_count), .section = &schema_vrrp,
	 .example = "[{vrid: 1, priority: 110, vip: 192.0.2.1}]", .help = "its virtual routers"},
	{"carp", &TYPE_LIST, 0, LIST_AT(scenario_node, carp, carp_count), .section = &schema_carp,
	 .example = "[{vhid: 1, vip: 192.0.2.1, password: secret}]", .help = "its CARP hosts"},
	{"hsrp", &TYPE_LIST, 0, LIST_AT(scenario_node, hsrp, hsrp_count), .section = &schema_hsrp,
	 .example = "[{group: 1, priority: 110, vip: 192.0.2.1}]", .help = "HSRP groups of a Cisco router"},
	{"glbp", &TYPE_LIST, 0, LIST_AT(scenario_node, glbp, glbp_count), .section = &schema_glbp,
	 .example = "[{group: 1, priority: 110, vip: 192.0.2.1}]", .help = "GLBP groups of a Cisco router"},
	{"ha", &TYPE_SECTION, 0, AT(scenario_node, ha), ALSO(scenario_node, ha.given), .section = &schema_ha,
	 .example = "{id: 1, role: first, shared: 192.0.2.10}", .help = "HA of a LoadMaster"},
	{"services", &TYPE_NAMED, 0, LIST_AT(scenario_node, service, service_count), .section = &schema_service,
	 .example = "{web: {vip: 192.0.2.80, port: 443, servers: {rs1: {ip: 198.51.100.11}}}}",
	 .help = "virtual services of a LoadMaster, by name"},
	{"connections", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_node, connections), .low = 16, .high = 20000000,
	 .example = "100000", .help = "room for connections of a LoadMaster; default 65536"},
	{"persistence_entries", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_node, persistence_entries), .low = 16,
	 .high = 20000000, .example = "100000", .help = "room for clients that it remembers; default 65536"},
	{"fgcp", &TYPE_SECTION, 0, AT(scenario_node, fgcp), ALSO(scenario_node, fgcp.given), .section = &schema_fgcp,
	 .example = "{group: 0, heartbeat: ha}", .help = "cluster of a FortiGate"},
	{"clusterxl", &TYPE_SECTION, 0, AT(scenario_node, clusterxl), ALSO(scenario_node, clusterxl.given),
	 .section = &schema_clusterxl, .example = "{magic: 254, member: 1, vip: 192.0.2.1}",
	 .help = "cluster of a Check Point box"},
	{"nlb", &TYPE_SECTION, 0, AT(scenario_node, nlb), ALSO(scenario_node, nlb.given), .section = &schema_nlb,
	 .example = "{host: 1, vip: 192.0.2.80}", .help = "cluster of a Windows host"},
	{"serves", &TYPE_NAMED, 0, LIST_AT(scenario_node, served, served_count), .section = &schema_served,
	 .example = "{web: {port: 80}}", .help = "services of a real server"},
	{"clients", &TYPE_NAMED, 0, LIST_AT(scenario_node, population, population_count), .section = &schema_population,
	 .example = "{office: {to: \"192.0.2.10:443\", users: 250, length: 1h, think: 90s}}",
	 .help = "populations of users on this host"},
	{"tcp", &TYPE_SECTION, 0, AT(scenario_node, tcp), ALSO(scenario_node, tcp.given), .section = &schema_tcp,
	 .example = "{time_wait: 10s}", .help = "of a host that serves or has clients"},
	{"nat", &TYPE_SECTION, 0, AT(scenario_node, nat), ALSO(scenario_node, nat.given), .section = &schema_nat,
	 .example = "{outside: wan, pools: [{to: 203.0.113.1}]}", .help = "of a SNAT gateway"},
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
