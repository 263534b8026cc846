// SPDX-License-Identifier: BSD-2-Clause
/*
 * What products write. Sources: source code where there is some (keepalived, FRR, ucarp, FreeBSD, uvrrpd), the log
 * references of Huawei, Juniper and Fortinet, lines in reports and laboratories otherwise. Wording that is not known to
 * be theirs stands in `rest`, which is written but not asked for. UNCONFIRMED: that NX-OS words its state changes as IOS
 * does; when Huawei notices a double master (here with the first advertisement it refuses).
 */
#include "sim/vendors/vendor_log_parts.h"

const struct vendor_log_product vendor_log_product[VENDOR_PRODUCT_COUNT] = {
	[VENDOR_PRODUCT_NONE] = {.name = "the standard", .tag = ""},
	[VENDOR_PRODUCT_KEEPALIVED_1] = {.name = "keepalived 1.x", .tag = "", .sign = {"VRRP_Instance("}},
	[VENDOR_PRODUCT_KEEPALIVED_OLD] = {.name = "keepalived up to 2.3.2",
					   .tag = "Keepalived_vrrp: ({instance}) ",
					   .sign = {"Keepalived"}},
	[VENDOR_PRODUCT_KEEPALIVED_NEW] = {.name = "keepalived 2.3.3 and later",
					   .tag = "Keepalived_vrrp: ({instance}) ",
					   .sign = {"Keepalived"}},
	[VENDOR_PRODUCT_FRR] = {.name = "FRR",
				.tag = "vrrpd: ",
				.sign = {" vrrpd[", "[VRRP]", "VRRP: ["},
				.state = {"Initialize", "Backup", "Master"}},
	[VENDOR_PRODUCT_UVRRPD] = {.name = "uvrrpd",
				   .tag = "uvrrpd: ",
				   .sign = {"uvrrpd"},
				   .state = {"init", "backup", "master"}},
	[VENDOR_PRODUCT_UCARP] = {.name = "ucarp, KEMP LoadMaster", .tag = "ucarp: ", .sign = {"ucarp"}},
	[VENDOR_PRODUCT_FREEBSD] = {.name = "FreeBSD, pfSense, OPNsense",
				    .tag = "kernel: ",
				    .sign = {"carp: ", "carp_"},
				    .state = {"INIT", "BACKUP", "MASTER"},
				    .why = {[VENDOR_WHY_STARTUP] = "initialization complete",
					    [VENDOR_WHY_TIMER] = "master timed out",
					    [VENDOR_WHY_BETTER] = "more frequent advertisement received",
					    [VENDOR_WHY_PREEMPT] = "preempting a slower master",
					    [VENDOR_WHY_TOO_SLOW] = "master will time out",
					    [VENDOR_WHY_INTERFACE] = "hardware interface down"}},
	[VENDOR_PRODUCT_IOS] = {.name = "Cisco IOS",
				.tag = "",
				.sign = {"%VRRP-", "%HSRP-", "%STANDBY-", "%GLBP-"},
				.state = {"Init", "Backup", "Master"}},
	[VENDOR_PRODUCT_IOS_XE] = {.name = "Cisco IOS-XE", .tag = "", .state = {"INIT", "BACKUP", "MASTER"}},
	[VENDOR_PRODUCT_NX_OS] = {.name = "Cisco NX-OS",
				  .tag = "",
				  .sign = {"%L2FM-", "%ARP-", "%HSRP_ENGINE-"},
				  .state = {"Init", "Backup", "Master"}},
	[VENDOR_PRODUCT_CATALYST] = {.name = "Cisco switch", .tag = "", .sign = {"%SW_MATM-", "%MAC_MOVE-", "%IP-4-"}},
	[VENDOR_PRODUCT_JUNOS] = {.name = "Juniper Junos", .tag = "vrrpd: ", .sign = {"VRRPD_"}},
	[VENDOR_PRODUCT_FORTIGATE] =
		{.name = "FortiGate",
		 .tag = "logid=\"0103027001\" type=\"event\" subtype=\"router\" level=\"information\" ",
		 .sign = {"devid=\"FG", "logid=\"", "LOG_ID_"},
		 .state = {"initialize", "backup", "master"}},
	[VENDOR_PRODUCT_CHECK_POINT] = {.name = "Check Point", .tag = "", .sign = {"CPHA", "fwha_", "cphaprob"}},
	[VENDOR_PRODUCT_HUAWEI] = {.name = "Huawei",
				   .tag = "%%01",
				   .sign = {"VRRP/3/", "VRRP/4/", "%%01"},
				   .state = {"INITIALIZE", "BACKUP", "MASTER"},
				   .why = {[VENDOR_WHY_STARTUP] = "interface up",
					   [VENDOR_WHY_TIMER] = "protocol timer expired",
					   [VENDOR_WHY_BETTER] = "priority calculation",
					   [VENDOR_WHY_INTERFACE] = "interface down",
					   [VENDOR_WHY_TRACK] = "track interface",
					   [VENDOR_WHY_OTHER] = "other"}},
	[VENDOR_PRODUCT_H3C] = {.name = "H3C, HPE Comware",
				.tag = "",
				.sign = {"VRRP4/", "VRRP6/"},
				.state = {"Initialize", "Backup", "Master"},
				.why = {[VENDOR_WHY_STARTUP] = "Interface event received",
					[VENDOR_WHY_TIMER] = "Timer expired",
					[VENDOR_WHY_BETTER] = "VRRP packet received",
					[VENDOR_WHY_INTERFACE] = "Interface event received",
					[VENDOR_WHY_TRACK] = "The status of the tracked object changed"}},
	[VENDOR_PRODUCT_PROCURVE] = {.name = "HP ProCurve", .tag = "", .sign = {"Vrid "}},
	[VENDOR_PRODUCT_LINUX] = {.name = "Linux", .tag = "kernel: "},
	[VENDOR_PRODUCT_WINDOWS] = {.name = "Windows", .tag = ""},
	[VENDOR_PRODUCT_ARPWATCH] = {.name = "arpwatch", .tag = "", .sign = {"arpwatch"}},
	[VENDOR_PRODUCT_SNIFFER] = {.name = "tcpdump, Wireshark", .tag = "", .sign = {"VRRPv2,", "> 224.0.0.18"}},
};

