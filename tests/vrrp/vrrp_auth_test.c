// SPDX-License-Identifier: BSD-2-Clause
/*
 * Authentication both ways: IP AH, Cisco's MD5 with a key id, and keepalived's HMAC trailer. The bytes were computed
 * apart from this program, by the layouts in the headers of sim/vrrp/vrrp_auth_*.c.
 */
#include "tests/vrrp/vrrp_box.h"

#include "sim/vrrp/vrrp_auth.h"

#define HMAC_KEY "0123456789abcdef0123456789abcdef"

static struct vrrp_config with_auth(uint8_t version, uint8_t priority, const char *word, const char *key)
{
	struct vrrp_config c = config_of(version, priority);

	assert_true(vrrp_auth_set_word(&c, word, strlen(word)));
	c.password = key;
	return c;
}

/* A sender at 192.0.2.12 (or its link-local address), Active; its first advertisement is kept. */
static struct alone sender_of(const struct vrrp_config *c, vl_time *at)
{
	struct alone s = {.box = box_new(12, c->family == IP_V6 ? "2001:db8::12/64" : "192.0.2.12/24", NULL)};

	s.router = router_in(s.box, c);
	vrrp_router_startup(s.router, 0);
	*at = vrrp_router_deadline(s.router);
	vrrp_router_timeout(s.router, *at);
	box_drain(s.box, *at);
	return s;
}

/* The i-th advertisement among what it sent. */
static struct box_bytes sent(const struct alone *s, size_t i)
{
	struct box_bytes f = {0};
	size_t n = 0;

	for (size_t k = 0; k < s->box->frame_count; k++) {
		struct packet p = box_packet(s->box, k);
		if (p.transport != TRANSPORT_VRRP || n++ != i)
			continue;
		f.length = s->box->frame[k].length;
		memcpy(f.bytes, s->box->frame[k].bytes, f.length);
		return f;
	}
	fail_msg("no advertisement %zu", i);
	return f;
}

/* Lets it advertise once more. */
static vl_time again(struct alone *s)
{
	vl_time at = vrrp_router_adver_at(s->router);

	vrrp_router_timeout(s->router, at);
	box_drain(s->box, at);
	return at;
}

static void expect_fate(struct alone *a, const struct box_bytes *f, vl_time at, enum vrrp_drop why)
{
	uint64_t before = vrrp_router_dropped(a->router, why);

	hand_bytes(a, f, at);
	if (vrrp_router_dropped(a->router, why) != before + 1)
		for (int i = 0; i < VRRP_DROP_COUNT; i++)
			if (vrrp_router_dropped(a->router, (enum vrrp_drop)i) != 0)
				print_message("%s\n", vrrp_drop_text((enum vrrp_drop)i));
	assert_int_equal(vrrp_router_dropped(a->router, why), before + 1);
}

/* The frame with one byte of its IP packet changed, and the IPv4 header sum right again. */
static struct box_bytes changed(const struct box_bytes *f, size_t at, uint8_t flip)
{
	struct box_bytes g = *f;
	struct rd in = rd_of(g.bytes + ETHERNET_HEADER, IPV4_HEADER);
	struct wr out = wr_of(g.bytes + ETHERNET_HEADER, IPV4_HEADER);
	struct ipv4_header h;

	g.bytes[ETHERNET_HEADER + at] ^= flip;
	assert_true(ipv4_decode(&h, &in));
	ipv4_encode(&h, &out);
	return g;
}

/* --- words --------------------------------------------------------------------------------------------- */

static void methods_have_words(void **state)
{
	static const struct {
		const char *word;
		uint8_t type;
		bool hmac;
		size_t trailer;
	} row[] = {
		{"none", 0, false, 0}, {"text", 1, false, 0}, {"md5", 254, false, 30}, {"ah", 2, false, 0},
		{"hmac", 0, true, 28},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = with_auth(2, 100, row[i].word, HMAC_KEY);
		assert_int_equal(c.auth_type, row[i].type);
		assert_int_equal(c.auth_hmac, row[i].hmac);
		assert_int_equal(vrrp_auth_trailer(&c), row[i].trailer);
		assert_string_equal(vrrp_auth_word(&c), row[i].word);
		assert_string_equal(vrrp_config_check(&c).reason, "");
	}
	struct vrrp_config c = config_of(2, 100);
	assert_false(vrrp_auth_set_word(&c, "sha1", 4));
	assert_false(vrrp_auth_set_word(&c, "tex", 3));
}

