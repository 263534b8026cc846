// SPDX-License-Identifier: BSD-2-Clause
/* The goodbyes that are laid down for an engine that dies: right to the byte, and only while they are true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/last_words.h"

static struct last_words *words;

static int set_up(void **state)
{
	words = last_words_new();
	return words == NULL;
}

static int tear_down(void **state)
{
	last_words_free(words);
	return 0;
}

static size_t write_advert(uint8_t frame[256], uint8_t version, enum ip_family family, enum vrrp_checksum_form form,
			   uint8_t priority)
{
	static const uint8_t link_local[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
	static const uint8_t address[16] = {192, 0, 2, 1};
	const struct packet_envelope e = {
		.src_mac = vrrp_virtual_mac(family, 10),
		.dst_mac = {{1, 0, 0x5e, 0, 0, 0x12}},
		.src = family == IP_V4 ? ip4(192, 0, 2, 2) : ip6_from_bytes(link_local),
		.dst = family == IP_V4 ? VRRP_GROUP_V4 : VRRP_GROUP_V6,
		.ttl = 255,
		.protocol = IP_PROTOCOL_VRRP,
	};
	const struct vrrp_message m = {
		.version = version,
		.type = VRRP_ADVERTISEMENT,
		.vrid = 10,
		.priority = priority,
		.address_count = 1,
		.family = family,
		.interval_s = 1,
		.interval_cs = 100,
		.has_auth_data = version == 2,
		.checksum_form = form,
		.addresses = address,
	};
	struct wr w = wr_of(frame, 256);

	packet_begin(&w, &e);
	vrrp_encode(&m, &e.src, &e.dst, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	return wr_length(&w);
}

static const struct last_word *only(uint64_t now)
{
	const struct last_word *found = NULL;

	for (size_t i = 0; i < LAST_WORDS; i++) {
		const struct last_word *s = last_words_at(words, i, now);
		if (s == NULL)
			continue;
		assert_null(found);
		found = s;
	}
	return found;
}

static void check_goodbye(uint8_t version, enum ip_family family, enum vrrp_checksum_form form)
{
	uint8_t advert[256], goodbye[256];
	struct packet p;

	for (unsigned priority = 1; priority <= 255; priority++) {
		size_t length = write_advert(advert, version, family, form, (uint8_t)priority);
		last_words_note(words, 3, advert, length, 1000, NULL, NULL);
		const struct last_word *s = only(1000);
		assert_non_null(s);
		assert_int_equal(s->port, 3);
		assert_int_equal(s->length, length);
		assert_int_equal(s->interval, VL_S);
		/* What our own writer of frames would have said; a sum of 0xffff and one of 0 are the same */
		assert_int_equal(write_advert(goodbye, version, family, form, 0), length);
		assert_true(packet_dissect(&p, s->bytes, s->length, s->length));
		assert_int_equal(p.vrrp.priority, 0);
		assert_int_equal(p.vrrp.checksum_form, form);
		assert_memory_equal(s->bytes, goodbye, length);
	}
	last_words_forget(words, false, 10, family);
	assert_null(only(1000));
}

static void a_goodbye_is_what_the_router_would_say(void **state)
{
	check_goodbye(2, IP_V4, VRRP_CHECKSUM_MESSAGE);
	check_goodbye(3, IP_V4, VRRP_CHECKSUM_MESSAGE);
	check_goodbye(3, IP_V4, VRRP_CHECKSUM_PSEUDO);
	check_goodbye(3, IP_V6, VRRP_CHECKSUM_PSEUDO);
}

static void a_goodbye_that_was_said_is_not_said_again(void **state)
{
	uint8_t frame[256];

	last_words_note(words, 0, frame, write_advert(frame, 3, IP_V4, VRRP_CHECKSUM_MESSAGE, 100), 0, NULL, NULL);
	assert_non_null(only(0));
	last_words_note(words, 0, frame, write_advert(frame, 3, IP_V4, VRRP_CHECKSUM_MESSAGE, 0), 0, NULL, NULL);
	assert_null(only(0));
}

