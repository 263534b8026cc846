// SPDX-License-Identifier: BSD-2-Clause
/*
 * Passwords are seen on the wire and told to nobody; bytes of the wire that a terminal would obey reach none. Frames
 * with both, in every format, and what is printed is looked at byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/scan.h"
#include "probes/scan_watch.h"

#define SECRET_A "\033[31mpw"           /* eight bytes with the terminating zero */
#define SECRET_B "hunter2"

struct session {
	struct scan scan;
	struct scan_options options;
	uint64_t number;
};

static void feed(struct session *x, const struct wr *w, vl_time at)
{
	struct packet p;

	assert_false(w->bad);
	(void)packet_dissect(&p, w->start, wr_length(w), wr_length(w));
	x->scan.frames++;
	x->scan.heard = at;
	(void)scan_feed(&x->scan, &(struct analyzer_frame){.packet = &p, .number = ++x->number, .at = at,
							   .length = wr_length(w)});
}

static void vrrp(struct session *x, uint8_t last, const char *secret, vl_time at)
{
	uint8_t bytes[256], addresses[4] = {192, 0, 2, last};
	struct ip_addr src = ip4(192, 0, 2, (uint8_t)(last + 100)), dst = ip4(224, 0, 0, 18);
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = vrrp_virtual_mac(IP_V4, 7), .dst_mac = mac_of_group(&dst), .src = src,
				    .dst = dst, .ttl = 255, .protocol = IP_PROTOCOL_VRRP};
	struct vrrp_message m = {.version = 2, .type = VRRP_ADVERTISEMENT, .vrid = 7, .priority = 100, .address_count = 1,
				 .family = IP_V4, .interval_s = 1, .auth_type = VRRP_AUTH_TEXT, .has_auth_data = true,
				 .addresses = addresses};

	memcpy(m.auth_data, secret, strlen(secret) < 8 ? strlen(secret) : 8);
	packet_begin(&w, &e);
	vrrp_encode(&m, &src, &dst, &w);
	packet_end(&w, &e);
	feed(x, &w, at);
}

static void hsrp(struct session *x, uint8_t last, const char *secret, vl_time at)
{
	uint8_t payload[128], bytes[256];
	struct wr in = wr_of(payload, sizeof payload), w = wr_of(bytes, sizeof bytes);
	struct hsrp_message m = {.version = 1, .has_group = true, .state = hsrp_state_byte(1, HSRP_ACTIVE), .family = IP_V4,
				 .group = 3, .priority = 100, .hello_ms = 1000, .hold_ms = 3000,
				 .virtual_ip = ip4(192, 0, 2, 9), .auth = HSRP_AUTH_TEXT};
	struct packet_envelope e = {.src_mac = hsrp_virtual_mac(1, IP_V4, 3), .dst_mac = mac_of_group(&HSRP_GROUP_V1),
				    .src = ip4(192, 0, 2, last), .dst = HSRP_GROUP_V1, .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};

	memcpy(m.text, secret, strlen(secret) + 1);
	hsrp_encode(&m, &in);
	packet_begin(&w, &e);
	udp_encode(&(struct udp_header){.src_port = HSRP_PORT, .dst_port = HSRP_PORT}, &e.src, &e.dst, payload,
		   wr_length(&in), &w);
	packet_end(&w, &e);
	feed(x, &w, at);
}

static void hear(struct session *x, FILE *watched, bool as_json)
{
	*x = (struct session){.options = {.most_time = VL_NEVER, .max_drop = 10, .version = "0", .verbosity = 2}};
	assert_true(scan_begin(&x->scan, &x->options, "a\033[2Jb"));
	x->scan.live = true;
	x->scan.interface[0] = "e\033[3";
	x->scan.interface_count = 1;
	x->scan.watch = scan_watch_new(watched, as_json);
	assert_non_null(x->scan.watch);
	for (unsigned i = 0; i < 12; i++) {
		vrrp(x, 1, SECRET_A, i * VL_S);
		hsrp(x, 31, SECRET_A, i * VL_S + 100 * VL_MS);
		vrrp(x, 2, SECRET_B, i * VL_S + 200 * VL_MS);
		hsrp(x, 32, SECRET_B, i * VL_S + 300 * VL_MS);
	}
	scan_end(&x->scan);
}

static void must_be_clean(const char *text, size_t size)
{
	assert_true(size > 0);
	for (size_t i = 0; i < size; i++)
		assert_true((text[i] >= 0x20 && text[i] < 0x7f) || text[i] == '\n' || text[i] == '\t');
	assert_null(strstr(text, "31mpw"));
	assert_null(strstr(text, SECRET_B));
}

static void no_format_shows_a_password_or_an_escape(void **state)
{
	bool (*const print[])(const struct scan *, FILE *) = {scan_print_table, scan_print_json, scan_print_jsonl,
							      scan_print_tsv, scan_print_openmetrics,
							      scan_print_check};
	struct session x;
	char *text = NULL;
	size_t size;

	for (int json = 0; json < 2; json++) {
		FILE *watched = open_memstream(&text, &size);
		assert_non_null(watched);
		hear(&x, watched, json != 0);
		fclose(watched);
		must_be_clean(text, size);
		assert_non_null(strstr(text, "conflict begins"));
		free(text);
		/* There was something to hide: the two passwords differ. */
		bool differs = false;
		for (size_t i = 0; i < x.scan.finding_count; i++)
			differs |= strcmp(x.scan.finding[i].code->name, "auth-differs") == 0;
		assert_true(differs);
		for (size_t i = 0; i < sizeof print / sizeof print[0]; i++) {
			FILE *out = open_memstream(&text, &size);
			assert_non_null(out);
			assert_true(print[i](&x.scan, out));
			fclose(out);
			must_be_clean(text, size);
			free(text);
		}
		scan_watch_free(x.scan.watch);
		scan_release(&x.scan);
	}
}

static void lost_frames_lower_the_confidence(void **state)
{
	struct session x;
	FILE *nowhere = fopen("/dev/null", "w");

	assert_non_null(nowhere);
	for (int loss = 0; loss < 3; loss++) {
		x = (struct session){.options = {.most_time = VL_NEVER, .max_drop = 10, .version = "0"}};
		assert_true(scan_begin(&x.scan, &x.options, "eth0"));
		x.scan.live = true;
		for (unsigned i = 0; i < 100; i++)
			vrrp(&x, 1, SECRET_B, 8 * i * VL_S);
		x.scan.dropped = loss == 0 ? 0 : loss == 1 ? 1 : 12; /* of 100: 0, 1, 11 percent */
		scan_end(&x.scan);
		assert_int_equal(x.scan.confidence, loss == 0 ? SCAN_HIGH : SCAN_MEDIUM);
		assert_int_equal(scan_status(&x.scan), loss == 2 ? 3 : 0);
		scan_release(&x.scan);
	}
	fclose(nowhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_format_shows_a_password_or_an_escape),
		cmocka_unit_test(lost_frames_lower_the_confidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