static void keys_that_cannot_be_are_refused(void **state)
{
	char longest[80];

	memset(longest, 'k', sizeof longest);
	longest[65] = '\0';
	struct vrrp_config c = with_auth(2, 100, "md5", longest);
	assert_string_equal(vrrp_config_check(&c).reason, "authentication: the key is longer than 55 bytes");
	c = with_auth(3, 100, "hmac", longest);
	assert_string_equal(vrrp_config_check(&c).reason,
			    "authentication: the key of auth_hmac has 65 bytes, not 32-64");
	c.password = "short";
	assert_string_equal(vrrp_config_check(&c).reason,
			    "authentication: the key of auth_hmac has 5 bytes, not 32-64");
	c.password = HMAC_KEY;
	c.key_id = 256;
	assert_string_equal(vrrp_config_check(&c).reason, "authentication: key id `256' is not in 0-255");
	c = with_auth(3, 100, "ah", "secret");
	assert_string_equal(vrrp_config_check(&c).reason, "authentication: version 3 has none");
}

/* --- Cisco's MD5 --------------------------------------------------------------------------------------- */

static void md5_names_its_key(void **state)
{
	struct vrrp_config c1 = with_auth(2, 100, "md5", "viplab-key"), c2 = c1;
	vl_time at;

	c1.key_id = 7;
	struct alone s = sender_of(&c1, &at);
	struct box_bytes f = sent(&s, 0);
	/* the key id is the 32 bits before the 16 of the digest */
	assert_hex(f.bytes + f.length - 20, 4, "00000007");
	struct alone other = backup_of(&c2), same = backup_of(&c1);
	expect_fate(&other, &f, at, VRRP_DROP_AUTH_DATA);
	expect_fate(&same, &f, at, VRRP_DROP_NONE);
	alone_free(&s);
	alone_free(&other);
	alone_free(&same);
}

/* --- AH ------------------------------------------------------------------------------------------------ */

/* SPI 192.0.2.11, sequence 1; HMAC-MD5-96 with "secret" over an IP header of 64 bytes, TTL 255 left in. */
static void ah_is_written_as_keepalived_does(void **state)
{
	struct vrrp_config c = with_auth(2, 100, "ah", "secret");
	struct alone a = alone_with(&c);

	vrrp_router_startup(a.router, 0);
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, 0);
	assert_payload(a.box, 0, "70040000c000020b000000011ea39c9f2ecc93e58b91c048"
				 "210a64010201b6f1c00002010000000000000000");
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.ipv4.protocol, 51);
	assert_true(p.has_ah && p.transport == TRANSPORT_VRRP);
	again(&a);
	p = box_packet(a.box, a.box->frame_count - 1);
	assert_int_equal(p.ah_sequence, 2);
	alone_free(&a);
}

/* Frame of keepalived 2.2.7 with `auth_type AH`, `auth_pass abc`: its fourth advertisement (tests/captures/
 * real-daemons/c3-auth-ah-vs-pass-host.pcap, frame 2). */
#define REAL_AH                                                                              \
	"01005e0000120200000000010800" "45c0004000040000ff33d0b30a000001e0000012"             \
	"700400000a00000100000004e5a7853b3ee1b5d527ed04dd" "2101960102013c980a0000640000000000000000"

static struct vrrp_config real_keepalived(const char *password)
{
	struct vrrp_config c = with_auth(2, 150, "ah", password);

	c.vrid = 1;
	c.address[0] = ip4(10, 0, 0, 100);
	c.advert_mac = VRRP_MAC_PHYSICAL;
	c.ip.id_counts = true;
	return c;
}

