// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each receive check, refusing and letting through: the reason, its counter, and that a refused packet
 * leaves state and timers alone (RFC 9568 7.1), but where a knob models a router that does not.
 */
#include "tests/vrrp/vrrp_box.h"

#include "sim/base/prng.h"

/* Hands the same packet to a Backup and to an Active of this configuration and expects this fate, with
 * every timer untouched and nothing sent. */
static void expect_refused(const struct vrrp_config *c, const struct said *s, const uint8_t *payload,
			   size_t length, enum vrrp_drop why)
{
	vl_time at;
	struct alone backup = alone_with(c), active = active_of(c, &at);

	if (c->priority != 255) {
		const struct record *drop = NULL;
		vrrp_router_startup(backup.router, 0);
		box_drain(backup.box, 0);
		vl_time down = vrrp_router_active_down_at(backup.router);
		hand_payload(&backup, s, payload, length, VL_S);
		assert_int_equal(vrrp_router_dropped(backup.router, why), 1);
		assert_int_equal(vrrp_router_dropped(backup.router, VRRP_DROP_NONE), 0);
		assert_int_equal(vrrp_router_state(backup.router), VRRP_BACKUP);
		assert_int_equal(vrrp_router_active_down_at(backup.router), down);
		assert_int_equal(box_records(backup.box, &VRRP_DROP_KIND, &drop), 1);
		assert_string_equal(record_word(drop, "why"), vrrp_drop_text(why));
		assert_int_equal(box_records(backup.box, &VRRP_WARNING_KIND, NULL), 1);
	}
	vl_time adver = vrrp_router_adver_at(active.router);
	hand_payload(&active, s, payload, length, at + VL_MS);
	assert_int_equal(vrrp_router_dropped(active.router, why), 1);
	assert_int_equal(vrrp_router_state(active.router), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_adver_at(active.router), adver);
	assert_int_equal(active.box->frame_count, 0);
	alone_free(&backup);
	alone_free(&active);
}

static void refused(const struct vrrp_config *c, struct said s, enum vrrp_drop why)
{
	uint8_t bytes[256];
	size_t length = encode_said(&s, bytes, sizeof bytes);

	expect_refused(c, &s, bytes, length, why);
}

/* The same packet is acted upon: a Backup follows it. */
static void accepted(const struct vrrp_config *c, struct said s)
{
	struct alone a = backup_of(c);

	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	assert_int_equal(box_records(a.box, &VRRP_DROP_KIND, NULL), 0);
	assert_int_equal(vrrp_router_active_down_at(a.router),
			 VL_S + 3 * vrrp_router_active_adver_interval(a.router) + 609375000);
	alone_free(&a);
}

static void ttl_other_than_255_is_refused(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);

	accepted(&c, s);
	s.ttl = 254;
	refused(&c, s, VRRP_DROP_TTL);
}

static void other_version_is_refused(void **state)
{
	struct vrrp_config v2 = config_of(2, 100), v3 = config_of(3, 100);

	refused(&v2, advert(3, 200), VRRP_DROP_VERSION);
	refused(&v3, advert(2, 200), VRRP_DROP_VERSION);
	accepted(&v3, advert(3, 200));
}

static void other_type_is_refused(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);

	s.m.type = 2;
	refused(&c, s, VRRP_DROP_TYPE);
}

/* Every prefix of a version 2 and a version 3 message that still has a header. */
static void truncated_messages_are_refused(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		struct said s = advert(version, 200);
		uint8_t bytes[64];
		size_t whole = encode_said(&s, bytes, sizeof bytes);
		assert_int_equal(whole, version == 2 ? 20 : 12);
		for (size_t length = 6; length < whole; length++)
			expect_refused(&c, &s, bytes, length, VRRP_DROP_LENGTH);
	}
}

