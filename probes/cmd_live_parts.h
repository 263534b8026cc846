// SPDX-License-Identifier: BSD-2-Clause
/* What the files of `viplab live` share: the session, from the command line to the verdict. */
#ifndef VL_PROBES_CMD_LIVE_PARTS_H
#define VL_PROBES_CMD_LIVE_PARTS_H

#include <stdio.h>

#include "probes/cmd_live_options.h"
#include "probes/control_socket.h"
#include "probes/last_words.h"
#include "probes/output_files.h"
#include "sim/scenario/run.h"
#include "sim/scenario/run_cases.h"
#include "sim/scenario/run_command.h"

#define LIVE_FAILED_CHECK 1
#define LIVE_USAGE_STATUS 2
#define LIVE_BLIND 3

#define LIVE_RECORDS 500000             /* the newest of the journal that are kept in memory: some 120 MB */

#define LIVE_CLAIMS 256

/* The process that removes the control socket's file when the other two are gone, however they went. */
struct live_sweeper {
	int number;                     /* of the process; 0: none */
	int life;                       /* a pipe's end: while somebody has it open, the file is needed */
};

/* A virtual router that one of our nodes is part of, on a wire. */
struct live_claim {
	size_t port;
	const char *node;
	enum packet_transport protocol; /* TRANSPORT_VRRP, _CARP, _HSRP, _GLBP */
	bool later;                     /* a step of the script sets this ID */
	enum ip_family family;
	unsigned id;
	const struct ip_addr *address;
	size_t address_count;
	uint8_t version;                /* of HSRP */
	vl_time listen;                 /* three of its intervals, and the longest skew */
};

struct live {
	struct live_options options;
	struct run_cases cases;
	struct scenario scenario;       /* of the case, with its windows widened */
	bool *absent;                   /* of each node; NULL: none is */
	struct run_attachment attach[REALTIME_PORTS];
	struct wire_port *port[REALTIME_PORTS];
	size_t port_count;
	FILE *capture, *journal;        /* NULL: not wanted */
	bool journal_lost;
	struct output_files files;      /* -o */
	struct run_live wiring;
	struct run run;
	bool begun;
	bool alone;                     /* every interface was removed */
	struct realtime loop;
	struct live_claim claim[LIVE_CLAIMS];
	size_t claim_count;
	struct last_words *words;       /* shared with the supervisor */
	int leash[2];                   /* a pipe from the supervisor: signals to pass on; its end is the end */
	int signals;
	int signal;                     /* that asked for the end; 0: none */
	struct control_socket *control; /* NULL: not wanted */
	char control_path[CONTROL_PATH];
	struct live_sweeper sweeper;
	struct run_commands *commands;
	size_t first_client;            /* of the loop's watches */
	char command[1024];             /* the command line again */
};

/* cmd_live_script.c: reads the script, finds the nodes and segments that the command line names. 0, or the exit status
 * after saying why on stderr. */
int live_read_script(struct live *l);
/* Widens the windows of the expectations by the tolerance. False: no memory. */
bool live_tolerate(struct scenario *s, vl_time tolerance);

/* cmd_live_claims.c */
void live_find_claims(struct live *l);
void live_say_claims(const struct live *l);
/* Listens whether somebody is Active with one of our IDs. 0: nobody is, or it does not matter; else the exit status, after
 * saying who on stderr. */
int live_ask_wires(struct live *l);

/* cmd_live_supervise.c: from here on there are two processes. True in the engine's, which goes on. In the other it does
 * not return: that one waits for the engine, and says goodbye for one that was killed. False: it could not. */
bool live_split(struct live *l, int *status);
uint64_t live_clock(void);

/* cmd_live_result.c: prints what came of it, writes -o. Returns the exit status. */
int live_report(struct live *l);

/* cmd_live_sweep.c: begins it. False: it could not, errno. */
bool live_sweep_begin(struct live *l);
/* The engine is gone: waits until the file is, too. */
void live_sweep_end(struct live *l);

/* cmd_live_control.c: the control socket, where one is wanted. Opened before privileges go; begun with the run; watched by
 * the loop; released behind run_free. */
int live_control_open(struct live *l);
bool live_control_begin(struct live *l, uint64_t started_ns);   /* false: no memory */
void live_control_watch(struct live *l);
void live_control_release(struct live *l);

/* "viplab live: WHAT: WHY", without bytes that a terminal would obey. Returns LIVE_BLIND. */
int live_cannot(const char *what, const char *why);

#endif