static void ah_is_byte_for_byte_that_of_a_real_keepalived(void **state)
{
	struct vrrp_config c = real_keepalived("abc");
	struct alone s = {.box = box_new(1, "10.0.0.1/24", NULL)};

	s.router = router_in(s.box, &c);
	vrrp_router_startup(s.router, 0);
	vrrp_router_timeout(s.router, vrrp_router_deadline(s.router));
	box_drain(s.box, 0);
	for (int i = 0; i < 3; i++)
		again(&s);
	struct box_bytes fourth = sent(&s, 3);
	assert_hex(fourth.bytes, fourth.length, REAL_AH);
	alone_free(&s);
}

static void ah_of_a_real_keepalived_is_taken(void **state)
{
	struct box_bytes f;

	f.length = hex_bytes(f.bytes, sizeof f.bytes, REAL_AH);
	for (int right = 0; right < 2; right++) {
		struct vrrp_config c = real_keepalived(right ? "abc" : "abd");
		c.priority = 100;
		c.check_order = VRRP_ORDER_KEEPALIVED;
		c.length_check = VRRP_LENGTH_PLAIN;
		struct alone a = backup_of(&c);
		expect_fate(&a, &f, VL_S, right ? VRRP_DROP_NONE : VRRP_DROP_AUTH_DATA);
		alone_free(&a);
	}
}

/* A password counts up to its eighth byte. */
static void ah_is_taken_with_the_right_password(void **state)
{
	struct vrrp_config sends = with_auth(2, 200, "ah", "longsecret"), c = with_auth(2, 100, "ah", "longsecr");
	vl_time at;
	struct alone s = sender_of(&sends, &at), a = backup_of(&c);
	struct box_bytes f = sent(&s, 0);

	expect_fate(&a, &f, at, VRRP_DROP_NONE);
	assert_int_equal(vrrp_router_active_down_at(a.router) - at, 3609375000u);
	c.password = "longsec";
	struct alone wrong = backup_of(&c);
	expect_fate(&wrong, &f, at, VRRP_DROP_AUTH_DATA);
	alone_free(&s);
	alone_free(&a);
	alone_free(&wrong);
}

static void ah_does_not_pass_twice(void **state)
{
	struct vrrp_config sends = with_auth(2, 200, "ah", "secret"), c = with_auth(2, 100, "ah", "secret");
	vl_time at;
	struct alone s = sender_of(&sends, &at), a = backup_of(&c);
	struct box_bytes first = sent(&s, 0);
	vl_time later = again(&s);
	struct box_bytes second = sent(&s, 1);

	expect_fate(&a, &second, later, VRRP_DROP_NONE);
	expect_fate(&a, &second, later, VRRP_DROP_REPLAY);
	expect_fate(&a, &first, later, VRRP_DROP_REPLAY);
	/* one counter for both directions: what it sends itself is above what it heard */
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, later);
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.ah_sequence, 3);
	/* a restart begins anew and takes the old ones */
	vrrp_router_crash(a.router);
	vrrp_router_startup(a.router, later + 10 * VL_S);
	expect_fate(&a, &first, later + 10 * VL_S, VRRP_DROP_NONE);
	alone_free(&s);
	alone_free(&a);
}

/* Every byte of the packet but TOS, flags, checksum: (0-based, in the IP packet) is covered. */
static void ah_covers_what_does_not_change_on_the_way(void **state)
{
	struct vrrp_config sends = with_auth(2, 200, "ah", "secret"), c = with_auth(2, 100, "ah", "secret");
	vl_time at;
	struct alone s = sender_of(&sends, &at);
	struct box_bytes f = sent(&s, 0), g;

	static const struct {
		size_t byte;
		uint8_t flip;
		enum vrrp_drop why;
	} row[] = {
		{1, 0x04, VRRP_DROP_NONE},              /* TOS */
		{4, 0x01, VRRP_DROP_AUTH_DATA},         /* IP ID */
		{6, 0x40, VRRP_DROP_NONE},              /* DF */
		{15, 0x01, VRRP_DROP_AUTH_DATA},        /* source: SPI and value */
		{20 + 7, 0x01, VRRP_DROP_AUTH_DATA},    /* SPI */
		{20 + 11, 0x02, VRRP_DROP_AUTH_DATA},   /* sequence number */
		{20 + 23, 0x01, VRRP_DROP_AUTH_DATA},   /* the value itself */
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct alone a = backup_of(&c);
		g = changed(&f, row[i].byte, row[i].flip);
		expect_fate(&a, &g, at, row[i].why);
		alone_free(&a);
	}
	alone_free(&s);
}

