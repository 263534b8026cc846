// SPDX-License-Identifier: BSD-2-Clause
/*
 * SYN cookies above the half-open limit (balancer.md 4.3): the SYN is answered from here and nothing is kept. Who comes
 * back with the acknowledgment of the cookie is real, gets a server, and the connection is spliced: the server's
 * sequence numbers differ from those that the client was told by one number, added to everything the server sends.
 *
 * At layer 4 the SYN-ACK opens no window, so that no data comes before the server's side stands; it offers a maximum segment size
 * and nothing else, and so does the SYN to the server. Until the server has answered, whatever the client sends (window
 * probes) makes the SYN go out again.
 *
 * Cookie = H1(flow) + client's sequence number + minute << 24 + (H2(flow, minute, client's sequence number) + mss) mod 2^24,
 * good for two minutes. The number is in H2, too: a segment that is a byte or two further on is not taken for the first.
 */
#include "sim/balancer/balancer_parts.h"
#include "sim/base/keyed_hash.h"

#define MINUTE (60 * VL_S)
#define MINUTES_GOOD 2
#define LOW24 0xffffffu

static const uint16_t MSS[] = {536, 1300, 1440, 1460};
#define MSS_COUNT (sizeof MSS / sizeof MSS[0])

static uint32_t hash_flow(const struct balancer *b, const struct segment *s, uint32_t minute, uint64_t which)
{
	uint64_t h = keyed_hash(b->secret + which, s->p->src.b, sizeof s->p->src.b);

	h = keyed_hash_mix(h ^ keyed_hash(b->secret + which, s->p->dst.b, sizeof s->p->dst.b));
	h = keyed_hash_mix(h ^ ((uint64_t)s->src_port << 48 | (uint64_t)s->dst_port << 32 | minute));
	return (uint32_t)(h >> 16);
}

/* `sequence`: the client's first. */
static uint32_t hash_minute(const struct balancer *b, const struct segment *s, uint32_t sequence, uint32_t minute)
{
	return (uint32_t)(keyed_hash_mix((uint64_t)sequence << 32 | hash_flow(b, s, minute, 2)) >> 16);
}

static uint32_t cookie_base(const struct balancer *b, const struct segment *s, uint32_t sequence, uint32_t minute)
{
	return hash_flow(b, s, 0, 1) + sequence + (minute << 24);
}

static size_t mss_index(uint16_t offered)
{
	size_t i = MSS_COUNT - 1;

	while (i > 0 && MSS[i] > offered)
		i--;
	return i;
}

static struct tcp_header with_mss(uint16_t mss)
{
	return (struct tcp_header){.options_length = 4, .options = {2, 4, (uint8_t)(mss >> 8), (uint8_t)mss}};
}

void balancer_send_cookie(struct balancer *b, const struct segment *s, uint16_t window, vl_time now)
{
	uint32_t minute = (uint32_t)(now / MINUTE);
	size_t mss = mss_index(segment_mss(s, MSS[0]));
	struct tcp_header h = with_mss(MSS[mss]);

	h.src_port = s->dst_port;
	h.dst_port = s->src_port;
	h.sequence = cookie_base(b, s, s->sequence, minute) + ((hash_minute(b, s, s->sequence, minute) + (uint32_t)mss) & LOW24);
	h.acknowledgment = s->sequence + 1;
	h.flags = TCP_SYN | TCP_ACK;
	h.window = window;
	b->cookies_sent++;
	balancer_send_tcp(b, &s->p->dst, &s->p->src, &h, now);
}

uint16_t balancer_check_cookie(const struct balancer *b, const struct segment *s, vl_time now)
{
	uint32_t minute = (uint32_t)(now / MINUTE);

	for (uint32_t age = 0; age <= MINUTES_GOOD && age <= minute; age++) {
		uint32_t rest = s->acknowledgment - 1 - cookie_base(b, s, s->sequence - 1, minute - age);
		uint32_t mss = (rest - hash_minute(b, s, s->sequence - 1, minute - age)) & LOW24;
		if (rest >> 24 == 0 && mss < MSS_COUNT)
			return MSS[mss];
	}
	return 0;
}

