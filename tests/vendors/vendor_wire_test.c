// SPDX-License-Identifier: BSD-2-Clause
/*
 * What each kind puts on the wire when it becomes Active alone: VRID 1, priority 100, 192.0.2.1, from 192.0.2.11 at
 * 02:00:00:00:00:0b. Bytes by hand: the sum of 2101 6401 0001 c000 0201 is 14704, folded 4705, inverted b8fa; of 3101
 * 6401 0064 c000 0201 it is 5768 folded, a897; with the pseudo-header c000 020b e000 0012 0070 000c it is fa02, 05fd.
 */
#include "sim/carp/carp_host.h"
#include "sim/vendors/vendor.h"
#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"
#include "tests/vrrp/vrrp_box.h"

#define V2 "210164010001b8fac00002010000000000000000"
#define V3_MESSAGE "310164010064a897c0000201"
#define V3_PSEUDO "31016401006405fdc0000201"
#define VIRTUAL {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}}
#define PHYSICAL {{0x02, 0x00, 0x00, 0x00, 0x00, 0x0b}}
#define STATIC_MAC {{0x00, 0x1c, 0x7f, 0x00, 0x00, 0x01}}

struct habit {
	const char *kind;
	const char *option;             /* NULL: none */
	uint8_t version;                /* 0: the kind's own */
	const char *payload;
	struct mac mac;                 /* Ethernet source of adverts */
	struct mac claimed;             /* announced and answered */
	uint8_t tos;
	bool dont_fragment;
	uint16_t id;                    /* of the first advertisement */
	vl_time takeover;               /* after the start */
	enum arp_operation operation;
	struct mac target;              /* hardware address in the first announcement */
	size_t at_once;                 /* ARP frames at the moment of takeover, copies among them */
	size_t within_6s;               /* and until 6 s later */
	bool announces_first;
};

#define RFC_WAIT (3609375 * VL_US)      /* 3 s and 156/256 s */
#define MAC_FF {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
#define ONE_REQUEST ARP_REQUEST, {{0}}, 1, 1, false
#define TO_BROADCAST ARP_REQUEST, MAC_FF, 1, 1, false
#define CISCO_V2 ARP_REPLY, MAC_FF, 2, 6, true          /* each with its copy, 3 rounds */
#define CISCO_V3 ARP_REPLY, MAC_FF, 1, 3, false
#define KEEPALIVED ARP_REQUEST, MAC_FF, 5, 10, false

