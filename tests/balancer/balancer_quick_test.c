// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way is no other way: two balancers get the same frames, one may take it, the other never does. What comes out
 * and what is counted must be the same, whatever comes in: whole conversations, and frames damaged, cut, aged, tagged,
 * misaddressed at random.
 */
#include "sim/base/prng.h"
#include "tests/balancer/lab.h"

enum { FLOWS = 24, ROUNDS = 6000 };

static struct lab quick, whole;
static uint64_t short_ways;

/* --- one frame, to both -------------------------------------------------------------------------------------- */

static void input_both(unsigned port, const uint8_t *bytes, size_t length)
{
	struct frame *f = frame_copy(quick.pool, bytes, length);

	assert_non_null(f);
	bool taken = balancer_quick(quick.balancer, port, f, quick.now);
	frame_unref(f);
	short_ways += taken;
	if (!taken)
		(void)lab_input(&quick, port, bytes, length);
	(void)lab_input(&whole, port, bytes, length);
}

static void same_record(const struct record *a, const struct record *b)
{
	assert_ptr_equal(a->kind, b->kind);
	assert_true(a->at == b->at);
	for (size_t i = 0; i < RECORD_FIELDS && a->kind->field[i].name != NULL; i++) {
		enum value_type type = a->kind->field[i].type;
		if (type == VALUE_IP)
			assert_true(ip_equal(&a->value[i].ip, &b->value[i].ip));
		else if (type == VALUE_WORD)
			assert_string_equal(a->value[i].word, b->value[i].word);
		else if (type == VALUE_NUMBER || type == VALUE_TIME)
			assert_true(a->value[i].number == b->value[i].number);
	}
}

/* The last frame of the longer series, for an answer to it. */
static void same_output(struct packet *seen, unsigned *port)
{
	while (lab_next(&whole)) {
		assert_true(lab_next(&quick));
		assert_int_equal(quick.out.type, whole.out.type);
		if (whole.out.type == OUT_RECORD) {
			same_record(&quick.out.record, &whole.out.record);
			continue;
		}
		assert_int_equal(quick.out.port, whole.out.port);
		assert_same_bytes(quick.out.frame->data, quick.out.frame->length, whole.out.frame->data,
				  whole.out.frame->length);
		*seen = whole.p;
		*port = whole.out.port;
	}
	assert_false(lab_next(&quick));
}

static void same_facts(void)
{
	const struct connection_counters *a = balancer_connections(quick.balancer), *b = balancer_connections(whole.balancer);

	assert_memory_equal(a, b, sizeof *a);
	assert_int_equal(balancer_connection_count(quick.balancer), balancer_connection_count(whole.balancer));
	assert_true(balancer_deadline(quick.balancer) == balancer_deadline(whole.balancer));
	for (unsigned i = 0; i < BALANCER_DROP_COUNT; i++)
		assert_int_equal(balancer_dropped(quick.balancer, (enum balancer_drop)i),
				 balancer_dropped(whole.balancer, (enum balancer_drop)i));
	for (unsigned i = 0; i < STACK_DROP_COUNT; i++)
		assert_int_equal(stack_dropped(quick.stack, (enum stack_drop)i), stack_dropped(whole.stack, (enum stack_drop)i));
	for (size_t i = 0; i < quick.config.service_count; i++)
		for (size_t k = 0; k < quick.service[i].server_count; k++) {
			struct server_facts x = balancer_server(quick.balancer, i, k), y = balancer_server(whole.balancer, i, k);
			assert_int_equal(x.active, y.active);
			assert_int_equal(x.inactive, y.inactive);
			assert_int_equal(x.bytes_in, y.bytes_in);
			assert_int_equal(x.bytes_out, y.bytes_out);
			assert_int_equal(x.opened, y.opened);
		}
}

/* --- conversations ------------------------------------------------------------------------------------------- */

struct talk {
	bool begun;
	uint8_t protocol;
	struct ip_addr client, vip;
	uint16_t port, vport;
	uint32_t client_next, server_next;
	struct packet seen;             /* what last reached the server */
	unsigned server_port;           /* of the lab */
	bool answered;
};

