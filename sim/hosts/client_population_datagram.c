// SPDX-License-Identifier: BSD-2-Clause
/* Users over UDP: DNS queries, and calls. */
#include "sim/hosts/client_population_parts.h"
#include "sim/hosts/talk_sip.h"

#define QUERY_PORT 20000                /* DNS users' source ports: below the endpoint's ephemeral ones */
#define QUERY_PORTS 12000
#define QUERY_PATIENCE (5 * VL_S)

/* RFC 3261 17.1.2.2, Timer E and F: again after T1, 2 T1, ... T2; for 64 T1. */
#define SIP_T1 (500 * VL_MS)
#define SIP_T2 (4 * VL_S)

static uint32_t sequence_of(const struct user *u)
{
	return u->made + u->goodbye;
}

static uint16_t port_of(const struct population *p, const struct user *u)
{
	uint32_t user = population_index(p, u);

	if (p->config.talk != TALK_SIP)
		return (uint16_t)(QUERY_PORT + user % QUERY_PORTS);
	return (uint16_t)(p->config.roams ? QUERY_PORT + (u->call * 17 + sequence_of(u)) % QUERY_PORTS : TALK_SIP_PORT);
}

static vl_time patience(const struct population *p)
{
	if (p->config.answer_timeout != 0)
		return p->config.answer_timeout;
	return p->config.talk == TALK_SIP ? 64 * SIP_T1 : QUERY_PATIENCE;
}

static bool send_bytes(struct population *p, const struct user *u, const void *bytes, size_t length, vl_time now)
{
	const struct packet_envelope e = {.src = population_address(p, u->source), .dst = p->config.target, .ttl = 64,
					  .protocol = IP_PROTOCOL_UDP};

	return stack_send_udp(p->stack, &e,
			      &(struct udp_header){.src_port = port_of(p, u), .dst_port = p->config.port}, bytes,
			      length, now);
}

/* --- calls ---------------------------------------------------------------------------------------------------------------- */

static enum talk_sip_method method_of(const struct user *u)
{
	return u->goodbye ? TALK_SIP_BYE : u->made == 1 ? TALK_SIP_INVITE : TALK_SIP_INFO;
}

static bool send_sip(struct population *p, const struct user *u, enum talk_sip_method method, vl_time now)
{
	char text[TALK_SIP_MOST];
	struct talk_sip_call call = {.caller = population_address_of(p, u), .server = p->config.target, .port = p->config.port,
				     .user = population_index(p, u), .call = u->call, .tag = u->tag};

	if (call.caller.family == IP_NONE)
		call.caller = stack_source_for(p->stack, &p->config.target);
	return send_bytes(p, u, text, talk_sip_request(&call, method, sequence_of(u), text), now);
}

static vl_time repeat_in(const struct user *u)
{
	vl_time in = SIP_T1 << (u->repeats < 3 ? u->repeats : 3);

	return in < SIP_T2 ? in : SIP_T2;
}

/* --- asking ----------------------------------------------------------------------------------------------------------------- */

static bool send_query(struct population *p, struct user *u, vl_time now)
{
	uint8_t bytes[TALK_DNS_QUERY];

	if (p->config.talk == TALK_SIP)
		return send_sip(p, u, method_of(u), now);
	size_t length = talk_dns_query((uint16_t)population_index(p, u), p->config.host != NULL ? p->config.host : "example.org",
				       bytes);
	return send_bytes(p, u, bytes, length, now);
}

static void await(struct population *p, struct user *u, vl_time now)
{
	vl_time end = vl_time_after(u->asked, patience(p));

	population_arm(p, u, p->config.talk == TALK_SIP ? vl_time_min(end, vl_time_after(now, repeat_in(u))) : end);
}

void population_query(struct population *p, struct user *u, vl_time now)
{
	u->phase = USER_QUERYING;
	u->asked = now;
	u->repeats = 0;
	u->goodbye = u->opened && !population_has_more(p, u, now);
	if (!u->goodbye) {
		u->made++;
		p->facts.requests++;
	}
	await(p, u, now);
	if (!send_query(p, u, now))
		population_broken(p, u, "unreachable", now);
}

void population_query_again(struct population *p, struct user *u, vl_time now)
{
	if (p->config.talk != TALK_SIP || now >= vl_time_after(u->asked, patience(p))) {
		population_broken(p, u, "no answer", now);
		return;
	}
	u->repeats = (uint8_t)(u->repeats < 200 ? u->repeats + 1 : u->repeats);
	await(p, u, now);
	(void)send_query(p, u, now);
}

/* --- answers ---------------------------------------------------------------------------------------------------------------- */

static void query_answered(struct population *p, struct user *u, vl_time now)
{
	population_opened(p, u, now);
	population_answered(p, now - u->asked);
	population_closed(p, u, now);
}

static void call_answered(struct population *p, struct user *u, const struct talk_sip_answer *a, vl_time now)
{
	if (u->goodbye) {               /* whatever it was, it is over */
		population_closed(p, u, now);
		return;
	}
	population_answered(p, now - u->asked);
	if (a->status >= 300) {
		p->facts.errors++;
		population_broken(p, u, a->status == 481 ? "481 no such call" : "refused", now);
		return;
	}
	if (!u->opened) {
		u->tag = a->tag;
		population_opened(p, u, now);
		(void)send_sip(p, u, TALK_SIP_ACK, now);
	}
	if (population_has_asked_all(p, u))
		population_query(p, u, now);
	else
		population_think(p, u, now);
}

/* The user that an answer is for, in *user; false: it is none. */
static bool read_answer(const struct population *p, const struct packet *packet, struct talk_sip_answer *a, uint32_t *user)
{
	uint16_t id;

	if (p->config.talk == TALK_SIP) {
		if (!talk_sip_read(packet->payload, packet->payload_length, a) || a->status < 200)
			return false;
		*user = a->user;
		return true;
	}
	if (!talk_dns_read(packet->payload, packet->payload_length, &id))
		return false;
	*user = id;
	return true;
}

bool population_receive(struct population *p, const struct packet *packet, vl_time now)
{
	struct talk_sip_answer answer;
	uint32_t user;

	if (!talk_is_datagrams(p->config.talk) || !ip_equal(&packet->src, &p->config.target) ||
	    packet->udp.src_port != p->config.port || !read_answer(p, packet, &answer, &user) || user >= p->room)
		return false;
	struct user *u = &p->user[user];
	if (u->phase != USER_QUERYING || packet->udp.dst_port != port_of(p, u))
		return true;            /* late */
	if (p->config.talk == TALK_DNS)
		query_answered(p, u, now);
	else if (answer.call == u->call && answer.sequence == sequence_of(u))
		call_answered(p, u, &answer, now);
	return true;
}
