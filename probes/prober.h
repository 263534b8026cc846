// SPDX-License-Identifier: BSD-2-Clause
/*
 * Asks who has the virtual addresses that were heard: on a switch port, answers to others are not seen, and a router
 * that is active and mute (vrrp.md 2.1.4) shows itself in no other way. Only on request: this sends.
 *
 * Per address a question when it is first heard, two more five seconds apart (longer than a router of the
 * usual interval may be silent), then one a minute; at most 50 a second in all. IPv4: ARP as a probe (RFC 5227: sender
 * 0.0.0.0, so that no cache learns anything); IPv6: a neighbour solicitation from the interface's link-local address
 * (or ::, when it has none). Inside the VLAN in which the address was heard. The answers come in through the
 * capture, like everything else, and the judge does the rest.
 */
#ifndef VL_PROBES_PROBER_H
#define VL_PROBES_PROBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzers/finding.h"
#include "probes/interfaces.h"

#define PROBER_ERROR 320
#define PROBER_ADDRESSES 4096
#define PROBER_A_TICK 5                 /* frames in one call of prober_tick */

struct prober;

struct prober *prober_new(void);
void prober_free(struct prober *p);
/* The interface that frames of `place.interface` == its position in the order of these calls are sent through.
 * False: `error` says why. Needs CAP_NET_RAW. */
bool prober_add(struct prober *p, const struct interface *i, char error[PROBER_ERROR]);
/* The socket of the i-th interface, for privilege_may_send; -1 behind the last. */
int prober_descriptor(const struct prober *p, size_t i);
/* Has this address asked for, unless it was before. Family and ID of the place do not count. */
void prober_ask(struct prober *p, const struct finding_place *place, const struct ip_addr *ip);
/* Sends what is due; to be called ten times a second. */
void prober_tick(struct prober *p, vl_time now);
/* Frames sent so far. */
uint64_t prober_sent(const struct prober *p);

/* The question for one address as a frame: its length. `source` is used for IPv6 only. */
#define PROBER_FRAME 128
size_t prober_frame(uint8_t frame[PROBER_FRAME], struct mac mac, const struct ip_addr *source,
		    const struct finding_place *place, const struct ip_addr *ip);

#endif
