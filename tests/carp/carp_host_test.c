// SPDX-License-Identifier: BSD-2-Clause
/* The CARP engine alone: ucarp's bytes and timers, every check, the election in both senses, KEMP's knobs. */
#include "tests/carp/carp_box.h"

#include "sim/base/setting.h"
#include "sim/carp/carp_election.h"

/* --- sending ------------------------------------------------------------------------------------------- */

static void the_first_advert_is_t11(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;
	struct alone a = master_of(&c, &at);

	assert_int_equal(at, 3 * VL_S);
	expect_change(a.box, "backup", "master", "master silent");
	assert_payload(a.box, 0, T11);
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.ttl, 255);
	assert_int_equal(p.ipv4.tos, 0x10);
	assert_true(p.ipv4.dont_fragment);
	assert_true(mac_equal(p.ethernet.src, (struct mac){{0, 0, 0x5e, 0, 0, 10}}));
	assert_true(mac_equal(p.ethernet.dst, (struct mac){{1, 0, 0x5e, 0, 0, 0x12}}));
	/* ucarp's gratuitous ARP: request, physical MAC as sender and target; one now, one 2 s later */
	assert_int_equal(a.box->frame_count, 2);
	assert_hex(a.box->frame[1].bytes, 42,
		   "ffffffffffff" "020000000003" "0806" "0001080006040001" "020000000003" "0a090046"
		   "020000000003" "0a090046");
	carp_host_timeout(a.host, at + VL_S);
	carp_host_timeout(a.host, at + 2 * VL_S);
	box_drain(a.box, at);
	assert_int_equal(box_count_arp(a.box), 2);
	assert_int_equal(box_count(a.box, TRANSPORT_CARP, NULL), 3);
	assert_int_equal(box_packet(a.box, 2).carp.counter, T11_COUNTER + 1);
	alone_free(&a);
}

static void freebsd_keeps_its_counter(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;

	c.counter_policy = CARP_COUNTER_CONSTANT;
	struct alone a = master_of(&c, &at);
	carp_host_timeout(a.host, at + VL_S);
	box_drain(a.box, at);
	assert_int_equal(box_packet(a.box, 2).carp.counter, T11_COUNTER);
	alone_free(&a);
}

static void a_counter_that_is_not_given_comes_from_the_seed(void **state)
{
	struct carp_config c = config_of(0);
	uint64_t counter[3];
	vl_time at;

	c.counter = 0;
	for (int i = 0; i < 3; i++) {
		c.seed = i < 2 ? 1 : 2;
		struct alone a = master_of(&c, &at);
		counter[i] = box_packet(a.box, 0).carp.counter;
		alone_free(&a);
	}
	assert_int_equal(counter[0], counter[1]);
	assert_int_not_equal(counter[0], counter[2]);
}

/* KEMP: 00:00:5e:00:(1 + 2 * interface id):id, on eth0 the very MAC of VRRP. */
static void the_ethernet_source_names_the_implementation(void **state)
{
	static const struct {
		enum carp_mac policy;
		unsigned interface_id;
		struct mac mac;
	} row[] = {
		{CARP_MAC_KEMP, 0, {{0, 0, 0x5e, 0, 1, 10}}}, {CARP_MAC_KEMP, 1, {{0, 0, 0x5e, 0, 3, 10}}},
		{CARP_MAC_BSD, 0, {{0, 0, 0x5e, 0, 1, 10}}},  {CARP_MAC_UCARP, 0, {{0, 0, 0x5e, 0, 0, 10}}},
		{CARP_MAC_PHYSICAL, 0, {{2, 0, 0, 0, 0, 3}}},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct carp_config c = config_of(0);
		vl_time at;
		c.advert_mac = c.announce_mac = row[i].policy;
		c.interface_id = row[i].interface_id;
		struct alone a = master_of(&c, &at);
		assert_true(mac_equal(carp_host_mac(a.host), row[i].mac));
		assert_true(mac_equal(box_packet(a.box, 0).ethernet.src, row[i].mac));
		assert_true(mac_equal(box_packet(a.box, 1).arp.sender_mac, row[i].mac));
		alone_free(&a);
	}
}