/* The value is right, but the SPI is not the sender's address: known only to who has the key. */
static void ah_wants_the_senders_address_as_spi(void **state)
{
	struct vrrp_config c = with_auth(2, 100, "ah", "secret");
	struct vrrp_auth_state state_of = {0};
	struct ipv4_header ip = {.ttl = 255, .src = ip4(192, 0, 2, 98), .dst = VRRP_GROUP_V4};
	struct said s = advert(2, 200);
	struct alone a = backup_of(&c);
	uint8_t packet[VRRP_AH_HEADER + 64];

	s.m.auth_type = VRRP_AUTH_AH;
	size_t length = VRRP_AH_HEADER + encode_said(&s, packet + VRRP_AH_HEADER, 64);
	vrrp_ah_seal(&c, &state_of, &ip, packet, length);
	for (int moved = 1; moved >= 0; moved--) {
		struct box_bytes f = {0};
		struct packet_envelope e = {.ttl = 255, .protocol = IP_PROTOCOL_AH, .src = ip.src, .dst = ip.dst};
		struct wr out = wr_of(f.bytes, sizeof f.bytes);
		if (moved)
			packet[4 + 3] = 99;
		else
			vrrp_ah_seal(&c, &state_of, &ip, packet, length);
		packet_begin(&out, &e);
		wr_bytes(&out, packet, length);
		packet_end(&out, &e);
		f.length = wr_length(&out);
		expect_fate(&a, &f, VL_S, moved ? VRRP_DROP_AUTH_DATA : VRRP_DROP_NONE);
	}
	alone_free(&a);
}

static void ah_is_asked_for_and_asked_away(void **state)
{
	struct vrrp_config ah = with_auth(2, 200, "ah", "secret"), none = config_of(2, 100);
	vl_time at;
	struct alone s = sender_of(&ah, &at), plain = backup_of(&none), wants;
	struct box_bytes f = sent(&s, 0);

	expect_fate(&plain, &f, at, VRRP_DROP_AUTH_TYPE);
	ah.priority = 100;
	wants = backup_of(&ah);
	hand(&wants, advert(2, 200), VL_S);
	assert_int_equal(vrrp_router_dropped(wants.router, VRRP_DROP_AUTH_TYPE), 1);
	alone_free(&wants);
	ah.check_order = VRRP_ORDER_KEEPALIVED;
	ah.length_check = VRRP_LENGTH_PLAIN;
	wants = backup_of(&ah);
	hand(&wants, advert(2, 200), VL_S);
	assert_int_equal(vrrp_router_dropped(wants.router, VRRP_DROP_AUTH_TYPE), 1);
	expect_fate(&wants, &f, at, VRRP_DROP_NONE);
	/* a message in AH whose own byte says text */
	struct box_bytes g = changed(&f, IPV4_HEADER + VRRP_AH_HEADER + 4, 3);
	expect_fate(&wants, &g, at, VRRP_DROP_AUTH_TYPE);
	alone_free(&s);
	alone_free(&plain);
	alone_free(&wants);
}

/* What is no AH of 24 bytes around a message fails, and touches no byte outside. */
static void ah_of_another_length_fails(void **state)
{
	struct vrrp_config ah = with_auth(2, 200, "ah", "secret");
	vl_time at;
	struct alone s = sender_of(&ah, &at), a = backup_of(&ah);
	struct box_bytes f = sent(&s, 0);

	/* 28 bytes of AH: four of the message are taken for its value; the message is cut */
	struct box_bytes g = changed(&f, IPV4_HEADER + 1, 4 ^ 5);
	hand_bytes(&a, &g, at);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 0);
	/* options in the IP header: not what anybody sends */
	ah.length_check = VRRP_LENGTH_HEADER;
	struct box_bytes o = {.length = f.length + 4};
	memcpy(o.bytes, f.bytes, ETHERNET_HEADER + IPV4_HEADER);
	memset(o.bytes + ETHERNET_HEADER + IPV4_HEADER, 1, 4);
	memcpy(o.bytes + ETHERNET_HEADER + IPV4_HEADER + 4, f.bytes + ETHERNET_HEADER + IPV4_HEADER,
	       f.length - ETHERNET_HEADER - IPV4_HEADER);
	o.bytes[ETHERNET_HEADER] = 0x46;
	o.bytes[ETHERNET_HEADER + 3] = (uint8_t)(o.bytes[ETHERNET_HEADER + 3] + 4);
	struct rd in = rd_of(o.bytes + ETHERNET_HEADER, 24);
	struct wr out = wr_of(o.bytes + ETHERNET_HEADER, 24);
	struct ipv4_header h;
	assert_true(ipv4_decode(&h, &in));
	ipv4_encode(&h, &out);
	expect_fate(&a, &o, at, VRRP_DROP_AUTH_DATA);
	alone_free(&s);
	alone_free(&a);
}

