// SPDX-License-Identifier: BSD-2-Clause
/*
 * The file of -w: frames as they came, with the nanoseconds of their wall time. `.pcap` is classic, of one interface;
 * `.pcapng` names its interfaces. Behind the door, because the writer of pcapng is the world's.
 */
#ifndef VL_PROBES_CMD_SCAN_KEEP_H
#define VL_PROBES_CMD_SCAN_KEEP_H

#include "probes/scan_live.h"
#include "sim/world/pcapng.h"

struct keeper {
	FILE *file;                     /* NULL: nothing is kept */
	bool is_pcapng;
	struct pcapng pcapng;
};

/* Opens the file and writes its head; all frames must come from these interfaces. False: errno says why. */
bool keeper_open(struct keeper *k, const char *path, const char *version, const struct scan_live *l);
/* A scan_keep; the context is the keeper. Each frame reaches the file at once: who kills the scan has them. */
bool keeper_keep(void *context, uint32_t interface, const struct live_frame *f);
/* False: not everything could be written. */
bool keeper_close(struct keeper *k);

#endif
