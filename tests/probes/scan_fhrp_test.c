// SPDX-License-Identifier: BSD-2-Clause
/*
 * HSRP, GLBP and clusters in the scanner's outputs: a capture made here, and what the table, the document, the
 * rows and the line for a monitoring system say of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "probes/scan.h"
#include "tests/support/scratch_capture.h"

#define HOST(n) ((struct mac){{0x02, 0, 0, 0, 0, (n)}})

static const struct ip_addr vip = {.family = IP_V4, .b = {192, 0, 2, 1}};

/* --- a capture ----------------------------------------------------------------------------------------------- */

static void record(struct scratch_capture *t, uint64_t ms, const struct wr *frame)
{
	assert_false(frame->bad);
	scratch_capture_add(t, 1700000000 * VL_S + ms * VL_MS, frame->start, wr_length(frame));
}

static void over_udp(struct scratch_capture *t, uint64_t ms, struct ip_addr ip, struct mac mac, uint16_t port,
		     const struct ip_addr *to, const struct wr *payload)
{
	uint8_t bytes[512];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = mac, .dst_mac = mac_of_group(to), .src = ip, .dst = *to, .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};

	packet_begin(&w, &e);
	udp_encode(&(struct udp_header){.src_port = port, .dst_port = port}, &e.src, &e.dst, payload->start,
		   wr_length(payload), &w);
	packet_end(&w, &e);
	record(t, ms, &w);
}

static void hsrp(struct scratch_capture *t, uint64_t ms, uint8_t version, uint8_t n, uint16_t group)
{
	uint8_t payload[128];
	struct wr w = wr_of(payload, sizeof payload);
	struct hsrp_message m = {.version = version, .has_group = true,
				 .state = hsrp_state_byte(version, HSRP_ACTIVE), .family = IP_V4, .group = group,
				 .priority = (uint32_t)100 + n, .hello_ms = 3000, .hold_ms = 10000,
				 .virtual_ip = vip, .auth = HSRP_AUTH_TEXT, .text = "s3cret"};

	hsrp_encode(&m, &w);
	over_udp(t, ms, ip4(192, 0, 2, n), hsrp_virtual_mac(version, IP_V4, group), HSRP_PORT,
		 version == 1 ? &HSRP_GROUP_V1 : &HSRP_GROUP_V2, &w);
}

static void glbp(struct scratch_capture *t, uint64_t ms)
{
	uint8_t payload[128];
	struct wr w = wr_of(payload, sizeof payload);
	struct glbp_message m = {.group = 5, .owner = HOST(6), .has_hello = true, .state = GLBP_ACTIVE,
				 .priority = 110, .hello_ms = 3000, .hold_ms = 10000, .virtual_ip = vip};

	glbp_encode(&m, &w);
	over_udp(t, ms, ip4(192, 0, 2, 6), HOST(6), GLBP_PORT, &GLBP_GROUP_V4, &w);
}

static void ccp(struct scratch_capture *t, uint64_t ms)
{
	uint8_t payload[64];
	struct wr w = wr_of(payload, sizeof payload);
	struct ccp_message m = {.version = 540, .cluster = 30, .opcode = CCP_IF_PROBE_REQUEST, .source_machine = 1};
	struct ip_addr network = ip4(192, 0, 2, 0);

	ccp_encode(&m, &w);
	over_udp(t, ms, ip4(0, 0, 0, 0), ccp_source_mac(CCP_MAC_MAGIC, 1), CCP_PORT, &network, &w);
}

static void ethernet(struct scratch_capture *t, uint64_t ms, struct mac mac, uint16_t type, const struct wr *payload)
{
	uint8_t bytes[256];
	struct wr w = wr_of(bytes, sizeof bytes);

	ethernet_encode(&(struct ethernet_header){.dst = MAC_BROADCAST, .src = mac, .type = type}, &w);
	wr_bytes(&w, payload->start, wr_length(payload));
	record(t, ms, &w);
}

static void nlb(struct scratch_capture *t, uint64_t ms)
{
	uint8_t payload[64];
	struct wr w = wr_of(payload, sizeof payload);
	struct ip_addr cluster = ip4(192, 0, 2, 80);
	struct nlb_message m = {.signature = NLB_HEARTBEAT, .version = 0x0206, .host_id = 2, .cluster_ip = cluster,
				.host_ip = ip4(192, 0, 2, 82)};

	nlb_encode(&m, &w);
	ethernet(t, ms, nlb_source_mac(2, &cluster), ETHERTYPE_NLB, &w);
}

