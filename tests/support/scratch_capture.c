// SPDX-License-Identifier: BSD-2-Clause
#include "tests/support/scratch_capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <pcap.h>

void scratch_capture_open(struct scratch_capture *c)
{
	const char *folder = getenv("TMPDIR");

	snprintf(c->path, sizeof c->path, "%s/capture-XXXXXX", folder != NULL ? folder : "/tmp");
	int fd = mkstemp(c->path);
	assert_int_not_equal(fd, -1);
	close(fd);
	c->dead = pcap_open_dead(DLT_EN10MB, 65535);
	assert_non_null(c->dead);
	c->dumper = pcap_dump_open(c->dead, c->path);
	assert_non_null(c->dumper);
}

void scratch_capture_add(struct scratch_capture *c, vl_time at, const uint8_t *bytes, size_t length)
{
	const struct pcap_pkthdr header = {
		.ts = {.tv_sec = (time_t)(at / VL_S), .tv_usec = (suseconds_t)(at % VL_S / VL_US)},
		.caplen = (bpf_u_int32)length,
		.len = (bpf_u_int32)length,
	};

	pcap_dump((u_char *)c->dumper, &header, bytes);
}

void scratch_capture_close(struct scratch_capture *c)
{
	pcap_dump_close(c->dumper);
	pcap_close(c->dead);
	c->dumper = NULL;
	c->dead = NULL;
}

void scratch_capture_remove(struct scratch_capture *c)
{
	assert_null(c->dead);
	assert_int_equal(unlink(c->path), 0);
}