static const struct habit habits[] = {
	{"rfc", NULL, 2, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"rfc", NULL, 0, V3_MESSAGE, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"keepalived-2.2", NULL, 0, V2, PHYSICAL, PHYSICAL, 0xc0, false, 1, RFC_WAIT, KEEPALIVED},
	{"keepalived-2.2", "use_vmac", 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 1, RFC_WAIT, KEEPALIVED},
	{"keepalived-2.2", NULL, 3, V3_PSEUDO, PHYSICAL, PHYSICAL, 0xc0, false, 1, RFC_WAIT, KEEPALIVED},
	{"keepalived-2.4", "vmac_xmit_base", 0, V2, PHYSICAL, VIRTUAL, 0xc0, false, 1, RFC_WAIT, KEEPALIVED},
	{"keepalived-2.4", "v3_checksum_as_v2", 3, V3_MESSAGE, PHYSICAL, PHYSICAL, 0xc0, false, 1, RFC_WAIT, KEEPALIVED},
	{"keepalived-2.4", "state_master", 0, V2, PHYSICAL, PHYSICAL, 0xc0, false, 1, VL_S, KEEPALIVED},
	{"frr", NULL, 0, V3_PSEUDO, VIRTUAL, VIRTUAL, 0xc0, true, 1, 3600 * VL_MS, TO_BROADCAST},
	{"frr", "no-checksum-with-ipv4-pseudoheader", 0, V3_MESSAGE, VIRTUAL, VIRTUAL, 0xc0, true, 1, 3600 * VL_MS,
	 TO_BROADCAST},
	{"frr", NULL, 2, V2, VIRTUAL, VIRTUAL, 0xc0, true, 1, 3600 * VL_MS, TO_BROADCAST},
	{"uvrrpd", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, TO_BROADCAST},
	{"uvrrpd", NULL, 3, V3_PSEUDO, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, TO_BROADCAST},
	{"cisco-ios", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, CISCO_V2},
	{"cisco-ios", NULL, 3, V3_MESSAGE, VIRTUAL, VIRTUAL, 0x00, false, 1, RFC_WAIT, CISCO_V3},
	{"cisco-ios-xe", NULL, 0, V3_MESSAGE, VIRTUAL, VIRTUAL, 0x00, false, 1, RFC_WAIT, CISCO_V3},
	{"cisco-ios-xe", NULL, 2, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, CISCO_V2},
	{"nx-os", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, CISCO_V2},
	{"nx-os", "physical-mac", 0, V2, PHYSICAL, PHYSICAL, 0xc0, false, 0, RFC_WAIT, CISCO_V2},
	{"nx-os", NULL, 3, V3_MESSAGE, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, CISCO_V3},
	{"junos", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"junos", NULL, 3, V3_MESSAGE, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"fortigate", NULL, 0, V2, PHYSICAL, PHYSICAL, 0xc0, false, 0, 3 * VL_S, ONE_REQUEST},
	{"fortigate", "vrrp-virtual-mac", 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, 3 * VL_S, ONE_REQUEST},
	{"fortigate", NULL, 3, V3_MESSAGE, PHYSICAL, PHYSICAL, 0xc0, false, 0, 3 * VL_S, ONE_REQUEST},
	{"checkpoint-gaia", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"checkpoint-gaia", "vmac-interface", 0, V2, PHYSICAL, PHYSICAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"huawei", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"huawei", NULL, 3, V3_MESSAGE, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
	{"h3c", NULL, 0, V2, VIRTUAL, VIRTUAL, 0xc0, false, 0, RFC_WAIT, ONE_REQUEST},
};

#define HABITS (sizeof habits / sizeof habits[0])

static struct vrrp_config configured(const char *kind, const char *option, uint8_t version, enum ip_family family)
{
	const struct vendor *v = vendor_find(kind);
	struct vrrp_config c;

	assert_non_null(v);
	struct vl_status status = vendor_vrrp_defaults(v, version, family, &c);
	assert_string_equal(status.reason, "");
	c.vrid = 1;
	c.address_count = 1;
	c.address[0] = ip4(192, 0, 2, 1);
	if (family == IP_V6)
		assert_true(ip_parse("fe80::1", &c.address[0]));
	if (option != NULL) {
		status = vendor_vrrp_option(v, option, &c);
		assert_string_equal(status.reason, "");
	}
	return c;
}

/* Runs the box alone for so long; what it sends is kept with its times. */
static void run_alone(struct alone *a, vl_time until)
{
	vrrp_router_startup(a->router, 0);
	box_drain(a->box, 0);
	for (vl_time next; (next = vrrp_router_deadline(a->router)) <= until;) {
		vrrp_router_timeout(a->router, next);
		box_drain(a->box, next);
	}
}

static size_t arps_between(const struct box *b, vl_time from, vl_time until, size_t *first)
{
	size_t n = 0;

	for (size_t i = b->frame_count; i-- > 0;) {
		if (box_packet(b, i).network != NETWORK_ARP || b->frame[i].at < from || b->frame[i].at > until)
			continue;
		*first = i;
		n++;
	}
	return n;
}

static void judge_advert(const struct habit *h, const struct box *b, size_t i)
{
	struct packet p = box_packet(b, i);

	assert_int_equal(b->frame[i].at, h->takeover);
	assert_payload(b, i, h->payload);
	assert_memory_equal(p.ethernet.src.b, h->mac.b, 6);
	assert_memory_equal(p.ethernet.dst.b, ((const uint8_t[]){0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}), 6);
	assert_int_equal(b->frame[i].bytes[15], h->tos);
	assert_int_equal(p.ttl, 255);
	assert_true(p.protocol == IP_PROTOCOL_VRRP && p.src.b[3] == 11);
	/* identification, and flags with offset */
	assert_int_equal(b->frame[i].bytes[18] << 8 | b->frame[i].bytes[19], h->id);
	assert_int_equal(b->frame[i].bytes[20] << 8 | b->frame[i].bytes[21], h->dont_fragment ? 0x4000 : 0);
}

static void judge_announcements(const struct habit *h, const struct box *b, size_t advert)
{
	size_t first = 0;

	assert_int_equal(arps_between(b, 0, h->takeover + 6 * VL_S, &first), h->within_6s);
	assert_int_equal(arps_between(b, h->takeover, h->takeover + 2 * VL_MS, &first), h->at_once);
	struct packet p = box_packet(b, first);
	assert_int_equal(p.arp.operation, h->operation);
	assert_memory_equal(p.ethernet.src.b, h->claimed.b, 6);
	assert_memory_equal(p.arp.sender_mac.b, h->claimed.b, 6);
	assert_memory_equal(p.arp.target_mac.b, h->target.b, 6);
	assert_true(p.arp.sender_ip.b[3] == 1 && p.arp.target_ip.b[3] == 1 && mac_equal(p.ethernet.dst, MAC_BROADCAST));
	assert_int_equal(first < advert, h->announces_first);
	if (h->operation == ARP_REPLY && h->at_once == 2) {     /* the copy to Cisco's own group */
		p = box_packet(b, first + 1);
		assert_memory_equal(p.ethernet.dst.b, ((const uint8_t[]){0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}), 6);
		assert_memory_equal(p.arp.target_mac.b, p.ethernet.dst.b, 6);
	}
}

static void each_kind_speaks_and_announces_as_the_facts_say(void **state)
{
	for (size_t k = 0; k < HABITS; k++) {
		struct vrrp_config c = configured(habits[k].kind, habits[k].option, habits[k].version, IP_V4);
		struct alone a = alone_with(&c);
		size_t first = 0;

		run_alone(&a, habits[k].takeover + 6 * VL_S);
		assert_true(box_count(a.box, TRANSPORT_VRRP, &first) >= 6);
		judge_advert(&habits[k], a.box, first);
		judge_announcements(&habits[k], a.box, first);
		struct mac answer = box_arp_answer(a.box, c.address[0], habits[k].takeover + 6 * VL_S);
		assert_memory_equal(answer.b, habits[k].claimed.b, 6);
		alone_free(&a);
	}
}

static void every_kind_is_in_the_table(void **state)
{
	for (size_t i = 0; vendor_at(i) != NULL; i++) {
		size_t k = 0;
		while (k < HABITS && strcmp(habits[k].kind, vendor_at(i)->kind) != 0)
			k++;
		assert_true(k < HABITS || vendor_at(i)->version == 0);
	}
}

static void a_vmac_of_its_own_is_used_everywhere(void **state)
{
	const struct mac own = STATIC_MAC;
	struct vrrp_config c = configured("checkpoint-gaia", NULL, 0, IP_V4);

	c.advert_mac = c.announce_mac = c.reply_mac = VRRP_MAC_STATIC;
	struct vl_status status = vrrp_config_check(&c);
	assert_string_equal(status.reason, "static_mac: it is missing, or no station's address");
	c.static_mac = own;
	struct alone a = alone_with(&c);
	run_alone(&a, 5 * VL_S);
	for (size_t i = 0; i < a.box->frame_count; i++)
		assert_memory_equal(box_packet(a.box, i).ethernet.src.b, own.b, 6);
	assert_true(a.box->frame_count >= 3);
	struct mac answer = box_arp_answer(a.box, c.address[0], 5 * VL_S);
	assert_memory_equal(answer.b, own.b, 6);
	alone_free(&a);
}

/* The 30 bytes behind the message of 20 that RFC 3768 has; the rest is in vrrp_auth_test.c. */
static void cisco_md5_is_type_254_with_a_trailer(void **state)
{
	struct vrrp_config c = configured("cisco-ios", NULL, 0, IP_V4);
	size_t first = 0;

	c.auth_type = VRRP_AUTH_CISCO_MD5;
	c.password = "viplab-key";
	struct alone a = alone_with(&c);
	run_alone(&a, 4 * VL_S);
	assert_int_equal(box_count(a.box, TRANSPORT_VRRP, &first), 1);
	struct packet p = box_packet(a.box, first);
	assert_int_equal(p.ip_payload_length, 50);
	assert_int_equal(p.ip_payload[4], 254);
	assert_memory_equal(p.ip_payload + 20, ((const uint8_t[]){0xfe, 0x1c, 0x01, 0, 0, 0, 192, 0, 2, 11}), 10);
	alone_free(&a);
}

static void ipv6_has_a_class_and_flags_of_its_own(void **state)
{
	static const struct {
		const char *kind;
		uint8_t class;
		size_t announcements;
	} row[] = {{"rfc", 0xc0, 1}, {"cisco-ios", 0xe0, 3}, {"cisco-ios-xe", 0xe0, 3}, {"nx-os", 0xc0, 3},
		   {"checkpoint-gaia", 0xc0, 1}, {"junos", 0xc0, 1}, {"keepalived-2.4", 0xc0, 10}};

	for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
		struct vrrp_config c = configured(row[k].kind, NULL, 0, IP_V6);
		struct alone a = alone_with(&c);
		size_t first = 0, neighbours = 0;

		run_alone(&a, 12 * VL_S);
		assert_true(box_count(a.box, TRANSPORT_VRRP, &first) > 0);
		struct packet p = box_packet(a.box, first);
		const uint8_t *header = a.box->frame[first].bytes + 14;
		assert_int_equal((header[0] & 0x0f) << 4 | header[1] >> 4, row[k].class);
		assert_true(p.vrrp.version == 3 && p.ttl == 255);
		for (size_t i = 0; i < a.box->frame_count; i++)
			neighbours += box_packet(a.box, i).transport == TRANSPORT_ICMP;
		assert_int_equal(neighbours, row[k].announcements);
		alone_free(&a);
	}
}

