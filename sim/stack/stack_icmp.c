// SPDX-License-Identifier: BSD-2-Clause
/* ICMP and ICMPv6: answering echo requests, and the errors of a router. */
#include "sim/stack/parts.h"

const struct record_kind STACK_ECHO_ANSWERED_KIND = {
	.name = "icmp.answered",
	.level = RECORD_TRACE,
	.text = "echo request {sequence} of {from} to {to} answered",
	.field = {{"from", VALUE_IP}, {"to", VALUE_IP}, {"id", VALUE_NUMBER}, {"sequence", VALUE_NUMBER}},
};

static bool send_icmp(struct stack *s, const struct icmp_message *m, const struct ip_addr *src,
		      const struct ip_addr *dst, vl_time now)
{
	struct frame *f = frame_new(s->pool, 8 + m->data_length);

	if (f == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return false;
	}
	struct wr out = wr_of(f->data, f->length);
	icmp_encode(m, src, dst, &out);
	bool sent = stack_send(s,
			       &(struct packet_envelope){
				       .src = *src,
				       .dst = *dst,
				       .ttl = STACK_TTL,
				       .protocol = m->family == IP_V4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
			       },
			       f->data, wr_length(&out), now);
	frame_unref(f);
	return sent;
}

/* The answer comes from the address that was asked: RFC 1122 3.2.2.6. */
enum stack_verdict stack_echo(struct stack *s, const struct packet *p, vl_time now)
{
	struct icmp_message reply = p->icmp;

	reply.type = p->icmp.family == IP_V4 ? ICMP_ECHO_REPLY : (uint8_t)ICMPV6_ECHO_REPLY;
	if (!send_icmp(s, &reply, &p->dst, &p->src, now))
		return STACK_DONE;
	struct record *r = outbox_record(s->outbox, &STACK_ECHO_ANSWERED_KIND, NULL, now);
	r->value[0].ip = p->src;
	r->value[1].ip = p->dst;
	r->value[2].number = p->icmp.id;
	r->value[3].number = p->icmp.sequence;
	return STACK_DONE;
}

static bool is_icmp_error(const struct packet *p)
{
	if (p->transport != TRANSPORT_ICMP)
		return false;
	if (p->network == NETWORK_IPV6)
		return p->icmp.type < ICMPV6_ECHO_REQUEST;      /* RFC 4443 2.1 */
	return p->icmp.type != ICMP_ECHO_REQUEST && p->icmp.type != ICMP_ECHO_REPLY;
}

static bool may_be_told(const struct packet *p)
{
	uint16_t offset = p->network == NETWORK_IPV4 ? p->ipv4.fragment_offset : p->ipv6.fragment_offset;

	return !is_icmp_error(p) && offset == 0 && !ip_is_zero(&p->src) && !ip_is_multicast(&p->src) &&
	       !ip_is_multicast(&p->dst) && !mac_is_group(p->ethernet.dst);
}

/* Type and code of each error in both families. */
static const struct {
	uint8_t type4, code4, type6, code6;
} ERROR[] = {
	[STACK_ERROR_NO_ROUTE] = {ICMP_UNREACHABLE, 0, ICMPV6_UNREACHABLE, 0},
	[STACK_ERROR_NO_NEIGHBOUR] = {ICMP_UNREACHABLE, 1, ICMPV6_UNREACHABLE, 3},
	[STACK_ERROR_TTL] = {ICMP_TIME_EXCEEDED, 0, ICMPV6_TIME_EXCEEDED, 0},
	[STACK_ERROR_TOO_LONG] = {ICMP_UNREACHABLE, 4, ICMPV6_PACKET_TOO_BIG, 0},
	[STACK_ERROR_NO_PORT] = {ICMP_UNREACHABLE, 3, ICMPV6_UNREACHABLE, 4},
};

void stack_send_error(struct stack *s, enum stack_error error, const struct frame *f,
		      const struct packet *p, uint16_t mtu, vl_time now)
{
	bool v4 = p->network == NETWORK_IPV4;
	struct ip_addr src = stack_source_for(s, &p->src);
	size_t length;
	const uint8_t *packet = stack_ip_bytes(f, p, &length);
	/* RFC 1812 4.3.2.3: as much as fits 576 bytes; RFC 4443 2.4 c: 1280. */
	size_t quote = v4 ? 576 - IPV4_HEADER - 8 : IPV6_LEAST_MTU - IPV6_HEADER - 8;

	if (src.family == IP_NONE || !may_be_told(p))
		return;
	struct icmp_message m = {
		.family = v4 ? IP_V4 : IP_V6,
		.type = v4 ? ERROR[error].type4 : ERROR[error].type6,
		.code = v4 ? ERROR[error].code4 : ERROR[error].code6,
		.word = mtu,
		.data = packet,
		.data_length = length < quote ? length : quote,
	};
	(void)send_icmp(s, &m, &src, &p->src, now);
}