/* --- why ------------------------------------------------------------------------------------------------- */

#define CAUSE static const struct vendor_log_cause

CAUSE changed = {
	{"flapping"},
	"The router changed its state. Once is a failover. Every few seconds it is flapping, and then a conflict on the "
	"same ID comes first among the reasons.",
	NULL,
};
CAUSE silent = {
	{"flapping", "advert-starvation", "dual-active"},
	"The active router was not heard for three of its intervals: it is gone, its advertisements are lost or "
	"refused, or, if it is a keepalived, foreign ones that it refuses silence it.",
	NULL,
};
CAUSE better = {
	{"flapping"},
	"A router with a higher priority (CARP: that advertises more often) spoke, so this one yields. From one group "
	"that is a hand-over; from another group with the same ID the address of this one goes dark.",
	NULL,
};
CAUSE other_list = {
	{"vrid-collision", "address-list-differs"},
	"Another group with other addresses uses this ID; or the members of this group do not have the same list.",
	NULL,
};
CAUSE other_count = {
	{"vrid-collision", "address-list-differs"},
	"The advertisement carries more or fewer addresses than are configured here: a list that was changed on one "
	"member only, or another group with the same ID.",
	NULL,
};
CAUSE auth_type = {
	{"auth-differs", "dual-active", "vrid-collision"},
	"The sender authenticates in another way, or not at all; this router refuses it, and both may be active. When "
	"nobody changed the group, it is another group with the same ID.",
	NULL,
};
CAUSE auth_key = {
	{"auth-differs", "dual-active", "advert-starvation"},
	"The sender has another password or key: a member that was forgotten when it was changed, or another group with "
	"the same ID. A keepalived that is active and refuses such advertisements every second is silenced by them.",
	NULL,
};
CAUSE version = {
	{"version-mismatch", "dual-active"},
	"The sender speaks the other version of VRRP: the two refuse each other, and both may be active.",
	NULL,
};
CAUSE interval = {
	{"interval-mismatch", "dual-active"},
	"The sender advertises at another interval. Version 2 refuses that; version 3 goes on.",
	NULL,
};
CAUSE ttl = {
	{"ttl-not-255"},
	"The advertisement has passed a router, or was forged.",
	NULL,
};
CAUSE checksum = {
	{"bad-checksum", "dual-active"},
	"Damage on the way; or, in version 3 over IPv4, the two makers sum differently: Cisco and Juniper without a "
	"pseudo-header, keepalived and FRR with one. Then both become active with the same address.",
	"Make both sum alike: keepalived `v3_checksum_as_v2`, FRR `no vrrp N checksum-with-ipv4-pseudoheader`; else look "
	"for damage on the path.",
};
/* uvrrpd sums as many bytes as its own advertisements have. */
CAUSE own_sum = {
	{"carp-collision", "vrid-collision", "bad-checksum"},
	"A message of another length than this router's own: CARP (KEMP LoadMaster HA, pfSense, OPNsense, ucarp) or a group "
	"with another number of addresses uses this ID; or damage on the way.",
	NULL,
};
CAUSE carp_length = {
	{"carp-collision", "advert-starvation"},
	"Not VRRP but CARP (KEMP LoadMaster HA, pfSense, OPNsense, ucarp) with this ID: 36 bytes where VRRP says 7 "
	"addresses and would need 44.",
	NULL,
};
CAUSE lower = {
	{"advert-starvation", "dual-active"},
	"Another router advertises although this one is better: it did not hear this one in time. Once, it has just "
	"started; again and again, this one is silenced by advertisements that it refuses.",
	NULL,
};
CAUSE equal = {
	{"equal-priority"},
	"Two members have the same priority, so the address decides.",
	NULL,
};
CAUSE own_address = {
	{NULL},
	"Somebody sends advertisements from this router's own address: a clone of this machine, or a loop.",
	"Look for a second machine with this address (a copied virtual machine), then for a loop in the switches.",
};
CAUSE owners = {
	{"owner-not-owner"},
	"Both say priority 255, which only the router that has the address on its interface may.",
	NULL,
};
CAUSE local_owner = {
	{"owner-not-owner", "dual-active"},
	"This router has priority 255 and hears another one: it refuses it, as RFC 3768 asks.",
	NULL,
};
CAUSE foreign_id = {
	{NULL},
	"Another group with an ID that is not configured here: no conflict. The line is how keepalived shows which IDs "
	"are taken (log_unknown_vrids).",
	"Nothing to do; `viplab scan --free` lists the IDs that nobody uses.",
};
CAUSE bogus = {
	{"vrid-collision", "auth-differs"},
	"Something in an advertisement of this ID is not what is configured here: addresses, authentication, version. The "
	"line before it says what.",
	NULL,
};
CAUSE digest = {
	{"carp-dual-active", "carp-collision"},
	"An advertisement with this ID whose digest does not fit: another pair uses the ID, password or addresses differ, "
	"or it is VRRP with five or more addresses.",
	NULL,
};
CAUSE reassert = {
	{"carp-dual-active"},
	"Another master with the same ID and password advertises: the pair did not hear each other for a while.",
	NULL,
};
CAUSE mac_flap = {
	{"mac-flap", "vrid-collision", "dual-active"},
	"One MAC was seen at two ports in turn. When it begins with 0000.5e00.01 two stations use one virtual ID, whose "
	"last byte it is.",
	NULL,
};
CAUSE duplicate_mac_learning = {
	{"mac-flap", "vrid-collision", "dual-active"},
	"Too many MAC moves: the switch stops learning for a while and floods. Services that a collision had broken work "
	"suddenly, until learning is on again.",
	NULL,
};
CAUSE hsrp_duplicate = {
	{"fhrp-dual-active", "vip-foreign-mac"},
	"The group's address was heard from another station: from an HSRP MAC (0000.0c07.acXX, 0000.0c9f.fXXX) a second "
	"active router of that group, from another MAC a host that has the address.",
	NULL,
};
CAUSE hsrp_auth = {
	{"fhrp-dual-active", "auth-differs"},
	"A member of the group with another password or none: the two refuse each other, and both are active.",
	NULL,
};
CAUSE hsrp_address = {
	{"address-list-differs"},
	"The Active of the group has another virtual address: two pairs of routers chose one group number, so there is one "
	"election for both, and the address of the pair that lost is nobody's.",
	NULL,
};
CAUSE duplicate = {
	{"vip-foreign-mac", "vip-two-ids"},
	"Two stations answer for one address.",
	NULL,
};
CAUSE clusterxl = {
	{"ccp-magic-shared"},
	"Two ClusterXL clusters with one magic number on one segment.",
	NULL,
};
CAUSE double_master = {
	{"dual-active", "auth-differs", "address-list-differs"},
	"Two active routers of one group. Causes that the maker lists: other authentication or key, another list of "
	"addresses, another version; or the two do not hear each other.",
	NULL,
};
CAUSE configuration = {
	{"address-list-differs", "auth-differs", "vrid-collision"},
	"Something in an advertisement of this ID is not what is configured here: addresses, interval, authentication.",
	NULL,
};
CAUSE sniffed_carp = {
	{"carp-collision"},
	"CARP read as VRRP: priority 0 and 7 addresses of nonsense are CARP's advskew and authentication length.",
	NULL,
};