static void kemps_broadcast_option(void **state)
{
	struct carp_config c = config_of(0);
	struct ip_addr all = ip4(255, 255, 255, 255);
	vl_time at;

	c.broadcast = true;
	struct alone a = master_of(&c, &at);
	struct packet p = box_packet(a.box, 0);
	assert_true(ip_equal(&p.dst, &all));
	assert_true(mac_equal(p.ethernet.dst, MAC_BROADCAST));
	assert_payload(a.box, 0, T11);
	alone_free(&a);
}

/* 1 + 128/256 s between adverts; dead after 3 + 128/256 s. */
static void advskew_slows_sending_and_takeover(void **state)
{
	struct carp_config c = config_of(128);
	vl_time at;
	struct alone a = master_of(&c, &at);

	assert_int_equal(at, 3500 * VL_MS);
	assert_int_equal(carp_host_advert_at(a.host), at + 1500 * VL_MS);
	assert_int_equal(carp_advert_interval(2, 1), 2 * VL_S + 3906250);
	assert_int_equal(carp_down_interval(3, 2, 255), 6 * VL_S + 996093750);
	alone_free(&a);
}

/* --- receiving ----------------------------------------------------------------------------------------- */

static void expect_dropped(const uint8_t *payload, size_t length, uint8_t ttl, enum carp_drop why)
{
	struct carp_config c = config_of(0);
	vl_time at;
	struct alone backup = started(&c), master = master_of(&c, &at);
	const struct record *r = NULL;

	hand_bytes(&backup, "10.9.0.2", ttl, payload, length, VL_S);
	assert_int_equal(carp_host_dropped(backup.host, why), 1);
	assert_int_equal(carp_host_state(backup.host), CARP_BACKUP);
	assert_int_equal(carp_host_master_down_at(backup.host), 3 * VL_S);
	if (why == CARP_DROP_OTHER_VHID) {
		assert_int_equal(box_records(backup.box, &CARP_DROP_KIND, NULL), 0);
	} else {
		assert_int_equal(box_records(backup.box, &CARP_DROP_KIND, &r), 1);
		assert_string_equal(record_word(r, "why"), carp_drop_text(why));
	}
	assert_int_equal(box_records(backup.box, &CARP_BAD_DIGEST_KIND, NULL), why == CARP_DROP_DIGEST);
	box_forget(master.box);
	hand_bytes(&master, "10.9.0.2", ttl, payload, length, at + VL_MS);
	assert_int_equal(carp_host_dropped(master.host, why), 1);
	assert_int_equal(carp_host_state(master.host), CARP_MASTER);
	assert_int_equal(carp_host_advert_at(master.host), at + VL_S);
	assert_int_equal(master.box->frame_count, 0);
	alone_free(&backup);
	alone_free(&master);
}

static void t11_is_accepted(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);
	uint8_t bytes[CARP_LENGTH];

	hex_bytes(bytes, sizeof bytes, T11);
	hand_bytes(&a, "10.9.0.2", 255, bytes, sizeof bytes, VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_NONE), 1);
	assert_int_equal(carp_host_master_down_at(a.host), 4 * VL_S);
	alone_free(&a);
}

static void every_bad_message_has_its_reason(void **state)
{
	uint8_t good[CARP_LENGTH], bad[64] = {0};

	said(good, 1, 0);
	/* every prefix that still has an id */
	for (size_t length = 2; length < CARP_LENGTH; length++)
		expect_dropped(good, length, 255, CARP_DROP_SHORT);
	expect_dropped(good, CARP_LENGTH, 254, CARP_DROP_TTL);
	memcpy(bad, good, CARP_LENGTH);
	bad[0] = 0x11;
	expect_dropped(bad, CARP_LENGTH, 255, CARP_DROP_VERSION);
	memcpy(bad, good, CARP_LENGTH);
	bad[1] = 11;
	expect_dropped(bad, CARP_LENGTH, 255, CARP_DROP_OTHER_VHID);
	memcpy(bad, good, CARP_LENGTH);
	bad[7] ^= 1;
	expect_dropped(bad, CARP_LENGTH, 255, CARP_DROP_CHECKSUM);
}

static void another_password_or_address_is_a_bad_digest(void **state)
{
	struct carp_message m = {.vhid = 10, .advbase = 1, .counter = 7};
	struct ip_addr address = ip4(10, 9, 0, 70), other = ip4(10, 9, 0, 71);
	uint8_t bytes[CARP_LENGTH];

	for (int i = 0; i < 2; i++) {
		struct wr out = wr_of(bytes, sizeof bytes);
		carp_digest(m.digest, &m, i == 0 ? "secreT" : "secret", i == 0 ? &address : &other, 1);
		carp_encode(&m, &out);
		expect_dropped(bytes, CARP_LENGTH, 255, CARP_DROP_DIGEST);
	}
}