static void who_was_silent_for_long_was_not_active(void **state)
{
	uint8_t frame[256];

	last_words_note(words, 0, frame, write_advert(frame, 3, IP_V4, VRRP_CHECKSUM_MESSAGE, 100), 5 * VL_S, NULL, NULL);
	assert_non_null(only(8 * VL_S));
	assert_null(only(8 * VL_S + 1));
	last_words_note(words, 0, frame, write_advert(frame, 3, IP_V4, VRRP_CHECKSUM_MESSAGE, 100), 9 * VL_S, NULL, NULL);
	assert_non_null(only(9 * VL_S));
}

static void carp_bows_out(void **state)
{
	const struct ip_addr vip = ip4(192, 0, 2, 1);
	const struct packet_envelope e = {
		.src_mac = {{2, 0, 0, 0, 0, 1}},
		.dst_mac = {{1, 0, 0x5e, 0, 0, 0x12}},
		.src = ip4(192, 0, 2, 2),
		.dst = VRRP_GROUP_V4,
		.ttl = 255,
		.protocol = IP_PROTOCOL_VRRP,
	};
	struct carp_message m = {.vhid = 7, .advskew = 100, .advbase = 1, .counter = 0x1234567890};
	uint8_t frame[256], digest[CARP_DIGEST];
	struct wr w = wr_of(frame, sizeof frame);
	struct packet p;

	carp_digest(m.digest, &m, "secret", &vip, 1);
	packet_begin(&w, &e);
	carp_encode(&m, &w);
	packet_end(&w, &e);
	last_words_note(words, 0, frame, wr_length(&w), 0, NULL, NULL);
	const struct last_word *s = only(0);
	assert_non_null(s);
	assert_true(packet_dissect(&p, s->bytes, s->length, s->length));
	assert_int_equal(p.transport, TRANSPORT_CARP);
	assert_true(p.carp.checksum_ok);
	assert_int_equal(p.carp.advbase, 255);
	assert_int_equal(p.carp.advskew, 255);
	carp_digest(digest, &p.carp, "secret", &vip, 1);
	assert_memory_equal(digest, p.carp.digest, sizeof digest);
}

static void other_frames_leave_nothing(void **state)
{
	uint8_t frame[256];
	size_t length = write_advert(frame, 3, IP_V4, VRRP_CHECKSUM_MESSAGE, 100);

	for (size_t n = 0; n < length; n++)
		last_words_note(words, 0, frame, n, 0, NULL, NULL);
	frame[23] = IP_PROTOCOL_UDP;
	last_words_note(words, 0, frame, length, 0, NULL, NULL);
	assert_null(only(0));
}

static size_t speak(void *context, const struct packet *advert, uint8_t *out, size_t room)
{
	const size_t *length = context;

	assert_int_equal(advert->vrrp.vrid, 10);
	assert_true(*length <= room);
	memset(out, 0xab, *length);
	return *length;
}

/* With a trailer, whose sum the key's owner has to make anew. */
static void an_authenticated_goodbye_is_the_routers_own(void **state)
{
	uint8_t frame[256];
	size_t length = write_advert(frame, 2, IP_V4, VRRP_CHECKSUM_MESSAGE, 100), says = 99;

	memset(frame + length, 0, 30);
	length += 30;
	put_be16(frame + 16, (uint16_t)(length - 14));
	put_be16(frame + 24, (uint16_t)(get_be16(frame + 24) - 30));    /* the header's checksum: no carry here */
	last_words_note(words, 0, frame, length, 0, NULL, NULL);
	assert_null(only(0));
	last_words_note(words, 0, frame, length, 0, speak, &says);
	assert_non_null(only(0));
	assert_int_equal(only(0)->length, 99);
	assert_int_equal(only(0)->bytes[98], 0xab);
	says = 0;
	last_words_note(words, 0, frame, length, 0, speak, &says);
	assert_null(only(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_goodbye_is_what_the_router_would_say, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_goodbye_that_was_said_is_not_said_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_was_silent_for_long_was_not_active, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_authenticated_goodbye_is_the_routers_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(carp_bows_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_frames_leave_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
