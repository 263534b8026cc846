// SPDX-License-Identifier: BSD-2-Clause
/* What leaves a router, byte for byte: the vectors of real routers, announcements, headers, ownership. */
#include "tests/vrrp/vrrp_box.h"

/* --- vectors: T1-T10 as real daemons sent them --------------------------------------------------------- */

struct vector {
	const char *what;
	const char *interface;          /* address of the sender */
	uint8_t version;
	uint8_t vrid, priority;
	const char *addresses[6];
	uint8_t auth_type;
	const char *password;
	enum vrrp_checksum_form form;
	bool resigns;
	const char *payload;
};

static const struct vector VECTORS[] = {
	{.what = "T1: keepalived, version 2",
	 .interface = "10.9.0.2/24", .version = 2, .vrid = 10, .priority = 150, .addresses = {"10.9.0.60"},
	 .payload = "210a960100013eae0a09003c0000000000000000"},
	{.what = "T2: keepalived resigns",
	 .interface = "10.9.0.1/24", .version = 2, .vrid = 10, .priority = 100, .addresses = {"10.9.0.50"},
	 .resigns = true,
	 .payload = "210a00010001d4b80a0900320000000000000000"},
	{.what = "T3: text authentication, three addresses",
	 .interface = "192.0.2.10/24", .version = 2, .vrid = 51, .priority = 100,
	 .addresses = {"192.0.2.1", "192.0.2.2", "192.0.2.3"},
	 .auth_type = VRRP_AUTH_TEXT, .password = "s3cret",
	 .payload = "213364030101f7a5c0000201c0000202c00002037333637265740000"},
	{.what = "T4: the address owner",
	 .interface = "192.0.2.1/24", .version = 2, .vrid = 1, .priority = 255, .addresses = {"192.0.2.1"},
	 .payload = "2101ff0100011dfac00002010000000000000000"},
	{.what = "T5: five addresses, as long as CARP",
	 .interface = "10.9.0.1/24", .version = 2, .vrid = 10, .priority = 100,
	 .addresses = {"10.9.0.51", "10.9.0.52", "10.9.0.53", "10.9.0.54", "10.9.0.55"},
	 .payload = "210a6405000147b90a0900330a0900340a0900350a0900360a0900370000000000000000"},
	{.what = "T6: Cisco MD5",
	 .interface = "192.0.2.2/24", .version = 2, .vrid = 7, .priority = 120, .addresses = {"192.0.2.254"},
	 .auth_type = VRRP_AUTH_CISCO_MD5, .password = "viplab-key",
	 .payload = "21077801fe01650bc00002fe0000000000000000fe1c01000000c0000202000000008bb033767086cc2d"
		    "37080361dc7c6d0a"},
	{.what = "T7: version 3, message only",
	 .interface = "192.0.2.2/24", .version = 3, .vrid = 10, .priority = 100, .addresses = {"192.0.2.254"},
	 .form = VRRP_CHECKSUM_MESSAGE,
	 .payload = "310a64010064a791c00002fe"},
	{.what = "T8: version 3, FRR's pseudo-header",
	 .interface = "10.9.0.2/24", .version = 3, .vrid = 10, .priority = 150, .addresses = {"10.9.0.60"},
	 .form = VRRP_CHECKSUM_PSEUDO,
	 .payload = "310a9601006443b10a09003c"},
	{.what = "T9: version 3, keepalived's pseudo-header",
	 .interface = "10.9.0.1/24", .version = 3, .vrid = 10, .priority = 100, .addresses = {"10.9.0.50"},
	 .form = VRRP_CHECKSUM_PSEUDO,
	 .payload = "310a6401006475bc0a090032"},
	{.what = "T10: version 3, IPv6",
	 .interface = "fe80::1/64", .version = 3, .vrid = 10, .priority = 100,
	 .addresses = {"fe80::10", "2001:db8::10"},
	 .payload = "310a640200644006fe80000000000000000000000000001020010db8000000000000000000000010"},
};

static struct vrrp_config config_of_vector(const struct vector *v)
{
	struct vrrp_config c;
	bool is_v6 = strchr(v->interface, ':') != NULL;

