// SPDX-License-Identifier: BSD-2-Clause
/*
 * A whole box (stack, virtual routers or CARP hosts) under a stream of events that the bytes drive: time, good and
 * bad advertisements, other frames, links, tracked objects, settings, pings, shutdown, crash, startup. After each
 * event what must always hold is asserted; at the end no buffer may be left.
 */
#include "sim/node/node.h"
#include "tests/fuzz/fuzz.h"

enum {
	PORTS = 2,
	TIMEOUTS_AT_ONCE = 2000,        /* of one step of time: the shortest interval is 10 ms */
	LONGEST_STEP_MS = 4000,
};

struct lab {
	struct draw d;
	struct frame_pool *pool;
	struct engine box;
	vl_time now;
	bool running;
	bool link[PORTS];
	uint64_t sent;                  /* frames since the last shutdown or crash */
};

static const struct mac OWN_MAC = {{0x02, 0, 0, 0, 0, 1}};
static const struct mac PEER_MAC = {{0x02, 0, 0, 0, 0, 9}};

static struct ip_addr link_local(uint8_t last)
{
	return (struct ip_addr){IP_V6, {0xfe, 0x80, [15] = last}};
}

/* --- what must hold -------------------------------------------------------------------------------------- */

static void assert_frame(const struct lab *l, const struct engine_out *out)
{
	struct packet p;

	FUZZ_ASSERT(out->port < PORTS && out->frame != NULL);
	FUZZ_ASSERT(l->link[out->port]);
	FUZZ_ASSERT(packet_dissect(&p, out->frame->data, out->frame->length, out->frame->length));
	if (p.transport == TRANSPORT_VRRP)
		FUZZ_ASSERT(p.vrrp.checksum_form != VRRP_CHECKSUM_WRONG && p.ttl == 255);
	if (p.transport == TRANSPORT_CARP)
		FUZZ_ASSERT(p.carp.checksum_ok && p.ttl == 255);
}

static void assert_record(const struct lab *l, const struct record *r)
{
	char line[RECORD_LINE], json[RECORD_LINE];

	FUZZ_ASSERT(r->kind != NULL && r->at == l->now);
	FUZZ_ASSERT(record_format_line(line, sizeof line, r) < sizeof line);
	FUZZ_ASSERT(record_format_json(json, sizeof json, r) < sizeof json);
}

static void drain(struct lab *l)
{
	struct engine_out out;

	while (l->box.ops->poll(l->box.self, &out)) {
		if (out.type == OUT_RECORD) {
			assert_record(l, &out.record);
			continue;
		}
		assert_frame(l, &out);
		l->sent++;
		frame_unref(out.frame);
	}
	FUZZ_ASSERT(node_outbox_dropped(&l->box) == 0);
}

static void assert_router(const struct lab *l, const struct vrrp_router *r)
{
	vl_time down = vrrp_router_active_down_at(r), adver = vrrp_router_adver_at(r);
	const struct vrrp_config *c = vrrp_router_config(r);
	struct vl_status sound = vrrp_config_check(c);

	FUZZ_ASSERT(vl_ok(&sound));
	FUZZ_ASSERT(vrrp_router_priority(r) >= 1);
	FUZZ_ASSERT(vrrp_router_active_adver_interval(r) > 0);
	switch (vrrp_router_state(r)) {
	case VRRP_INITIALIZE:
		FUZZ_ASSERT(down == VL_NEVER && adver == VL_NEVER && vrrp_router_deadline(r) == VL_NEVER);
		break;
	case VRRP_BACKUP:
		FUZZ_ASSERT(l->running && l->link[0]);
		FUZZ_ASSERT(down != VL_NEVER && adver == VL_NEVER && vrrp_router_deadline(r) <= down);
		break;
	case VRRP_ACTIVE:
		FUZZ_ASSERT(l->running && l->link[0]);
		FUZZ_ASSERT(down == VL_NEVER && adver != VL_NEVER && vrrp_router_deadline(r) <= adver);
		break;
	case VRRP_STATE_COUNT:
		FUZZ_ASSERT(false);
	}
}

