// SPDX-License-Identifier: BSD-2-Clause
/* The ring of requests that wait is in order of sending, so the oldest is always the next to be lost. */
#include "sim/node/pinger.h"

#include <assert.h>
#include <stdlib.h>

const struct record_kind PING_STARTED_KIND = {
	.name = "ping.started",
	.level = RECORD_INFO,
	.text = "pings {target} every {every}",
	.field = {{"target", VALUE_IP}, {"every", VALUE_TIME}, {"timeout", VALUE_TIME}},
};

const struct record_kind PING_REPLY_KIND = {
	.name = "ping.reply",
	.level = RECORD_TRACE,
	.text = "reply {sequence} from {target} after {rtt}",
	.field = {{"target", VALUE_IP},
		  {"sequence", VALUE_NUMBER},
		  {"sent_at", VALUE_TIME},
		  {"rtt", VALUE_TIME}},
};

const struct record_kind PING_LOST_KIND = {
	.name = "ping.lost",
	.level = RECORD_TRACE,
	.text = "no reply {sequence} from {target}, sent at {sent_at}",
	.field = {{"target", VALUE_IP}, {"sequence", VALUE_NUMBER}, {"sent_at", VALUE_TIME}},
};

const struct record_kind PING_STOPPED_KIND = {
	.name = "ping.stopped",
	.level = RECORD_INFO,
	.text = "stopped pinging {target}: {sent} sent, {answered} answered, {lost} lost",
	.field = {{"target", VALUE_IP},
		  {"sent", VALUE_NUMBER},
		  {"answered", VALUE_NUMBER},
		  {"lost", VALUE_NUMBER}},
};

struct waiting {
	vl_time sent_at;
	bool answered;
};

struct pinger {
	struct ping_order order;
	uint16_t id;
	const char *name;
	struct stack *stack;
	struct outbox *outbox;
	vl_time next_at;                /* VL_NEVER: all are sent */
	uint64_t sent, answered, lost;  /* the last request sent has the sequence `sent` */
	struct waiting *ring;           /* request n stands at n % room */
	uint64_t room;
	uint64_t oldest;                /* sequence of the oldest that waits; sent + 1: none */
};

uint64_t pinger_window(const struct ping_order *order)
{
	vl_time timeout = order->timeout != 0 ? order->timeout : PINGER_TIMEOUT;

	/* One that is lost at t still stands while one that is sent at t comes in. */
	return order->every == 0 ? 0 : timeout / order->every + 2;
}

static void settle_oldest(struct pinger *p, vl_time now)
{
	const struct waiting *w = &p->ring[p->oldest % p->room];

	if (!w->answered) {
		struct record *r = outbox_record(p->outbox, &PING_LOST_KIND, p->name, now);
		r->value[PING_LOST_TARGET].ip = p->order.target;
		r->value[PING_LOST_SEQUENCE].number = p->oldest;
		r->value[PING_LOST_SENT_AT].time = w->sent_at;
		p->lost++;
	}
	p->oldest++;
}

static void send_request(struct pinger *p, vl_time now)
{
	bool v4 = p->order.target.family == IP_V4;
	uint8_t data[PINGER_DATA];
	uint8_t bytes[8 + PINGER_DATA];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ip_addr src = stack_source_for(p->stack, &p->order.target);

	p->sent++;
	p->ring[p->sent % p->room] = (struct waiting){.sent_at = now};
	for (uint8_t i = 0; i < PINGER_DATA; i++)
		data[i] = i;
	if (src.family == IP_NONE)
		return;                 /* no route: nobody will answer */
	struct icmp_message m = {
		.family = v4 ? IP_V4 : IP_V6,
		.type = v4 ? ICMP_ECHO_REQUEST : (uint8_t)ICMPV6_ECHO_REQUEST,
		.id = p->id,
		.sequence = (uint16_t)p->sent,
		.data = data,
		.data_length = sizeof data,
	};
	icmp_encode(&m, &src, &p->order.target, &out);
	(void)stack_send(p->stack,
			 &(struct packet_envelope){
				 .src = src,
				 .dst = p->order.target,
				 .ttl = 64,
				 .id = (uint16_t)p->sent,
				 .dont_fragment = true,
				 .protocol = v4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
			 },
			 bytes, wr_length(&out), now);
}

