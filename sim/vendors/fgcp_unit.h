// SPDX-License-Identifier: BSD-2-Clause
/*
 * One unit of a FortiGate cluster (FGCP, active-passive), as a part of a box.
 *
 * The units speak over their heartbeat interfaces and elect a primary. All have the same addresses; only the
 * primary's interfaces live: it takes the group's virtual MACs (stack_set_mac), tells the segment (gratuitous ARP)
 * and forwards. A subordinate's interfaces are silent: its addresses are switched off and it keeps its own MACs.
 *
 * Sources ("reference": the fact sheet, from FortiOS' documents; "FortiOS": its CLI reference and HA guide):
 *      ethertypes 0x8890 (NAT), 0x8891 (transparent), 0x8893 (configuration)   reference
 *      group-id 0 of 0-1023, virtual MACs by group and port                    reference
 *      priority 128 of 0-255, override off                                     FortiOS (UNCONFIRMED for every release)
 *      hb-interval 200 ms (2, in units of 100 ms)                              FortiOS (UNCONFIRMED)
 *      hb-lost-threshold 6: a unit is lost after 1.2 s                         FortiOS; later releases have 20 (UNCONFIRMED)
 *      hello-holddown 20 s, arps 5, arps-interval 8 s                          FortiOS (UNCONFIRMED)
 *      ha-uptime-diff-margin 300 s: ages that differ less are equal            FortiOS
 *      election: monitored interfaces up, age, priority, serial number; with override priority comes before age
 *                                                                              FortiOS
 *      age begins again when a monitored interface fails                       FortiOS
 *      interfaces that carry nothing but heartbeats keep their own MAC         FortiOS
 *
 * Guesses (UNCONFIRMED), each a knob or written here: the port number in a virtual MAC is the interface's index, from
 * 0, and there is one virtual cluster (.port_bit adds the second one's 0x20 or 0x80); heartbeats are broadcasts
 * from the interface's own MAC; gratuitous ARP is a request; a unit that is shut down says nothing; configuration is
 * compared every 60 s (.config_interval); what stands behind the ethertype is not public, so it is
 * the model's own (struct fgcp_hello) and no box of the maker would understand it.
 *
 * Not modelled: active-active, virtual clusters, sessions and their synchronisation (0x8892), ping servers, remote link
 * failover, link-failed-signal, reserved management interfaces, encrypted heartbeats. Pings that a script makes a
 * subordinate send do leave it. An IPv6 link-local address is the unit's own.
 */
#ifndef VL_VENDORS_FGCP_UNIT_H
#define VL_VENDORS_FGCP_UNIT_H

#include "sim/node/node_config.h"
#include "sim/vendors/fgcp_records.h"
#include "sim/wire/fgcp.h"

#define FGCP_UNITS 4            /* of one cluster */
#define FGCP_SERIAL 16
#define FGCP_NAME 32            /* longest group name */
#define FGCP_PASSWORD 128

/* Interfaces are bits by index. Strings are copied when the unit is made. */
struct fgcp_config {
	uint16_t group;                 /* 0-1023 */
	const char *group_name;         /* units with another name or password do not join; "" */
	const char *password;
	const char *serial;             /* up to FGCP_SERIAL characters, unique: the last tie-break, higher wins */
	uint8_t priority;
	bool override;                  /* priority before age */
	bool transparent;               /* heartbeats with 0x8891 */
	uint8_t port_bit;               /* added to the port number in virtual MACs */
	uint32_t heartbeat;             /* one at least */
	uint32_t monitored;
	vl_time hb_interval;
	uint8_t hb_lost_threshold;
	vl_time hello_holddown;         /* how long a unit that starts only listens */
	vl_time uptime_margin;
	uint8_t arps;                   /* rounds of gratuitous ARP, ... */
	vl_time arps_interval;          /* ... apart */
	vl_time config_interval;        /* between the primary's 0x8893 frames; 0: none */
};

/* The defaults above; serial and heartbeat are the user's. */
void fgcp_config_init(struct fgcp_config *c);
/* VL_INVALID with a reason: a field out of range, an interface that is not there. */
struct vl_status fgcp_config_check(const struct fgcp_config *c, size_t interfaces);
/* The part of this configuration for the box, which has all its interfaces already. `c` is borrowed until node_new
 * has returned. */
struct node_part_config fgcp_part(const struct fgcp_config *c, const struct node_config *box);

/* --- what heartbeats of the model carry ------------------------------------------------------------------- */

#define FGCP_HELLO_LENGTH 38

struct fgcp_hello {
	uint8_t state;                  /* enum fgcp_state */
	uint16_t group;
	uint8_t priority;
	uint8_t monitored;              /* interfaces that are up */
	uint32_t age_ds;                /* tenths of a second */
	uint16_t ready_ds;              /* state hello: until it ends */
	uint64_t key;                   /* of group name and password */
	char serial[FGCP_SERIAL + 1];
};

void fgcp_hello_encode(const struct fgcp_hello *h, struct wr *out);
bool fgcp_hello_decode(struct fgcp_hello *h, struct rd *in);

/* --- election ----------------------------------------------------------------------------------------------- */

/* A unit that stands for election. */
struct fgcp_candidate {
	const char *serial;
	uint8_t priority, monitored;
	vl_time age;
};

struct fgcp_rule {
	bool override;
	vl_time uptime_margin;
};

/* Above 0: `a` is the better primary; below: `b`. *why (may be NULL) is what decided. */
int fgcp_compare(const struct fgcp_rule *rule, const struct fgcp_candidate *a, const struct fgcp_candidate *b,
		 enum fgcp_reason *why);

/* --- facts --------------------------------------------------------------------------------------------------- */

struct fgcp_unit;
enum fgcp_state fgcp_unit_state(const struct fgcp_unit *u);
size_t fgcp_unit_heard(const struct fgcp_unit *u);      /* other units of its cluster */
uint64_t fgcp_unit_dropped(const struct fgcp_unit *u, enum fgcp_drop why);

#endif