/* T1 and T8: routers on our id. T5 is even as long as CARP. */
static void vrrp_on_the_same_id_is_not_carp(void **state)
{
	static const char *const vectors[] = {
		"210a960100013eae0a09003c0000000000000000", "310a9601006443b10a09003c",
		"210a6405000147b90a0900330a0900340a0900350a0900360a0900370000000000000000",
	};
	uint8_t bytes[64];

	for (size_t i = 0; i < 3; i++) {
		size_t length = hex_bytes(bytes, sizeof bytes, vectors[i]);
		expect_dropped(bytes, length, 255, CARP_DROP_NOT_CARP);
	}
}

/* In AH (nobody sends that): its length byte is no id. */
static void ah_is_not_read(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);
	uint8_t bytes[24 + CARP_LENGTH] = {112, 4}, frame[128];
	struct packet_envelope e = {.src = ip4(10, 9, 0, 2), .dst = ip4(224, 0, 0, 18), .ttl = 255,
				    .protocol = IP_PROTOCOL_AH};
	struct wr out = wr_of(frame, sizeof frame);
	struct packet p;

	said(bytes + 24, 1, 0);
	packet_begin(&out, &e);
	wr_bytes(&out, bytes, sizeof bytes);
	packet_end(&out, &e);
	assert_true(packet_dissect(&p, frame, wr_length(&out), wr_length(&out)));
	carp_host_receive(a.host, &p, 0, VL_S);
	for (int why = 0; why < CARP_DROP_COUNT; why++)
		assert_int_equal(carp_host_dropped(a.host, (enum carp_drop)why), 0);
	alone_free(&a);
}

static void the_counter_is_adopted_from_whom_is_believed(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);

	hand(&a, "10.9.0.2", 1, 0, VL_S);       /* counter 7 */
	carp_host_timeout(a.host, 4 * VL_S);
	box_drain(a.box, 4 * VL_S);
	assert_int_equal(box_packet(a.box, 0).carp.counter, 8);
	alone_free(&a);
}

/* --- election ------------------------------------------------------------------------------------------ */

static void a_backup_follows_and_does_not_preempt_by_itself(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);

	hand(&a, "10.9.0.2", 1, 200, VL_S);
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	assert_int_equal(carp_host_master_down_at(a.host), 4 * VL_S);
	alone_free(&a);
}

static void with_preemption_the_more_frequent_one_takes_over(void **state)
{
	struct carp_config c = config_of(100);

	c.preempt = true;
	struct alone a = started(&c);
	hand(&a, "10.9.0.2", 1, 100, VL_S);
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	hand(&a, "10.9.0.2", 1, 101, 2 * VL_S);
	expect_change(a.box, "backup", "master", "preempting a slower master");
	alone_free(&a);
}

/* Slower than 3 * our advbase: it could never be heard in time. A goodbye (255, 255) is such a one. */
static void a_master_that_is_too_slow_is_replaced(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);

	hand(&a, "10.9.0.2", 3, 0, VL_S);
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	hand(&a, "10.9.0.2", 3, 1, VL_S);
	expect_change(a.box, "backup", "master", "master too slow to be heard in time");
	alone_free(&a);
}

static void a_master_yields_with_one_more_advert(void **state)
{
	struct carp_config c = config_of(100);
	vl_time at;
	struct alone a = master_of(&c, &at);

	box_forget(a.box);
	hand(&a, "10.9.0.2", 1, 99, at + VL_MS);
	expect_change(a.box, "master", "backup", "preferred master advertised");
	assert_int_equal(a.box->frame_count, 1);
	assert_int_equal(box_packet(a.box, 0).carp.advskew, 100);
	assert_int_equal(carp_host_advert_at(a.host), VL_NEVER);
	assert_int_equal(carp_host_master_down_at(a.host), at + VL_MS + 3 * VL_S + 390625000);
	alone_free(&a);
}

static void a_bsd_master_yields_without_a_word(void **state)
{
	struct carp_config c = config_of(100);
	vl_time at;

	c.last_word = false;
	struct alone a = master_of(&c, &at);
	box_forget(a.box);
	hand(&a, "10.9.0.2", 1, 99, at + VL_MS);
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	assert_int_equal(a.box->frame_count, 0);
	alone_free(&a);
}

