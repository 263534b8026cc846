// SPDX-License-Identifier: BSD-2-Clause
/*
 * Counts every frame that comes in on an interface, whatever a capture's filter keeps: silence of the protocols is
 * an answer only on a port that hears anything at all. A packet socket with room for nothing, which nobody reads:
 * the kernel counts what it would have delivered. What this host sends is not counted.
 */
#ifndef VL_PROBES_FRAME_COUNTER_H
#define VL_PROBES_FRAME_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor to be closed by the caller; -1: errno says why. Needs CAP_NET_RAW. It becomes "in error" for
 * poll when the interface goes down. */
int frame_counter_open(unsigned interface_index);
/* Frames since the last question. */
uint64_t frame_counter_read(int descriptor);
/* Takes the error that poll announced: true when it is that the interface went down. */
bool frame_counter_went_down(int descriptor);

/* For a packet socket that only sends: nothing more comes in. libnet's receives every frame of the host otherwise,
 * and nobody reads them. */
bool frame_deafen(int descriptor);

#endif