	vrrp_config_init(&c, v->version, is_v6 ? IP_V6 : IP_V4);
	c.vrid = v->vrid;
	c.priority = v->priority;
	c.auth_type = v->auth_type;
	c.password = v->password;
	if (v->form != VRRP_CHECKSUM_WRONG)
		c.checksum_send = v->form;
	for (size_t i = 0; v->addresses[i] != NULL; i++)
		assert_true(ip_parse(v->addresses[i], &c.address[c.address_count++]));
	return c;
}

static void adverts_are_those_of_real_routers(void **state)
{
	for (size_t i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
		const struct vector *v = &VECTORS[i];
		struct vrrp_config c = config_of_vector(v);
		struct box *b = box_new(1, v->interface, NULL);
		struct vrrp_router *r = router_in(b, &c);
		struct vl_status sound = vrrp_config_check(&c);
		assert_true(vl_ok(&sound));
		vrrp_router_startup(r, 0);
		if (vrrp_router_state(r) != VRRP_ACTIVE)
			vrrp_router_timeout(r, vrrp_router_deadline(r));
		if (v->resigns) {
			box_drain(b, 0);
			box_forget(b);
			vrrp_router_shutdown(r, 10 * VL_S);
		}
		box_drain(b, 0);
		size_t first = 0;
		assert_int_equal(box_count(b, TRANSPORT_VRRP, &first), 1);
		assert_payload(b, first, v->payload);
		struct packet p = box_packet(b, first);
		assert_int_equal(p.ttl, 255);
		assert_true(mac_equal(p.ethernet.src, vrrp_virtual_mac(c.family, v->vrid)));
		vrrp_router_free(r);
		box_free(b);
	}
}

/* The other way: each of them is accepted by a router that is configured like its sender. */
static void vectors_are_accepted(void **state)
{
	for (size_t i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
		const struct vector *v = &VECTORS[i];
		struct vrrp_config c = config_of_vector(v);
		uint8_t bytes[128];
		size_t length = hex_bytes(bytes, sizeof bytes, v->payload);
		char src[IP_PREFIX_TEXT];
		struct box *b = box_new(9, c.family == IP_V6 ? "fe80::9/64" : "192.0.2.9/24", NULL);
		c.priority = 90;
		struct alone a = {.box = b, .router = router_in(b, &c)};
		struct said s = {.src = src, .dst = c.family == IP_V6 ? "ff02::12" : "224.0.0.18", .ttl = 255};
		memcpy(src, v->interface, strcspn(v->interface, "/"));
		src[strcspn(v->interface, "/")] = '\0';
		vrrp_router_startup(a.router, 0);
		hand_payload(&a, &s, bytes, length, VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
		vl_time wait = v->resigns ? 0 : 3 * VL_S;       /* skew (256 - 90) / 256 s */
		assert_int_equal(vrrp_router_active_down_at(a.router), VL_S + wait + 648437500);
		alone_free(&a);
	}
}

/* --- headers ------------------------------------------------------------------------------------------- */

static void ip_headers_can_look_like_other_routers(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;

	c.ip = (struct vrrp_ip_config){.tos = 0xc0, .dont_fragment = true, .id_counts = true};
	c.advert_mac = VRRP_MAC_PHYSICAL;
	struct alone a = active_of(&c, &at);
	vrrp_router_timeout(a.router, at + VL_S);
	vrrp_router_timeout(a.router, at + 2 * VL_S);
	box_drain(a.box, at);
	for (size_t i = 0; i < 2; i++) {
		struct packet p = box_packet(a.box, i);
		assert_int_equal(p.ipv4.tos, 0xc0);
		assert_true(p.ipv4.dont_fragment);
		assert_int_equal(p.ipv4.id, 2 + i);     /* the first one is gone */
		assert_true(mac_equal(p.ethernet.src, (struct mac){{2, 0, 0, 0, 0, 11}}));
		assert_true(mac_equal(p.ethernet.dst, (struct mac){{1, 0, 0x5e, 0, 0, 0x12}}));
	}
	/* a restart counts from the beginning */
	vrrp_router_crash(a.router);
	vrrp_router_startup(a.router, at + 10 * VL_S);
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, at);
	assert_int_equal(box_packet(a.box, 2).ipv4.id, 1);
	alone_free(&a);
}