static void assert_host(const struct lab *l, const struct carp_host *h)
{
	vl_time down = carp_host_master_down_at(h), advert = carp_host_advert_at(h);
	struct vl_status sound = carp_config_check(carp_host_config(h));

	FUZZ_ASSERT(vl_ok(&sound));
	switch (carp_host_state(h)) {
	case CARP_INIT:
		FUZZ_ASSERT(down == VL_NEVER && advert == VL_NEVER);
		break;
	case CARP_BACKUP:
		FUZZ_ASSERT(l->running && l->link[0] && down != VL_NEVER && advert == VL_NEVER);
		break;
	case CARP_MASTER:
		FUZZ_ASSERT(l->running && l->link[0] && down == VL_NEVER && advert != VL_NEVER);
		break;
	case CARP_STATE_COUNT:
		FUZZ_ASSERT(false);
	}
}

static void assert_box(struct lab *l)
{
	drain(l);
	if (!l->running) {
		FUZZ_ASSERT(l->box.ops->deadline(l->box.self) == VL_NEVER);
		return;
	}
	for (size_t i = 0; i < node_vrrp_count(&l->box); i++)
		assert_router(l, node_vrrp(&l->box, i));
	for (size_t i = 0; i < node_carp_count(&l->box); i++)
		assert_host(l, node_carp(&l->box, i));
}

/* --- events ---------------------------------------------------------------------------------------------- */

static void pass_time(struct lab *l, vl_time until)
{
	for (int i = 0; i < TIMEOUTS_AT_ONCE; i++) {
		vl_time next = l->box.ops->deadline(l->box.self);
		if (next == VL_NEVER || next > until)
			break;
		if (next > l->now) {
			l->now = next;
		}
		l->box.ops->timeout(l->box.self, l->now);
		FUZZ_ASSERT(l->box.ops->deadline(l->box.self) > l->now);
		assert_box(l);
	}
	if (l->box.ops->deadline(l->box.self) > until && until > l->now)
		l->now = until;
}

static void to_the_deadline(struct lab *l)
{
	vl_time next = l->box.ops->deadline(l->box.self);

	if (next != VL_NEVER)
		pass_time(l, next);
}

static void hand_in(struct lab *l, unsigned port, const uint8_t *bytes, size_t length)
{
	struct frame *f = frame_copy(l->pool, bytes, length);

	FUZZ_ASSERT(f != NULL);
	if (l->running && l->link[port])
		l->box.ops->input(l->box.self, port, f, l->now);
	FUZZ_ASSERT(f->references == 1 || l->running);
	frame_unref(f);
}

/* A frame of protocol 112 with this payload from host `last` of the net. */
static void hand_in_payload(struct lab *l, enum ip_family family, uint8_t last, uint8_t ttl, const uint8_t *payload,
			    size_t length)
{
	struct packet_envelope e = {.src_mac = PEER_MAC, .ttl = ttl, .protocol = IP_PROTOCOL_VRRP};
	uint8_t frame[2048];
	struct wr out = wr_of(frame, sizeof frame);

	e.src = family == IP_V6 ? link_local(last) : ip4(192, 0, 2, last);
	e.dst = family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	hand_in(l, 0, frame, wr_length(&out));
}

static void hear_vrrp(struct lab *l)
{
	static const uint8_t priorities[8] = {0, 1, 50, 100, 150, 200, 254, 255};
	uint8_t how = draw_u8(&l->d), who = draw_u8(&l->d), interval = draw_u8(&l->d);
	uint8_t addresses[32], message[128];
	enum ip_family family = (how & 1) != 0 ? IP_V6 : IP_V4;
	struct ip_addr src = family == IP_V6 ? link_local(who) : ip4(192, 0, 2, who);
	struct vrrp_message m = {
		.version = (how & 3) == 0 ? 2 : 3,
		.type = VRRP_ADVERTISEMENT,
		.vrid = 10,
		.priority = priorities[(how >> 2) & 7],
		.address_count = 1,
		.family = family,
		.interval_s = (uint8_t)(interval % 4),
		.interval_cs = (uint16_t)(interval * 10u),
		.has_auth_data = true,
		.checksum_form = (how & 0x80) != 0 ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_MESSAGE,
		.addresses = addresses,
	};
	struct ip_addr address = family == IP_V6 ? link_local(0x64) : ip4(192, 0, 2, 100);
	struct wr a = wr_of(addresses, sizeof addresses), w = wr_of(message, sizeof message);

	if ((how & 0x20) != 0) {
		m.auth_type = VRRP_AUTH_TEXT;
		memcpy(m.auth_data, "s3cret", 6);
	}
	if ((how & 0x40) != 0) { /* another list */
		address.b[3] ^= 1;
		m.vrid = (interval & 1) != 0 ? 11 : 10;
	}
	wr_ip(&a, &address);
	vrrp_encode(&m, &src, family == IP_V6 ? &VRRP_GROUP_V6 : &VRRP_GROUP_V4, &w);
	hand_in_payload(l, family, who, 255, message, wr_length(&w));
}

