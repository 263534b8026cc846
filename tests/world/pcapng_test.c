// SPDX-License-Identifier: BSD-2-Clause
/* The capture writer: its bytes by hand, then read back by libpcap and by tshark. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/world/pcapng.h"

static void bytes_are_as_the_format_says(void **state)
{
	static const uint8_t expected[] = {
		/* section header: type, total, byte order, 1.0, length unknown */
		0x0a, 0x0d, 0x0d, 0x0a, 0x34, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		4, 0, 6, 0, 'v', 'i', 'p', 'l', 'a', 'b', 0, 0,         /* shb_userappl */
		1, 0, 4, 0, 's', 'e', 'e', 'd',                         /* opt_comment */
		0, 0, 0, 0, 0x34, 0, 0, 0,
		/* interface: Ethernet, no snapshot length */
		1, 0, 0, 0, 0x28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		2, 0, 3, 0, 'l', 'a', 'n', 0,                           /* if_name */
		9, 0, 1, 0, 9, 0, 0, 0,                                 /* if_tsresol: 10^-9 */
		0, 0, 0, 0, 0x28, 0, 0, 0,
		/* packet at 0x1_00000002 ns, 5 bytes */
		6, 0, 0, 0, 0x34, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0,
		'h', 'e', 'l', 'l', 'o', 0, 0, 0,
		1, 0, 1, 0, '!', 0, 0, 0, 0, 0, 0, 0, 0x34, 0, 0, 0,
		/* and one without a comment: no options at all */
		6, 0, 0, 0, 0x24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0,
		'a', 'b', 'c', 'd', 0x24, 0, 0, 0,
	};
	struct pcapng_buffer b = {0};
	struct pcapng p;

	pcapng_begin(&p, pcapng_to_buffer, &b, "viplab", "seed");
	pcapng_interface(&p, "lan");
	pcapng_frame(&p, 0, UINT64_C(0x100000002), (const uint8_t *)"hello", 5, "!");
	pcapng_frame(&p, 0, 3, (const uint8_t *)"abcd", 4, NULL);
	assert_false(p.failed);
	assert_int_equal(b.length, sizeof expected);
	assert_memory_equal(b.bytes, expected, sizeof expected);
	free(b.bytes);
}

static bool full_after_100(void *context, const void *bytes, size_t length)
{
	size_t *taken = context;

	(void)bytes;
	if (*taken + length > 100)
		return false;
	*taken += length;
	return true;
}

static void a_full_sink_is_told_once(void **state)
{
	struct pcapng p;
	size_t taken = 0;

	pcapng_begin(&p, full_after_100, &taken, NULL, NULL);
	pcapng_interface(&p, "lan");
	assert_false(p.failed);
	pcapng_frame(&p, 0, 0, (const uint8_t[64]){0}, 64, NULL);
	assert_true(p.failed);
	size_t then = taken;
	pcapng_frame(&p, 0, 0, (const uint8_t[1]){0}, 0, NULL);
	assert_int_equal(taken, then);
}

/* --- others read it ------------------------------------------------------------------------------------- */

enum { FRAMES = 300 };

/* Frame i: 60 + i bytes of i, at i seconds and i nanoseconds, on segment i % 2. */
static void write_capture(FILE *file)
{
	struct pcapng_buffer b = {0};
	struct pcapng p;
	uint8_t bytes[60 + FRAMES];
	char comment[32];

	pcapng_begin(&p, pcapng_to_buffer, &b, "viplab 0.1.0", "collision, seed 1");
	pcapng_interface(&p, "lan");
	pcapng_interface(&p, "wan");
	for (unsigned i = 0; i < FRAMES; i++) {
		memset(bytes, (int)(i & 0xff), sizeof bytes);
		memcpy(bytes + 12, (uint8_t[]){0x88, 0xb5}, 2);
		snprintf(comment, sizeof comment, "finding %u", i);
		pcapng_frame(&p, i % 2, i * VL_S + i, bytes, 60 + i, i % 100 == 7 ? comment : NULL);
	}
	assert_false(p.failed);
	assert_int_equal(fwrite(b.bytes, 1, b.length, file), b.length);
	assert_int_equal(fflush(file), 0);
	free(b.bytes);
}

static FILE *new_file(char path[64])
{
	strcpy(path, "/tmp/viplab-pcapng-test-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	return fdopen(fd, "w+");
}

static void libpcap_reads_it(void **state)
{
	char path[64], error[PCAP_ERRBUF_SIZE];
	FILE *file = new_file(path);
	struct pcap_pkthdr *head;
	const u_char *bytes;

	write_capture(file);
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	if (pcap == NULL)
		fail_msg("%s", error);
	assert_int_equal(pcap_datalink(pcap), DLT_EN10MB);
	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(pcap_next_ex(pcap, &head, &bytes), 1);
		assert_int_equal(head->caplen, 60 + i);
		assert_int_equal(head->len, 60 + i);
		assert_int_equal(head->ts.tv_sec, i);
		assert_int_equal(head->ts.tv_usec, i); /* nanoseconds here */
		assert_int_equal(bytes[0], i & 0xff);
		assert_int_equal(bytes[head->caplen - 1], i & 0xff);
	}
	assert_int_equal(pcap_next_ex(pcap, &head, &bytes), PCAP_ERROR_BREAK);
	pcap_close(pcap);
	fclose(file);
	unlink(path);
}

static void tshark_reads_it(void **state)
{
	char path[64], command[512], line[256];
	FILE *file = new_file(path);
	unsigned count = 0;

	if (system("command -v tshark >/dev/null 2>&1") != 0) {
		fclose(file);
		unlink(path);
		skip();
	}
	write_capture(file);
	snprintf(command, sizeof command,
		 "tshark -r %s -T fields -E separator=, -e frame.number -e frame.interface_name -e frame.len "
		 "-e frame.time_epoch -e frame.comment 2>&1 | grep -v 'Running as user'", path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof line, pipe) != NULL) {
		char expected[256], comment[32] = "";
		if (count % 100 == 7)
			snprintf(comment, sizeof comment, "finding %u", count);
		snprintf(expected, sizeof expected, "%u,%s,%u,%u.%09u,%s\n", count + 1,
			 count % 2 == 0 ? "lan" : "wan", 60 + count, count, count, comment);
		assert_string_equal(line, expected);
		count++;
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(count, FRAMES);
	fclose(file);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_format_says),
		cmocka_unit_test(a_full_sink_is_told_once),
		cmocka_unit_test(libpcap_reads_it),
		cmocka_unit_test(tshark_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