static void the_source_address_can_be_told(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.source = ip4(192, 0, 2, 200);
	struct alone a = backup_of(&c);
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, 0);
	struct packet p = box_packet(a.box, 0);
	assert_true(ip_equal(&p.src, &c.source));
	alone_free(&a);
}

/* --- announcements: the shapes of vrrp.md 1.7 ---------------------------------------------------------- */

static void expect_arp(const struct box *b, size_t i, const char *hex)
{
	assert_true(i < b->frame_count && b->frame[i].length >= 42);
	assert_hex(b->frame[i].bytes, 42, hex);
}

#define VMAC "00005e00010a"
#define VIP "c0000201"
#define ALL "ffffffffffff"

/* Becomes Active; frames kept. */
static struct alone announcing(const struct vrrp_announce_config *announce, enum vrrp_mac_policy mac, vl_time *at)
{
	struct vrrp_config c = config_of(2, 100);

	if (announce != NULL)
		c.announce = *announce;
	c.announce_mac = mac;
	struct alone a = backup_of(&c);
	*at = vrrp_router_deadline(a.router);
	vrrp_router_timeout(a.router, *at);
	box_drain(a.box, *at);
	return a;
}

/* Calls timeout at each deadline up to `until`. */
static void run_alone(struct alone *a, vl_time until)
{
	for (vl_time next; (next = vrrp_router_deadline(a->router)) <= until;) {
		vrrp_router_timeout(a->router, next);
		assert_true(vrrp_router_deadline(a->router) > next);
		box_drain(a->box, next);
	}
}

static void the_rfcs_announcement_is_one_request(void **state)
{
	vl_time at;
	struct alone a = announcing(NULL, VRRP_MAC_VIRTUAL, &at);

	assert_int_equal(a.box->frame_count, 2);
	expect_arp(a.box, 1, ALL VMAC "0806" "0001080006040001" VMAC VIP "000000000000" VIP);
	run_alone(&a, at + 10 * VL_S);
	assert_int_equal(box_count_arp(a.box), 1);
	alone_free(&a);
}

/* Five at once and five more after 5 s, from the physical MAC to a broadcast target. */
static void keepalived_announces_five_and_five(void **state)
{
	const struct vrrp_announce_config keepalived = {
		.target = VRRP_GARP_TARGET_BROADCAST, .count = 5, .repeat_count = 5, .repeat_after = 5 * VL_S};
	vl_time at;
	struct alone a = announcing(&keepalived, VRRP_MAC_PHYSICAL, &at);

	assert_int_equal(a.box->frame_count, 6);
	expect_arp(a.box, 1, ALL "02000000000b" "0806" "0001080006040001" "02000000000b" VIP ALL VIP);
	expect_arp(a.box, 5, ALL "02000000000b" "0806" "0001080006040001" "02000000000b" VIP ALL VIP);
	run_alone(&a, at + 5 * VL_S - 1);
	assert_int_equal(box_count_arp(a.box), 5);
	run_alone(&a, at + 20 * VL_S);
	assert_int_equal(box_count_arp(a.box), 10);
	alone_free(&a);
}

/* Replies, to everybody and a copy to Cisco's group, the first round before the advert, three of them. */
static void cisco_announces_with_replies_before_the_advert(void **state)
{
	const struct vrrp_announce_config cisco = {.operation = ARP_REPLY,
						   .target = VRRP_GARP_TARGET_DESTINATION,
						   .count = 3,
						   .gap = VL_S,
						   .before_advert = true,
						   .cisco_copy = true};
	vl_time at;
	struct alone a = announcing(&cisco, VRRP_MAC_VIRTUAL, &at);

	assert_int_equal(a.box->frame_count, 3);
	expect_arp(a.box, 0, ALL VMAC "0806" "0001080006040002" VMAC VIP ALL VIP);
	expect_arp(a.box, 1, "01000ccdcdcd" VMAC "0806" "0001080006040002" VMAC VIP "01000ccdcdcd" VIP);
	struct packet p = box_packet(a.box, 2);
	assert_int_equal(p.transport, TRANSPORT_VRRP);
	run_alone(&a, at + VL_S - 1);
	assert_int_equal(box_count_arp(a.box), 2);
	run_alone(&a, at + VL_S);
	assert_int_equal(box_count_arp(a.box), 4);
	run_alone(&a, at + 10 * VL_S);
	assert_int_equal(box_count_arp(a.box), 6);
	alone_free(&a);
}