static void hear_carp(struct lab *l)
{
	uint8_t how = draw_u8(&l->d), who = draw_u8(&l->d);
	uint8_t message[CARP_LENGTH];
	struct carp_message m = {.vhid = (how & 0x40) != 0 ? 11 : 10, .advbase = how & 3, .advskew = draw_u8(&l->d),
				 .counter = draw_u8(&l->d)};
	enum ip_family family = (how & 0x80) != 0 ? IP_V6 : IP_V4;
	struct ip_addr address = ip4(192, 0, 2, 100);
	struct wr w = wr_of(message, sizeof message);

	if ((how & 4) != 0) /* BSD's goodbye */
		m.advbase = m.advskew = 255;
	carp_digest(m.digest, &m, (how & 8) != 0 ? "wrong" : "s3cret", &address, 1);
	carp_encode(&m, &w);
	hand_in_payload(l, family, who, 255, message, wr_length(&w));
}

/* Any bytes as a message: its sum is repaired, its length is as it comes. */
static void hear_bytes(struct lab *l)
{
	struct draw part = draw_part(&l->d, 2 + draw_u8(&l->d) % 64u);
	uint8_t how = draw_u8(&part), frame[512];
	enum ip_family family = (how & 1) != 0 ? IP_V6 : IP_V4;
	struct packet_envelope e = {.src_mac = PEER_MAC, .ttl = (how & 2) != 0 ? 254 : 255,
				    .protocol = (how & 4) != 0 ? IP_PROTOCOL_AH : IP_PROTOCOL_VRRP};
	struct wr out = wr_of(frame, sizeof frame);

	e.src = family == IP_V6 ? link_local(9) : ip4(192, 0, 2, 9);
	e.dst = family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	wr_bytes(&out, part.at, draw_left(&part));
	packet_end(&out, &e);
	if ((how & 8) == 0)
		frame_repair(frame, wr_length(&out));
	hand_in(l, 0, frame, wr_length(&out));
}

/* Any bytes as a frame to one of the MACs that the box may own. */
static void hear_frame(struct lab *l)
{
	struct draw part = draw_part(&l->d, 14 + draw_u8(&l->d) % 128u);
	size_t length = draw_left(&part);
	uint8_t how = draw_u8(&l->d);
	uint8_t *frame = exact_copy(part.at, length);
	struct mac dst[4] = {OWN_MAC, MAC_BROADCAST, vrrp_virtual_mac(IP_V4, 10), {{0x33, 0x33, 0, 0, 0, 0x12}}};

	if (length >= ETHERNET_HEADER) {
		memcpy(frame, dst[how & 3].b, 6);
		frame_repair(frame, length);
	}
	hand_in(l, (how >> 2) & 1, frame, length);
	free(frame);
}

/* Only the Active answers for the virtual address (RFC 9568 6.4.2 (305): a Backup must not). */
static void ask_for_the_address(struct lab *l)
{
	struct ethernet_header h = {.dst = MAC_BROADCAST, .src = PEER_MAC, .type = ETHERTYPE_ARP};
	struct arp_packet ask = {.operation = ARP_REQUEST, .sender_mac = PEER_MAC, .sender_ip = ip4(192, 0, 2, 9),
				 .target_ip = ip4(192, 0, 2, 100)};
	uint8_t frame[ETHERNET_MIN] = {0};
	struct wr out = wr_of(frame, sizeof frame);
	struct engine_out said;
	const struct stack *stack = node_stack(&l->box);
	bool owned = false, redundant = node_carp_count(&l->box) > 0, answered = false;

	drain(l);
	for (size_t i = 0; i < node_vrrp_count(&l->box); i++) {
		const struct vrrp_router *r = node_vrrp(&l->box, i);
		if (vrrp_router_config(r)->family != IP_V4)
			continue;
		/* in Initialize an owner's address may be one like any other */
		if (vrrp_router_state(r) == VRRP_INITIALIZE && stack_has_address(stack, 0, &ask.target_ip))
			return;
		redundant = true;
		owned = owned || vrrp_router_state(r) == VRRP_ACTIVE;
	}
	/* an address of the box like any other when no router has it */
	owned = owned || (!redundant && stack_has_address(stack, 0, &ask.target_ip));
	for (size_t i = 0; i < node_carp_count(&l->box); i++)
		owned = owned || carp_host_state(node_carp(&l->box, i)) == CARP_MASTER;
	ethernet_encode(&h, &out);
	arp_encode(&ask, &out);
	hand_in(l, 0, frame, sizeof frame);
	while (l->box.ops->poll(l->box.self, &said)) {
		struct packet p;
		if (said.type != OUT_FRAME)
			continue;
		(void)packet_dissect(&p, said.frame->data, said.frame->length, said.frame->length);
		answered = answered || (p.network == NETWORK_ARP && p.arp.operation == ARP_REPLY &&
					ip_equal(&p.arp.sender_ip, &ask.target_ip));
		frame_unref(said.frame);
	}
	FUZZ_ASSERT(answered == (owned && l->running && l->link[0]));
}