static struct talk talk[FLOWS];
static struct prng dice;

static uint8_t flags_now(const struct talk *t)
{
	static const uint8_t some[] = {TCP_ACK, TCP_ACK, TCP_ACK, TCP_ACK | TCP_PSH, TCP_ACK | TCP_PSH, TCP_ACK,
				       TCP_FIN | TCP_ACK, TCP_RST, TCP_RST | TCP_ACK, TCP_SYN, TCP_SYN | TCP_ACK, 0};

	return t->begun ? some[prng_below(&dice, prng_chance(&dice, 9, 10) ? 6 : sizeof some)] : TCP_SYN;
}

/* Options of a SYN: maximum segment size and window scale. */
static void offer(struct lab_packet *w)
{
	static const uint8_t options[8] = {2, 4, 0x05, 0xb4, 1, 3, 3, 7};

	w->options_length = sizeof options;
	memcpy(w->options, options, sizeof options);
}

static struct lab_packet next_packet(struct talk *t, bool back)
{
	struct lab_packet w = {.protocol = t->protocol, .length = prng_below(&dice, 600), .id = (uint16_t)prng_u64(&dice),
			       .may_fragment = prng_chance(&dice, 1, 2), .flags = flags_now(t),
			       .ttl = prng_chance(&dice, 1, 40) ? 1 : 64};

	if (back) {
		w.src = t->seen.dst;
		w.dst = t->seen.src;
		w.src_port = t->protocol == IP_PROTOCOL_TCP ? t->seen.tcp.dst_port : t->seen.udp.dst_port;
		w.dst_port = t->protocol == IP_PROTOCOL_TCP ? t->seen.tcp.src_port : t->seen.udp.src_port;
		if (!t->answered)
			w.flags = TCP_SYN | TCP_ACK;
	} else {
		w.src = t->client;
		w.dst = t->vip;
		w.src_port = t->port;
		w.dst_port = t->vport;
	}
	uint32_t *next = back ? &t->server_next : &t->client_next;
	w.sequence = *next + (prng_chance(&dice, 1, 30) ? (uint32_t)prng_u64(&dice) : 0);
	w.acknowledgment = (w.flags & TCP_ACK) != 0 ? (back ? t->client_next : t->server_next) : 0;
	w.window = (uint16_t)prng_u64(&dice);
	if ((w.flags & TCP_SYN) != 0) {
		w.length = 0;
		offer(&w);
	}
	*next += (uint32_t)w.length + ((w.flags & (TCP_SYN | TCP_FIN)) != 0);
	return w;
}

/* What happens to a frame in one case of four; the sums are right again in half of those. */
static size_t damage(uint8_t *bytes, size_t length)
{
	uint8_t *ip = bytes + ETHERNET_HEADER;

	switch (prng_below(&dice, 9)) {
	case 0:                                 /* any byte */
		bytes[prng_below(&dice, length)] ^= (uint8_t)(1 + prng_below(&dice, 255));
		break;
	case 1:                                 /* cut */
		return ETHERNET_HEADER + prng_below(&dice, length - ETHERNET_HEADER);
	case 2:                                 /* padded */
		memset(bytes + length, 0xa5, 18);
		return length + 18;
	case 3:                                 /* a first fragment, or a later one */
		put_be16(ip + 6, prng_chance(&dice, 1, 2) ? 0x2000 : 0x0010);
		break;
	case 4:                                 /* to another box, or to all */
		bytes[prng_chance(&dice, 1, 2) ? 5 : 0] ^= 1;
		break;
	case 5:                                 /* no checksum, or a wrong one */
		memset(ip + IPV4_HEADER + (ip[9] == IP_PROTOCOL_UDP ? 6 : 16), 0, 2);
		return length;
	case 6:                                 /* the length field of IP */
		put_be16(ip + 2, (uint16_t)prng_below(&dice, 1200));
		break;
	case 7:                                 /* tagged */
		memmove(bytes + 16, bytes + 12, length - 12);
		put_be16(bytes + 12, ETHERTYPE_VLAN);
		put_be16(bytes + 14, (uint16_t)prng_below(&dice, 2));
		return length + 4;
	default:                                /* of an address that is no sender's */
		memcpy(ip + 12, (const uint8_t[][4]){{169, 254, 1, 1}, {255, 255, 255, 255}, {192, 0, 2, 100}}[prng_below(&dice, 3)],
		       4);
		break;
	}
	if (ip[0] == 0x45 && prng_chance(&dice, 1, 2)) {
		put_be16(ip + 10, 0);
		put_be16(ip + 10, checksum_of_20(ip));
	}
	return length;
}