/* --- CARP ------------------------------------------------------------------------------------------------ */

/* T11 of the reference, sent by a real ucarp: vhid 10, "secret", 10.9.0.70. The digest knows no MAC and no maker. */
#define T11 "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11"
#define T11_COUNTER UINT64_C(0x79f07694afbe331d)

static void run_carp(struct box *b, const char *kind)
{
	struct carp_config c;
	struct vl_status status = vendor_carp_defaults(vendor_find(kind), &c);

	assert_string_equal(status.reason, "");
	c.vhid = 10;
	c.password = "secret";
	c.counter = T11_COUNTER;
	c.address_count = 1;
	c.address[0] = ip4(10, 9, 0, 70);
	struct carp_host *h = carp_host_new(&c, b->stack, &b->outbox);
	assert_non_null(h);
	carp_host_startup(h, 0);
	for (vl_time next; (next = carp_host_deadline(h)) <= 8 * VL_S;) {
		carp_host_timeout(h, next);
		box_drain(b, next);
	}
	carp_host_shutdown(h, 8 * VL_S);
	box_drain(b, 8 * VL_S);
	carp_host_free(h);
}

static void ucarp_and_pfsense_send_the_same_message_from_other_macs(void **state)
{
	static const struct {
		const char *kind;
		uint8_t mac4;
		uint8_t tos;
		size_t adverts;         /* 3 s to 8 s, one a second; pfSense says goodbye */
		size_t announcements;
		struct mac claimed;
		uint8_t target5;        /* last byte of the target hardware address */
	} row[] = {
		{"ucarp", 0x00, 0x10, 6, 2, {{0x02, 0, 0, 0, 0, 3}}, 3},
		{"pfsense", 0x01, 0xe0, 7, 1, {{0x00, 0x00, 0x5e, 0x00, 0x01, 10}}, 0},
	};

	for (size_t k = 0; k < 2; k++) {
		struct box *b = box_new(3, "10.9.0.3/24", NULL);
		size_t first = 0, arp = 0;

		run_carp(b, row[k].kind);
		assert_int_equal(box_count(b, TRANSPORT_CARP, &first), row[k].adverts);
		assert_payload(b, first, T11);
		struct packet p = box_packet(b, first);
		assert_memory_equal(p.ethernet.src.b, ((const uint8_t[]){0, 0, 0x5e, 0, row[k].mac4, 10}), 6);
		assert_int_equal(b->frame[first].bytes[15], row[k].tos);
		assert_int_equal(b->frame[first].bytes[20], 0x40);      /* DF */
		assert_int_equal(arps_between(b, 0, 8 * VL_S, &arp), row[k].announcements);
		p = box_packet(b, arp);
		assert_memory_equal(p.arp.sender_mac.b, row[k].claimed.b, 6);
		assert_int_equal(p.arp.target_mac.b[5], row[k].target5);
		/* the counter of FreeBSD stands still, ucarp's goes on */
		for (size_t i = first + 1; i < b->frame_count; i++) {
			p = box_packet(b, i);
			if (p.transport != TRANSPORT_CARP)
				continue;
			assert_int_equal(p.carp.counter != T11_COUNTER, k == 0);
			break;
		}
		box_free(b);
	}
}

