// SPDX-License-Identifier: BSD-2-Clause
/* Membership reports: the bytes of a Linux host, and tshark as the judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/wire/ethernet.h"
#include "sim/wire/igmp.h"
#include "sim/wire/packet.h"
#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"

static size_t report(uint8_t *bytes, size_t room, enum igmp_record_type type)
{
	struct ip_addr src = {.family = IP_V4, .b = {192, 0, 2, 3}}, group = VRRP_GROUP_V4;
	struct ethernet_header h = {
		.dst = mac_of_group(&IGMP_V3_ROUTERS), .src = vrrp_virtual_mac(IP_V4, 10), .type = ETHERTYPE_IPV4};
	struct wr out = wr_of(bytes, room);

	ethernet_encode(&h, &out);
	igmp_v3_report_encode(type, &src, &group, &out);
	return out.bad ? 0 : wr_length(&out);
}

static void reports_are_those_of_a_host(void **state)
{
	/* to 224.0.0.22, TTL 1, Router Alert; type 0x22, one record: 224.0.0.18 without sources */
	static const uint8_t join[] = {
		0x01, 0x00, 0x5e, 0x00, 0x00, 0x16, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x0a, 0x08, 0x00, 0x46, 0xc0, 0x00, 0x28,
		0x00, 0x00, 0x40, 0x00, 0x01, 0x02, 0x41, 0xf6, 0xc0, 0x00, 0x02, 0x03, 0xe0, 0x00, 0x00, 0x16, 0x94, 0x04,
		0x00, 0x00, 0x22, 0x00, 0xf9, 0xeb, 0x00, 0x00, 0x00, 0x01, 0x04, 0x00, 0x00, 0x00, 0xe0, 0x00, 0x00, 0x12,
	};
	uint8_t bytes[64];

	assert_int_equal(report(bytes, sizeof bytes, IGMP_CHANGE_TO_EXCLUDE), sizeof join);
	assert_memory_equal(bytes, join, sizeof join);
	assert_int_equal(report(bytes, sizeof bytes, IGMP_CHANGE_TO_INCLUDE), sizeof join);
	assert_int_equal(bytes[46], 3);
}

static void a_report_is_whole_to_the_dissector(void **state)
{
	uint8_t bytes[64];
	struct packet p;
	size_t length = report(bytes, sizeof bytes, IGMP_CHANGE_TO_EXCLUDE);

	assert_true(packet_dissect(&p, bytes, length, length));
	assert_int_equal(p.protocol, IP_PROTOCOL_IGMP);
	assert_int_equal(p.ttl, 1);
	assert_int_equal(p.ip_payload_length, 16);
}

static void too_little_room_is_told(void **state)
{
	uint8_t bytes[64];

	for (size_t room = 0; room < 54; room++)
		assert_int_equal(report(bytes, room, IGMP_CHANGE_TO_EXCLUDE), 0);
}

static void tshark_reads_the_reports(void **state)
{
	struct scratch_capture capture;
	char command[512], got[512] = "";
	uint8_t bytes[64];

	tshark_or_skip();
	scratch_capture_open(&capture);
	for (int i = 0; i < 2; i++) {
		size_t length = report(bytes, sizeof bytes, i == 0 ? IGMP_CHANGE_TO_EXCLUDE : IGMP_CHANGE_TO_INCLUDE);
		scratch_capture_add(&capture, 0, bytes, length);
	}
	scratch_capture_close(&capture);
	(void)snprintf(command, sizeof command,
		       "tshark -r %s -o ip.check_checksum:TRUE -T fields -e igmp.type -e igmp.checksum.status"
		       " -e ip.checksum.status -e igmp.maddr -e igmp.record_type -e ip.opt.ra -e _ws.malformed 2>/dev/null",
		       capture.path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t n = fread(got, 1, sizeof got - 1, pipe);
	assert_int_equal(pclose(pipe), 0);
	got[n] = '\0';
	scratch_capture_remove(&capture);
	/* type, both sums good (1), group, record type, Router Alert "every router examines", nothing malformed */
	assert_string_equal(got, "0x22\t1\t1\t224.0.0.18\t4\t0\t\n"
				 "0x22\t1\t1\t224.0.0.18\t3\t0\t\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_those_of_a_host),
		cmocka_unit_test(a_report_is_whole_to_the_dissector),
		cmocka_unit_test(too_little_room_is_told),
		cmocka_unit_test(tshark_reads_the_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