static void one_frame(struct talk *t)
{
	uint8_t bytes[LAB_FRAME + 32];
	bool back = t->begun && prng_chance(&dice, 1, 2);
	struct lab_packet w = next_packet(t, back);
	unsigned port = back ? t->server_port : 0, out = 0;
	struct packet seen = {.network = NETWORK_NONE};

	w.to = LAB_MAC[port];
	w.from = port == 1 ? mac_of(w.src) : mac_of(ip("192.0.2.254"));
	size_t length = lab_encode(&w, bytes);
	bool damaged = prng_chance(&dice, 1, 4);
	if (damaged)
		length = damage(bytes, length);
	input_both(port, bytes, length);
	same_output(&seen, &out);
	if (back && !damaged)
		t->answered = true;
	if (!back && !damaged && out == 1 && (seen.transport == TRANSPORT_TCP || seen.transport == TRANSPORT_UDP)) {
		t->begun = true;
		t->seen = seen;
		t->server_port = 1;
	}
}

/* --- a day ---------------------------------------------------------------------------------------------------- */

static void set(const char *field, const char *word)
{
	const struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_WORD, .value.word = word};
	struct vl_status a = balancer_control(quick.balancer, &c, quick.now), b = balancer_control(whole.balancer, &c, whole.now);

	assert_int_equal(a.code, b.code);
	assert_true(vl_ok(&a));
}

static void wait_both(vl_time length)
{
	lab_wait(&quick, length);
	lab_wait(&whole, length);
}

static void something_happens(void)
{
	static const char *const state[] = {"drain", "disable", "enable", "absent", "enable"};
	bool up = prng_chance(&dice, 1, 2);

	switch (prng_below(&dice, 40)) {
	case 0:
		set("web.rs1.state", state[prng_below(&dice, 5)]);
		break;
	case 1:
		stack_link(quick.stack, 1, up, quick.now);
		stack_link(whole.stack, 1, up, whole.now);
		break;
	case 2:
		wait_both(VL_S * prng_below(&dice, 200));
		break;
	case 3:
		balancer_set_active(quick.balancer, up, quick.now);
		balancer_set_active(whole.balancer, up, whole.now);
		break;
	default:
		stack_link(quick.stack, 1, true, quick.now);
		stack_link(whole.stack, 1, true, whole.now);
		balancer_set_active(quick.balancer, true, quick.now);
		balancer_set_active(whole.balancer, true, whole.now);
		set("web.rs1.state", "enable");
		break;
	}
}

static void prepare(struct lab *l, enum balancer_forwarding mode, enum balancer_snat snat, uint32_t half_open, bool hears_checks)
{
	lab_init(l);
	l->config.service_count = 3;
	for (size_t i = 0; i < 3; i++) {
		l->service[i].forwarding = mode;
		l->service[i].snat = snat;
		l->service[i].half_open_limit = half_open;
		if (hears_checks)
			health_config_init(&l->service[i].health, HEALTH_TCP, HEALTH_HAPROXY);
	}
	l->service[1].protocol = IP_PROTOCOL_UDP;
	l->service[2].forwarding = FORWARD_TUNNEL;
	if (mode == FORWARD_NAT || mode == FORWARD_SNAT)
		l->server[0][1].port = 8080;
	lab_open(l);
}