/* --- the HMAC trailer ---------------------------------------------------------------------------------- */

/* Active at 3.609375 s: seconds 3, fraction 0.609375 * 65536 = 0x9c00, counter 0. */
static void hmac_is_written_as_keepalived_does(void **state)
{
	static const struct {
		uint8_t version;
		const char *payload;
	} row[] = {
		{2, "210a64010001b8f1c0000201000000000000000001030000000000039c000000"
		    "89b28aa3c500b74a4ec1aac411c12fe2"},
		{3, "310a64010064a88ec000020101030000000000039c0000004dbed49eed1b76e603276be83717a721"},
	};

	for (size_t i = 0; i < 2; i++) {
		struct vrrp_config c = with_auth(row[i].version, 100, "hmac", HMAC_KEY);
		c.key_id = 3;
		struct alone a = alone_with(&c);
		vrrp_router_startup(a.router, 0);
		vl_time at = vrrp_router_deadline(a.router);
		vrrp_router_timeout(a.router, at);
		box_drain(a.box, at);
		assert_payload(a.box, 0, row[i].payload);
		alone_free(&a);
	}
}

/* Over IPv6 the checksum takes the trailer in. */
static void hmac_over_ipv6(void **state)
{
	struct vrrp_config c;
	struct alone a = {.box = box_new(11, "2001:db8::11/64", NULL)};

	vrrp_config_init(&c, 3, IP_V6);
	c.vrid = 10;
	c.address_count = 1;
	c.auth_hmac = true;
	c.password = HMAC_KEY;
	c.key_id = 3;
	assert_true(ip_parse("fe80::10", &c.address[0]));
	a.router = router_in(a.box, &c);
	vrrp_router_startup(a.router, 0);
	vl_time at = vrrp_router_deadline(a.router);
	vrrp_router_timeout(a.router, at);
	box_drain(a.box, at);
	assert_payload(a.box, 0, "310a6401006485f8fe80000000000000000000000000001001030000000000039c000000"
				 "3a6c6b57281315a7b7ee4f55dc888470");
	struct alone b = {.box = box_new(12, "2001:db8::12/64", NULL)};
	b.router = router_in(b.box, &c);
	vrrp_router_startup(b.router, 0);
	struct box_bytes f = sent(&a, 0);
	expect_fate(&b, &f, at, VRRP_DROP_NONE);
	alone_free(&a);
	alone_free(&b);
}

/* A trailer of one's own making around a message of version 3 from 192.0.2.99. */
struct forged {
	uint8_t scheme, key_id;
	uint16_t reserved;
	uint32_t seconds;
	uint8_t flip;                   /* last byte of the HMAC */
	uint8_t cut;                    /* bytes missing at the end */
};

static struct box_bytes forge(const struct forged *how)
{
	struct vrrp_config c = with_auth(3, 200, "hmac", HMAC_KEY);
	struct said s = advert(3, 200);
	struct ip_addr src = ip4(192, 0, 2, 99), group = VRRP_GROUP_V4;
	struct vrrp_auth_state state_of = {.hmac_sequence = (uint64_t)how->seconds << 32};
	uint8_t payload[128];
	size_t message = encode_said(&s, payload, sizeof payload);
	struct wr out = wr_of(payload, sizeof payload);

