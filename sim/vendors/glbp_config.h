// SPDX-License-Identifier: BSD-2-Clause
/*
 * What one GLBP group of one router is told, and all of a box. glbp_group_config_init gives Cisco IOS's behaviour.
 *
 * Sources: "capture": a public capture of three IOS routers that elect (GLBP has no RFC); Cisco's configuration guide
 * and command reference ("Cisco") for defaults, roles and the meaning of timers.
 *
 *      hello 3 s, hold 10 s, redirect 600 s, timeout 14400 s, weighting 100          capture, Cisco
 *      TTL 255, TOS 0xc0, IPv4 ID 0; UDP 3222 to 224.0.0.102                          capture
 *      Listen and Speak last a hold time each, Standby no time at all without an Active; a better one's Speak sends
 *              back to Listen; hellos are sent in Listen, too: HSRP's table (RFC 2281 6.4) otherwise  capture
 *      no preemption of the AVG; with it a delay of 30 s; forwarders preempt after 30 s               Cisco
 *      a gateway asks the AVG for a forwarder with its second hello after it heard of it: unicast, opcode 1, a forwarder
 *              of zeros; the AVG answers with the next number and its MAC, opcode 2; itself it gives the first   capture
 *      a forwarder that nobody speaks for becomes Active after a hold time; it says so at once, alone, from its virtual
 *              MAC, and rides in the gateway's hellos from then on, which leave from that MAC, too    capture
 *      forwarder priority 167 of the owner, 135 of a stand-in                         capture, Cisco
 *      the AVG answers ARP with the forwarders' MACs in turn; weighted by what the forwarders say; or by the asker's
 *              MAC, so that a host always gets the same                               Cisco
 *      the owner of a forwarder gone: another takes its MAC; hosts are sent there for the redirect time, and after the
 *              timeout nobody has it                                                  Cisco
 *      weighting: tracked objects take from it; under .lower it is no good, from .upper on again      Cisco
 *
 * Inferred (UNCONFIRMED): the first hello leaves a hello time after the start; the forwarder priority is 7, and 32 for
 * the owner, and 128 for enough weighting, so that a gateway that lost its weighting is preempted; of equal stand-ins the
 * higher weighting, then the higher address keeps the MAC; the four bytes of a forwarder's TLV that read 14400 and 600 are
 * the seconds left; a forwarder that is not its box's first keeps the switch informed with a message of its own; ARP is
 * not answered before a forwarder is Active, and to another gateway always with the AVG's own; a forwarder that is not
 * the AVG passes packets for the virtual address on to it; a gateway that goes says nothing (.says_goodbye).
 *
 * Not modelled: MD5 authentication, IPv6, secondary addresses, client caches, ICMP redirects, SSO.
 */
#ifndef VL_VENDORS_GLBP_CONFIG_H
#define VL_VENDORS_GLBP_CONFIG_H

#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/glbp.h"

#define GLBP_GROUPS 8                   /* of one box: each holds up to 4 MACs of the stack's 32 */
#define GLBP_TRACKS 8
#define GLBP_TEXT 64                    /* bytes of a text that authenticates */
#define GLBP_WEIGHT_MAX 254

enum glbp_balancing {
	GLBP_ROUND_ROBIN = 0,
	GLBP_WEIGHTED,
	GLBP_HOST_DEPENDENT,
	GLBP_NO_BALANCING,              /* the AVG's own forwarder for everybody */
};

struct glbp_track_config {
	const char *object;             /* moved by COMMAND_TRACK; NULL: carrier of .interface. Borrowed */
	unsigned interface;
	uint8_t decrement;              /* of the weighting while it is down */
};

struct glbp_group_config {
	unsigned interface;             /* index in the stack */
	uint16_t group;                 /* 0-1023 */
	uint8_t priority;               /* 1-255, of the gateway */
	bool preempt;                   /* the AVG */
	vl_time preempt_delay;
	bool forwarder_preempt;
	vl_time forwarder_preempt_delay;
	vl_time hello, hold;            /* whole ms */
	vl_time redirect, timeout;      /* whole seconds, up to 65535 */
	struct ip_addr address;         /* IPv4 */
	enum glbp_balancing balancing;
	uint8_t weight, lower, upper;   /* lower < upper <= weight */
	const char *text;               /* that authenticates; NULL: none. Copied; never printed */
	size_t track_count;
	struct glbp_track_config track[GLBP_TRACKS];

	/* habits */
	bool says_goodbye;              /* a hello and forwarders in state init on shutdown */
	vl_time log_interval;           /* between warnings of one sort */
};

/* As above: group 0; interface and address are to fill in. */
void glbp_group_config_init(struct glbp_group_config *c);
/* VL_INVALID with a reason that names field and range. */
struct vl_status glbp_group_config_check(const struct glbp_group_config *c);

/* The groups of one box: the .config of a node_part_config (glbp_part.h). */
struct glbp_config {
	size_t group_count;
	struct glbp_group_config group[GLBP_GROUPS];
};

#endif