static const struct ip_addr *source_towards_server(const struct balancer *b, const struct connection *c,
						   struct ip_addr *client)
{
	*client = client_of(c);
	return c->local_port != 0 ? &b->local[c->local] : client;
}

/* A segment to the server in the client's name; its options come in `h`. */
static void send_to_server(struct balancer *b, const struct connection *c, struct tcp_header h, vl_time now)
{
	struct ip_addr client;
	const struct ip_addr *src = source_towards_server(b, c, &client);

	h.src_port = c->local_port != 0 ? c->local_port : c->client_port;
	h.dst_port = server_port_of(b, c);
	h.window = c->client_window;
	balancer_send_tcp(b, src, &server_of(b, c)->config.address, &h, now);
}

/* server_window holds the maximum segment size until the server says its own window. */
static void send_syn(struct balancer *b, const struct connection *c, vl_time now)
{
	struct tcp_header h = with_mss(c->server_window);

	h.sequence = c->client_next - 1;
	h.flags = TCP_SYN;
	send_to_server(b, c, h, now);
}

bool balancer_open_by_cookie(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now)
{
	uint16_t mss = balancer_check_cookie(b, s, now);
	struct flow flow = segment_flow(s);
	enum balancer_drop why;

	if (mss == 0)
		return false;
	b->cookies_good++;
	struct connection *c = balancer_connect(b, v, &(struct persistence_facts){.flow = &flow, .secret = b->secret}, &why, now);
	if (c == NULL) {
		(void)balancer_refuse(b, v, s, why, now);
		return true;
	}
	c->flags |= CONNECTION_SPLICING;
	c->delta = s->acknowledgment - 1;       /* less the server's first number, once it is known */
	c->client_next = s->sequence;
	c->client_window = s->window;
	c->server_window = mss;
	balancer_set_state(b, c, CONNECTION_SYN_RECV, now);
	balancer_say_open(b, c, now);
	send_syn(b, c, now);
	return true;
}

void balancer_splice_from_client(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	if ((s->flags & TCP_RST) != 0) {
		c->flags |= CONNECTION_RESET;
		connection_close(b->table, c, CONNECTION_END_RESET, now);
		return;
	}
	c->client_window = s->window;
	send_syn(b, c, now);
}

static void splice(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	struct ip_addr client = client_of(c);
	struct tcp_header to_client = {
		.src_port = c->service_port,
		.dst_port = c->client_port,
		.sequence = c->delta + 1,
		.acknowledgment = c->client_next,
		.flags = TCP_ACK,
		.window = s->window,
	};
	struct tcp_header to_server = {
		.sequence = c->client_next, .acknowledgment = s->sequence + 1, .flags = TCP_ACK};

	c->flags &= (uint8_t)~CONNECTION_SPLICING;
	c->delta -= s->sequence;
	c->server_next = s->sequence + 1;
	c->server_window = s->window;
	c->client_scale = c->server_scale = 0;
	balancer_set_state(b, c, CONNECTION_ESTABLISHED, now);
	send_to_server(b, c, to_server, now);
	balancer_send_tcp(b, &service_of(b, c)->config.address, &client, &to_client, now);
}

void balancer_splice_from_server(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	struct ip_addr client = client_of(c);
	struct tcp_header refusal = {
		.src_port = c->service_port,
		.dst_port = c->client_port,
		.sequence = c->delta + 1,
		.acknowledgment = c->client_next,
		.flags = TCP_RST | TCP_ACK,
	};

	if ((s->flags & TCP_RST) != 0) {
		balancer_send_tcp(b, &service_of(b, c)->config.address, &client, &refusal, now);
		c->flags = (uint8_t)((c->flags | CONNECTION_RESET) & ~CONNECTION_SPLICING);
		balancer_set_state(b, c, CONNECTION_CLOSE, now);
	} else if ((s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && s->acknowledgment == c->client_next) {
		splice(b, c, s, now);
	} else {
		(void)balancer_drop(b, BALANCER_DROP_STRAY);
	}
}