/* The address is the master's: ARP with the physical MAC as ucarp, packets to it are taken. */
static void only_the_master_has_the_address(void **state)
{
	struct carp_config c = config_of(100);
	struct mac physical = {{2, 0, 0, 0, 0, 3}};
	vl_time at;
	struct alone a = master_of(&c, &at);

	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], at), physical));
	assert_true(box_takes_ping(a.box, c.address[0], physical, at));
	hand(&a, "10.9.0.2", 1, 99, at + VL_MS);
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], at + VL_MS), MAC_ZERO));
	alone_free(&a);
	c.reply_mac = CARP_MAC_KEMP;
	a = master_of(&c, &at);
	struct mac kemp = {{0, 0, 0x5e, 0, 1, 10}};
	assert_true(mac_equal(box_arp_answer(a.box, c.address[0], at), kemp));
	assert_true(box_takes_ping(a.box, c.address[0], kemp, at));
	alone_free(&a);
}

static void a_master_reasserts_itself_against_a_lesser_one(void **state)
{
	struct carp_config c = config_of(100);
	vl_time at;
	struct alone a = master_of(&c, &at);

	box_forget(a.box);
	hand(&a, "10.9.0.2", 1, 101, at + VL_MS);
	assert_int_equal(carp_host_state(a.host), CARP_MASTER);
	assert_int_equal(box_count_arp(a.box), 1);
	assert_int_equal(a.box->frame_count, 1);
	assert_int_equal(box_records(a.box, &CARP_REASSERT_KIND, NULL), 1);
	alone_free(&a);
}

static void bsd_lets_a_lesser_one_talk(void **state)
{
	struct carp_config c = config_of(100);
	vl_time at;

	c.no_reassert = true;
	struct alone a = master_of(&c, &at);
	box_forget(a.box);
	hand(&a, "10.9.0.2", 1, 101, at + VL_MS);
	assert_int_equal(carp_host_state(a.host), CARP_MASTER);
	assert_int_equal(a.box->frame_count, 0);
	assert_int_equal(a.box->record_count, 0);
	alone_free(&a);
}

/* ucarp on x86 compares the last octet first: 10.9.0.2 beats 10.9.0.3, so does 200.9.0.2, and 1.9.0.4 does
 * not. BSD yields to any equal one. */
static void ties_are_broken_like_ucarp_or_bsd(void **state)
{
	static const struct {
		const char *sender;
		enum carp_tie_break tie;
		enum carp_state state;
	} row[] = {
		{"10.9.0.2", CARP_TIE_RAW_ADDRESS, CARP_BACKUP}, {"200.9.0.2", CARP_TIE_RAW_ADDRESS, CARP_BACKUP},
		{"1.9.0.4", CARP_TIE_RAW_ADDRESS, CARP_MASTER},  {"10.9.0.3", CARP_TIE_RAW_ADDRESS, CARP_MASTER},
		{"1.9.0.4", CARP_TIE_YIELD, CARP_BACKUP},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct carp_config c = config_of(0);
		vl_time at;
		c.tie_break = row[i].tie;
		struct alone a = master_of(&c, &at);
		hand(&a, row[i].sender, 1, 0, at + VL_MS);
		assert_int_equal(carp_host_state(a.host), row[i].state);
		alone_free(&a);
	}
}

/* --- startup, shutdown, interface ---------------------------------------------------------------------- */

static void the_initial_wait_hears_nobody(void **state)
{
	struct carp_config c = config_of(0);

	c.initial_wait = 10 * VL_S;
	struct alone a = started(&c);
	assert_int_equal(carp_host_state(a.host), CARP_INIT);
	hand(&a, "10.9.0.2", 1, 0, VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_NOT_RUNNING), 1);
	assert_int_equal(carp_host_deadline(a.host), 10 * VL_S);
	/* the link flaps meanwhile: the wait goes on */
	stack_link(a.box->stack, 0, false, 2 * VL_S);
	carp_host_interface_changed(a.host, 2 * VL_S);
	stack_link(a.box->stack, 0, true, 3 * VL_S);
	carp_host_interface_changed(a.host, 3 * VL_S);
	assert_int_equal(carp_host_state(a.host), CARP_INIT);
	assert_int_equal(carp_host_deadline(a.host), 10 * VL_S);
	carp_host_timeout(a.host, 10 * VL_S);
	box_drain(a.box, 10 * VL_S);
	expect_change(a.box, "init", "backup", "startup");
	assert_int_equal(carp_host_deadline(a.host), 13 * VL_S);
	alone_free(&a);
}