	wr_zero(&out, message);
	(void)encode_said(&s, payload, sizeof payload);
	c.key_id = how->key_id;
	vrrp_hmac_append(&c, &state_of, &src, &group, &out, 0);
	payload[message] = how->scheme;
	payload[message + 2] = (uint8_t)(how->reserved >> 8);
	payload[message + 3] = (uint8_t)how->reserved;
	payload[wr_length(&out) - 1] ^= how->flip;
	return wrap("192.0.2.99", "224.0.0.18", 255, payload, wr_length(&out) - how->cut);
}

/* At 100 s with an interval of 1 s: the window is its floor, 5 s each way. */
static void hmac_trailers_are_judged(void **state)
{
	static const struct {
		struct forged how;
		enum vrrp_drop why;
	} row[] = {
		{{1, 3, 0, 100, 0, 0}, VRRP_DROP_NONE},
		{{1, 3, 0, 95, 0, 0}, VRRP_DROP_NONE},
		{{1, 3, 0, 105, 0, 0}, VRRP_DROP_NONE},
		{{1, 3, 0, 94, 0, 0}, VRRP_DROP_REPLAY},
		{{1, 3, 0, 106, 0, 0}, VRRP_DROP_REPLAY},
		{{2, 3, 0, 100, 0, 0}, VRRP_DROP_AUTH_DATA},
		{{1, 3, 1, 100, 0, 0}, VRRP_DROP_AUTH_DATA},
		{{1, 4, 0, 100, 0, 0}, VRRP_DROP_AUTH_DATA},
		{{1, 3, 0, 100, 1, 0}, VRRP_DROP_AUTH_DATA},
		{{1, 3, 0, 100, 0, 1}, VRRP_DROP_LENGTH},
		{{1, 3, 0, 100, 0, 28}, VRRP_DROP_AUTH_TYPE},   /* there is none */
	};
	struct vrrp_config c = with_auth(3, 100, "hmac", HMAC_KEY);

	c.key_id = 3;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		for (int order = 0; order < 2; order++) {
			c.check_order = (enum vrrp_check_order)order;
			c.length_check = order == 0 ? VRRP_LENGTH_COMPLETE : VRRP_LENGTH_PLAIN;
			struct alone a = backup_of(&c);
			struct box_bytes f = forge(&row[i].how);
			expect_fate(&a, &f, 100 * VL_S, row[i].why);
			alone_free(&a);
		}
}

/* The window grows with the interval: 3 * 4 s. */
static void hmac_window_is_three_intervals(void **state)
{
	struct vrrp_config c = with_auth(3, 100, "hmac", HMAC_KEY);
	struct forged old = {1, 0, 0, 88, 0, 0}, older = {1, 0, 0, 87, 0, 0};
	struct box_bytes f;

	c.interval = 4 * VL_S;
	struct alone a = backup_of(&c);
	f = forge(&older);
	expect_fate(&a, &f, 100 * VL_S, VRRP_DROP_REPLAY);
	f = forge(&old);
	expect_fate(&a, &f, 100 * VL_S, VRRP_DROP_NONE);
	alone_free(&a);
}

/* A router that does not know the trailer finds the message too long. */
static void hmac_is_a_wrong_length_to_others(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct forged good = {1, 0, 0, 1, 0, 0};
	struct alone a = backup_of(&c);
	struct box_bytes f = forge(&good);

	expect_fate(&a, &f, VL_S, VRRP_DROP_LENGTH);
	alone_free(&a);
}

static void hmac_sequences_grow_for_each_sender(void **state)
{
	struct vrrp_config c = with_auth(3, 100, "hmac", HMAC_KEY);
	struct alone a = backup_of(&c);
	struct forged now = {1, 0, 0, 100, 0, 0}, before = {1, 0, 0, 99, 0, 0};
	struct box_bytes f = forge(&now), g = forge(&before);

	expect_fate(&a, &f, 100 * VL_S, VRRP_DROP_NONE);
	expect_fate(&a, &f, 100 * VL_S, VRRP_DROP_REPLAY);
	expect_fate(&a, &g, 100 * VL_S, VRRP_DROP_REPLAY);
	/* 30 s later the mark lies outside the window itself; what comes is judged by the clock alone */
	struct forged later = {1, 0, 0, 128, 0, 0};
	f = forge(&later);
	expect_fate(&a, &f, 130 * VL_S, VRRP_DROP_NONE);
	alone_free(&a);
}

