// SPDX-License-Identifier: BSD-2-Clause
/* Checks without a connection: ICMP echo (RFC 792, RFC 4443) and a DNS question over UDP (RFC 1035). An answer counts
 * only from the server that was asked, with the numbers of the question. */
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/health_parts.h"

#define ECHO_ID 0xc000                  /* of target 0; a box's own pings count from 1 */
#define ECHO_IDS 0x4000
#define ECHO_DATA 32
#define PORTS (HEALTH_PORT_LAST - HEALTH_PORT_FIRST + 1)

#define DNS_HEADER 12
#define DNS_TYPE_A 1
#define DNS_TYPE_SOA 6
#define DNS_CLASS_IN 1
#define DNS_NXDOMAIN 3

static size_t index_of(const struct health_checker *h, const struct health_check *c)
{
	return (size_t)(c - h->check);
}

/* --- ICMP ------------------------------------------------------------------------------------------------ */

bool health_icmp_begin(struct health_checker *h, struct health_check *c, vl_time now)
{
	static const uint8_t data[ECHO_DATA] = "viplab health check";
	bool v4 = c->target.address.family == IP_V4;
	uint8_t bytes[8 + ECHO_DATA];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {
		.src = stack_source_for(h->stack, &c->target.address),
		.dst = c->target.address,
		.ttl = 64,
		.protocol = v4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
	};
	struct icmp_message m = {
		.family = v4 ? IP_V4 : IP_V6,
		.type = v4 ? ICMP_ECHO_REQUEST : (uint8_t)ICMPV6_ECHO_REQUEST,
		.id = (uint16_t)(ECHO_ID + index_of(h, c) % ECHO_IDS),
		.sequence = c->number,
		.data = data,
		.data_length = sizeof data,
	};

	if (e.src.family == IP_NONE)
		return false;
	icmp_encode(&m, &e.src, &e.dst, &out);
	return stack_send(h->stack, &e, bytes, wr_length(&out), now);
}

static bool echo_received(struct health_checker *h, const struct packet *p, vl_time now)
{
	if (p->icmp.type != (p->network == NETWORK_IPV4 ? ICMP_ECHO_REPLY : (uint8_t)ICMPV6_ECHO_REPLY) ||
	    p->icmp.id < ECHO_ID)
		return false;
	for (size_t i = p->icmp.id - (unsigned)ECHO_ID; i < h->count; i += ECHO_IDS) {
		struct health_check *c = &h->check[i];
		if (c->c.kind != HEALTH_ICMP || !ip_equal(&c->target.address, &p->src))
			continue;
		if (c->running && p->icmp.sequence == c->number)
			health_done(h, c, HEALTH_L3_OK, now);
		return true;
	}
	return false;
}

/* --- DNS ------------------------------------------------------------------------------------------------- */

static uint16_t question_type(const struct health_check *c)
{
	return c->c.profile == HEALTH_KEEPALIVED ? DNS_TYPE_SOA : DNS_TYPE_A;
}

/* Header (id 0 until it is asked; recursion desired) and one question. */
bool health_dns_make(struct health_check *c)
{
	const char *name = c->c.query;

	c->say = malloc(HEALTH_QUERY);
	if (c->say == NULL)
		return false;
	struct wr out = wr_of((uint8_t *)c->say, HEALTH_QUERY);
	wr_be16(&out, 0);
	wr_be16(&out, 0x0100);
	wr_be16(&out, 1);
	wr_zero(&out, 6);
	while (*name != '\0' && strcmp(name, ".") != 0) {
		size_t label = strcspn(name, ".");
		wr_u8(&out, (uint8_t)label);
		wr_bytes(&out, name, label);
		name += label + (name[label] == '.');
	}
	wr_u8(&out, 0);
	wr_be16(&out, question_type(c));
	wr_be16(&out, DNS_CLASS_IN);
	c->say_length = wr_length(&out);
	return true;
}

static uint16_t dns_port(const struct health_checker *h, const struct health_check *c)
{
	return (uint16_t)(HEALTH_PORT_FIRST + index_of(h, c) % PORTS);
}

bool health_dns_begin(struct health_checker *h, struct health_check *c, vl_time now)
{
	struct udp_header u = {.src_port = dns_port(h, c), .dst_port = c->port};
	struct packet_envelope e = {.dst = c->target.address, .ttl = 64, .protocol = IP_PROTOCOL_UDP};

	put_be16((uint8_t *)c->say, c->number);
	return stack_send_udp(h->stack, &e, &u, (const uint8_t *)c->say, c->say_length, now);
}

/* It repeats the question (RFC 1035 7.3); KEMP takes "no such name" for an answer, too. */
static enum health_result judge_answer(const struct health_check *c, const uint8_t *bytes, size_t length)
{
	if (length < c->say_length || (bytes[2] & 0x80) == 0 ||
	    memcmp(bytes + DNS_HEADER, c->say + DNS_HEADER, c->say_length - DNS_HEADER) != 0)
		return HEALTH_L7_RESPONSE;
	unsigned code = bytes[3] & 0x0f;
	if (code == 0 || (code == DNS_NXDOMAIN && c->c.profile == HEALTH_KEMP))
		return HEALTH_L7_OK;
	return HEALTH_L7_STATUS;
}

static bool dns_received(struct health_checker *h, const struct packet *p, vl_time now)
{
	if (p->udp.dst_port < HEALTH_PORT_FIRST)
		return false;
	for (size_t i = p->udp.dst_port - (unsigned)HEALTH_PORT_FIRST; i < h->count; i += PORTS) {
		struct health_check *c = &h->check[i];
		if (c->c.kind != HEALTH_DNS || !ip_equal(&c->target.address, &p->src) || p->udp.src_port != c->port)
			continue;
		/* An id that is not the last question's is an old answer. */
		if (c->running && p->payload_length >= 2 && get_be16(p->payload) == c->number)
			health_done(h, c, judge_answer(c, p->payload, p->payload_length), now);
		return true;
	}
	return false;
}

bool health_datagram_received(struct health_checker *h, const struct packet *p, vl_time now)
{
	if (p->transport == TRANSPORT_ICMP)
		return echo_received(h, p, now);
	return packet_is_udp(p->transport) && dns_received(h, p, now);
}