static void shutdown_ends_the_initial_wait(void **state)
{
	struct carp_config c = config_of(0);

	c.initial_wait = 10 * VL_S;
	struct alone a = started(&c);
	carp_host_shutdown(a.host, VL_S);
	assert_int_equal(carp_host_deadline(a.host), VL_NEVER);
	alone_free(&a);
}

static void a_goodbye_is_bsds_bow_out_or_silence(void **state)
{
	for (int bow_out = 0; bow_out <= 1; bow_out++) {
		struct carp_config c = config_of(0);
		vl_time at;
		c.bow_out = bow_out;
		struct alone a = master_of(&c, &at);
		box_forget(a.box);
		carp_host_shutdown(a.host, at + VL_MS);
		box_drain(a.box, at);
		expect_change(a.box, "master", "init", "shutdown");
		assert_int_equal(a.box->frame_count, bow_out);
		if (bow_out) {
			assert_int_equal(box_packet(a.box, 0).carp.advbase, 255);
			assert_int_equal(box_packet(a.box, 0).carp.advskew, 255);
		}
		assert_int_equal(carp_host_deadline(a.host), VL_NEVER);
		alone_free(&a);
	}
}

static void interface_down_is_init_until_it_is_up(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;
	struct alone a = master_of(&c, &at);

	stack_link(a.box->stack, 0, false, at + VL_MS);
	carp_host_interface_changed(a.host, at + VL_MS);
	box_drain(a.box, at);
	expect_change(a.box, "master", "init", "interface down");
	assert_int_equal(carp_host_deadline(a.host), VL_NEVER);
	stack_link(a.box->stack, 0, true, at + VL_S);
	carp_host_interface_changed(a.host, at + VL_S);
	box_drain(a.box, at);
	expect_change(a.box, "init", "backup", "interface up");
	assert_int_equal(carp_host_master_down_at(a.host), at + 4 * VL_S);
	alone_free(&a);
}

/* --- settings ------------------------------------------------------------------------------------------ */

static struct vl_status set(struct alone *a, const char *field, uint64_t number, vl_time now)
{
	struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_NUMBER, .value.number = number};
	struct vl_status s = carp_host_control(a->host, &c, now);

	box_drain(a->box, now);
	return s;
}

static void settings_are_checked_applied_and_recorded(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;
	struct alone a = master_of(&c, &at);

	assert_string_equal(set(&a, "advskew", 255, at).reason, "advskew: `255' is not in 0-254");
	assert_string_equal(set(&a, "priority", 1, at).reason, "carp 10 ipv4 has no field `priority'");
	assert_int_equal(box_records(a.box, &SETTING_NUMBER_KIND, NULL), 0);
	assert_string_equal(set(&a, "advskew", 64, at + VL_MS).reason, "");
	assert_int_equal(box_records(a.box, &SETTING_NUMBER_KIND, NULL), 1);
	carp_host_timeout(a.host, at + VL_S);
	box_drain(a.box, at + VL_S);
	assert_int_equal(carp_host_advert_at(a.host), at + 2250 * VL_MS);
	alone_free(&a);
}

/* Another key from the next message on, each way; no record has it. */
static void a_new_password_counts_at_once(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);
	char word[] = "another";
	struct command set_it = {.verb = COMMAND_SET, .field = "password", .type = VALUE_WORD, .value.word = word};
	const struct record *last;
	char text[128];

	hand(&a, "10.9.0.2", 1, 0, VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_NONE), 1);
	struct vl_status done = carp_host_control(a.host, &set_it, VL_S);
	assert_true(vl_ok(&done));
	memset(word, 'x', sizeof word - 1);
	box_drain(a.box, VL_S);
	hand(&a, "10.9.0.2", 1, 0, 2 * VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_DIGEST), 1);
	assert_string_equal(carp_host_config(a.host)->password, "another");
	assert_int_equal(box_records(a.box, &SETTING_WORD_KIND, &last), 1);
	record_format_text(text, sizeof text, last);
	assert_string_equal(text, "password: (secret) -> (secret)");
	set_it.value.word = "";
	done = carp_host_control(a.host, &set_it, VL_S);
	assert_string_equal(done.reason, "password: 0 bytes is not in 1-20");
	set_it.value.word = "012345678901234567890";
	done = carp_host_control(a.host, &set_it, VL_S);
	assert_string_equal(done.reason, "password: 21 bytes is not in 1-20");
	alone_free(&a);
}

