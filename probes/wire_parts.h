// SPDX-License-Identifier: BSD-2-Clause
/* What wire_port.c and wire_transmit.c share. */
#ifndef VL_PROBES_WIRE_PARTS_H
#define VL_PROBES_WIRE_PARTS_H

#include "probes/wire_port.h"

#include <libnet.h>
#include <pcap/pcap.h>

#define WIRE_WAITS 4096                 /* frames that wait for their turn; more are lost, counted */
#define WIRE_URGENT_WAITS 256

struct wire_capture {
	pcap_t *pcap;
	bool nanoseconds;               /* of its times; else microseconds */
	unsigned last_drop;             /* libpcap's counters are unsigned and may wrap */
};

/* Frames in order; a ring. */
struct wire_queue {
	struct frame **ring;
	size_t room, first, count;
};

/* So many may leave now; more with time. In billionths of a frame. */
struct wire_bucket {
	uint64_t rate;                  /* frames a second; 0: no limit */
	uint64_t most, left;
	vl_time at;
};

struct wire_port {
	char name[LIVE_NAME];
	unsigned index, mtu;
	struct mac mac;
	bool up, gone;
	uint64_t rate;
	struct wire_capture urgent, other;
	libnet_t *net;                  /* NULL: nothing is sent */
	struct wire_batch *batch;       /* wire_transmit.c */
	struct wire_queue first, rest;  /* to be sent */
	struct wire_bucket first_bucket, rest_bucket;
	bool blocked;                   /* the kernel takes no more for the moment, */
	vl_time blocked_since;          /* and has taken none since; */
	vl_time again;                  /* what it had no room for may go again then; 0: when its descriptor says so */
	struct wire_counters counters;
};

enum live_problem wire_open_transmit(struct wire_port *w, char error[LIVE_ERROR]);
void wire_close_transmit(struct wire_port *w);

#endif