static void shorter_than_a_header_is_nobodys(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(2, 200);
	uint8_t bytes[64];

	encode_said(&s, bytes, sizeof bytes);
	for (size_t length = 0; length < 6; length++)
		hand_payload(&a, &s, bytes, length, VL_S);
	for (int why = 0; why < VRRP_DROP_COUNT; why++)
		assert_int_equal(vrrp_router_dropped(a.router, (enum vrrp_drop)why), 0);
	alone_free(&a);
}

static void trailing_bytes_are_refused(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);
	uint8_t bytes[64] = {0};
	size_t length = encode_said(&s, bytes, sizeof bytes);

	expect_refused(&c, &s, bytes, length + 28, VRRP_DROP_LENGTH);
}

/* RFC 2338's wording: 8 bytes are enough. Then CARP (advskew 0) is a router that resigns. */
static void a_sloppy_router_reads_carp_as_priority_zero(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 0);
	uint8_t carp[36];

	hex_bytes(carp, sizeof carp, "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11");
	expect_refused(&c, &s, carp, sizeof carp, VRRP_DROP_CARP);
	c.length_check = VRRP_LENGTH_HEADER;
	c.address_check = VRRP_ADDRESS_IGNORE;
	struct alone a = backup_of(&c);
	hand_payload(&a, &s, carp, sizeof carp, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_S + 609375000);
	alone_free(&a);
	c = config_of(3, 100);
	c.length_check = VRRP_LENGTH_HEADER;    /* whatever is sloppy, version 3 never reads it */
	expect_refused(&c, &s, carp, sizeof carp, VRRP_DROP_CARP);
}

static void carp_of_another_id_is_another_router(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 0);
	uint8_t carp[36];

	c.vrid = 11;
	hex_bytes(carp, sizeof carp, "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11");
	struct alone a = backup_of(&c);
	box_forget(a.box);
	hand_payload(&a, &s, carp, sizeof carp, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_OTHER_ROUTER), 1);
	assert_int_equal(a.box->record_count, 0);
	alone_free(&a);
}

static void wrong_checksum_is_refused(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		struct said s = advert(version, 200);
		uint8_t bytes[64];
		size_t length = encode_said(&s, bytes, sizeof bytes);
		bytes[7] ^= 1;
		expect_refused(&c, &s, bytes, length, VRRP_DROP_CHECKSUM);
	}
}

/* Version 3 over IPv4: three camps of receivers, two of senders. */
static void checksum_camps(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said message = advert(3, 200), pseudo = message;

	pseudo.m.checksum_form = VRRP_CHECKSUM_PSEUDO;
	accepted(&c, message);
	accepted(&c, pseudo);
	c.checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE;
	accepted(&c, message);
	refused(&c, pseudo, VRRP_DROP_CHECKSUM);
	c.checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO;
	accepted(&c, pseudo);
	refused(&c, message, VRRP_DROP_CHECKSUM);
	c.checksum_receive = VRRP_CHECKSUM_UNCHECKED;
	struct alone a = backup_of(&c);
	uint8_t bytes[64];
	size_t length = encode_said(&message, bytes, sizeof bytes);
	bytes[6] ^= 0x55;
	hand_payload(&a, &message, bytes, length, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
}

/* One virtual router's packet is nothing to another: one counter, no record, no timer, whatever is wrong
 * with the packet. */
static void another_virtual_router_touches_nothing(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;

	c.advert_timer_on_receive = VRRP_TIMER_REARM;
	c.down_timer_on_refused = VRRP_TIMER_REARM;
	struct alone a = active_of(&c, &at);
	vl_time adver = vrrp_router_adver_at(a.router);
	struct said s = advert(2, 255);
	s.m.vrid = 11;
	hand(&a, s, at + VL_MS);
	s.ttl = 1;
	hand(&a, s, at + VL_MS);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_OTHER_ROUTER), 2);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_TTL), 0);
	assert_int_equal(vrrp_router_adver_at(a.router), adver);
	assert_int_equal(a.box->record_count, 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	alone_free(&a);
}