static void a_day(enum balancer_forwarding mode, enum balancer_snat snat, uint32_t half_open, bool hears_checks, uint64_t seed)
{
	struct packet seen;
	unsigned port;

	prepare(&quick, mode, snat, half_open, hears_checks);
	prepare(&whole, mode, snat, half_open, hears_checks);
	dice = prng_stream(seed, "quick");
	short_ways = 0;
	for (unsigned i = 0; i < FLOWS; i++)
		talk[i] = (struct talk){.protocol = i % 3 == 1 ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP, .client = ip4(198, 51, 100, (uint8_t)i),
					.vip = quick.service[0].address, .port = (uint16_t)(40000 + i),
					.vport = (uint16_t)(80 + i % 3), .client_next = 1000, .server_next = 5000};
	for (unsigned i = 0; i < ROUNDS; i++) {
		one_frame(&talk[prng_below(&dice, FLOWS)]);
		if (prng_chance(&dice, 1, 50))
			something_happens();
		wait_both(VL_MS * prng_below(&dice, 20));
		same_output(&seen, &port);
		if (i % 100 == 0)
			same_facts();
	}
	same_facts();
	print_message("%u frames, %llu by the short way\n", ROUNDS, (unsigned long long)short_ways);
	lab_close(&quick);
	lab_close(&whole);
}

static void nat_is_the_same(void **state)
{
	a_day(FORWARD_NAT, SNAT_SERVICE, 0, false, 1);
	assert_true(short_ways > ROUNDS / 4);
	a_day(FORWARD_NAT, SNAT_SERVICE, 0, true, 2);                 /* nobody answers the checks: most is refused */
	assert_true(short_ways > ROUNDS / 50);
}

static void full_nat_is_the_same(void **state)
{
	a_day(FORWARD_SNAT, SNAT_SERVICE, 0, false, 3);
	assert_true(short_ways > ROUNDS / 4);
	a_day(FORWARD_SNAT, SNAT_INTERFACE, 0, true, 4);
	assert_true(short_ways > ROUNDS / 50);
}

/* Their sequence numbers are shifted. */
static void connections_by_cookie_are_the_same(void **state)
{
	a_day(FORWARD_NAT, SNAT_SERVICE, 1, false, 5);
	assert_true(short_ways > ROUNDS / 8);
}

static void other_modes_have_no_short_way(void **state)
{
	a_day(FORWARD_DSR, SNAT_SERVICE, 0, false, 6);
	assert_int_equal(short_ways, 0);
	a_day(FORWARD_TUNNEL, SNAT_SERVICE, 0, false, 7);
	assert_int_equal(short_ways, 0);
}

/* Looking ahead changes nothing, of known, unknown and broken frames. */
static void foresight_changes_nothing(void **state)
{
	struct frame *f[70];
	struct packet seen;
	unsigned port;
	uint8_t bytes[LAB_FRAME];

	prepare(&quick, FORWARD_NAT, SNAT_SERVICE, 0, false);
	prepare(&whole, FORWARD_NAT, SNAT_SERVICE, 0, false);
	for (unsigned i = 0; i < 70; i++) {
		struct lab_packet w = {.src = ip4(198, 51, 100, 7), .dst = i % 3 == 0 ? ip4(198, 51, 100, 8) : quick.service[0].address,
				       .src_port = (uint16_t)(1000 + i / 2), .dst_port = 80, .flags = i % 2 == 0 ? TCP_SYN : TCP_ACK,
				       .to = LAB_MAC[0], .from = mac_of(ip("192.0.2.254"))};
		size_t length = lab_encode(&w, bytes);
		f[i] = frame_copy(quick.pool, bytes, i % 11 == 0 ? 20 : length);
		assert_non_null(f[i]);
	}
	for (unsigned i = 0; i < 70; i++) {
		if (i % 7 == 0)
			balancer_foresee(quick.balancer, f + i, 70 - i);
		input_both(0, f[i]->data, f[i]->length);
		same_output(&seen, &port);
		frame_unref(f[i]);
	}
	balancer_foresee(quick.balancer, f, 0);
	same_facts();
	lab_close(&quick);
	lab_close(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nat_is_the_same),
		cmocka_unit_test(full_nat_is_the_same),
		cmocka_unit_test(connections_by_cookie_are_the_same),
		cmocka_unit_test(other_modes_have_no_short_way),
		cmocka_unit_test(foresight_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