/* The cure of a collision. */
static void a_new_id_starts_again(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;
	struct alone a = master_of(&c, &at);

	assert_string_equal(set(&a, "id", 47, 10 * VL_S).reason, "");
	assert_string_equal(carp_host_name(a.host), "carp 47 ipv4");
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	assert_int_equal(carp_host_master_down_at(a.host), 13 * VL_S);
	hand(&a, "10.9.0.2", 1, 0, 11 * VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_OTHER_VHID), 1);
	alone_free(&a);
}

static void a_new_id_before_startup_is_only_noted(void **state)
{
	struct carp_config c = config_of(0);

	c.initial_wait = 10 * VL_S;
	struct alone a = started(&c);
	assert_string_equal(set(&a, "id", 47, VL_S).reason, "");
	assert_int_equal(carp_host_state(a.host), CARP_INIT);
	assert_int_equal(carp_host_deadline(a.host), 10 * VL_S);
	alone_free(&a);
}

static void impossible_configurations_are_refused(void **state)
{
	struct carp_config c = config_of(0);

	assert_string_equal(carp_config_check(&c).reason, "");
	c.vhid = 0;
	assert_string_equal(carp_config_check(&c).reason, "vhid: `0' is not in 1-255");
	c = config_of(255);
	assert_string_equal(carp_config_check(&c).reason, "advskew: `255' is not in 0-254");
	c = config_of(0);
	c.advbase = 0;
	assert_string_equal(carp_config_check(&c).reason, "advbase: `0' is not in 1-255");
	c = config_of(0);
	c.password = "";
	assert_string_equal(carp_config_check(&c).reason, "password: it is missing");
	c = config_of(0);
	c.address_count = 0;
	assert_string_equal(carp_config_check(&c).reason, "addresses: 0 of them are not in 1-32");
	c = config_of(0);
	c.family = IP_V6;
	c.broadcast = true;
	assert_string_equal(carp_config_check(&c).reason, "broadcast: IPv6 has none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_advert_is_t11),
		cmocka_unit_test(freebsd_keeps_its_counter),
		cmocka_unit_test(a_counter_that_is_not_given_comes_from_the_seed),
		cmocka_unit_test(the_ethernet_source_names_the_implementation),
		cmocka_unit_test(kemps_broadcast_option),
		cmocka_unit_test(advskew_slows_sending_and_takeover),
		cmocka_unit_test(t11_is_accepted),
		cmocka_unit_test(every_bad_message_has_its_reason),
		cmocka_unit_test(another_password_or_address_is_a_bad_digest),
		cmocka_unit_test(vrrp_on_the_same_id_is_not_carp),
		cmocka_unit_test(ah_is_not_read),
		cmocka_unit_test(the_counter_is_adopted_from_whom_is_believed),
		cmocka_unit_test(a_backup_follows_and_does_not_preempt_by_itself),
		cmocka_unit_test(with_preemption_the_more_frequent_one_takes_over),
		cmocka_unit_test(a_master_that_is_too_slow_is_replaced),
		cmocka_unit_test(a_master_yields_with_one_more_advert),
		cmocka_unit_test(a_bsd_master_yields_without_a_word),
		cmocka_unit_test(only_the_master_has_the_address),
		cmocka_unit_test(a_master_reasserts_itself_against_a_lesser_one),
		cmocka_unit_test(bsd_lets_a_lesser_one_talk),
		cmocka_unit_test(ties_are_broken_like_ucarp_or_bsd),
		cmocka_unit_test(the_initial_wait_hears_nobody),
		cmocka_unit_test(shutdown_ends_the_initial_wait),
		cmocka_unit_test(a_goodbye_is_bsds_bow_out_or_silence),
		cmocka_unit_test(interface_down_is_init_until_it_is_up),
		cmocka_unit_test(settings_are_checked_applied_and_recorded),
		cmocka_unit_test(a_new_password_counts_at_once),
		cmocka_unit_test(a_new_id_starts_again),
		cmocka_unit_test(a_new_id_before_startup_is_only_noted),
		cmocka_unit_test(impossible_configurations_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
