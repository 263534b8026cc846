// SPDX-License-Identifier: BSD-2-Clause
/* HA updates: the bytes as the header documents them, there and back, cut at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/wire/ha_update.h"
#include "sim/wire/packet.h"

static const struct ip_addr V6 = {.family = IP_V6, .b = {0x20, 0x01, [15] = 7}};

static void header_bytes_are_as_documented(void **state)
{
	static const uint8_t want[] = {'V', 'L', 'H', 'A', 1, 3, 47, 0x1d, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4,
				       0, 0, 0, 9, 0, 2, 0, 5};
	const struct ha_update_header h = {.version = 1, .type = HA_UPDATE_COPY, .id = 47,
					   .flags = HA_UPDATE_ACTIVE | HA_UPDATE_FIRST_PART | HA_UPDATE_LAST_PART |
						    HA_UPDATE_SECOND_UNIT,
					   .epoch = 0x102, .heard = 0x304, .sequence = 9, .records = 2, .length = 5};
	uint8_t bytes[HA_UPDATE_HEADER + 5 + HA_UPDATE_DIGEST] = {0};
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ha_update_header back;

	ha_update_encode(&h, &out);
	assert_int_equal(wr_length(&out), HA_UPDATE_HEADER);
	assert_memory_equal(bytes, want, sizeof want);
	assert_true(ha_update_is(bytes, sizeof bytes));
	struct rd in = rd_of(bytes, sizeof bytes);
	assert_true(ha_update_decode(&back, &in));
	uint8_t again[HA_UPDATE_HEADER];
	out = wr_of(again, sizeof again);
	ha_update_encode(&back, &out);
	assert_memory_equal(again, want, sizeof want);
	for (size_t cut = 0; cut < sizeof bytes; cut++) {
		in = rd_of(bytes, cut);
		assert_false(ha_update_decode(&back, &in));
	}
	bytes[4] = 2;                   /* of another version nothing more is judged */
	in = rd_of(bytes, HA_UPDATE_HEADER);
	assert_true(ha_update_decode(&back, &in));
	bytes[0] = 'W';
	in = rd_of(bytes, sizeof bytes);
	assert_false(ha_update_decode(&back, &in));
	assert_false(ha_update_is(bytes, sizeof bytes));
	assert_false(ha_update_is(bytes, 3));
}

static void there_and_back(const struct ha_record *r, size_t length)
{
	uint8_t bytes[HA_UPDATE_RECORD];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ha_record back;

	ha_record_encode(r, &out);
	assert_false(out.bad);
	assert_int_equal(wr_length(&out), length);
	assert_int_equal(bytes[1], length);
	struct rd in = rd_of(bytes, length);
	assert_true(ha_record_decode(&back, &in));
	assert_int_equal(rd_left(&in), 0);
	uint8_t again[HA_UPDATE_RECORD];
	struct wr second = wr_of(again, sizeof again);
	ha_record_encode(&back, &second);
	assert_int_equal(wr_length(&second), length);
	assert_memory_equal(again, bytes, length);
	for (size_t cut = 0; cut < length; cut++) {
		in = rd_of(bytes, cut);
		assert_false(ha_record_decode(&back, &in));
	}
	/* A length that its own fields do not come to. */
	for (int wrong = -1; wrong <= 1; wrong += 2) {
		uint8_t room[HA_UPDATE_RECORD + 1] = {0};
		memcpy(room, bytes, length);
		room[1] = (uint8_t)(length + (size_t)wrong);
		in = rd_of(room, sizeof room);
		assert_false(ha_record_decode(&back, &in));
	}
	/* No room to write it. */
	for (size_t room = 0; room < length; room++) {
		struct wr tight = wr_of(again, room);
		ha_record_encode(r, &tight);
		assert_true(tight.bad);
	}
}