static void another_interface_or_family_is_ignored(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	uint8_t bytes[64];
	struct packet p;
	struct said s = advert(3, 200);
	size_t length = encode_said(&s, bytes, sizeof bytes);
	struct box_bytes f = wrap("192.0.2.99", "224.0.0.18", 255, bytes, length);

	assert_true(packet_dissect(&p, f.bytes, f.length, f.length));
	vrrp_router_receive(a.router, &p, 1, VL_S);
	f = wrap("fe80::99", "ff02::12", 255, bytes, length);
	(void)packet_dissect(&p, f.bytes, f.length, f.length);
	vrrp_router_receive(a.router, &p, 0, VL_S);
	for (int why = 0; why < VRRP_DROP_COUNT; why++)
		assert_int_equal(vrrp_router_dropped(a.router, (enum vrrp_drop)why), 0);
	alone_free(&a);
}

static void an_owner_discards_or_processes(void **state)
{
	struct vrrp_config c = config_of(2, 255);
	vl_time at;

	refused(&c, advert(2, 254), VRRP_DROP_OWNER);
	c.owner_receive = VRRP_OWNER_PROCESS;
	struct alone a = active_of(&c, &at);
	hand(&a, advert(2, 254), at + VL_MS);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	alone_free(&a);
}

static void text_authentication(void **state)
{
	struct vrrp_config none = config_of(2, 100), text = none;
	struct said plain = advert(2, 200), secret = plain, wrong;

	text.auth_type = VRRP_AUTH_TEXT;
	text.password = "s3cret";
	secret.m.auth_type = VRRP_AUTH_TEXT;
	memcpy(secret.m.auth_data, "s3cret", 6);
	wrong = secret;
	wrong.m.auth_data[6] = 'X';
	accepted(&text, secret);
	refused(&text, plain, VRRP_DROP_AUTH_TYPE);
	refused(&text, wrong, VRRP_DROP_AUTH_DATA);
	refused(&none, secret, VRRP_DROP_AUTH_TYPE);
	text.password = "s3cretly-longer-than-eight";
	memcpy(secret.m.auth_data, "s3cretly", 8);
	accepted(&text, secret);
}

/* T6: sent by a Cisco, key "viplab-key". */
static void cisco_md5_authentication(void **state)
{
	static const char T6[] = "21077801fe01650bc00002fe0000000000000000fe1c01000000c0000202000000008bb03376"
				 "7086cc2d37080361dc7c6d0a";
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 120);
	uint8_t bytes[64];
	size_t length = hex_bytes(bytes, sizeof bytes, T6);

	s.src = "192.0.2.2";
	c.vrid = 7;
	c.address[0] = ip4(192, 0, 2, 254);
	expect_refused(&c, &s, bytes, length, VRRP_DROP_AUTH_TYPE);
	c.length_check = VRRP_LENGTH_PLAIN;     /* keepalived: too long, whatever it is */
	expect_refused(&c, &s, bytes, length, VRRP_DROP_LENGTH);
	c.auth_type = VRRP_AUTH_CISCO_MD5;
	c.password = "viplab-kez";
	expect_refused(&c, &s, bytes, length, VRRP_DROP_AUTH_DATA);
	c.password = "viplab-key";
	struct alone a = backup_of(&c);
	hand_payload(&a, &s, bytes, length, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
}

/* RFC 2338's AH around the message, to a router that is told of none. */
static void ah_is_another_authentication(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(2, 200);
	uint8_t bytes[64] = {112, 4}, ip[128];
	struct packet_envelope e = {.ttl = 255, .protocol = 51, .src = ip4(192, 0, 2, 99),
				    .dst = ip4(224, 0, 0, 18)};
	struct wr out = wr_of(ip, sizeof ip);
	struct packet p;

	s.m.auth_type = VRRP_AUTH_AH;
	size_t length = 24 + encode_said(&s, bytes + 24, sizeof bytes - 24);
	packet_begin(&out, &e);
	wr_bytes(&out, bytes, length);
	packet_end(&out, &e);
	assert_true(packet_dissect(&p, ip, wr_length(&out), wr_length(&out)));
	vrrp_router_receive(a.router, &p, 0, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_AUTH_TYPE), 1);
	/* a malformed one: its bytes are no message to look at */
	size_t ah = ETHERNET_HEADER + IPV4_HEADER;
	ip[ah + 1] = 0;
	assert_false(packet_dissect(&p, ip, wr_length(&out), wr_length(&out)));
	assert_int_equal(p.verdict, PACKET_BAD_AH);
	vrrp_router_receive(a.router, &p, 0, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_OTHER_ROUTER), 0);
	alone_free(&a);
}