/* --- a second judge -------------------------------------------------------------------------------------- */

enum { T_MALFORMED, T_EXPERT, T_IP_STATUS, T_VRRP_STATUS, T_CARP_STATUS, T_VERSION, T_VRID, T_PRIORITY, T_ADDRESS, T_FIELDS };

static const char *const fields[T_FIELDS] = {
	"_ws.malformed",	"_ws.expert.message",	"ip.checksum.status", "vrrp.checksum.status",
	"carp.checksum.status", "vrrp.version",	 "vrrp.virt_rtr_id",   "vrrp.prio",
	"vrrp.ip_addr",
};

/* Everything that any kind sends, in one capture; returns how many frames. The frames of version 3 over IPv4 with RFC
 * 9568's checksum look wrong to Wireshark 4.0: they are left out. */
static size_t record_all(struct scratch_capture *capture)
{
	size_t count = 0;

	for (size_t k = 0; k < HABITS; k++) {
		struct vrrp_config c = configured(habits[k].kind, habits[k].option, habits[k].version, IP_V4);
		struct alone a = alone_with(&c);

		run_alone(&a, habits[k].takeover + VL_S);
		for (size_t i = 0; i < a.box->frame_count; i++) {
			if (strcmp(habits[k].payload, V3_MESSAGE) == 0 && box_packet(a.box, i).network != NETWORK_ARP)
				continue;
			scratch_capture_add(capture, 0, a.box->frame[i].bytes, a.box->frame[i].length);
			count++;
		}
		alone_free(&a);
	}
	return count;
}