/* Two rounds 0.3 s apart; after them only the advertisement is due. */
static void the_last_round_leaves_no_timer(void **state)
{
	const struct vrrp_announce_config two = {.count = 2, .gap = 300 * VL_MS};
	vl_time at;
	struct alone a = announcing(&two, VRRP_MAC_VIRTUAL, &at);

	assert_int_equal(vrrp_router_deadline(a.router), at + 300 * VL_MS);
	run_alone(&a, at + 300 * VL_MS);
	assert_int_equal(vrrp_router_deadline(a.router), at + VL_S);
	alone_free(&a);
}

static void announcements_end_with_being_active(void **state)
{
	const struct vrrp_announce_config slow = {.count = 3, .gap = VL_S, .repeat_count = 2, .repeat_after = VL_S};
	vl_time at;
	struct alone a = announcing(&slow, VRRP_MAC_VIRTUAL, &at);

	hand(&a, advert(2, 200), at + VL_MS);
	box_forget(a.box);
	run_alone(&a, at + 3 * VL_S);
	assert_int_equal(a.box->frame_count, 0);
	alone_free(&a);
}

/* RFC 9568 6.4.2: unsolicited NA to all nodes, R as configured, S = 0, O = 1, target MAC the virtual one. */
static void ipv6_announces_with_unsolicited_advertisements(void **state)
{
	for (int router = 0; router <= 1; router++) {
		struct vrrp_config c;
		vrrp_config_init(&c, 3, IP_V6);
		c.vrid = 10;
		c.announce.na_router = router;
		c.announce.cisco_copy = true;   /* of ARP only */
		c.address_count = 1;
		assert_true(ip_parse("fe80::10", &c.address[0]));
		struct box *b = box_new(1, "2001:db8::1/64", NULL);
		struct vrrp_router *r = router_in(b, &c);
		vrrp_router_startup(r, 0);
		vrrp_router_timeout(r, vrrp_router_deadline(r));
		box_drain(b, 0);
		assert_int_equal(b->frame_count, 2);
		struct packet p = box_packet(b, 1);
		struct ip_addr all_nodes;
		assert_true(ip_parse("ff02::1", &all_nodes));
		assert_int_equal(p.transport, TRANSPORT_ICMP);
		assert_int_equal(p.icmp.type, ICMPV6_NEIGHBOR_ADVERTISEMENT);
		assert_true(ip_equal(&p.dst, &all_nodes));
		assert_true(ip_equal(&p.icmp.target, &c.address[0]));
		assert_int_equal(p.icmp.router, router);
		assert_false(p.icmp.solicited);
		assert_true(p.icmp.override);
		assert_true(mac_equal(p.icmp.link_address, (struct mac){{0, 0, 0x5e, 0, 2, 10}}));
		assert_true(mac_equal(p.ethernet.src, (struct mac){{0, 0, 0x5e, 0, 2, 10}}));
		p = box_packet(b, 0);
		assert_true(ip_is_link_local(&p.src));
		vrrp_router_free(r);
		box_free(b);
	}
}

/* --- ownership ----------------------------------------------------------------------------------------- */

static void only_the_active_answers_for_the_address(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct ip_addr vip = c.address[0];
	struct alone a = backup_of(&c);
	vl_time at = vrrp_router_deadline(a.router);

	assert_true(mac_equal(box_arp_answer(a.box, vip, VL_S), MAC_ZERO));
	vrrp_router_timeout(a.router, at);
	assert_true(mac_equal(box_arp_answer(a.box, vip, at), vrrp_virtual_mac(IP_V4, 10)));
	hand(&a, advert(2, 200), at + VL_MS);
	assert_true(mac_equal(box_arp_answer(a.box, vip, at + VL_MS), MAC_ZERO));
	alone_free(&a);
}