static void address_list_policies(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said other = advert(2, 200), owner = advert(2, 255);

	other.addresses[3] = 77;
	owner.addresses[3] = 77;
	/* RFC 3768: drop unless the sender is the owner */
	refused(&c, other, VRRP_DROP_ADDRESSES);
	accepted(&c, owner);
	c.address_check = VRRP_ADDRESS_DROP;
	refused(&c, other, VRRP_DROP_ADDRESSES);
	refused(&c, owner, VRRP_DROP_ADDRESSES);
	c.address_check = VRRP_ADDRESS_IGNORE;
	accepted(&c, other);
	c.address_check = VRRP_ADDRESS_LOG;
	accepted(&c, other);
}

static void another_count_is_another_list(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said two = advert(2, 200);

	two.m.address_count = 2;
	memcpy(two.addresses + 4, (uint8_t[]){192, 0, 2, 2}, 4);
	refused(&c, two, VRRP_DROP_ADDRESSES);
	/* the order does not matter */
	c.address_count = 2;
	c.address[0] = ip4(192, 0, 2, 2);
	c.address[1] = ip4(192, 0, 2, 1);
	accepted(&c, two);
}

/* What a processed mismatch says, by policy. */
static void a_processed_mismatch_is_warned_of_once(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);
	const struct record *w = NULL;

	s.addresses[3] = 77;
	for (int policy = VRRP_LOG_ONCE; policy <= VRRP_LOG_NEVER; policy++) {
		c.log = (enum vrrp_log_policy)policy;
		struct alone a = backup_of(&c);
		for (int i = 0; i < 3; i++)
			hand(&a, s, VL_S + (vl_time)i * VL_S);
		size_t warned = box_records(a.box, &VRRP_WARNING_KIND, &w);
		assert_int_equal(warned, policy == VRRP_LOG_ONCE ? 1 : policy == VRRP_LOG_EVERY ? 3 : 0);
		if (warned > 0)
			assert_string_equal(record_word(w, "what"), "address list differs, processed");
		alone_free(&a);
	}
}

/* keepalived since 2.3.3: once, until an advertisement of another Active is accepted. */
static void another_active_makes_warnings_due_again(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said bad = advert(2, 200), good = advert(2, 200);
	struct alone a = backup_of(&c);

	bad.ttl = 1;
	hand(&a, bad, VL_S);
	hand(&a, bad, VL_S);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, NULL), 1);
	good.src = "192.0.2.98";
	hand(&a, good, VL_S);
	hand(&a, bad, VL_S);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, NULL), 2);
	assert_int_equal(box_records(a.box, &VRRP_DROP_KIND, NULL), 3);
	alone_free(&a);
}

static void each_problem_of_a_sender_is_warned_of(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);
	const struct record *w = NULL;

	s.addresses[3] = 77;
	s.m.interval_cs = 200;
	hand(&a, s, VL_S);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, &w), 2);
	assert_string_equal(record_word(w, "what"), "interval differs, processed");
	alone_free(&a);
}

static void no_addresses_at_all_is_refused_in_version_3(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);

	s.m.address_count = 0;
	refused(&c, s, VRRP_DROP_COUNT_0);
}