/* Four senders are remembered; the fifth takes the place of the one that was silent longest. */
static void hmac_remembers_four_senders(void **state)
{
	struct vrrp_config c = with_auth(3, 100, "hmac", HMAC_KEY);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);
	uint8_t payload[128];

	for (unsigned round = 0; round < 2; round++)
		for (uint8_t i = 0; i < 5; i++) {
			char src[16];
			struct vrrp_auth_state state_of = {.hmac_sequence = UINT64_C(50) << 32};
			struct ip_addr from = ip4(192, 0, 2, (uint8_t)(100 + i)), group = VRRP_GROUP_V4;
			(void)snprintf(src, sizeof src, "192.0.2.%u", 100u + i);
			s.src = src;
			struct wr out = wr_of(payload, sizeof payload);
			wr_zero(&out, encode_said(&s, payload, sizeof payload));
			(void)encode_said(&s, payload, sizeof payload);
			vrrp_hmac_append(&c, &state_of, &from, &group, &out, 0);
			struct box_bytes f = wrap(src, "224.0.0.18", 255, payload, wr_length(&out));
			/* in the second round everyone was pushed out by the one before */
			expect_fate(&a, &f, 50 * VL_S, VRRP_DROP_NONE);
		}
	alone_free(&a);
}

/* Two advertisements at one instant, as after an answer: the counter tells them apart. */
static void hmac_counts_within_one_instant(void **state)
{
	struct vrrp_config c = with_auth(3, 100, "hmac", HMAC_KEY);
	struct vrrp_auth_state a = {0};

	vrrp_auth_begin(&c, &a, 2 * VL_S);
	assert_int_equal(a.hmac_sequence, UINT64_C(2) << 32);
	vrrp_auth_begin(&c, &a, 2 * VL_S);
	assert_int_equal(a.hmac_sequence, (UINT64_C(2) << 32) + 1);
	vrrp_auth_begin(&c, &a, 2 * VL_S + VL_S / 2);
	assert_int_equal(a.hmac_sequence, (UINT64_C(2) << 32) + (UINT64_C(0x8000) << 16));
	c.auth_hmac = false;
	vrrp_auth_begin(&c, &a, 3 * VL_S);
	assert_int_equal(a.hmac_sequence, (UINT64_C(2) << 32) + (UINT64_C(0x8000) << 16));
}

/* --- all of them --------------------------------------------------------------------------------------- */

static const struct {
	uint8_t version;
	const char *word, *key;
} METHODS[] = {
	{2, "md5", "viplab-key"}, {2, "ah", "secret"}, {2, "hmac", HMAC_KEY}, {3, "hmac", HMAC_KEY},
};

/* Behind the IP header every bit is covered, by the proof or by the checksum. */
static void every_changed_bit_is_noticed(void **state)
{
	for (size_t m = 0; m < sizeof METHODS / sizeof METHODS[0]; m++) {
		struct vrrp_config c = with_auth(METHODS[m].version, 200, METHODS[m].word, METHODS[m].key);
		vl_time at;
		struct alone s = sender_of(&c, &at);
		struct box_bytes f = sent(&s, 0);
		c.priority = 100;
		struct alone a = backup_of(&c);
		for (size_t byte = ETHERNET_HEADER + IPV4_HEADER; byte < f.length; byte++)
			for (int bit = 0; bit < 8; bit++) {
				struct box_bytes g = f;
				g.bytes[byte] ^= (uint8_t)(1 << bit);
				hand_bytes(&a, &g, at);
				box_forget(a.box);
			}
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 0);
		expect_fate(&a, &f, at, VRRP_DROP_NONE);        /* and the original still passes */
		alone_free(&s);
		alone_free(&a);
	}
}