/* --- lines ----------------------------------------------------------------------------------------------- */

#define P(product) (UINT32_C(1) << VENDOR_PRODUCT_##product)
#define KEEPALIVED_1 P(KEEPALIVED_1)
#define KEEPALIVED_OLD P(KEEPALIVED_OLD)
#define KEEPALIVED_NEW P(KEEPALIVED_NEW)
#define KEEPALIVED (KEEPALIVED_OLD | KEEPALIVED_NEW)
#define READ VENDOR_LOG_READ_ONLY

/* Of one product, what leads to a state comes before the state. */
const struct vendor_log_line vendor_log_table[] = {
	/* keepalived */
	{KEEPALIVED, VENDOR_LOG_TIMEOUT, &silent, "Receive advertisement timeout", NULL},
	{KEEPALIVED, VENDOR_LOG_ACTIVE, &changed, "Entering MASTER STATE", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_YIELD, &better,
	 "Master received advert from {sender} with higher priority {*}, ours {priority}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_YIELD, &better,
	 "Master received advert with higher priority {*}, ours {priority}", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_YIELD_ADDRESS, &equal,
	 "Master received advert from {sender} with same priority {priority} but higher IP address than ours", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_YIELD_ADDRESS, &equal,
	 "Master received advert with same priority {priority} but higher IP address than ours", NULL},
	{KEEPALIVED, VENDOR_LOG_BACKUP, &changed, "Entering BACKUP STATE", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_REASSERT, &lower,
	 "Received advert from {sender} with lower priority {got}, ours {want}, forcing new election", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_REASSERT, &lower,
	 "Received advert with lower priority {got}, ours {want}, forcing new election", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_ADDRESSES | VENDOR_LOG_ADDRESSES_TOLERATED, &other_list,
	 "ip address associated with VRID {id} not present in advert from {sender}", ": {missing}"},
	{KEEPALIVED_OLD, VENDOR_LOG_ADDRESSES, &other_list,
	 "ip address associated with VRID {id} not present in MASTER advert", " : {missing}"},
	{KEEPALIVED_NEW, VENDOR_LOG_COUNT | VENDOR_LOG_COUNT_TOLERATED, &other_count,
	 "expected {want} VIPs but received {got}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_COUNT, &other_count,
	 "received an invalid ip number count {got}, expected {want}!", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_AUTH_TYPE, &auth_type,
	 "received a {got} auth from {sender}, expecting {want}!", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_AUTH_TYPE, &auth_type, "received a {got} auth, expecting {want}!", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_AUTH_DATA, &auth_key, "received an invalid passwd from {sender}!", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_AUTH_DATA, &auth_key, "received an invalid passwd!", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_VERSION, &version,
	 "wrong VRRP version from {sender}. Received {got} and expect {want}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_VERSION, &version, "invalid version. {got} and expect {want}", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_INTERVAL, &interval,
	 "advertisement interval mismatch with {sender} mine={want_s} sec rcv'd={got_s} sec", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_INTERVAL, &interval,
	 "advertisement interval mismatch mine={want_s} sec rcved={got_s} sec", NULL},
	{KEEPALIVED, VENDOR_LOG_INTERVAL_TOLERATED, &interval,
	 "advertisement interval mismatch ours = {want_cs} centi-sec rcv'd={got_cs} centi-sec", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_TTL, &ttl,
	 "invalid TTL/HL from {sender}. Received {got} and expect {want}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_TTL, &ttl, "invalid ttl. {got} and expect {want}", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_CHECKSUM, &checksum, "Invalid VRRPv{want} checksum from {sender}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_CHECKSUM, &checksum, "Invalid VRRPv{want} checksum", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_LENGTH, &carp_length,
	 "vrrp packet from {sender} too short, length {got} and expect {want}", NULL},
	{KEEPALIVED_OLD, VENDOR_LOG_LENGTH, &carp_length,
	 "vrrp packet too short, length {got} and expect {want}", NULL},
	{KEEPALIVED, VENDOR_LOG_OWN_ADDRESS, &own_address,
	 "WARNING - equal priority advert received from remote host with our IP address.", NULL},
	{KEEPALIVED_NEW, VENDOR_LOG_TWO_OWNERS, &owners,
	 "CONFIGURATION ERROR: local instance and {sender} are both configured as address owner, please resolve", NULL},
	{KEEPALIVED, READ, &foreign_id, "Unknown VRID({id}) received on interface({interface})", NULL},
	{KEEPALIVED_1, READ, &bogus, "bogus VRRP packet received on {interface} !!!", NULL},
	{KEEPALIVED_1, READ, &bogus, "VRRP_Instance({instance}) ignoring received advertisment", NULL},

	/* FRR: what it refuses is debug output only */
	{P(FRR), VENDOR_LOG_TIMEOUT, &silent, "[VRID {id}] [{family}] Master_Down_Timer expired", NULL},
	{P(FRR), VENDOR_LOG_YIELD | VENDOR_LOG_YIELD_ADDRESS, &better,
	 "[VRID {id}] [{family}] Received advertisement from {sender} w/ priority {*}; switching to Backup", NULL},
	{P(FRR), VENDOR_LOG_STATE, &changed, "[VRID {id}] [{family}] {from} -> {to}", NULL},
	{P(FRR), READ, &silent, "Master_Down_Timer expired", NULL},
	{P(FRR), READ, &carp_length,
	 "Datagram invalid: Packet has incorrect # addresses or missing auth fields", NULL},
	{P(FRR), READ, &version, "Bad version {got}", NULL},
	{P(FRR), READ, &checksum, "Bad VRRP checksum {*}; should be {*}", NULL},
	{P(FRR), READ, &other_count, "Datagram has {got} addresses, but this VRRP instance has {want}", NULL},

	/* uvrrpd */
	{P(UVRRPD), VENDOR_LOG_TIMEOUT, &silent, "vrid {id} :: masterdown_timer expired", NULL},
	{P(UVRRPD), VENDOR_LOG_YIELD, &better, "vrid {id} :: receive packet with higher priority", NULL},
	{P(UVRRPD), VENDOR_LOG_YIELD_ADDRESS, &equal,
	 "vrid {id} :: Primary IP address of the sender greater than the local primary address", NULL},
	{P(UVRRPD), VENDOR_LOG_STATE, &changed, "vrid {id} :: {from} -> {to}", NULL},
	{P(UVRRPD), VENDOR_LOG_VERSION, &version,
	 "vrid {id} :: Invalid pkt - version {got} mismatch, expecting {want}", NULL},
	{P(UVRRPD), VENDOR_LOG_TTL, &ttl, "vrid {id} :: Invalid pkt - TTL isn't {want}", NULL},
	{P(UVRRPD), READ, &carp_length, "vrid {id} :: Invalid pkt - Invalid packet size", NULL},
	{P(UVRRPD), VENDOR_LOG_CHECKSUM | VENDOR_LOG_LENGTH, &own_sum, "vrid {id} :: Invalid pkt - Invalid checksum", NULL},
	{P(UVRRPD), VENDOR_LOG_OWNER, &local_owner,
	 "vrid {id} :: Invalid pkt - *We* are the owner of IP address(es)", NULL},
	{P(UVRRPD), VENDOR_LOG_AUTH_TYPE, &auth_type,
	 "vrid {id} :: Invalid pkt - Invalid authentication type", NULL},
	{P(UVRRPD), VENDOR_LOG_AUTH_DATA, &auth_key,
	 "vrid {id} :: Invalid pkt - Invalid authentication password", NULL},
	{P(UVRRPD), VENDOR_LOG_ADDRESSES | VENDOR_LOG_COUNT, &other_list,
	 "vrid {id} :: Invalid pkt not generated by the owner, drop it", NULL},
	{P(UVRRPD), VENDOR_LOG_INTERVAL, &interval,
	 "vrid {id} :: Invalid pkt - Advertisement interval mismatch", NULL},

	/* ucarp, and KEMP's patched one */
	{P(UCARP), VENDOR_LOG_YIELD, &better,
	 "Preferred master advertised: going back to BACKUP state", NULL},
	{P(UCARP), VENDOR_LOG_PREEMPT, &changed, "Putting MASTER down - preemption", NULL},
	{P(UCARP), VENDOR_LOG_ACTIVE, &changed, "Switching to state: MASTER", NULL},
	{P(UCARP), VENDOR_LOG_BACKUP, &changed, "Switching to state: BACKUP", NULL},
	{P(UCARP), VENDOR_LOG_REASSERT, &reassert,
	 "Non-preferred master advertising: reasserting control of VIP with another gratuitous arp", NULL},
	{P(UCARP), VENDOR_LOG_DIGEST, &digest,
	 "Bad digest - md2=[{*}] md=[{*}] - Check vhid, password and virtual IP address", NULL},
	{P(UCARP), READ, &digest, "Bad digest", NULL},
	{P(UCARP), VENDOR_LOG_TTL, &ttl, "Bad TTL: [{got}]", NULL},
	{P(UCARP), VENDOR_LOG_VERSION, &version, "Bad version: [{got}]", NULL},
	{P(UCARP), VENDOR_LOG_CHECKSUM, &checksum, "Bad IP checksum", NULL},

	/* FreeBSD: a bad hash is debug output only */
	{P(FREEBSD), VENDOR_LOG_STATE, &changed, "carp: {id}@{interface}: {from} -> {to}", " ({why})"},
	{P(FREEBSD), READ, &digest, "incorrect hash for VHID {id}@{interface}", NULL},
	{P(FREEBSD), READ, &digest, "carp{*}: incorrect hash", NULL},

	/* Cisco routers */
	{P(IOS) | P(NX_OS), VENDOR_LOG_STATE, &changed,
	 "%VRRP-6-STATECHANGE: {interface} Grp {id} state {from} -> {to}", NULL},
	{P(IOS_XE), VENDOR_LOG_STATE, &changed,
	 "%VRRP-6-STATE: {interface} {family} group {id} state {from} -> {to}", NULL},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_AUTH_TYPE, &auth_type,
	 "%VRRP-4-BADAUTHTYPE: Bad authentication from {sender}, group {id}, type {got}, expected {want}.", NULL},
	{P(IOS) | P(IOS_XE), READ, &auth_key, "%VRRP-4-BADAUTH", NULL},
	{P(IOS_XE), VENDOR_LOG_CHECKSUM, &checksum,
	 "VRRP {interface} Processing Packet:Invalid checksum Calculated chksum is nonzero", NULL},
	{P(IOS_XE), READ, &version, "VRRPv2 incompatibility", NULL},
	{P(IOS_XE), READ, &other_list, "IP address configuration mismatch", NULL},
	{P(IOS_XE), READ, &local_owner, "IP Address Owner conflicts", NULL},
	{P(IOS_XE), READ, &other_count, "Invalid address count", NULL},
	{P(IOS_XE), READ, &interval, "Invalid Advert Interval", NULL},
	{P(IOS) | P(IOS_XE), READ, &hsrp_duplicate,
	 "%STANDBY-3-DUPADDR: Duplicate address on {interface}, sourced by {mac}", NULL},
	{P(IOS) | P(IOS_XE), READ, &hsrp_duplicate, "%STANDBY-3-DUPADDR", NULL},
	{P(IOS) | P(IOS_XE), READ, &hsrp_duplicate, "%HSRP-4-DUPADDR", NULL},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_HSRP_AUTH, &hsrp_auth, "%HSRP-4-BADAUTH",
	 ": Bad authentication from {sender}, group {id}, remote state {to}"},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_HSRP_ADDRESS, &hsrp_address, "%HSRP-4-DIFFVIP1",
	 ": {interface} Grp {id} active routers virtual IP address {got_ip} is different to the locally configured address "
	 "{want_ip}"},
	{P(IOS) | P(IOS_XE), READ, &hsrp_address, "%STANDBY-3-DIFFVIP1", NULL},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_GLBP_STATE, &changed,
	 "%GLBP-6-STATECHANGE: {interface} Grp {id} state {from} -> {to}", NULL},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_GLBP_FORWARDER, &changed,
	 "%GLBP-6-FWDSTATECHANGE: {interface} Grp {id} Fwd {forwarder} state {from} -> {to}", NULL},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_GLBP_AUTH, &hsrp_auth, "%GLBP-4-BADAUTH",
	 ": Bad authentication received from {sender}, group {id}"},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_GLBP_ADDRESS, &hsrp_address, "%GLBP-4-DIFFVIP1",
	 ": {interface} Grp {id} active routers virtual IP address {got_ip} is different to the locally configured address "
	 "{want_ip}"},
	{P(IOS) | P(IOS_XE), VENDOR_LOG_HSRP_STATE, &changed,
	 "%HSRP-5-STATECHANGE: {interface} Grp {id} state {from} -> {to}", NULL},
	{P(IOS) | P(IOS_XE), READ, &changed, "%STANDBY-6-STATECHANGE", NULL},
	{P(IOS) | P(IOS_XE) | P(CATALYST), READ, &duplicate,
	 "%IP-4-DUPADDR: Duplicate address {*} on {interface}, sourced by {mac}", NULL},

	/* switches */
	{P(CATALYST), READ, &mac_flap,
	 "%SW_MATM-4-MACFLAP_NOTIF: Host {mac} in vlan {*} is flapping between port {*} and port {*}", NULL},
	{P(CATALYST), READ, &clusterxl, "%SW_MATM-4-MACFLAP_NOTIF: Host 0000.0000.fe{*}", NULL},
	{P(CATALYST), READ, &mac_flap, "%SW_MATM-4-MACFLAP_NOTIF", NULL},
	{P(NX_OS), READ, &mac_flap, "%L2FM-4-L2FM_MAC_MOVE", NULL},
	{P(NX_OS), READ, &duplicate_mac_learning,
	 "%L2FM-3-L2FM_MAC_FLAP_DISABLE_LEARN: Disabling learning in vlan {*} for {*} due to too many mac moves", NULL},
	{P(NX_OS), READ, &duplicate_mac_learning, "L2FM_MAC_FLAP_DISABLE_LEARN", NULL},

	/* Juniper */
	{P(JUNOS), VENDOR_LOG_ACTIVE, &changed,
	 "VRRPD_NEW_MASTER",
	 ": Interface {interface} (local address {local}) became VRRP master for group {id}"},
	{P(JUNOS), VENDOR_LOG_BACKUP, &changed,
	 "VRRPD_NEW_BACKUP",
	 ": Interface {interface} (local address {local}) became VRRP backup for group {id}"},
	{P(JUNOS), VENDOR_LOG_INTERVAL | VENDOR_LOG_INTERVAL_TOLERATED, &interval,
	 "VRRPD_ADVERT_TIME_MISMATCH",
	 ": Packet received by {interface} for VRRP group {id} had advertisement time {got_ms} ms instead of required {want_ms} ms"},
	{P(JUNOS), VENDOR_LOG_COUNT | VENDOR_LOG_COUNT_TOLERATED, &other_count,
	 "VRRPD_VIP_COUNT_MISMATCH",
	 ": Packet received by {interface} for VRRP group {id} had {got} virtual IP addresses instead of required {want}"},
	{P(JUNOS), VENDOR_LOG_AUTH_TYPE, &auth_type,
	 "VRRPD_AUTH_INFO_INVALID: VRRP ad packet from {sender} received by interface {interface} for group {id} was invalid: authentication-type-mismatch", NULL},
	{P(JUNOS), VENDOR_LOG_AUTH_DATA, &auth_key,
	 "VRRPD_AUTH_INFO_INVALID: VRRP ad packet from {sender} received by interface {interface} for group {id} was invalid: authentication-key-mismatch", NULL},
	{P(JUNOS), READ, &auth_key, "VRRPD_AUTH_INFO_INVALID", NULL},

	/* FortiGate: the wording of msg is not known */
	{P(FORTIGATE), VENDOR_LOG_STATE, &changed,
	 "logdesc=\"VRRP state changed\"", " interface=\"{interface}\" msg=\"vrid {id}: {from} to {to}\""},
	{P(FORTIGATE), READ, &changed, "LOG_ID_VRRP_STATE_CHG", NULL},
	{P(FORTIGATE), READ, &changed, "logid=\"0103027001\"", NULL},
	{P(FORTIGATE), READ, &duplicate, "LOG_ID_FGT_INTF_IP_CONFLICT", NULL},
	{P(FORTIGATE), READ, &duplicate, "logid=\"{*}32701\"", NULL},

	/* Check Point */
	{P(CHECK_POINT), READ, &clusterxl,
	 "CPHA: This is an illegal configuration. Each cluster should be connected to another set of switches/hubs.", NULL},
	{P(CHECK_POINT), READ, &clusterxl,
	 "fwha_set_new_local_state: Old version HA machines exist around", NULL},

	/* Huawei, H3C, HP */
	{P(HUAWEI), VENDOR_LOG_STATE, &changed,
	 "VRRP/4/STATEWARNINGEXTEND:Virtual Router state {from} changed to {to}, because of {why}. (Interface={interface}, VrId={id}, InetType={family})", NULL},
	{P(HUAWEI), READ, &changed, "VRRP/4/STATEWARNING", NULL},
	{P(HUAWEI), READ, &changed, "VRRP/4/vrrp", NULL},
	{P(HUAWEI), VENDOR_LOG_AUTH_TYPE | VENDOR_LOG_AUTH_DATA | VENDOR_LOG_ADDRESSES | VENDOR_LOG_COUNT | VENDOR_LOG_VERSION, &double_master,
	 "VRRP/3/VRRP_DOUBLE_MASTER_ERR",
	 ": VRRP detected double masters. (IfName={interface}, VrId={id}, PeerIp={sender})"},
	{P(HUAWEI), READ, &double_master, "VRRP_DOUBLE_MASTER_ERR", NULL},
	{P(H3C), VENDOR_LOG_STATE, &changed,
	 "VRRP4/6/VRRP_STATUS_CHANGE: The status of {family} virtual router {id} (configured on {interface}) changed from {from} to {to}",
	 ": {why}."},
	{P(H3C), VENDOR_LOG_AUTH_TYPE | VENDOR_LOG_AUTH_DATA | VENDOR_LOG_ADDRESSES | VENDOR_LOG_COUNT | VENDOR_LOG_INTERVAL, &configuration,
	 "The virtual router detected a VRRP configuration error.", " (virtual router {id}, {interface})"},
	{P(H3C), READ, &configuration, "virtual router{*}detected a VRRP configuration error", NULL},
	{P(PROCURVE), READ, &other_list, "recd pkt with IP address mismatch", NULL},
	{P(PROCURVE), READ, &other_list, "Mismatched Addr List Pkts", NULL},
	{P(PROCURVE), READ, &interval, "Mismatched Interval Pkts", NULL},
	{P(PROCURVE), READ, &ttl, "Mismatched IP TTL Pkts", NULL},
	{P(PROCURVE), READ, &auth_type, "Mismatched Auth Type Pkts", NULL},

	/* bystanders */
	{P(LINUX), READ, &duplicate, "duplicate address {*} detected", NULL},
	{P(LINUX), READ, &mac_flap,
	 "received packet on {interface} with own address as source address", NULL},
	{P(WINDOWS), READ, &duplicate, "The system detected an address conflict for IP address {*}", NULL},
	{P(ARPWATCH), READ, &duplicate, "flip flop", NULL},
	{P(SNIFFER), READ, &sniffed_carp,
	 "VRRPv2, {*}vrid {id}, prio 0, {*}authtype none, {*}addrs(7)", NULL},
};

const size_t vendor_log_count = sizeof vendor_log_table / sizeof vendor_log_table[0];
