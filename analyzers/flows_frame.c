// SPDX-License-Identifier: BSD-2-Clause
/* What one frame says of its flow: beginnings, answers, bytes, ends. */
#include <string.h>

#include "analyzers/flows_parts.h"
#include "sim/base/checksum.h"

#define SAID_LENGTH 64                  /* of the first bytes of a client that are compared */
#define ISN_OF_UDP 0x5bd1e995u

/* A packet with ports, in either layer of a tunnel. */
struct seen {
	const struct packet *p;
	const struct analyzer_frame *frame;
	const struct ip_addr *outer;    /* the tunnel's end, or NULL */
	uint16_t src_port, dst_port;
	size_t length;                  /* of what it carries, on the wire */
};

static size_t carried(const struct packet *p)
{
	size_t ip = p->network == NETWORK_IPV4 ? (size_t)p->ipv4.total_length
					       : (size_t)p->ipv6.payload_length + IPV6_HEADER;
	size_t headers = p->network == NETWORK_IPV4 ? (size_t)IPV4_HEADER + p->ipv4.options_length
						    : (size_t)IPV6_HEADER + p->ipv6.extensions_length;

	headers += p->transport == TRANSPORT_TCP ? (size_t)TCP_HEADER + p->tcp.options_length : UDP_HEADER;
	return ip > headers ? ip - headers : 0;
}

/* A sum that the sending station leaves to its card: captures on that station hold it unfinished. It is the folded sum
 * of the pseudo-header. */
static bool is_unfinished(const struct packet *p)
{
	uint16_t checksum = p->transport == TRANSPORT_TCP ? p->tcp.checksum : p->udp.checksum;
	size_t length = carried(p) + (p->transport == TRANSPORT_TCP ? (size_t)TCP_HEADER + p->tcp.options_length : UDP_HEADER);
	uint64_t sum = checksum_add_pseudo(0, &p->src, &p->dst, p->protocol, (uint32_t)length);
	uint16_t unfinished = (uint16_t)(checksum_finish(sum) ^ UINT16_MAX);

	return checksum == unfinished;
}

static bool has_ports(struct flows *f, const struct packet *p)
{
	bool tcp = p->transport == TRANSPORT_TCP, udp = p->transport == TRANSPORT_UDP;
	bool bad = p->verdict == PACKET_BAD_TCP_CHECKSUM || p->verdict == PACKET_BAD_UDP_CHECKSUM;

	if ((!tcp && !udp) || p->is_fragment || !(p->verdict == PACKET_OK || p->verdict == PACKET_CUT || bad))
		return false;
	if (bad && !is_unfinished(p)) {
		f->counted.bad_sums++;
		return false;
	}
	return true;
}

static struct flow_key key_of(const struct seen *s, bool down)
{
	const struct packet *p = s->p;
	struct flow_key key;

	memset(&key, 0, sizeof key);
	key.client = down ? p->dst : p->src;
	key.target = down ? p->src : p->dst;
	key.client_port = down ? s->dst_port : s->src_port;
	key.target_port = down ? s->src_port : s->dst_port;
	key.protocol = p->protocol;
	return key;
}

/* --- what a client's first packet shows of its host --------------------------------------------------------- */

/* The shape of a SYN: window, order and sizes of options, the scaled and segment sizes in them; no clock. */
static uint32_t stack_of(const struct packet *p)
{
	uint8_t shape[64] = {(uint8_t)(p->tcp.window >> 8), (uint8_t)p->tcp.window, p->network == NETWORK_IPV4 && p->ipv4.dont_fragment};
	size_t n = 3;

	for (uint8_t i = 0; i < p->tcp.options_length && n + 4 < sizeof shape;) {
		uint8_t kind = p->tcp.options[i];
		uint8_t length = kind < 2 || i + 1 == p->tcp.options_length ? 1 : p->tcp.options[i + 1];
		shape[n++] = kind;
		if (kind == 2 && length == 4 && i + 4 <= p->tcp.options_length) {
			shape[n++] = p->tcp.options[i + 2];
			shape[n++] = p->tcp.options[i + 3];
		} else if (kind == 3 && length == 3 && i + 3 <= p->tcp.options_length) {
			shape[n++] = p->tcp.options[i + 2];
		}
		if (kind == 0 || length == 0)
			break;
		i = (uint8_t)(i + length);
	}
	return (uint32_t)keyed_hash(0, shape, sizeof shape);
}

