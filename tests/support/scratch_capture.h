// SPDX-License-Identifier: BSD-2-Clause
/*
 * A capture file of a test's own, for judges that read files: made in TMPDIR, filled frame by frame, closed, read,
 * removed. What cannot be made fails the test.
 */
#ifndef VL_TESTS_SUPPORT_SCRATCH_CAPTURE_H
#define VL_TESTS_SUPPORT_SCRATCH_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"

struct pcap;
struct pcap_dumper;

struct scratch_capture {
	char path[256];
	struct pcap *dead;              /* NULL once closed */
	struct pcap_dumper *dumper;
};

/* An empty capture of Ethernet. */
void scratch_capture_open(struct scratch_capture *c);
/* One whole frame, `at` after the epoch (a multiple of microseconds: that is what the file holds). */
void scratch_capture_add(struct scratch_capture *c, vl_time at, const uint8_t *bytes, size_t length);
/* From here on it can be read, by its path. */
void scratch_capture_close(struct scratch_capture *c);
void scratch_capture_remove(struct scratch_capture *c);

#endif