static void fgcp(struct scratch_capture *t, uint64_t ms, struct mac mac)
{
	uint8_t payload[46] = {0};
	struct wr w = wr_of(payload, sizeof payload);

	w.at = w.end;
	ethernet(t, ms, mac, FGCP_HEARTBEAT, &w);
}

/* HSRP group 1 with two Active routers, version 2's group 606 with one, one each of the others. */
static void make_capture(struct scratch_capture *t)
{
	scratch_capture_open(t);
	for (uint64_t s = 0; s < 15; s += 3) {
		hsrp(t, 1000 * s, 1, 2, 1);
		hsrp(t, 1000 * s + 1500, 1, 3, 1);
	}
	hsrp(t, 15000, 2, 4, 606);
	glbp(t, 15100);
	ccp(t, 15200);
	nlb(t, 15300);
	fgcp(t, 15400, fgcp_virtual_mac(300, 2));
	fgcp(t, 15500, HOST(9));
	scratch_capture_close(t);
}

/* --- a scan -------------------------------------------------------------------------------------------------- */

typedef bool printer(const struct scan *s, FILE *out);

/* What a format says of the capture; the caller frees it. */
static char *scanned(printer *print, int *status)
{
	struct scratch_capture t;
	struct scan_options options;
	struct scan s;
	char error[CAPTURE_ERROR], *text = NULL, program[] = "scan", read_option[] = "-r";
	size_t size;

	make_capture(&t);
	char *argv[] = {program, read_option, t.path, NULL};
	assert_int_equal(scan_options_read(&options, 3, argv, stdout, stderr), SCAN_RUN);
	options.version = "0";
	struct capture_file *c = capture_open(t.path, error);
	assert_non_null(c);
	assert_true(scan_gather(&s, &options, c, NULL, NULL));
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(print(&s, out));
	fclose(out);
	*status = scan_status(&s);
	scan_release(&s);
	capture_close(c);
	scratch_capture_remove(&t);
	assert_non_null(text);
	return text;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("lacks: %s\nis: %s", part, text);
}

static void the_table_shows_groups_and_clusters(void **state)
{
	int status;
	char *text = scanned(scan_print_table, &status);

	assert_int_equal(status, 1);
	has(text, "PROTO    ID  SENDER      PRIO   INT  ADDRESSES   MAC                HEARD  VERDICT\n");
	has(text, "hsrp     g1  192.0.2.2    102  3.0s  192.0.2.1   00:00:0c:07:ac:01      5  CONFLICT fhrp-dual-active\n"
		  "hsrp     g1  192.0.2.3    103  3.0s  192.0.2.1   00:00:0c:07:ac:01      5  CONFLICT fhrp-dual-active\n");
	has(text, "hsrp2  g606  192.0.2.4    104  3.0s  192.0.2.1   00:00:0c:9f:f2:5e      1  ok\n");
	has(text, "glbp     g5  192.0.2.6    110  3.0s  192.0.2.1   02:00:00:00:00:06      1  ok\n");
	has(text, "ccp     c30  0.0.0.0       m1     -  (hidden)    00:00:00:00:fe:01      1  ok\n");
	has(text, "nlb       -  192.0.2.82    h2     -  192.0.2.80  02:02:c0:00:02:50      1  ok\n");
	has(text, "fgcp   g300  -              -     -  (hidden)    e0:23:ff:fc:2c:02      1  ok\n");
	has(text, "fgcp      -  -              -     -  (hidden)    02:00:00:00:00:09      1  ok\n");
	has(text, "\nCONFLICT fhrp-dual-active  HSRP group 1: two active HSRP or GLBP routers of one group\n");
	has(text, "free IPv4: 1-255 (255)");
	assert_null(strstr(text, "s3cret"));
	free(text);
}