static void look_at_source(struct flows *f, const struct flow *w, const struct seen *s)
{
	struct flow_source *source = w->source != FLOWS_NOBODY ? &f->source[w->source] : NULL;
	uint32_t stack = s->p->transport == TRANSPORT_TCP ? stack_of(s->p) : 0;
	bool known_stack = false, known_ttl = false;

	if (source == NULL)
		return;
	for (uint8_t i = 0; i < source->stacks; i++)
		known_stack = known_stack || source->stack[i] == stack;
	for (uint8_t i = 0; i < source->ttls; i++)
		known_ttl = known_ttl || source->ttl[i] == s->p->ttl;
	if (!known_stack && source->stacks < FLOWS_STACKS)
		source->stack[source->stacks++] = stack;
	if (!known_ttl && source->ttls < FLOWS_STACKS)
		source->ttl[source->ttls++] = s->p->ttl;
	source->port_low = w->client_port < source->port_low ? w->client_port : source->port_low;
	source->port_high = w->client_port > source->port_high ? w->client_port : source->port_high;
}

/* --- bytes ------------------------------------------------------------------------------------------------- */

/* New bytes of a direction by its sequence numbers. */
static uint64_t new_bytes(bool *has, uint32_t *next, const struct tcp_header *tcp, size_t length)
{
	uint32_t begin = tcp->sequence + ((tcp->flags & TCP_SYN) != 0), end = begin + (uint32_t)length;
	uint32_t behind = end + ((tcp->flags & TCP_FIN) != 0);  /* a FIN has a number and is no byte */
	int32_t ahead = (int32_t)(end - *next);

	if (!*has) {
		*has = true;
		*next = behind;
		return length;
	}
	if ((int32_t)(behind - *next) <= 0 || ahead > 1 << 30)
		return 0;
	*next = behind;
	return ahead > 0 ? (uint64_t)ahead : 0;
}

static void count_bytes(struct flows *f, const struct flow *w, uint64_t up, uint64_t down)
{
	if (w->service == FLOWS_NONE)
		return;
	f->service[w->service].bytes_up += up;
	f->service[w->service].bytes_down += down;
	if (w->server == FLOWS_NONE)
		return;
	f->server[w->server].bytes_up += up;
	f->server[w->server].bytes_down += down;
}

static void hear_bytes(struct flows *f, struct flow *w, const struct seen *s, bool down)
{
	uint64_t bytes = s->p->transport != TRANSPORT_TCP ? s->length
			 : down ? new_bytes(&w->has_down, &w->next_down, &s->p->tcp, s->length)
				: new_bytes(&w->has_up, &w->next_up, &s->p->tcp, s->length);

	if (down) {
		w->has_down = true;
		w->bytes_down += bytes;
	} else {
		w->has_up = true;
		w->bytes_up += bytes;
	}
	count_bytes(f, w, down ? 0 : bytes, down ? bytes : 0);
}

/* --- beginnings ------------------------------------------------------------------------------------------- */

static void begin(struct flows *f, uint32_t at, const struct seen *s, bool first_seen)
{
	struct flow *w = &f->flow[at];

	w->began = first_seen;
	w->began_frame = s->frame->number;
	w->syns = 1;
	w->up_mac = s->frame->packet->ethernet.src;
	w->up_to = s->frame->packet->ethernet.dst;
	w->up_interface = s->frame->interface;
	w->ttl = s->p->ttl;
	if (s->p->transport == TRANSPORT_TCP) {
		w->isn = s->p->tcp.sequence;
	} else {
		/* of a UDP exchange: who asks, from which port, and what */
		uint8_t words[SAID_LENGTH] = {0};
		size_t n = s->p->payload_length < sizeof words ? s->p->payload_length : sizeof words;
		if (n > 0)
			memcpy(words, s->p->payload, n);
		w->isn = (uint32_t)keyed_hash(ISN_OF_UDP, words, sizeof words);
	}
	if (first_seen && flows_pair_first(f, at, s->frame->number))
		return;
	flows_attempt(f, at, s->frame->number);
	if (s->p->transport == TRANSPORT_UDP)
		hear_bytes(f, w, s, false);
	if (!first_seen)
		return;
	look_at_source(f, w, s);
	if (w->service != FLOWS_NONE)
		flows_remember_first(f, at);
}