static void command(struct lab *l, struct command *c)
{
	struct vl_status s = l->box.ops->control(l->box.self, c, l->now);

	FUZZ_ASSERT(vl_ok(&s) || s.reason[0] != '\0');
	FUZZ_ASSERT(l->running || !vl_ok(&s));
}

static void set_link(struct lab *l)
{
	uint8_t how = draw_u8(&l->d);
	unsigned port = how & 1;
	bool up = (how & 2) != 0;

	drain(l);
	command(l, &(struct command){.verb = COMMAND_LINK, .port = port, .type = VALUE_FLAG, .value.flag = up});
	if (!l->running)
		return;
	/* what it says on losing its carrier goes nowhere, and it knows that */
	l->link[port] = up;
}

static void set_something(struct lab *l, const char *const *fields, size_t count)
{
	uint8_t which = draw_u8(&l->d);
	struct command c = {.verb = COMMAND_SET, .field = fields[which % count]};
	uint16_t v = draw_u16(&l->d);

	switch (v & 3) {
	case 0:
		c.type = VALUE_FLAG;
		c.value.flag = (v & 4) != 0;
		break;
	case 1:
		c.type = VALUE_TIME;
		c.value.time = (vl_time)(v >> 2) * (v & 0x8000 ? VL_S : VL_CS);
		break;
	default:
		c.type = VALUE_NUMBER;
		c.value.number = v >> 6;
		break;
	}
	command(l, &c);
}

static void set_track(struct lab *l)
{
	uint8_t how = draw_u8(&l->d);

	command(l, &(struct command){.verb = COMMAND_TRACK, .field = (how & 2) != 0 ? "uplink" : "check",
				     .type = VALUE_FLAG, .value.flag = (how & 1) != 0});
}

static void ping(struct lab *l)
{
	uint8_t how = draw_u8(&l->d);

	command(l, &(struct command){.verb = COMMAND_PING,
				     .ping = {.target = ip4(192, 0, 2, how),
					      .every = (vl_time)(how & 3) * 100 * VL_MS,
					      .count = how & 7,
					      .timeout = (vl_time)(1 + (how & 15)) * 100 * VL_MS}});
}

static void startup(struct lab *l)
{
	if (l->running)
		return;
	l->running = true;
	for (unsigned i = 0; i < PORTS; i++)
		l->link[i] = true;
	l->box.ops->startup(l->box.self, l->now);
}

static void stop(struct lab *l)
{
	if (!l->running)
		return;
	l->box.ops->shutdown(l->box.self, l->now);
	drain(l);
	l->running = false;
	/* not a word after the goodbye, whatever time does */
	l->sent = 0;
	l->box.ops->timeout(l->box.self, l->now);
	l->now += VL_S;
	l->box.ops->timeout(l->box.self, l->now);
	drain(l);
	FUZZ_ASSERT(l->sent == 0);
	for (size_t i = 0; i < node_vrrp_count(&l->box); i++)
		FUZZ_ASSERT(vrrp_router_state(node_vrrp(&l->box, i)) == VRRP_INITIALIZE);
	for (size_t i = 0; i < node_carp_count(&l->box); i++)
		FUZZ_ASSERT(carp_host_state(node_carp(&l->box, i)) == CARP_INIT);
}

/* The power fails: the box is called no more, and begins from nothing. */
static void crash(struct lab *l)
{
	struct engine_out out;

	if (!l->running)
		return;
	while (l->box.ops->poll(l->box.self, &out))
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	l->now += VL_MS;
	l->running = false;
	startup(l);
}

