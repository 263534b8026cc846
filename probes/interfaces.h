// SPDX-License-Identifier: BSD-2-Clause
/* The interfaces of this machine: which there are, which one is meant when none is named, and what to say to a user
 * who may not capture. */
#ifndef VL_PROBES_INTERFACES_H
#define VL_PROBES_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "probes/live_capture.h"

#define INTERFACES 64
#define INTERFACE_ADDRESSES 4

struct interface {
	char name[LIVE_NAME];
	bool up, loopback;
	struct mac mac;                 /* zero: it has none */
	struct ip_addr address[INTERFACE_ADDRESSES];    /* the first ones */
	size_t address_count;
};

/* In ascending order of their numbers in the kernel. Returns how many, at most `room`. */
size_t interfaces_list(struct interface *out, size_t room);
/* NULL: there is none of that name. */
const struct interface *interface_find(const struct interface *list, size_t count, const char *name);
/* For -D: name, state, whether this process can capture there, addresses. Bytes of names that a terminal would obey
 * are shown as question marks. */
void interfaces_print(const struct interface *list, size_t count, FILE *out);
/* Says why an interface cannot be captured from, and what helps: only what can help here. `command` is who says it
 * ("viplab scan"); with `naming` and the interface behind it is what helps after sudo ("-i "); `reason` is live_open's. */
void interface_say_problem(FILE *talk, const char *command, const char *naming, const char *interface, enum live_problem problem,
			   const char *reason);

#endif