static void the_answer_can_be_the_physical_mac(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;

	c.reply_mac = VRRP_MAC_PHYSICAL;
	struct alone a = active_of(&c, &at);
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], at), (struct mac){{2, 0, 0, 0, 0, 11}}));
	alone_free(&a);
}

/* Version 2: the owner only. Version 3: Accept_Mode. keepalived and FRR: always (vrrp.md 1.5). */
static void packets_to_the_address_are_accepted_by_the_rules(void **state)
{
	static const struct {
		uint8_t version, priority;
		bool accept_mode, always, expected;
	} row[] = {
		{2, 100, false, false, false}, {2, 100, true, false, false}, {2, 100, false, true, true},
		{2, 255, false, false, true},  {3, 100, false, false, false}, {3, 100, true, false, true},
		{3, 255, false, false, true},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = config_of(row[i].version, row[i].priority);
		vl_time at;
		c.accept_mode = row[i].accept_mode;
		c.accept_always = row[i].always;
		struct alone a = active_of(&c, &at);
		assert_int_equal(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at), row[i].expected);
		alone_free(&a);
	}
}

static void accept_mode_can_be_changed_while_active(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);
	struct command on = {.verb = COMMAND_SET, .field = "accept", .type = VALUE_FLAG, .value.flag = true};

	assert_false(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at));
	struct vl_status done = vrrp_router_control(a.router, &on, at);
	assert_true(vl_ok(&done));
	assert_true(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at));
	alone_free(&a);
}

/* The owner's interface has the address; a better owner takes it away. */
static void an_owner_that_yields_gives_its_own_address_up(void **state)
{
	struct vrrp_config c = config_of(3, 255);
	struct box *b = box_new(11, "192.0.2.11/24", "192.0.2.1/24");
	struct alone a = {.box = b, .router = router_in(b, &c)};

	vrrp_router_startup(a.router, 0);
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], VL_S), vrrp_virtual_mac(IP_V4, 10)));
	hand(&a, advert(3, 255), VL_S);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], VL_S), MAC_ZERO));
	vl_time at = vrrp_router_deadline(a.router);
	vrrp_router_timeout(a.router, at);
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], at), vrrp_virtual_mac(IP_V4, 10)));
	alone_free(&a);
}

/* Nor does it speak from it meanwhile. */
static void an_owner_speaks_from_its_address_only_while_active(void **state)
{
	struct vrrp_config c = config_of(3, 255);
	struct box *b = box_new(11, "192.0.2.1/24", NULL);
	struct alone a = {.box = b, .router = router_in(b, &c)};
	struct ip_addr somebody = ip4(192, 0, 2, 50), source;
	struct said s = advert(3, 255);

	vrrp_router_startup(a.router, 0);
	s.src = "192.0.2.2";
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	assert_int_equal(stack_source_for(b->stack, &somebody).family, IP_NONE);
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	source = stack_source_for(b->stack, &somebody);
	assert_true(ip_equal(&source, &c.address[0]));
	alone_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adverts_are_those_of_real_routers),
		cmocka_unit_test(vectors_are_accepted),
		cmocka_unit_test(ip_headers_can_look_like_other_routers),
		cmocka_unit_test(the_source_address_can_be_told),
		cmocka_unit_test(the_rfcs_announcement_is_one_request),
		cmocka_unit_test(keepalived_announces_five_and_five),
		cmocka_unit_test(cisco_announces_with_replies_before_the_advert),
		cmocka_unit_test(the_last_round_leaves_no_timer),
		cmocka_unit_test(announcements_end_with_being_active),
		cmocka_unit_test(ipv6_announces_with_unsolicited_advertisements),
		cmocka_unit_test(only_the_active_answers_for_the_address),
		cmocka_unit_test(the_answer_can_be_the_physical_mac),
		cmocka_unit_test(packets_to_the_address_are_accepted_by_the_rules),
		cmocka_unit_test(accept_mode_can_be_changed_while_active),
		cmocka_unit_test(an_owner_that_yields_gives_its_own_address_up),
		cmocka_unit_test(an_owner_speaks_from_its_address_only_while_active),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