static void ipv6_wants_a_link_local_address_first(void **state)
{
	struct vrrp_config c;
	struct said s = advert(3, 200);
	struct ip_addr a;

	vrrp_config_init(&c, 3, IP_V6);
	c.vrid = 10;
	c.address_count = 1;
	assert_true(ip_parse("2001:db8::10", &c.address[0]));
	s.m.family = IP_V6;
	s.m.checksum_form = VRRP_CHECKSUM_PSEUDO;
	s.src = "fe80::99";
	s.dst = "ff02::12";
	assert_true(ip_parse("2001:db8::10", &a));
	memcpy(s.addresses, a.b, 16);
	refused(&c, s, VRRP_DROP_FIRST_ADDRESS);
	c.check_first_address = false;
	accepted(&c, s);
	c.check_first_address = true;
	assert_true(ip_parse("fe80::10", &c.address[0]));
	memcpy(s.addresses, c.address[0].b, 16);
	accepted(&c, s);
}

static void interval_policies(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said two = advert(2, 200);

	two.m.interval_s = 2;
	refused(&c, two, VRRP_DROP_INTERVAL);
	c.interval_check = VRRP_INTERVAL_ACCEPT;        /* version 2 does not learn */
	accepted(&c, two);
	c.interval_check = VRRP_INTERVAL_LEARN;
	struct alone a = backup_of(&c);
	hand(&a, two, VL_S);
	assert_int_equal(vrrp_router_active_adver_interval(a.router), 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), 7 * VL_S + 609375000);
	alone_free(&a);
}

static void interval_zero_teaches_nothing(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);

	s.m.interval_cs = 0;
	refused(&c, s, VRRP_DROP_INTERVAL_0);
}

/* Two faults at once: which one is named shows the order. */
static void the_order_of_checks_is_the_rfcs_or_keepaliveds(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);
	uint8_t bytes[64];
	size_t length = encode_said(&s, bytes, sizeof bytes);

	s.ttl = 1;
	expect_refused(&c, &s, bytes, length - 4, VRRP_DROP_TTL);
	c.check_order = VRRP_ORDER_KEEPALIVED;
	expect_refused(&c, &s, bytes, length - 4, VRRP_DROP_LENGTH);
	s.ttl = 255;
	bytes[5] = 2;           /* the interval, and with it the checksum */
	expect_refused(&c, &s, bytes, length, VRRP_DROP_INTERVAL);
	c.check_order = VRRP_ORDER_RFC;
	expect_refused(&c, &s, bytes, length, VRRP_DROP_CHECKSUM);
}

/* vrrp.md 2.1.4: an Active keepalived takes any packet of its VRID for one of its own. */
static void a_refused_packet_rearms_keepaliveds_advert_timer(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);
	uint8_t carp[36];
	vl_time at;

	hex_bytes(carp, sizeof carp, "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11");
	c.advert_timer_on_receive = VRRP_TIMER_REARM;
	struct alone a = active_of(&c, &at);
	s.m.auth_type = VRRP_AUTH_TEXT;
	hand(&a, s, at + 700 * VL_MS);
	assert_int_equal(vrrp_router_adver_at(a.router), at + 1700 * VL_MS);
	hand_payload(&a, &s, carp, sizeof carp, at + 900 * VL_MS);
	assert_int_equal(vrrp_router_adver_at(a.router), at + 1900 * VL_MS);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_CARP), 1);
	s.ttl = 3;
	hand(&a, s, at + 1000 * VL_MS);
	assert_int_equal(vrrp_router_adver_at(a.router), at + 2000 * VL_MS);
	assert_int_equal(a.box->frame_count, 0);
	alone_free(&a);
}

static void a_refused_packet_rearms_an_old_keepaliveds_down_timer(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);

	c.down_timer_on_refused = VRRP_TIMER_REARM;
	struct alone a = backup_of(&c);
	s.m.auth_type = VRRP_AUTH_TEXT;
	hand(&a, s, 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), 5 * VL_S + 609375000);
	alone_free(&a);
}