static void one_event(struct lab *l, const char *const *fields, size_t field_count)
{
	switch (draw_u8(&l->d) % 16) {
	case 0:
	case 1:
		to_the_deadline(l);
		break;
	case 2:
		pass_time(l, l->now + draw_u16(&l->d) % LONGEST_STEP_MS * VL_MS);
		break;
	case 3: /* early: does nothing */
		if (l->running && l->box.ops->deadline(l->box.self) > l->now)
			l->box.ops->timeout(l->box.self, l->now);
		break;
	case 4:
	case 5:
		hear_vrrp(l);
		break;
	case 6:
		hear_carp(l);
		break;
	case 7:
		hear_bytes(l);
		break;
	case 8:
		hear_frame(l);
		break;
	case 9:
		set_link(l);
		break;
	case 10:
		set_something(l, fields, field_count);
		break;
	case 11:
		set_track(l);
		break;
	case 12:
		ask_for_the_address(l);
		break;
	case 13:
		ping(l);
		break;
	case 14:
		stop(l);
		break;
	default:
		if (l->running)
			crash(l);
		else
			startup(l);
		break;
	}
	assert_box(l);
}

static void add_interfaces(struct node_config *c, bool owner)
{
	static const char *const names[PORTS] = {"eth0", "eth1"};

	for (unsigned i = 0; i < PORTS; i++) {
		struct stack_interface_config *n = node_config_add_interface(c);
		n->name = names[i];
		n->mac = OWN_MAC;
		n->mac.b[4] = (uint8_t)i;
		n->address[n->address_count++] = (struct ip_prefix){ip4(192, 0, (uint8_t)(2 + i), 50), 24};
		if (owner && i == 0)
			n->address[n->address_count++] = (struct ip_prefix){ip4(192, 0, 2, 100), 24};
	}
}

static void run(struct lab *l, struct node_config *config, const char *const *fields, size_t field_count)
{
	struct vl_status why;

	l->pool = frame_pool_new();
	FUZZ_ASSERT(l->pool != NULL);
	l->box = node_new(config, l->pool, &why);
	node_config_fini(config);
	if (l->box.ops != NULL) {
		startup(l);
		assert_box(l);
		while (draw_left(&l->d) > 0)
			one_event(l, fields, field_count);
		stop(l);
		l->box.ops->free(l->box.self);
	} else {
		FUZZ_ASSERT(why.reason[0] != '\0');
	}
	FUZZ_ASSERT(frame_pool_held(l->pool) == 0);
	frame_pool_free(l->pool);
}

/* --- virtual routers ------------------------------------------------------------------------------------- */

/* Knobs from four bytes: every value is legal for vrrp_config_check, or the box is refused with a reason. */
static void configure_router(struct draw *d, struct vrrp_config *c, bool owner)
{
	static const uint8_t priorities[4] = {100, 1, 200, 254};
	uint8_t a = draw_u8(d), b = draw_u8(d), e = draw_u8(d), f = draw_u8(d);
	enum ip_family family = (a & 3) == 3 ? IP_V6 : IP_V4;

	vrrp_config_init(c, (a & 3) == 0 ? 2 : 3, family);
	c->vrid = 10;
	c->priority = owner ? 255 : priorities[(a >> 2) & 3];
	c->interval = c->version == 2 ? (vl_time)(1 + (b & 1)) * VL_S : (vl_time)(1 + (b & 63)) * 10 * VL_CS;
	c->address_count = 1;
	c->address[0] = family == IP_V6 ? link_local(0x64) : ip4(192, 0, 2, 100);
	c->preempt = (a & 0x10) == 0;
	c->preempt_delay = (a & 0x20) != 0 ? 3 * VL_S : 0;
	c->accept_mode = (a & 0x40) != 0;
	c->owner_waits = (a & 0x80) != 0;
	c->check_order = (b & 0x40) != 0 ? VRRP_ORDER_KEEPALIVED : VRRP_ORDER_RFC;
	c->losing_advert = (enum vrrp_losing_advert)(e % 3);
	c->address_check = (enum vrrp_address_check)((e >> 2) % 5);
	c->interval_check = (enum vrrp_interval_check)((e >> 4) & 3);
	c->length_check = (enum vrrp_length_check)((e >> 6) % 3);
	c->owner_receive = (f & 1) != 0 ? VRRP_OWNER_DISCARD : VRRP_OWNER_PROCESS;
	c->advert_timer_on_receive = (f & 2) != 0 ? VRRP_TIMER_REARM : VRRP_TIMER_KEEP;
	c->down_timer_on_refused = (f & 4) != 0 ? VRRP_TIMER_REARM : VRRP_TIMER_KEEP;
	c->checksum_send = (f & 8) != 0 ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_MESSAGE;
	c->checksum_receive = (enum vrrp_checksum_receive)((f >> 4) & 3);
	c->announce.count = (uint8_t)(1 + (f >> 6));
	c->announce.gap = (b & 0x80) != 0 ? 100 * VL_MS : 0;
	c->announce.repeat_count = (uint8_t)(f >> 7);
	c->announce.repeat_after = 5 * VL_S;
	c->announce.cisco_copy = (b & 2) != 0;
	c->announce.before_advert = (b & 4) != 0;
	if (c->version == 2 && (b & 8) != 0) {
		c->auth_type = VRRP_AUTH_TEXT;
		c->password = "s3cret";
	}
	c->track_count = 2;
	c->track[0] = (struct vrrp_track_config){.object = "uplink", .decrement = 60};
	c->track[1] = (struct vrrp_track_config){.object = "check", .decrement = (b & 16) != 0 ? 10 : 0};
}