/* Every shorter packet, with an IP header that admits it. */
static void no_prefix_passes(void **state)
{
	for (size_t m = 0; m < sizeof METHODS / sizeof METHODS[0]; m++)
		for (int header = 0; header < 2; header++) {
			struct vrrp_config c = with_auth(METHODS[m].version, 200, METHODS[m].word, METHODS[m].key);
			vl_time at;
			struct alone s = sender_of(&c, &at);
			struct box_bytes f = sent(&s, 0);
			c.priority = 100;
			c.length_check = header ? VRRP_LENGTH_HEADER : VRRP_LENGTH_COMPLETE;
			struct alone a = backup_of(&c);
			for (size_t length = ETHERNET_HEADER + IPV4_HEADER; length < f.length; length++) {
				struct box_bytes g = f;
				g.length = length;
				g.bytes[ETHERNET_HEADER + 3] = (uint8_t)(length - ETHERNET_HEADER);
				g = changed(&g, 1, 0);
				hand_bytes(&a, &g, at);
				box_forget(a.box);
			}
			assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 0);
			alone_free(&s);
			alone_free(&a);
		}
}

/* What a supervisor says for a router that was killed is what the router would have said, to the byte. */
static void a_goodbye_for_it_is_the_one_it_would_say(void **state)
{
	static const struct {
		uint8_t version;
		const char *word, *key;
	} METHOD[] = {
		{2, "none", NULL}, {2, "text", "secret"}, {2, "ah", "secret"}, {2, "md5", "secret"},
		{2, "hmac", HMAC_KEY}, {3, "none", NULL}, {3, "hmac", HMAC_KEY},
	};

	for (size_t i = 0; i < sizeof METHOD / sizeof METHOD[0]; i++) {
		vl_time at;
		uint8_t goodbye[512];
		struct packet p, foreign;
		struct vrrp_config c = with_auth(METHOD[i].version, 100, METHOD[i].word, METHOD[i].key);
		struct alone s = sender_of(&c, &at);

		again(&s);
		at = again(&s);
		struct box_bytes last = sent(&s, 2);
		assert_true(packet_dissect(&p, last.bytes, last.length, last.length));
		size_t length = vrrp_router_goodbye(s.router, &p, goodbye, sizeof goodbye);
		foreign = p;
		foreign.vrrp.vrid++;
		assert_int_equal(vrrp_router_goodbye(s.router, &foreign, goodbye, sizeof goodbye), 0);
		foreign = p;
		foreign.src = ip4(192, 0, 2, 77);
		assert_int_equal(vrrp_router_goodbye(s.router, &foreign, goodbye, sizeof goodbye), 0);
		assert_int_equal(vrrp_router_goodbye(s.router, &p, goodbye, length - 1), 0);
		assert_int_equal(vrrp_router_goodbye(s.router, &p, goodbye, sizeof goodbye), length);
		vrrp_router_shutdown(s.router, at);
		box_drain(s.box, at);
		struct box_bytes said = sent(&s, 3);
		assert_int_equal(length, said.length);
		assert_memory_equal(goodbye, said.bytes, length);
		alone_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods_have_words),
		cmocka_unit_test(a_goodbye_for_it_is_the_one_it_would_say),
		cmocka_unit_test(keys_that_cannot_be_are_refused),
		cmocka_unit_test(md5_names_its_key),
		cmocka_unit_test(ah_is_written_as_keepalived_does),
		cmocka_unit_test(ah_is_byte_for_byte_that_of_a_real_keepalived),
		cmocka_unit_test(ah_of_a_real_keepalived_is_taken),
		cmocka_unit_test(ah_is_taken_with_the_right_password),
		cmocka_unit_test(ah_does_not_pass_twice),
		cmocka_unit_test(ah_covers_what_does_not_change_on_the_way),
		cmocka_unit_test(ah_wants_the_senders_address_as_spi),
		cmocka_unit_test(ah_is_asked_for_and_asked_away),
		cmocka_unit_test(ah_of_another_length_fails),
		cmocka_unit_test(hmac_is_written_as_keepalived_does),
		cmocka_unit_test(hmac_over_ipv6),
		cmocka_unit_test(hmac_trailers_are_judged),
		cmocka_unit_test(hmac_window_is_three_intervals),
		cmocka_unit_test(hmac_is_a_wrong_length_to_others),
		cmocka_unit_test(hmac_sequences_grow_for_each_sender),
		cmocka_unit_test(hmac_remembers_four_senders),
		cmocka_unit_test(hmac_counts_within_one_instant),
		cmocka_unit_test(every_changed_bit_is_noticed),
		cmocka_unit_test(no_prefix_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