/* The same question again: sent on to somebody, or repeated because nobody answered. */
static void again(struct flows *f, uint32_t at, const struct seen *s)
{
	struct flow *w = &f->flow[at];
	const struct ethernet_header *e = &s->frame->packet->ethernet;

	if (s->outer != NULL) {
		if (w->service == FLOWS_NONE || w->is_server_leg)
			return;
		flows_balanced(f, w->service, FLOW_MODE_TUNNEL);
		flows_assign(f, at, flows_server_of(f, w->service, s->outer, w->target_port, MAC_ZERO), s->frame->number);
	} else if (!mac_equal(e->dst, w->up_to) || !mac_equal(e->src, w->up_mac)) {
		flows_sent_on(f, at, s->frame);
	} else {
		w->syns++;
	}
}

/* Which side of a flow whose beginning was not seen is the server: one that is known as a service, or the lower port. */
static bool looks_down(const struct flows *f, const struct seen *s)
{
	struct service_key key;

	memset(&key, 0, sizeof key);
	key.address = s->p->dst;
	key.port = s->dst_port;
	key.protocol = s->p->protocol;
	if (table_find(&f->by_service, &key) != NULL)
		return false;
	key.address = s->p->src;
	key.port = s->src_port;
	if (table_find(&f->by_service, &key) != NULL)
		return true;
	return s->src_port < s->dst_port;
}

