// SPDX-License-Identifier: BSD-2-Clause
/* Clusters of FortiGate, Check Point and Windows boxes. Defaults that are not written here are the engines': fgcp_unit.h,
 * clusterxl_member.h, nlb_host.h in sim/vendors. */
#include "sim/scenario/schema_parts.h"
#include "sim/vendors/clusterxl_member.h"
#include "sim/vendors/fgcp_unit.h"
#include "sim/vendors/nlb_host.h"

static const struct schema_key fgcp_keys[] = {
	{"group", &TYPE_NUMBER, SCHEMA_SETTABLE, AT(scenario_fgcp, group), .low = 0, .high = FGCP_GROUP_LAST,
	 .fallback = "0", .example = "7", .help = "group-id, which makes the virtual MACs; the factory setting is 0"},
	{"priority", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_fgcp, priority), .low = 0, .high = 255,
	 .example = "200", .help = "the higher becomes the primary, if ages are near; default 128"},
	{"override", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_fgcp, override), .example = "true",
	 .help = "priority counts before age; default false"},
	{"heartbeat", &TYPE_LABELS, SCHEMA_REQUIRED, AT(scenario_fgcp, heartbeat), .example = "ha",
	 .help = "hbdev: interfaces that heartbeats go by, one or a list; one without addresses carries nothing else"},
	{"monitor", &TYPE_LABELS, 0, AT(scenario_fgcp, monitor), .example = "[lan, wan]",
	 .help = "interfaces whose failure costs the role"},
	{"group_name", &TYPE_PASSWORD, 0, AT(scenario_fgcp, group_name), .high = FGCP_NAME, .fallback = "",
	 .example = "office", .help = "units with another name do not join"},
	{"password", &TYPE_PASSWORD, SCHEMA_SETTABLE, AT(scenario_fgcp, password), .high = FGCP_PASSWORD, .fallback = "",
	 .example = "secret", .help = "units with another password do not join"},
	{"serial", &TYPE_NAME, 0, AT(scenario_fgcp, serial), .example = "FGT60F0000000001",
	 .help = "serial number, up to 16 characters: the last tie-break; default FG and the first interface's MAC"},
	{"transparent", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_fgcp, transparent), .example = "true",
	 .help = "heartbeats of transparent mode, ethertype 0x8891 instead of 0x8890"},
	{"hb_interval", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_fgcp, hb_interval), .low = 100 * MS, .high = 2 * S,
	 .example = "200ms", .help = "between heartbeats; default 200ms"},
	{"hb_lost_threshold", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_fgcp, hb_lost_threshold), .low = 1, .high = 60,
	 .example = "6", .help = "so many heartbeats lost: the unit is lost; default 6"},
	{"hello_holddown", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_fgcp, hello_holddown), .high = 300 * S,
	 .example = "20s", .help = "how long a unit that starts only listens; default 20s"},
	{"uptime_margin", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_fgcp, uptime_margin), .high = 65535 * S,
	 .example = "300s", .help = "ha-uptime-diff-margin: ages that differ no more are equal; default 300s"},
	{"arps", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_fgcp, arps), .low = 0, .high = 60, .example = "5",
	 .help = "rounds of gratuitous ARP of a new primary; default 5"},
	{"arps_interval", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_fgcp, arps_interval), .low = 1 * S, .high = 20 * S,
	 .example = "8s", .help = "between them; default 8s"},
	{0},
};

const struct schema_section schema_fgcp = {
	.name = "a FortiGate cluster's unit",
	.help = "FGCP, active-passive. All units of a cluster have the same addresses, and only the primary uses them.",
	.size = sizeof(struct scenario_fgcp),
	.key = fgcp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_fgcp, at),
};

static const struct schema_word ccp_words[] = {
	{"multicast", CLUSTERXL_MULTICAST, "to 01:00:5e and the last 23 bits of the cluster's address"},
	{"broadcast", CLUSTERXL_BROADCAST, NULL},
	{"unicast", CLUSTERXL_UNICAST, "to `peers`, from the member's own MAC"},
	{0},
};

