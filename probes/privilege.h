// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a program that looks at a wire may do, and how it gives up the rest before it looks.
 *
 * Opening a device needs CAP_NET_RAW and nothing else. It may come from root, from a file capability
 * (cap_net_raw+p: permitted, not effective, so that the program also runs where the capability is forbidden), or
 * from a user namespace in which the caller is root. The order is always the same: open every file, device and
 * socket; privilege_drop; then read the first frame. A frame can then do no more harm than a wrong answer.
 *
 * privilege_drop promises, and checks, that from its return on
 *   - no capability is permitted, effective, inheritable or ambient; the bounding set is empty too where the caller
 *     was allowed to empty it (root, namespaces), and no_new_privs is set, so that nothing brings one back;
 *   - root has become the user nobody, where the namespace has one, and has no other groups;
 *   - no core is dumped and nobody but root may trace or read the process;
 *   - a seccomp filter kills the process at any system call but those of reading, waiting, memory and time. It opens
 *     nothing (the attempt is refused with EACCES, because libpcap makes it for its statistics), starts nothing,
 *     connects to nothing, maps nothing executable; it writes only to the descriptors that were named, and
 *     sends frames only through those that were named for it. Named none, it cannot send at all. It takes clients
 *     only from the socket that was named, and talks to them only through places that were set aside for them.
 *
 * The filter and the ban on tracing are left out of builds with sanitizers, whose reports need them, and of the build
 * that counts coverage (PRIVILEGE_UNFILTERED), which writes its counters at the end: then privilege_is_filtered says so.
 */
#ifndef VL_PROBES_PRIVILEGE_H
#define VL_PROBES_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>

#define PRIVILEGE_ERROR 160
#define PRIVILEGE_DESCRIPTORS 64

/* What stands between this process and a packet socket. */
struct privilege_view {
	bool permitted;                 /* CAP_NET_RAW is in the permitted set */
	bool bounded;                   /* it is not in the bounding set: no program here can have it */
	bool no_new_privs;              /* file capabilities are ignored */
};

struct privilege_view privilege_look(void);

/* Makes CAP_NET_RAW effective when it is permitted. False: it is not. */
bool privilege_raise(void);

/* Gives up every capability, and what a program that is started could bring back. Files stay open to who this is. */
bool privilege_renounce(void);

struct privilege_owner {
	unsigned user, group;
};

/* Descriptors, all open already. Others may be read and closed, not written. */
struct privilege_needs {
	int writes[PRIVILEGE_DESCRIPTORS];
	size_t write_count;
	int sends[PRIVILEGE_DESCRIPTORS];       /* packet sockets to send frames through */
	size_t send_count;
	int serves[PRIVILEGE_DESCRIPTORS];      /* places for clients of a socket: written to, and taken anew */
	size_t serve_count;
	int listening;                  /* the socket they come to; counts only where serves has some */
	bool waits;                     /* for children that end */
	const struct privilege_owner *removes;  /* a file of a folder of this owner by its name: as that user, if root may
						   choose. NULL: nothing */
	bool terminal;                  /* a screen is drawn on one: its modes are set, and signals end or stop the process */
};

/* False: there are too many. */
bool privilege_may_write(struct privilege_needs *n, int descriptor);
bool privilege_may_send(struct privilege_needs *n, int descriptor);
bool privilege_may_serve(struct privilege_needs *n, int descriptor);

/* Gives everything up for good. False: `error` says what could not be given up; then do not go on. */
bool privilege_drop(const struct privilege_needs *n, char error[PRIVILEGE_ERROR]);

/* Whether this build has the seccomp filter. */
bool privilege_is_filtered(void);

#endif
