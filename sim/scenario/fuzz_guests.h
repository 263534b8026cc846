// SPDX-License-Identifier: BSD-2-Clause
/*
 * Faults that are boxes nobody ordered, for the time of the fault: nodes with a start of `never' that the timeline
 * starts and switches off. Each is about one virtual router of the base, on its segment and VLAN.
 *
 *     rogue   a router with its id, any priority, another address
 *     twin    a host that is given the virtual address
 *     duel    two routers that say they own the address (priority 255)
 *     camp    a router of the same id and address with the other form of checksum (version 3 over IPv4)
 */
#ifndef VL_SCENARIO_FUZZ_GUESTS_H
#define VL_SCENARIO_FUZZ_GUESTS_H

#include "sim/scenario/fuzz_faults.h"

#define FUZZ_GUESTS 2                   /* of one fault */
#define FUZZ_GUEST_NAME 32
#define FUZZ_GUEST_ADDRESSES 8

/* A node with room for all that it points to. */
struct fuzz_guest {
	struct scenario_node node;
	struct scenario_interface interface;
	struct scenario_vrrp vrrp;
	struct ip_addr ip, vip[FUZZ_GUEST_ADDRESSES];
	char name[FUZZ_GUEST_NAME];
};

/* True for a fault that is a guest. */
bool fuzz_is_guest(enum fuzz_kind kind);

/* The nodes of the fault and their number. 0: it is no guest, or there is no place for it: no network or no free
 * address on the segment, or a virtual router that knows no such trouble. A guest must not be copied. */
size_t fuzz_guests(struct fuzz_guest out[FUZZ_GUESTS], const struct fuzz_base *b, const struct fuzz_fault *f);

#endif