static void in_initialize_nothing_is_heard(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = alone_with(&c);

	hand(&a, advert(2, 200), VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NOT_RUNNING), 1);
	assert_int_equal(box_records(a.box, &VRRP_DROP_KIND, NULL), 1);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, NULL), 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	alone_free(&a);
}

/* Bytes that nobody would send, most of them dressed as our virtual router: each has exactly one fate, and
 * none is believed. Every knob that makes a router less careful is turned on. */
static void hostile_bytes_have_one_fate_each(void **state)
{
	struct prng chance = prng_stream(1, "hostile bytes");
	static const uint8_t first[] = {0x21, 0x31, 0x21, 0x31, 0x22, 0x41, 0x00, 0xff};

	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		c.length_check = VRRP_LENGTH_HEADER;
		c.address_check = VRRP_ADDRESS_LOG;
		c.log = VRRP_LOG_NEVER;
		struct alone a = backup_of(&c);
		struct said s = advert(version, 200);
		uint64_t handed = 0, fates = 0;
		for (int i = 0; i < 5000; i++) {
			uint8_t bytes[128];
			size_t length = (size_t)prng_below(&chance, sizeof bytes);
			for (size_t k = 0; k < length; k++)
				bytes[k] = (uint8_t)prng_u64(&chance);
			if (length >= 2) {
				bytes[0] = first[prng_below(&chance, sizeof first)];
				bytes[1] = prng_chance(&chance, 9, 10) ? 10 : bytes[1];
			}
			if (length >= 4 && prng_chance(&chance, 1, 2))
				bytes[3] &= 0x0f;
			handed += length >= 6;
			hand_payload(&a, &s, bytes, length, VL_S);
			box_forget(a.box);
		}
		for (int why = 0; why < VRRP_DROP_COUNT; why++)
			fates += vrrp_router_dropped(a.router, (enum vrrp_drop)why);
		assert_int_equal(fates, handed);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 0);
		assert_true(vrrp_router_dropped(a.router, VRRP_DROP_CHECKSUM) > 100);
		assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(3609375000));
		alone_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ttl_other_than_255_is_refused),
		cmocka_unit_test(other_version_is_refused),
		cmocka_unit_test(other_type_is_refused),
		cmocka_unit_test(truncated_messages_are_refused),
		cmocka_unit_test(shorter_than_a_header_is_nobodys),
		cmocka_unit_test(trailing_bytes_are_refused),
		cmocka_unit_test(a_sloppy_router_reads_carp_as_priority_zero),
		cmocka_unit_test(carp_of_another_id_is_another_router),
		cmocka_unit_test(wrong_checksum_is_refused),
		cmocka_unit_test(checksum_camps),
		cmocka_unit_test(another_virtual_router_touches_nothing),
		cmocka_unit_test(another_interface_or_family_is_ignored),
		cmocka_unit_test(an_owner_discards_or_processes),
		cmocka_unit_test(text_authentication),
		cmocka_unit_test(cisco_md5_authentication),
		cmocka_unit_test(ah_is_another_authentication),
		cmocka_unit_test(address_list_policies),
		cmocka_unit_test(another_count_is_another_list),
		cmocka_unit_test(a_processed_mismatch_is_warned_of_once),
		cmocka_unit_test(another_active_makes_warnings_due_again),
		cmocka_unit_test(each_problem_of_a_sender_is_warned_of),
		cmocka_unit_test(no_addresses_at_all_is_refused_in_version_3),
		cmocka_unit_test(ipv6_wants_a_link_local_address_first),
		cmocka_unit_test(interval_policies),
		cmocka_unit_test(interval_zero_teaches_nothing),
		cmocka_unit_test(the_order_of_checks_is_the_rfcs_or_keepaliveds),
		cmocka_unit_test(a_refused_packet_rearms_keepaliveds_advert_timer),
		cmocka_unit_test(a_refused_packet_rearms_an_old_keepaliveds_down_timer),
		cmocka_unit_test(in_initialize_nothing_is_heard),
		cmocka_unit_test(hostile_bytes_have_one_fate_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