static void tshark_dissects_them_without_complaint(void **state)
{
	struct scratch_capture capture;
	char cell[T_FIELDS][TSHARK_CELL];
	size_t rows = 0, adverts = 0;

	tshark_or_skip();
	scratch_capture_open(&capture);
	size_t count = record_all(&capture);
	scratch_capture_close(&capture);
	FILE *tshark = tshark_start(capture.path, " -o ip.check_checksum:TRUE", fields, T_FIELDS);
	for (; tshark_row(tshark, cell, T_FIELDS); rows++) {
		assert_string_equal(cell[T_MALFORMED], "");
		assert_false(tshark_says_bad(cell[T_IP_STATUS]) || tshark_says_bad(cell[T_VRRP_STATUS]));
		if (cell[T_VRID][0] == '\0')
			continue;
		adverts++;
		assert_true(tshark_agrees("1", cell[T_VRID]) && tshark_agrees("100", cell[T_PRIORITY]));
		assert_string_equal(cell[T_ADDRESS], "192.0.2.1");
	}
	tshark_finish(tshark);
	scratch_capture_remove(&capture);
	assert_int_equal(rows, count);
	assert_int_equal(adverts, 16 * 2 + 5);  /* two each; keepalived's second is due 2 ms later */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_speaks_and_announces_as_the_facts_say),
		cmocka_unit_test(every_kind_is_in_the_table),
		cmocka_unit_test(a_vmac_of_its_own_is_used_everywhere),
		cmocka_unit_test(cisco_md5_is_type_254_with_a_trailer),
		cmocka_unit_test(ipv6_has_a_class_and_flags_of_its_own),
		cmocka_unit_test(ucarp_and_pfsense_send_the_same_message_from_other_macs),
		cmocka_unit_test(tshark_dissects_them_without_complaint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
