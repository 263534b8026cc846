// SPDX-License-Identifier: BSD-2-Clause
/*
 * One member of a Check Point ClusterXL cluster in High Availability mode, as a part of a box.
 *
 * Members have addresses of their own; the cluster's addresses belong to the active one. Each tells its state on every
 * cluster interface (CCP, MY_STATE). The active one answers for the cluster's addresses with its own MAC, and tells
 * the segment when it takes over (gratuitous ARP); in VMAC mode with a MAC of the cluster's.
 *
 * Sources ("reference": the fact sheet; "capture": a public capture of R80):
 *      UDP 8116 both ways, the header, MY_STATE, magic 254 = 0xfe             reference
 *      Ethernet source 00:00:00:00:MAGIC:MEMBER, members on the wire from 0   reference, capture
 *      multicast mode: from 0.0.0.0 to the network's address, TTL 255, in a frame to
 *      01:00:5e and the last 23 bits of the cluster's address                 capture
 *      version 3121, states as bytes 0 down, 1 init, 2 standby, 3 ready, 4 active
 *                                                                             capture, Wireshark
 *      two clusters with one magic number (sk25977): the log line              reference
 *
 * Guesses (UNCONFIRMED), each a knob or written here: MY_STATE every 100 ms, a member is dead after 3 s of silence
 * (.state_interval, .dead_after; the reference has "sub-second"); a member that starts only listens as long, and one
 * interval more for each lower number; one that is stopped says DOWN once; one round of gratuitous ARP requests (.arps, .arps_gap); broadcast mode
 * is multicast mode with another destination MAC, unicast mode goes from the member's own address and MAC to those of
 * .peer; the cluster's number is the magic number (.cluster); the VMAC is 00:1c:7f:00:00:MAGIC
 * (.virtual_mac); how many interfaces are up stands in the byte after the states, which is the model's own.
 *
 * What a foreign cluster does: with another magic number, nothing. With one magic number and another cluster number, it
 * is refused and reported. With both equal its members cannot be told from ours, but for a number that is our own or that
 * two stations use: while a foreign member with the number of ours is heard, that one is not missed when it dies.
 *
 * Not modelled: Load Sharing, VSX, the sync network's traffic, state synchronisation, interface probes
 * (IF_PROBE: only the carrier counts), critical devices, CCP encryption.
 */
#ifndef VL_VENDORS_CLUSTERXL_MEMBER_H
#define VL_VENDORS_CLUSTERXL_MEMBER_H

#include "sim/node/node_config.h"
#include "sim/vendors/clusterxl_records.h"
#include "sim/wire/ccp.h"

#define CLUSTERXL_MEMBERS 5             /* of one cluster */
#define CLUSTERXL_ADDRESSES 32

enum clusterxl_mode {
	CLUSTERXL_MULTICAST,
	CLUSTERXL_BROADCAST,
	CLUSTERXL_UNICAST,
};

struct clusterxl_config {
	uint8_t magic;                  /* 1-255 */
	uint16_t cluster;               /* number; 0: the magic number */
	uint8_t member;                 /* 1-5: the lower, the higher its priority */
	enum clusterxl_mode mode;
	bool switch_up;                 /* "switch to higher priority member"; else the active one stays */
	struct {
		unsigned interface;
		struct ip_addr address; /* IPv4 */
	} vip[CLUSTERXL_ADDRESSES];
	size_t vip_count;               /* one at least */
	struct ip_addr peer[CLUSTERXL_MEMBERS];         /* CLUSTERXL_UNICAST: the other members */
	size_t peer_count;
	bool vmac;
	struct mac virtual_mac;         /* zero: 00:1c:7f:00:00:MAGIC */
	uint16_t version;               /* of CCP */
	vl_time state_interval, dead_after;
	uint8_t arps;                   /* rounds of gratuitous ARP, ... */
	vl_time arps_gap;               /* ... apart */
	uint64_t seed;                  /* of the random ID that tells members apart */
};

/* The defaults above; member, addresses and seed are the user's. */
void clusterxl_config_init(struct clusterxl_config *c);
/* VL_INVALID with a reason. */
struct vl_status clusterxl_config_check(const struct clusterxl_config *c, size_t interfaces);
/* The part of this configuration; `c` is borrowed until node_new has returned. */
struct node_part_config clusterxl_part(const struct clusterxl_config *c);

/* --- facts --------------------------------------------------------------------------------------------------- */

struct clusterxl_member;
enum clusterxl_state clusterxl_member_state(const struct clusterxl_member *m);
uint64_t clusterxl_member_dropped(const struct clusterxl_member *m, enum clusterxl_drop why);

#endif