void fuzz_vrrp_router(const uint8_t *bytes, size_t length)
{
	static const char *const fields[] = {
		"vrrp.10.priority", "vrrp.10.interval", "vrrp.10.preempt", "vrrp.10.preempt_delay", "vrrp.10.accept",
		"vrrp.10.vrid", "vrrp.11.vrid", "vrrp.10.ipv4.id", "vrrp.10.nonsense",
	};
	struct lab l = {.d = draw_of(bytes, length)};
	struct node_config config;
	uint8_t shape = draw_u8(&l.d);
	bool owner = (shape & 1) != 0;

	node_config_init(&config);
	add_interfaces(&config, owner);
	for (unsigned i = 0; i < 1u + ((shape >> 1) & 1); i++) {
		struct node_vrrp_config *v = node_config_add_vrrp(&config);
		FUZZ_ASSERT(v != NULL);
		configure_router(&l.d, &v->router, owner);
		if ((shape & 4) != 0)
			v->sync_group = "pair";
	}
	run(&l, &config, fields, sizeof fields / sizeof fields[0]);
}

/* --- CARP hosts ------------------------------------------------------------------------------------------ */

void fuzz_carp_host(const uint8_t *bytes, size_t length)
{
	static const char *const fields[] = {
		"carp.10.advbase", "carp.10.advskew", "carp.10.preempt", "carp.10.vhid", "carp.11.vhid",
		"carp.10.nonsense",
	};
	struct lab l = {.d = draw_of(bytes, length)};
	struct node_config config;
	uint8_t a = draw_u8(&l.d), b = draw_u8(&l.d);

	node_config_init(&config);
	add_interfaces(&config, false);
	struct carp_config *c = node_config_add_carp(&config);
	FUZZ_ASSERT(c != NULL);
	carp_config_init(c);
	c->vhid = 10;
	c->advbase = (uint8_t)(1 + (a & 1));
	c->advskew = (uint8_t)(b % 255);
	c->password = "s3cret";
	c->address_count = 1;
	c->address[0] = ip4(192, 0, 2, 100);
	c->family = (a & 2) != 0 ? IP_V6 : IP_V4;
	c->broadcast = (a & 2) == 0 && (a & 4) != 0;
	c->preempt = (a & 8) != 0;
	c->bow_out = (a & 16) != 0;
	c->last_word = (a & 32) != 0;
	c->tie_break = (a & 64) != 0 ? CARP_TIE_YIELD : CARP_TIE_RAW_ADDRESS;
	c->counter_policy = (a & 128) != 0 ? CARP_COUNTER_CONSTANT : CARP_COUNTER_COUNTS;
	c->initial_wait = (b & 1) != 0 ? 3 * VL_S : 0;
	c->advert_mac = (enum carp_mac)(b & 3);
	c->announce_mac = (enum carp_mac)((b >> 2) & 3);
	c->reply_mac = (enum carp_mac)((b >> 4) & 3);
	run(&l, &config, fields, sizeof fields / sizeof fields[0]);
}