static const struct schema_key clusterxl_keys[] = {
	{"magic", &TYPE_NUMBER, SCHEMA_SETTABLE, AT(scenario_clusterxl, magic), .low = 1, .high = 255, .fallback = "254",
	 .example = "123", .help = "fwha_mac_magic or cluster_id: one for each cluster; the factory setting is 254"},
	{"member", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_clusterxl, member), .low = 1, .high = CLUSTERXL_MEMBERS,
	 .example = "1", .help = "number of this member; the lower, the higher its priority"},
	{"mode", &TYPE_WORD, 0, AT(scenario_clusterxl, mode), .words = ccp_words, .fallback = "multicast",
	 .example = "broadcast", .help = "of CCP"},
	{"vip", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_clusterxl, vip), .low = IP_V4, .example = "[192.0.2.1, 198.51.100.1]",
	 .help = "the cluster's IPv4 addresses, each on the network of an interface"},
	{"peers", &TYPE_IPS, 0, AT(scenario_clusterxl, peers), .low = IP_V4, .example = "192.0.2.3",
	 .help = "unicast mode: the other members' addresses"},
	{"switch_up", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_clusterxl, switch_up), .example = "true",
	 .help = "switch to higher priority member; default false: the active one stays"},
	{"vmac", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_clusterxl, vmac), .example = "true",
	 .help = "the cluster's addresses have a MAC of their own; default false: the active member's"},
	{"virtual_mac", &TYPE_MAC, SCHEMA_MAYBE, AT(scenario_clusterxl, virtual_mac), .example = "\"00:1c:7f:00:00:fe\"",
	 .help = "that MAC; default 00:1c:7f:00:00 and the magic number"},
	{"state_interval", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_clusterxl, state_interval), .low = 10 * MS, .high = 10 * S,
	 .example = "100ms", .help = "between MY_STATE messages; default 100ms"},
	{"dead_after", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_clusterxl, dead_after), .low = 20 * MS, .high = 60 * S,
	 .example = "3s", .help = "a member silent for so long is dead; default 3s"},
	{"arps", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_clusterxl, arps), .low = 0, .high = 60, .example = "1",
	 .help = "rounds of gratuitous ARP of a new active member, a second apart; default 1"},
	{0},
};

const struct schema_section schema_clusterxl = {
	.name = "a Check Point cluster's member",
	.help = "ClusterXL, High Availability. Members have addresses of their own; the cluster's are the active one's.",
	.size = sizeof(struct scenario_clusterxl),
	.key = clusterxl_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_clusterxl, at),
};

static const struct schema_word nlb_mode_words[] = {
	{"unicast", NLB_UNICAST, "MAC 02:bf and the address, never learned by the switch"},
	{"multicast", NLB_MULTICAST, "03:bf and the address"},
	{"igmp", NLB_IGMP, "01:00:5e:7f and two bytes of it"},
	{0},
};
static const struct schema_word affinity_words[] = {
	{"none", NLB_AFFINITY_NONE, "by address and port"},
	{"single", NLB_AFFINITY_SINGLE, "by address"},
	{"network", NLB_AFFINITY_NETWORK, "by /24"},
	{0},
};
static const struct schema_word descriptor_words[] = {
	{"honoured", NLB_DESCRIPTORS_HONOURED, "connections stay where they are when hosts come and go"},
	{"lost", NLB_DESCRIPTORS_LOST, "those whose bin moves must reconnect"},
	{0},
};

static const struct schema_key nlb_keys[] = {
	{"host", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_nlb, host), .low = 1, .high = NLB_HOSTS, .example = "1",
	 .help = "number of this host, its priority, unique in the cluster"},
	{"mode", &TYPE_WORD, 0, AT(scenario_nlb, mode), .words = nlb_mode_words, .fallback = "unicast",
	 .example = "multicast", .help = "how the cluster's MAC is made"},
	{"vip", &TYPE_IPS, SCHEMA_REQUIRED, AT(scenario_nlb, vip), .low = IP_V4, .example = "192.0.2.80",
	 .help = "the cluster's IPv4 addresses on one interface; the first names it"},
	{"affinity", &TYPE_WORD, 0, AT(scenario_nlb, affinity), .words = affinity_words, .fallback = "single",
	 .example = "network", .help = "what keeps a client at one host"},
	{"descriptors", &TYPE_WORD, 0, AT(scenario_nlb, descriptors), .words = descriptor_words, .fallback = "honoured",
	 .example = "lost", .help = "what becomes of connections when a host is added or removed"},
	{"bins", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_nlb, bins), .low = 1, .high = NLB_BINS_MOST, .example = "60",
	 .help = "of the hash; default 60"},
	{"filter_icmp", &TYPE_FLAG, SCHEMA_MAYBE, AT(scenario_nlb, filter_icmp), .example = "false",
	 .help = "pings are balanced; false: every host answers; default true"},
	{"drain", &TYPE_FLAG, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_nlb, drain), .example = "true",
	 .help = "drainstop: serves what it has and takes nothing new; default false"},
	{"period", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_nlb, period), .low = 100 * MS, .high = 10 * S, .example = "1s",
	 .help = "between heartbeats; default 1s"},
	{"tolerance", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_nlb, tolerance), .low = 5, .high = 100, .example = "5",
	 .help = "so many heartbeats lost: the host is dead; default 5"},
	{0},
};

const struct schema_section schema_nlb = {
	.name = "a Windows cluster's host",
	.help = "Microsoft NLB. Hosts have addresses of their own; all have the cluster's, and each takes its share.",
	.size = sizeof(struct scenario_nlb),
	.key = nlb_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_nlb, at),
};
