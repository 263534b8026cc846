// SPDX-License-Identifier: BSD-2-Clause
/*
 * The closed vocabulary. One row a code, worst first within a theme; the prose is what `viplab explain CODE`
 * and a scan print. Facts are those of RFC 3768, RFC 5798 and RFC 9568, of the products' manuals, and of
 * measurements with keepalived 2.2.7 and 2.4.3, FRR 8.4.4 and ucarp 1.5.2.
 */
#include "analyzers/finding_table.h"

/* How products call the virtual ID. */
#define ID_OPTIONS                                                                                  \
	{"keepalived", "virtual_router_id N"},                                                      \
	{"FRR", "vrrp N"},                                                                          \
	{"KEMP LoadMaster", "HA Parameters, HA Virtual ID"},                                        \
	{"Cisco", "vrrp N (IOS), vrrp N address-family ipv4 (IOS XE)"},                             \
	{"FortiGate", "config vrrp, edit N"},                                                       \
	{"Check Point", "add mcvrrp vrid N (Gaia)"},                                                \
	{"pfSense, OPNsense", "Virtual IPs, VHID Group"},                                           \
	{"ucarp", "--vhid=N"}

#define VERSION_OPTIONS                                                                             \
	{"keepalived", "vrrp_version 2|3"},                                                         \
	{"FRR", "vrrp N version 2|3"},                                                              \
	{"Cisco", "fhrp version vrrp v2|v3"},                                                       \
	{"FortiGate", "set version 2|3"}

#define INTERVAL_OPTIONS                                                                            \
	{"keepalived", "advert_int S"},                                                             \
	{"FRR", "vrrp N advertisement-interval MS"},                                                \
	{"KEMP LoadMaster", "HA Parameters, HA Timeout"},                                           \
	{"Cisco", "vrrp N timers advertise S"},                                                     \
	{"FortiGate", "set adv-interval S"},                                                        \
	{"Check Point", "set mcvrrp vrid N hello-interval S"},                                      \
	{"pfSense, OPNsense", "Virtual IPs, Advertising Frequency, Base"},                          \
	{"ucarp", "--advbase=S"}

#define AUTH_OPTIONS                                                                                \
	{"keepalived", "authentication { auth_type PASS auth_pass WORD }"},                         \
	{"Cisco", "vrrp N authentication text WORD | md5 key-string WORD"},                         \
	{"Check Point", "set mcvrrp vrid N authtype none|simple WORD"},                             \
	{"pfSense, OPNsense", "Virtual IPs, Virtual IP Password"},                                  \
	{"ucarp", "--pass=WORD"}

#define PRIORITY_OPTIONS                                                                            \
	{"keepalived", "priority N"},                                                               \
	{"FRR", "vrrp N priority P"},                                                               \
	{"KEMP LoadMaster", "HA Parameters, Switch to Preferred Server"},                           \
	{"Cisco", "vrrp N priority P"},                                                             \
	{"FortiGate", "set priority P"},                                                            \
	{"Check Point", "set mcvrrp vrid N priority P"},                                            \
	{"pfSense, OPNsense", "Virtual IPs, Advertising Frequency, Skew"},                          \
	{"ucarp", "--advskew=N"}

#define ADDRESS_OPTIONS                                                                             \
	{"keepalived", "virtual_ipaddress { A }"},                                                  \
	{"FRR", "vrrp N ip A"},                                                                     \
	{"KEMP LoadMaster", "Network Setup, HA Shared IP address"},                                 \
	{"Cisco", "vrrp N ip A"},                                                                   \
	{"FortiGate", "set vrip A"},                                                                \
	{"Check Point", "add mcvrrp vrid N backup-address A"},                                      \
	{"pfSense, OPNsense", "Virtual IPs, Address(es)"},                                          \
	{"ucarp", "--addr=A"}