/* The flow of the packet, new if need be; *down: it comes from the target. FLOWS_NOBODY: it says nothing of interest. */
static uint32_t flow_of(struct flows *f, const struct seen *s, bool *down)
{
	bool tcp = s->p->transport == TRANSPORT_TCP;
	bool syn = tcp && (s->p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct flow_key up = key_of(s, false), back = key_of(s, true);

	*down = false;
	uint32_t at = flows_find(f, &up);
	if (at != FLOWS_NOBODY) {
		struct flow *w = &f->flow[at];
		if (!(syn && w->state != FLOW_SYN && s->p->tcp.sequence != w->isn))
			return at;
		/* the ports again, for another connection */
		flows_close(f, at, s->frame->number, false, false);
		struct flow fresh = {.client = w->client, .target = w->target, .client_port = w->client_port,
				     .target_port = w->target_port, .protocol = w->protocol, .service = FLOWS_NONE,
				     .server = FLOWS_NONE, .source = FLOWS_NOBODY, .peer = FLOWS_NOBODY, .newer = w->newer,
				     .older = w->older, .began_at = f->now, .last_at = f->now};
		*w = fresh;
		f->counted.flows++;
		begin(f, at, s, true);
		return FLOWS_NOBODY;
	}
	at = flows_find(f, &back);
	if (at != FLOWS_NOBODY) {
		*down = true;
		return at;
	}
	if (tcp && (s->p->tcp.flags & TCP_RST) != 0)
		return FLOWS_NOBODY;
	bool from_target = !syn && tcp && ((s->p->tcp.flags & TCP_SYN) != 0 || looks_down(f, s));
	at = flows_add(f, from_target ? &back : &up);
	begin(f, at, s, syn || !tcp);
	if (syn || !tcp)
		return FLOWS_NOBODY;
	*down = from_target;
	f->flow[at].up_mac = f->flow[at].up_to = MAC_ZERO;      /* not known from this direction */
	if (!from_target) {
		f->flow[at].up_mac = s->frame->packet->ethernet.src;
		f->flow[at].up_to = s->frame->packet->ethernet.dst;
	}
	return at;
}

/* --- going on --------------------------------------------------------------------------------------------- */

/* True for the first place where this direction was seen: what is seen elsewhere is the same again. */
static bool is_view(struct flow *w, const struct seen *s, bool down)
{
	const struct ethernet_header *e = &s->frame->packet->ethernet;

	if (s->outer != NULL)
		return false;
	if (down) {
		if (!w->has_down) {
			w->down_mac = e->src;
			w->down_interface = s->frame->interface;
		}
		return w->down_interface == s->frame->interface && mac_equal(w->down_mac, e->src);
	}
	if (!w->has_up && mac_equal(w->up_mac, MAC_ZERO)) {
		w->up_mac = e->src;
		w->up_to = e->dst;
		w->up_interface = s->frame->interface;
	}
	return w->up_interface == s->frame->interface && mac_equal(w->up_mac, e->src);
}

/* A client's first words, once: a line of them, or the first bytes. */
static void hear_words(struct flows *f, uint32_t at, const struct seen *s)
{
	struct flow *w = &f->flow[at];
	uint8_t words[SAID_LENGTH] = {0};
	size_t n = 0;

	if (w->said != 0 || !w->began || s->p->payload_length == 0 || w->bytes_up > s->length || w->is_server_leg)
		return;
	while (n < sizeof words && n < s->p->payload_length && s->p->payload[n] != '\r' && s->p->payload[n] != '\n') {
		words[n] = s->p->payload[n];
		n++;
	}
	w->said = keyed_hash(f->secret, words, sizeof words) | 1;
	flows_pair_said(f, at, s->frame->number);
}

static void answered(struct flows *f, uint32_t at, const struct seen *s)
{
	struct flow *w = &f->flow[at];

	if (s->outer == NULL)
		flows_answered_from(f, at, s->frame);
	if (w->state == FLOW_SYN && !w->judged)
		flows_open(f, at, s->frame->number);
}

static void refused(struct flows *f, uint32_t at, uint64_t frame)
{
	struct flow *w = &f->flow[at];

	w->state = FLOW_CLOSED;
	if (w->service == FLOWS_NONE || w->judged)
		return;
	w->judged = true;
	f->service[w->service].refused++;
	if (w->server != FLOWS_NONE)
		f->server[w->server].refused++;
	flows_tell_event(f, FLOW_REFUSED, at, frame, FLOWS_NONE, true, false);
}

static void hear_tcp(struct flows *f, uint32_t at, const struct seen *s, bool down)
{
	struct flow *w = &f->flow[at];
	const struct tcp_header *tcp = &s->p->tcp;

	if (!down && (tcp->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		again(f, at, s);
		return;
	}
	if (w->state == FLOW_SYN && down && (tcp->flags & TCP_RST) != 0) {
		refused(f, at, s->frame->number);
		return;
	}
	/* a flow that is only passed through counts from the first frame of it */
	if (w->state == FLOW_SYN && ((down && (tcp->flags & TCP_SYN) != 0) || !w->began))
		answered(f, at, s);
	if (is_view(w, s, down)) {
		hear_bytes(f, w, s, down);
		if (!down)
			hear_words(f, at, s);
	}
	if ((tcp->flags & TCP_RST) != 0) {
		flows_close(f, at, s->frame->number, down, !down);
		return;
	}
	if ((tcp->flags & TCP_FIN) != 0 && w->state != FLOW_CLOSED) {
		w->fin_client = w->fin_client || !down;
		w->fin_target = w->fin_target || down;
		w->state = w->state == FLOW_OPEN ? FLOW_CLOSING : w->state;
		if (w->fin_client && w->fin_target)
			flows_close(f, at, s->frame->number, false, false);
	}
}

static void hear_udp(struct flows *f, uint32_t at, const struct seen *s, bool down)
{
	struct flow *w = &f->flow[at];

	if (down && w->state == FLOW_SYN)
		answered(f, at, s);
	if (!down && !is_view(w, s, false)) {
		again(f, at, s);
		return;
	}
	if (is_view(w, s, down))
		hear_bytes(f, w, s, down);
}

static void hear(struct flows *f, const struct seen *s)
{
	bool down;
	uint32_t at = flow_of(f, s, &down);

	if (at == FLOWS_NOBODY)
		return;
	/* what is heard of a closed one does not keep its place */
	if (f->flow[at].state != FLOW_CLOSED)
		flows_touch(f, at, s->frame->number);
	if (s->p->transport == TRANSPORT_TCP)
		hear_tcp(f, at, s, down);
	else
		hear_udp(f, at, s, down);
}

/* Multicast, and IPv4's broadcast. */
static bool is_for_many(const struct ip_addr *a)
{
	return a->family == IP_V6 ? a->b[0] == 0xff : a->b[0] >= 224;
}

void flows_frame(struct flows *f, const struct analyzer_frame *frame)
{
	const struct packet *p = frame->packet;
	struct seen s = {.p = p, .frame = frame};
	struct packet inner;

	flows_advance(f, frame->at);
	bool ip = p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6;
	if (ip && (p->protocol == 4 || p->protocol == 41) && !p->is_fragment && p->ip_payload_length > 0 &&
	    packet_dissect_ip(&inner, p->ip_payload, p->ip_payload_length, p->ip_payload_length)) {
		s.p = &inner;
		s.outer = &p->dst;
	}
	if (!ip || !has_ports(f, s.p) || is_for_many(&s.p->dst))
		return;
	f->counted.frames++;
	s.src_port = s.p->transport == TRANSPORT_TCP ? s.p->tcp.src_port : s.p->udp.src_port;
	s.dst_port = s.p->transport == TRANSPORT_TCP ? s.p->tcp.dst_port : s.p->udp.dst_port;
	s.length = carried(s.p);
	hear(f, &s);
}
