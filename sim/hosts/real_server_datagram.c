// SPDX-License-Identifier: BSD-2-Clause
/* Services over UDP: a query is answered when its service time is over. */
#include <string.h>

#include "sim/hosts/real_server_parts.h"

void real_server_datagrams_empty(struct real_server *s)
{
	memset(s->datagram, 0, DATAGRAMS * sizeof *s->datagram);
	for (uint32_t i = 0; i < DATAGRAMS; i++)
		s->datagram[i].next_free = i + 1;
	s->datagram_free = 0;
	wheel_init(&s->datagram_wheel, &s->datagram[0].link, sizeof s->datagram[0], 0);
}

static void send_answer(struct real_service *v, const struct datagram *d, vl_time now)
{
	if (!real_service_answers(v))
		return;
	v->facts.answered++;
	(void)stack_send_udp(v->server->stack,
			     &(struct packet_envelope){.src = d->from, .dst = d->to, .ttl = 64, .protocol = IP_PROTOCOL_UDP},
			     &(struct udp_header){.src_port = d->from_port, .dst_port = d->to_port}, d->bytes, d->length, now);
}

static void give_back(struct real_server *s, struct datagram *d)
{
	d->length = 0;
	d->next_free = s->datagram_free;
	s->datagram_free = (uint32_t)(d - s->datagram);
}

void real_server_datagrams_timeout(struct real_server *s, vl_time now)
{
	uint32_t i;

	while ((i = wheel_take(&s->datagram_wheel, now)) != WHEEL_NONE) {
		struct datagram *d = &s->datagram[i];
		struct real_service *v = &s->service[d->service];
		if (d->at > now) {
			wheel_set(&s->datagram_wheel, i, d->at);
			continue;
		}
		v->facts.in_service--;
		send_answer(v, d, now);
		give_back(s, d);
	}
}

static size_t make_answer(const struct real_service *v, const struct packet *p, uint8_t to[DATAGRAM_LONGEST])
{
	if (v->config.talk.talk == TALK_SIP)
		return talk_sip_answer(p->payload, p->payload_length, (uint32_t)v->tls.secret | 1, (char *)to);
	return p->payload_length <= 512 ? talk_dns_answer(p->payload, p->payload_length, to) : 0;
}

static void serve(struct real_service *v, const struct packet *p, vl_time now)
{
	struct real_server *s = v->server;

	if (!real_service_answers(v))
		return;
	if (s->datagram_free == DATAGRAMS) {
		v->facts.full++;
		return;
	}
	struct datagram *d = &s->datagram[s->datagram_free];
	size_t length = make_answer(v, p, d->bytes);
	if (length == 0)
		return;
	s->datagram_free = d->next_free;
	d->service = v->index;
	d->length = (uint16_t)length;
	d->from = p->dst;
	d->to = p->src;
	d->from_port = p->udp.dst_port;
	d->to_port = p->udp.src_port;
	vl_time time = real_service_time(v, now);
	if (time == 0) {
		send_answer(v, d, now);
		give_back(s, d);
		return;
	}
	v->facts.in_service++;
	d->at = vl_time_after(now, time);
	wheel_set(&s->datagram_wheel, (uint32_t)(d - s->datagram), d->at);
}

bool real_server_receive(struct real_server *s, const struct packet *p, const struct frame *f, vl_time now)
{
	for (size_t i = 0; i < s->count; i++) {
		struct real_service *v = &s->service[i];
		if (!talk_is_datagrams(v->config.talk.talk) || v->config.port != p->udp.dst_port ||
		    (v->config.address.family != IP_NONE && !ip_equal(&v->config.address, &p->dst)))
			continue;
		/* RFC 1122 4.1.3.1: a closed port is said to be closed */
		if (v->facts.state == SERVICE_CRASHED)
			stack_send_error(s->stack, STACK_ERROR_NO_PORT, f, p, 0, now);
		else
			serve(v, p, now);
		return true;
	}
	return false;
}