const struct finding_code finding_table[] = {
	/* ---- virtual IDs: conflicts --------------------------------------------------------------- */
	{
		.name = "vrid-collision",
		.severity = FINDING_CONFLICT,
		.title = "two active routers, different addresses",
		.summary = "Two active routers use virtual router ID {id} for different addresses.",
		.why = "Two groups share an ID on one segment. Routers that check the address list (RFC 3768 7.1; "
		       "keepalived up to 2.3.2, Cisco) ignore each other and both stay active; routers that do not "
		       "(RFC 9568, FRR, keepalived from 2.3.3) hold one election across both groups, and the "
		       "address of the losing group goes dark. They send from their own MACs, so the switch is not "
		       "disturbed.",
		.why_shared_mac = "Two groups share an ID on one segment, and both send from the ID's virtual MAC. "
				  "The switch moves that MAC between their ports with every advertisement and ARP "
				  "reply, so traffic to either group's address reaches the wrong router part of the "
				  "time.",
		.remedy = {"Give one of the groups another ID, on every member of it.",
			   "Reload its members, then scan again."},
		.option = {ID_OPTIONS},
	},
	{
		.name = "carp-collision",
		.severity = FINDING_CONFLICT,
		.title = "CARP and VRRP share an ID",
		.summary = "CARP and VRRP share virtual ID {id}.",
		.why = "CARP (KEMP LoadMaster HA, pfSense, OPNsense, ucarp) uses VRRP's protocol number and group. "
		       "Neither understands the other, so nobody yields. keepalived restarts its own advertisement "
		       "timer with each CARP message it throws away: its backup takes over and falls back for ever.",
		.why_shared_mac = "CARP (KEMP LoadMaster HA, pfSense, OPNsense, ucarp) uses VRRP's protocol number, "
				  "group and, here, its virtual MAC. Neither understands the other, so nobody yields, "
				  "and the switch moves the MAC between them: traffic to both addresses is lost part "
				  "of the time.",
		.remedy = {"Give the CARP pair or the VRRP group another ID, on every member of it.",
			   "Reload its members, then scan again."},
		.option = {ID_OPTIONS},
	},
	{
		.name = "dual-active",
		.severity = FINDING_CONFLICT,
		.title = "two active routers of one group",
		.summary = "Two routers of virtual router {id} are active at the same time.",
		.why = "Both answer for the same address from their own MACs. Each host keeps the answer it heard "
		       "last, so some reach one router and some the other. They do not hear each other, or refuse "
		       "what they hear: authentication, version, interval (VRRPv2), checksum form, a firewall, or a "
		       "switch that drops protocol 112.",
		.why_shared_mac = "Both answer for the same address from the same virtual MAC, and the switch moves it "
				  "between their ports. They do not hear each other, or refuse what they hear: "
				  "authentication, version, interval (VRRPv2), checksum form, a firewall, or a switch "
				  "that drops protocol 112.",
		.remedy = {"Compare authentication, version and interval of the two members; they must be equal.",
			   "Let IP protocol 112 to 224.0.0.18 (ff02::12) through the members' own firewalls, both ways.",
			   "Look for a link or a VLAN between the members that carries nothing."},
		.option = {{"keepalived", "authentication, vrrp_version, advert_int"},
			   {"FRR", "vrrp N version, vrrp N checksum-with-ipv4-pseudoheader"},
			   {"Cisco", "vrrp N authentication, fhrp version vrrp"},
			   {"nftables", "ip protocol vrrp accept"}},
	},
	{
		.name = "carp-dual-active",
		.severity = FINDING_CONFLICT,
		.title = "two CARP masters",
		.summary = "Two CARP masters use virtual host ID {id} at the same time.",
		.why = "One pair is split, or two pairs chose one ID: CARP hides its addresses, so the wire does not "
		       "tell which. Neither accepts the other's messages, and both keep their addresses.",
		.why_shared_mac = "One pair is split, or two pairs chose one ID: CARP hides its addresses, so the wire "
				  "does not tell which. Both send from one virtual MAC, which the switch moves between "
				  "their ports.",
		.remedy = {"Ask both for their addresses. Two pairs: give one another ID.",
			   "One pair: compare password, addresses and interface of its members."},
		.option = {ID_OPTIONS},
	},
	{
		.name = "vip-two-ids",
		.severity = FINDING_CONFLICT,
		.title = "one address, two groups",
		.summary = "One virtual address is advertised under two IDs, {id} and another.",
		.why = "Each group elects its own active router, so two routers own the address and answer for it "
		       "with two virtual MACs. Hosts follow whichever answered last.",
		.remedy = {"Take the address out of one of the groups, or make all routers members of one group."},
		.option = {ADDRESS_OPTIONS},
	},
	{
		.name = "vip-foreign-mac",
		.severity = FINDING_CONFLICT,
		.title = "someone else owns the address",
		.summary = "A station that does not advertise virtual router {id} claims its address.",
		.why = "ARP or neighbour discovery for the virtual address was answered or announced by a MAC that is "
		       "neither the virtual router's nor its active router's. A host configured with the address by "
		       "hand, a former active router that kept it, a backup whose kernel answers for it (ARP flux), "
		       "or a second active router that has fallen silent: hosts that believe it lose the service.",
		.remedy = {"Find the MAC in the switch's table and look at the station behind it.",
			   "On a Linux router with a virtual MAC interface set arp_ignore=1 and arp_announce=2.",
			   "Remove the address there; then scan again."},
		.option = {{"Linux", "sysctl net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2"},
			   ADDRESS_OPTIONS},
	},
	{
		.name = "advert-starvation",
		.severity = FINDING_CONFLICT,
		.title = "an active router is muted by another's advertisements",
		.summary = "An active router of ID {id} is silenced by foreign advertisements on its ID.",
		.why = "keepalived restarts its advertisement timer after every message of its ID, also one it throws "
		       "away. Foreign messages that come at least as often as its own interval mute it although it "
		       "keeps state and address. Its backup hears nothing, takes over, is corrected, and takes over "
		       "again, every few seconds and for ever; without a backup there are two owners and one voice.",
		.remedy = {"Remove the cause: give one of the groups another ID, or make authentication, version and "
			   "interval of the members equal.",
			   "Until then: keepalived `lower_prio_no_advert` stops the flapping."},
		.option = {ID_OPTIONS},
	},
	{
		.name = "fhrp-dual-active",
		.severity = FINDING_CONFLICT,
		.title = "two active HSRP or GLBP routers of one group",
		.summary = "Two HSRP or GLBP routers of group {id} are active at the same time.",
		.why = "Both answer for the group's address, and one of them for hosts that the other was to serve. They do "
		       "not hear each other or refuse what they hear (authentication), or two pairs chose one number.",
		.why_shared_mac = "Both answer for the group's address with the group's virtual MAC, and the switch moves it "
				  "between them. They do not hear each other or refuse what they hear "
				  "(authentication), or two pairs chose one number.",
		.remedy = {"Compare the authentication of the members, key by key.",
			   "Look for a VLAN that is missing on a trunk.",
			   "Two pairs with different addresses: give one of them another group number."},
		.option = {{"Cisco", "standby N authentication md5 key-string WORD"},
			   {"Cisco", "glbp N authentication md5 key-string WORD"},
			   {"Cisco", "standby N ip A, glbp N ip A"}},
	},
	{
		.name = "ccp-magic-shared",
		.severity = FINDING_CONFLICT,
		.title = "two Check Point clusters use one magic number",
		.summary = "Two Check Point clusters share the magic number of cluster {id}.",
		.why = "ClusterXL sends its control messages from 00:00:00:00:MAGIC:MEMBER. Two clusters with one magic "
		       "number on a segment use the same MACs, which the switch moves between them, and each takes the "
		       "other's members for its own.",
		.remedy = {"Give one of the clusters another magic number, on every member.",
			   "Reboot or restart its members one by one, then scan again."},
		.option = {{"Check Point up to R77.30", "cphaconf cluster_id set N"},
			   {"Check Point R80.10 and later", "cphaprob mmagic (automatic; shows it)"},
			   {"Check Point", "fwha_mac_magic, fwha_mac_forward_magic in fwkern.conf"}},
	},
	{
		.name = "fgcp-collision",
		.severity = FINDING_CONFLICT,
		.title = "two FortiGate clusters use one group number",
		.summary = "Two FortiGate clusters use group {id} and its virtual MACs.",
		.why = "FGCP makes the virtual MAC of a port from group number and port number (00:09:0f:09:GROUP:PORT, from group "
		       "256 on e0:23:ff:...). The factory setting is group 0. Two clusters with one number on a segment use the "
		       "same MACs, port by port: the switch moves them between the clusters, and each gets packets for the "
		       "other. Their heartbeats go by other links and do not notice. Seen here: the MAC speaks to an "
		       "address for which it answers itself, or (suspect) announces different addresses in turn.",
		.remedy = {"Give one of the clusters another group number, on every unit; its MACs change, which interrupts traffic for a "
			   "moment.",
			   "The switch keeps the old MAC at the wrong port until the other cluster sends something: clear it there, then "
			   "scan again."},
		.option = {{"FortiGate", "config system ha, set group-id N"}},
	},
	/* ---- virtual IDs: warnings ---------------------------------------------------------------- */
	{
		.name = "version-mismatch",
		.severity = FINDING_WARNING,
		.title = "VRRP versions differ",
		.summary = "Routers of virtual ID {id} speak different VRRP versions.",
		.why = "Each version throws the other's advertisements away (RFC 9568 7.1), so both sides may become "
		       "active.",
		.remedy = {"Set one version on all members."},
		.option = {VERSION_OPTIONS},
	},
	{
		.name = "interval-mismatch",
		.severity = FINDING_WARNING,
		.title = "advertisement intervals differ",
		.summary = "Routers of virtual ID {id} advertise different intervals.",
		.why = "VRRPv2 throws an advertisement with another interval away, so both sides may become active; "
		       "VRRPv3 learns it and only the failover time changes.",
		.remedy = {"Set one interval on all members."},
		.option = {INTERVAL_OPTIONS},
	},
	{
		.name = "ttl-not-255",
		.severity = FINDING_WARNING,
		.title = "TTL or hop limit is not 255",
		.summary = "Advertisements of virtual ID {id} arrive with a TTL other than 255.",
		.why = "They must not have passed a router: every receiver throws them away (RFC 9568 7.1). A tunnel, "
		       "a repeater that rewrites, or a forged message.",
		.remedy = {"Find what stands between the sender and this segment."},
	},
	{
		.name = "bad-checksum",
		.severity = FINDING_WARNING,
		.title = "wrong checksum",
		.summary = "Advertisements of virtual ID {id} carry a wrong checksum.",
		.why = "Receivers throw them away (RFC 9568 7.1). Neither form of the VRRPv3 checksum fits.",
		.remedy = {"Look for damage on the path, or checksum offload in the capture of the sender itself."},
	},
	{
		.name = "address-list-differs",
		.severity = FINDING_WARNING,
		.title = "address lists differ",
		.summary = "Routers of virtual router {id} advertise different address lists.",
		.why = "The group serves some addresses only while one of its members is active. VRRPv2 routers that "
		       "check the list throw the advertisement away, and both become active.",
		.remedy = {"Make the lists of all members equal: same addresses, same number."},
		.option = {ADDRESS_OPTIONS},
	},
	{
		.name = "auth-differs",
		.severity = FINDING_WARNING,
		.title = "authentication differs",
		.summary = "Routers of virtual ID {id} authenticate differently.",
		.why = "VRRPv2 throws an advertisement with another type or word away, so both sides may become "
		       "active. The word itself is not shown.",
		.remedy = {"Set one type and one word on all members."},
		.option = {AUTH_OPTIONS},
	},
	{
		.name = "owner-not-owner",
		.severity = FINDING_WARNING,
		.title = "priority 255 without owning the address",
		.summary = "A router of virtual router {id} advertises priority 255 but does not own its address.",
		.why = "255 is reserved for the router that has the virtual address on its interface (RFC 9568 6.1). "
		       "Two such routers cannot agree by priority, and other members may refuse it.",
		.remedy = {"Set a priority from 1 to 254."},
		.option = {PRIORITY_OPTIONS},
	},
	{
		.name = "equal-priority",
		.severity = FINDING_WARNING,
		.title = "equal priorities",
		.summary = "Routers of virtual router {id} have the same priority.",
		.why = "The higher address decides, but only between active routers: a backup takes equal for higher. "
		       "Who is active depends on who started first.",
		.remedy = {"Give the members different priorities."},
		.option = {PRIORITY_OPTIONS},
	},
	{
		.name = "flapping",
		.severity = FINDING_WARNING,
		.title = "the active role comes and goes",
		.summary = "The active role of virtual ID {id} changes back and forth.",
		.why = "Each change costs the failover time and a round of gratuitous ARP. Lost advertisements, a "
		       "tracked object at its threshold, or foreign advertisements on the ID.",
		.remedy = {"Look for a conflict on the same ID first.",
			   "Then for loss between the members, and for tracking that changes priorities."},
	},
	{
		.name = "mac-flap",
		.severity = FINDING_WARNING,
		.title = "one virtual MAC from several stations in turn",
		.summary = "The virtual MAC of ID {id} is used by several stations in turn.",
		.why = "The switch learns the MAC at the port of its last frame and moves it each time. Traffic to it "
		       "goes to the last speaker; some switches stop learning and flood.",
		.remedy = {"Remove the conflict on the ID."},
	},
	{
		.name = "default-id",
		.severity = FINDING_WARNING,
		.title = "an ID that products ship with",
		.summary = "Virtual ID {id} is what products ship with.",
		.why = "The next box out of its carton will use the same ID: 1 (KEMP LoadMaster, pfSense, ucarp, many "
		       "routers), 10, 51 (keepalived's example) and 100 are chosen most.",
		.remedy = {"Choose an ID that nobody chooses; `viplab scan --free` proposes some."},
		.option = {ID_OPTIONS},
	},
	/* ---- virtual IDs: information --------------------------------------------------------------- */
	{
		.name = "vmac-unused",
		.severity = FINDING_INFO,
		.title = "advertisements from another MAC than the virtual one",
		.summary = "Virtual router {id} does not advertise from its virtual MAC.",
		.why = "RFC 9568 7.2 asks for the virtual MAC. Without it a failover depends on every host believing "
		       "gratuitous ARP; with it, only on the switch.",
		.remedy = {"Use the virtual MAC where hosts ignore gratuitous ARP."},
		.option = {{"keepalived", "use_vmac"}},
	},
	{
		.name = "cleartext-password",
		.severity = FINDING_INFO,
		.title = "a password on the wire",
		.summary = "Virtual router {id} sends its password in clear text.",
		.why = "VRRPv2's simple text authentication protects against mistakes, not against people. The word is "
		       "never shown here. RFC 3768 removed it.",
		.remedy = {"Do not use the word anywhere else."},
		.option = {AUTH_OPTIONS},
	},
	{
		.name = "ipv6-twin",
		.severity = FINDING_INFO,
		.title = "the same ID for IPv4 and IPv6",
		.summary = "ID {id} is used for IPv4 and for IPv6: two independent virtual routers.",
		.why = "The families have separate ID spaces and virtual MACs (RFC 9568 1): no conflict.",
	},
	{
		.name = "unicast-vrrp",
		.severity = FINDING_INFO,
		.title = "advertisements to a unicast address",
		.summary = "Virtual router {id} advertises to unicast peers.",
		.why = "Not in the RFCs; seen where multicast is not carried (clouds). Seen here by luck: such groups "
		       "are usually invisible to a scan.",
		.option = {{"keepalived", "unicast_peer { A }"}},
	},
	{
		.name = "hsrp-group",
		.severity = FINDING_INFO,
		.title = "an HSRP group",
		.summary = "HSRP group {id} is in use.",
		.why = "HSRP has its own group numbers and virtual MACs (00:00:0c:07:ac:xx, 00:00:0c:9f:fx:xx): no "
		       "conflict with VRRP or CARP.",
	},
	{
		.name = "glbp-group",
		.severity = FINDING_INFO,
		.title = "a GLBP group",
		.summary = "GLBP group {id} is in use.",
		.why = "GLBP answers for one address with several virtual MACs (00:07:b4:xx:xx:xx) on purpose.",
	},
	{
		.name = "fgcp-group",
		.severity = FINDING_INFO,
		.title = "a FortiGate cluster",
		.summary = "FortiGate cluster group {id} is in use.",
		.why = "FGCP's virtual MACs hold the group number (00:09:0f:09:gg:nn); two clusters with one number "
		       "on a segment collide.",
		.option = {{"FortiGate", "config system ha, set group-id N"}},
	},
	{
		.name = "ccp-cluster",
		.severity = FINDING_INFO,
		.title = "a Check Point cluster",
		.summary = "Check Point cluster {id} is in use.",
		.why = "ClusterXL's control protocol (UDP 8116) comes from 00:00:00:00:MAGIC:MEMBER; two clusters with one "
		       "magic number on a segment collide.",
		.option = {{"Check Point", "cphaprob mmagic"}},
	},
	{
		.name = "nlb-cluster",
		.severity = FINDING_INFO,
		.title = "a Microsoft NLB cluster",
		.summary = "A Microsoft NLB cluster is in use.",
		.why = "Its hosts answer for the cluster's address with a MAC made from it (02:bf, 03:bf, 01:00:5e:7f). In "
		       "unicast mode no host sends from that MAC, so the switch floods what goes to it: on purpose.",
		.option = {{"Windows", "MaskSourceMAC"}},
	},
	/* ---- balancing ------------------------------------------------------------------------------ */
	{
		.name = "storm",
		.severity = FINDING_WARNING,
		.title = "one server takes nearly all new connections",
		.summary = "One server takes far more new connections than its fair share.",
		.why = "A server that comes back holds no connections, and least connection gives every new one to whoever holds "
		       "the fewest: of N + 1 servers the newcomer gets N + 1 times its share until it has caught up. With C on each "
		       "of the others and r new ones a second that takes about C/r seconds. If it accepts fewer than r a second its "
		       "listen queue fills and users of the whole service wait or fail.",
		.remedy = {"Let a returning server take up its part gradually (slow start), for at least C / (a - r/N) seconds when "
			   "it accepts a connections a second.",
			   "Limit the connections a server may be given at a time, so that the rest waits at the balancer.",
			   "Try the length without risk: a scenario as scenarios/storm/."},
		.option = {{"HAProxy", "server ... slowstart 30s maxconn N (not on start or reload)"},
			   {"KEMP LoadMaster", "L7 Configuration, Least Connection Slow Start"},
			   {"F5 BIG-IP", "pool, Slow Ramp Time"},
			   {"nginx Plus", "server ... slow_start=30s"},
			   {"Envoy", "slow_start_config"},
			   {"keepalived, IPVS", "none: raise the weight in steps (ipvsadm -e -w)"}},
	},
	{
		.name = "snat-imbalance",
		.severity = FINDING_WARNING,
		.title = "many users behind one address at one server",
		.summary = "One server carries the users of a whole translated network.",
		.why = "The balancer keeps or hashes clients by their source address, and behind this one stand many (a proxy, a "
		       "company's NAT): all of them go to one server, however many servers there are. With K such addresses of "
		       "shares s the loads vary by CV squared = (M - 1) times the sum of s squared over M servers.",
		.remedy = {"Keep clients by something finer than the address: cookie, session ID, header.",
			   "Where the protocol has none, keep nothing, or let the NAT use several addresses and hash with the port.",
			   "Hashing a whole net (a mask, ip_hash) makes it worse: use the whole address."},
		.option = {{"KEMP LoadMaster", "Persistence Options: Super HTTP, Active Cookie, SSL Session ID"},
			   {"HAProxy", "cookie ... insert, stick on ..."},
			   {"F5 BIG-IP", "cookie or universal persistence"},
			   {"nginx", "sticky cookie; hash with $remote_addr$remote_port"},
			   {"keepalived, IPVS", "persistence_timeout off; sh with sh-port, mh with mh-port"},
			   {"Microsoft NLB", "affinity None"}},
	},
	{
		.name = "affinity-lost",
		.severity = FINDING_WARNING,
		.title = "clients change servers within a session",
		.summary = "Clients are sent to another server in the middle of a session.",
		.why = "The service keeps its clients at their servers, but not these: the entry expired or was displaced, is not "
		       "shared between the two units, the table of a hash was built anew when a server came or went, or the key that "
		       "clients are known by changed.",
		.remedy = {"Make the persistence timeout longer than the session's longest pause.",
			   "Make the persistence table large enough, and synchronise it between the units.",
			   "Use a consistent hash (maglev, ketama) where a hash chooses."},
		.option = {{"KEMP LoadMaster", "Persistence Timeout; HA Parameters, Inter HA L4/L7 Persistency Updates"},
			   {"HAProxy", "stick-table ... size N expire T peers NAME; hash-type consistent"},
			   {"F5 BIG-IP", "persistence profile, Timeout; mirror persistence"},
			   {"keepalived, IPVS", "persistence_timeout S; lvs_sync_daemon; lvs_sched mh"}},
	},
	{
		.name = "black-hole",
		.severity = FINDING_WARNING,
		.title = "a server fails its users and gets more of them",
		.summary = "A server that fails its users at once is given more than its share of them.",
		.why = "It passes the check and resets the users, so it never holds a connection for long. Least connection takes "
		       "that for idleness and gives it everything that comes: a storm without end. The users of the healthy servers "
		       "follow one by one.",
		.remedy = {"Check what users do, not that the port answers: a request with an expected answer.",
			   "Let errors of the users' own connections take a server out (passive checks).",
			   "Take the server out by hand until then."},
		.option = {{"KEMP LoadMaster", "Real Server Check Method: HTTP/HTTPS with URL and reply pattern"},
			   {"HAProxy", "option httpchk; server ... observe layer4 error-limit 10 on-error mark-down"},
			   {"F5 BIG-IP", "inband monitor"},
			   {"nginx", "max_fails=N fail_timeout=T"},
			   {"Envoy", "outlier_detection"},
			   {"keepalived, IPVS", "HTTP_GET with digest or status_code"}},
	},
	{
		.name = "server-resets",
		.severity = FINDING_WARNING,
		.title = "a server resets connections",
		.summary = "A server refuses or resets connections it is given.",
		.why = "The host lives and the service does not, or it has reached a limit of its own; a check that only pings the "
		       "host, or that only opens a connection, does not see it.",
		.remedy = {"Check the service itself: a TCP connect or a request with an expected answer.",
			   "Look at the service's own limits (accept queue, workers, file descriptors)."},
		.option = {{"KEMP LoadMaster", "Real Server Check Method"},
			   {"HAProxy", "server ... check; option httpchk"},
			   {"F5 BIG-IP", "pool, Health Monitors"},
			   {"keepalived, IPVS", "TCP_CHECK, HTTP_GET"},
			   {"Microsoft NLB", "none: it checks hosts, not services"}},
	},
	{
		.name = "syn-unanswered",
		.severity = FINDING_WARNING,
		.title = "a server does not answer",
		.summary = "A server does not answer new connections.",
		.why = "Its listen queue is full, it is gone and not yet found out, a firewall drops, or its answer takes another way "
		       "back: the balancer is not its default gateway, or the client is on its own net and is answered directly.",
		.remedy = {"Look at the way back first: the server's default gateway is the balancer's (shared) address, or the "
			   "balancer translates the client's address.",
			   "With direct return: the virtual address is on the server's loopback and does not answer ARP there.",
			   "Then look at the listen queue and the firewall, and at how long the check takes to notice."},
		.option = {{"KEMP LoadMaster", "Transparency; Subnet Originating Requests; Check Interval, Retry"},
			   {"HAProxy", "server ... check inter T fall N; backlog N"},
			   {"F5 BIG-IP", "Source Address Translation: Auto Map"},
			   {"keepalived, IPVS", "lvs_method NAT|DR|TUN; arp_ignore=1, arp_announce=2"}},
	},
	{
		.name = "persistence-ineffective",
		.severity = FINDING_WARNING,
		.title = "persistence does not do what it says",
		.summary = "Persistence is configured but does not hold clients.",
		.why = "The key that it looks for is not to be had. Inside TLS that the balancer passes on it reads no request: of all "
		       "modes only source IP and SSL session ID can work there, and with another one the scheduler decides about each "
		       "connection. Session IDs end with TLS 1.3, where they are filler (RFC 8446 D.4), and with tickets (RFC 5077), "
		       "where the server gives none: the table fills with entries that nobody asks for.",
		.remedy = {"Terminate TLS at the balancer (and begin it again towards the servers, if it must be): then every mode works.",
			   "Or keep clients by source IP, where not too many of them stand behind one address.",
			   "Where sessions are kept for the sake of quick handshakes alone, let the servers share their ticket keys and "
			   "keep nothing."},
		.option = {{"KEMP LoadMaster", "SSL Properties, Enabled, Reencrypt; Persistence Options: Source IP Address"},
			   {"HAProxy", "bind ... ssl crt F; cookie N insert; in mode tcp stick on src"},
			   {"F5 BIG-IP", "Client SSL profile; source_addr persistence"},
			   {"nginx", "listen 443 ssl; sticky cookie; in stream: hash $remote_addr"},
			   {"keepalived, IPVS", "persistence_timeout S (source IP alone)"}},
	},
};

const size_t finding_table_count = sizeof finding_table / sizeof finding_table[0];