static void send_next(struct pinger *p, vl_time now)
{
	send_request(p, now);
	p->next_at = vl_time_after(p->next_at, p->order.every);
	if (p->next_at <= now)
		p->next_at = vl_time_after(now, p->order.every);
	if (p->order.count != 0 && p->sent == p->order.count)
		p->next_at = VL_NEVER;
}

struct pinger *pinger_new(const struct ping_order *order, uint16_t id, const char *name, struct stack *stack,
			  struct outbox *outbox, vl_time now)
{
	assert(order->every > 0 && pinger_window(order) <= PINGER_WINDOW);
	struct pinger *p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	p->order = *order;
	if (p->order.timeout == 0)
		p->order.timeout = PINGER_TIMEOUT;
	p->id = id;
	p->name = name;
	p->stack = stack;
	p->outbox = outbox;
	p->room = pinger_window(order);
	p->oldest = 1;
	p->next_at = now;
	p->ring = calloc(p->room, sizeof *p->ring);
	if (p->ring == NULL) {
		free(p);
		return NULL;
	}
	struct record *r = outbox_record(outbox, &PING_STARTED_KIND, name, now);
	r->value[PING_STARTED_TARGET].ip = p->order.target;
	r->value[PING_STARTED_EVERY].time = p->order.every;
	r->value[PING_STARTED_TIMEOUT].time = p->order.timeout;
	send_next(p, now);
	return p;
}

void pinger_free(struct pinger *p)
{
	if (p == NULL)
		return;
	free(p->ring);
	free(p);
}

void pinger_stop(struct pinger *p, vl_time now)
{
	struct record *r = outbox_record(p->outbox, &PING_STOPPED_KIND, p->name, now);

	r->value[PING_STOPPED_TARGET].ip = p->order.target;
	r->value[PING_STOPPED_SENT].number = p->sent;
	r->value[PING_STOPPED_ANSWERED].number = p->answered;
	r->value[PING_STOPPED_LOST].number = p->lost;
}

bool pinger_reply(struct pinger *p, const struct packet *reply, vl_time now)
{
	if (reply->icmp.id != p->id || !ip_equal(&reply->src, &p->order.target))
		return false;
	/* How far the reply lies behind the newest request, in 16 bits: fewer than that ever wait. */
	uint64_t behind = (uint16_t)((uint16_t)p->sent - reply->icmp.sequence);
	if (behind >= p->sent || p->sent - behind < p->oldest)
		return true;            /* too late, or never asked */
	uint64_t sequence = p->sent - behind;
	struct waiting *w = &p->ring[sequence % p->room];
	if (w->answered)
		return true;            /* repeated */
	w->answered = true;
	p->answered++;
	struct record *r = outbox_record(p->outbox, &PING_REPLY_KIND, p->name, now);
	r->value[PING_REPLY_TARGET].ip = p->order.target;
	r->value[PING_REPLY_SEQUENCE].number = sequence;
	r->value[PING_REPLY_SENT_AT].time = w->sent_at;
	r->value[PING_REPLY_RTT].time = now - w->sent_at;
	while (p->oldest <= p->sent && p->ring[p->oldest % p->room].answered)
		p->oldest++;
	return true;
}

static vl_time lost_at(const struct pinger *p)
{
	return p->oldest > p->sent ? VL_NEVER
				   : vl_time_after(p->ring[p->oldest % p->room].sent_at, p->order.timeout);
}

void pinger_timeout(struct pinger *p, vl_time now)
{
	while (lost_at(p) <= now)
		settle_oldest(p, now);
	if (p->next_at <= now)
		send_next(p, now);
}

vl_time pinger_deadline(const struct pinger *p)
{
	return vl_time_min(p->next_at, lost_at(p));
}

bool pinger_finished(const struct pinger *p)
{
	return p->next_at == VL_NEVER && p->oldest > p->sent;
}

const struct ip_addr *pinger_target(const struct pinger *p)
{
	return &p->order.target;
}

uint64_t pinger_room(const struct pinger *p)
{
	return p->room;
}