static void the_document_names_them_in_its_words(void **state)
{
	int status;
	char *text = scanned(scan_print_json, &status);
	json_t *document = json_loads(text, 0, NULL), *id;
	size_t i, seen = 0;
	static const struct {
		const char *proto;
		int id;                 /* -1: null */
		const char *vmac;       /* NULL: null */
	} row[] = {
		{"hsrp", 1, "00:00:0c:07:ac:01"},
		{"hsrp", 606, "00:00:0c:9f:f2:5e"},
		{"glbp", 5, NULL},
		{"fgcp", -1, NULL},
		{"fgcp", 300, "e0:23:ff:fc:2c:02"},
		{"ccp", 30, "00:00:00:00:fe:01"},
		{"nlb", -1, NULL},
	};

	assert_non_null(document);
	json_array_foreach(json_object_get(document, "ids"), i, id) {
		assert_in_range(i, 0, sizeof row / sizeof row[0] - 1);
		assert_string_equal(json_string_value(json_object_get(id, "proto")), row[i].proto);
		if (row[i].id < 0)
			assert_true(json_is_null(json_object_get(id, "id")));
		else
			assert_int_equal(json_integer_value(json_object_get(id, "id")), row[i].id);
		if (row[i].vmac == NULL)
			assert_true(json_is_null(json_object_get(id, "vmac")));
		else
			assert_string_equal(json_string_value(json_object_get(id, "vmac")), row[i].vmac);
		assert_string_equal(json_string_value(json_object_get(id, "evidence")), "adv");
		seen++;
	}
	assert_int_equal(seen, sizeof row / sizeof row[0]);
	json_t *group = json_array_get(json_object_get(document, "ids"), 0);
	assert_string_equal(json_string_value(json_object_get(group, "verdict")), "conflict");
	json_t *sender = json_array_get(json_object_get(group, "senders"), 0);
	assert_string_equal(json_string_value(json_object_get(sender, "state")), "active");
	assert_string_equal(json_string_value(json_object_get(sender, "auth")), "text");
	assert_int_equal(json_integer_value(json_object_get(sender, "version")), 1);
	assert_int_equal(json_integer_value(json_object_get(sender, "priority")), 102);
	assert_int_equal(json_integer_value(json_object_get(sender, "interval_ms")), 3000);
	assert_int_equal(json_integer_value(json_object_get(sender, "measured_interval_ms")), 3000);
	assert_int_equal(json_integer_value(json_object_get(sender, "hold_ms")), 10000);
	json_t *conflict = json_array_get(json_object_get(document, "conflicts"), 0);
	assert_string_equal(json_string_value(json_object_get(conflict, "code")), "fhrp-dual-active");
	assert_string_equal(json_string_value(json_object_get(conflict, "proto")), "hsrp");
	assert_null(strstr(text, "s3cret"));
	json_decref(document);
	free(text);
}

static void rows_have_one_form_for_all(void **state)
{
	int status;
	char *text = scanned(scan_print_tsv, &status);

	has(text, "hsrp\tipv4\t0\t-\t1\t192.0.2.2\t00:00:0c:07:ac:01\t102\t3000\t192.0.2.1\t5\t10\tconflict\tfhrp-dual-active\n");
	has(text, "hsrp2\tipv4\t0\t-\t606\t");
	has(text, "ccp\tipv4\t0\t-\t30\t0.0.0.0\t00:00:00:00:fe:01\t1\t-\thidden\t1\t1\tclean\t-\n");
	has(text, "nlb\tipv4\t0\t-\t-\t192.0.2.82\t02:02:c0:00:02:50\t2\t-\t192.0.2.80\t1\t1\tclean\t-\n");
	has(text, "fgcp\t-\t0\t-\t300\t-\te0:23:ff:fc:2c:02\t-\t-\thidden\t1\t1\tclean\t-\n");
	for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
		size_t tabs = 0;
		for (const char *c = line; *c != '\n'; c++)
			tabs += *c == '\t';
		assert_int_equal(tabs, 13);
	}
	free(text);
}

static void the_line_for_a_monitoring_system_says_which_group(void **state)
{
	int status;
	char *text = scanned(scan_print_check, &status);

	assert_string_equal(text, "VIPLAB SCAN CRITICAL - HSRP group 1 fhrp-dual-active | ids=7 conflicts=1;;0 frames=16 "
				  "dropped=U heard=15s\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_shows_groups_and_clusters),
		cmocka_unit_test(the_document_names_them_in_its_words),
		cmocka_unit_test(rows_have_one_form_for_all),
		cmocka_unit_test(the_line_for_a_monitoring_system_says_which_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