static void records_go_there_and_back(void **state)
{
	struct ha_record c = {.kind = HA_RECORD_CONNECTION};
	c.connection = (struct ha_connection){.client = ip4(192, 0, 2, 50), .service = ip4(192, 0, 2, 80),
					      .server = ip4(198, 51, 100, 11), .client_port = 50000, .service_port = 80,
					      .server_port = 8080, .protocol = 6, .state = 2, .marks = 0x18,
					      .client_next = 0x01020304, .server_next = 0x05060708, .delta = 9,
					      .idle_ms = 10, .age_ms = 11};
	there_and_back(&c, 46);
	c.connection.local = ip4(198, 51, 100, 2);
	c.connection.local_port = 1024;
	there_and_back(&c, 50);
	c.connection.client = c.connection.service = c.connection.server = c.connection.local = V6;
	there_and_back(&c, 98);
	struct ha_record e = {.kind = HA_RECORD_END};
	e.end = (struct ha_end){.client = ip4(1, 2, 3, 4), .service = V6, .client_port = 1, .service_port = 2, .protocol = 6, .why = 3};
	there_and_back(&e, 30);
	struct ha_record p = {.kind = HA_RECORD_ENTRY};
	p.entry = (struct ha_entry){.service = ip4(1, 2, 3, 4), .server = V6, .service_port = 443, .protocol = 6,
				    .key_length = HA_UPDATE_KEY, .key = {1, 2, 3}, .left_ms = 300000};
	there_and_back(&p, 12 + 4 + 16 + HA_UPDATE_KEY);
}

static void keys_have_one_to_32_bytes(void **state)
{
	uint8_t bytes[64] = {HA_RECORD_ENTRY, 20, 0, 6, 0};
	struct rd in = rd_of(bytes, sizeof bytes);
	struct ha_record r;

	assert_false(ha_record_decode(&r, &in));
	bytes[1] = 20 + HA_UPDATE_KEY + 1;
	bytes[4] = HA_UPDATE_KEY + 1;
	in = rd_of(bytes, sizeof bytes);
	assert_false(ha_record_decode(&r, &in));
}

static void kinds_that_are_not_known_are_passed_over(void **state)
{
	uint8_t bytes[] = {77, 4, 1, 2, 78, 2, 79, 1, 80, 9};
	struct rd in = rd_of(bytes, sizeof bytes);
	struct ha_record r;

	assert_true(ha_record_decode(&r, &in));
	assert_int_equal(r.kind, 77);
	assert_true(ha_record_decode(&r, &in));
	assert_int_equal(r.kind, 78);
	assert_false(ha_record_decode(&r, &in));        /* shorter than its own two bytes */
	in = rd_of(bytes + 8, 2);
	assert_false(ha_record_decode(&r, &in));        /* longer than what is there */
}

static void one_line(const struct ha_update_header *h, size_t records, const char *want)
{
	uint8_t data[HA_UPDATE_DATAGRAM] = {0}, bytes[1600];
	struct wr payload = wr_of(data, sizeof data), out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src = ip4(192, 0, 2, 11), .dst = HA_UPDATE_GROUP_V4, .ttl = 1, .protocol = IP_PROTOCOL_UDP};
	struct udp_header u = {.src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT};
	struct packet p;
	char text[PACKET_LINE];

	ha_update_encode(h, &payload);
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	udp_encode(&u, &e.src, &e.dst, data, HA_UPDATE_HEADER + records + HA_UPDATE_DIGEST, &out);
	packet_end(&out, &e);
	assert_true(packet_dissect(&p, bytes, wr_length(&out), wr_length(&out)));
	assert_non_null(strstr(packet_format(text, &p), want));
}

static void an_update_is_one_line(void **state)
{
	struct ha_update_header h = {.version = 1, .type = HA_UPDATE_HELLO, .id = 1, .flags = HA_UPDATE_ASKS, .epoch = 1, .sequence = 7};

	one_line(&h, 0, "192.0.2.11.18848 > 224.0.0.81.18848: HA update version 1 hello id 1 first unit passive asks sequence 7 "
			"records 0 length 48");
	h.type = HA_UPDATE_COPY;
	h.flags = HA_UPDATE_ACTIVE | HA_UPDATE_SECOND_UNIT | HA_UPDATE_FIRST_PART | HA_UPDATE_LAST_PART;
	h.records = 1;
	h.length = 46;
	one_line(&h, 46, ": HA update version 1 copy id 1 second unit active begin end sequence 7 records 1 length 94");
	h.type = 9;
	one_line(&h, 46, "version 1 unknown id");
	h.version = 2;
	one_line(&h, 46, ": HA update version 2");
	h.version = 1;
	one_line(&h, 45, ": UDP length 93");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_bytes_are_as_documented),
		cmocka_unit_test(records_go_there_and_back),
		cmocka_unit_test(keys_have_one_to_32_bytes),
		cmocka_unit_test(kinds_that_are_not_known_are_passed_over),
		cmocka_unit_test(an_update_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
