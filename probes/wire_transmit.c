// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sending, in batches, on libnet's descriptor: its own call costs two system calls a frame. Every frame has a header
 * for the kernel in front of it (PACKET_VNET_HDR), empty but for frames longer than the MTU. The socket is not bound:
 * a bound one loses the first frame after the interface was down.
 */
#include "probes/wire_parts.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "probes/frame_counter.h"
#include "probes/frame_mend.h"
#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"

#define BATCH 64
#define URGENT_RATE 2000U               /* frames a second: 255 routers of each family at 10 ms are not on one wire */
#define BURST_PART 20                   /* of a second's frames may leave at once */
#define BURST_LEAST 128
#define UNIT UINT64_C(1000000000)
#define SEND_BUFFER (4 << 20)
#define AGAIN (50 * VL_US)              /* after the kernel had no room in some queue of its own: nobody says when it has */
#define HELD 512                        /* frames that wait while the kernel takes none: no more are taken in */
#define HELD_LONGEST (10 * VL_MS)

/* Made once: most of it is the same for every frame. */
struct wire_batch {
	struct mmsghdr message[BATCH];
	struct iovec piece[BATCH][2];   /* header and frame, padding */
	struct sockaddr_ll to[BATCH];
	struct frame *frame[BATCH];
	unsigned count;
};

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static bool queue_init(struct wire_queue *q, size_t room)
{
	*q = (struct wire_queue){.ring = calloc(room, sizeof(struct frame *)), .room = room};
	return q->ring != NULL;
}

static void queue_fini(struct wire_queue *q)
{
	for (; q->count > 0; q->count--, q->first = (q->first + 1) % q->room)
		frame_unref(q->ring[q->first]);
	free(q->ring);
	*q = (struct wire_queue){0};
}

static bool batch_init(struct wire_port *w)
{
	static const uint8_t zeroes[ETHERNET_MIN];
	struct wire_batch *b = w->batch = calloc(1, sizeof *b);

	for (size_t i = 0; b != NULL && i < BATCH; i++) {
		b->to[i] = (struct sockaddr_ll){.sll_family = AF_PACKET, .sll_ifindex = (int)w->index, .sll_halen = 6};
		b->piece[i][1].iov_base = (void *)(uintptr_t)zeroes;
		b->message[i].msg_hdr = (struct msghdr){.msg_name = &b->to[i], .msg_namelen = sizeof b->to[i],
							.msg_iov = b->piece[i]};
	}
	return b != NULL;
}

static void bucket_init(struct wire_bucket *b, uint64_t rate)
{
	uint64_t burst = rate / BURST_PART > BURST_LEAST ? rate / BURST_PART : BURST_LEAST;

	*b = (struct wire_bucket){.rate = rate, .most = burst * UNIT, .left = burst * UNIT};
}

enum live_problem wire_open_transmit(struct wire_port *w, char error[LIVE_ERROR])
{
	char why[LIBNET_ERRBUF_SIZE] = "";
	int on = 1, room = SEND_BUFFER;

	if (!batch_init(w) || !queue_init(&w->first, WIRE_URGENT_WAITS) || !queue_init(&w->rest, WIRE_WAITS))
		return LIVE_FAILED;
	bucket_init(&w->first_bucket, URGENT_RATE);
	bucket_init(&w->rest_bucket, w->rate);
	w->net = libnet_init(LIBNET_LINK_ADV, w->name, why);
	why[strcspn(why, "\n")] = '\0'; /* libnet ends its messages with one */
	(void)snprintf(error, LIVE_ERROR, "%s", why);
	if (w->net == NULL)
		return strstr(why, "CAP_NET_RAW") != NULL ? LIVE_FORBIDDEN : LIVE_FAILED;
	int fd = libnet_getfd(w->net);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	if (frame_deafen(fd) && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) == 0)
		return LIVE_OPEN;
	(void)snprintf(error, LIVE_ERROR, "its socket cannot be set up: %s", strerror(errno));
	return LIVE_FAILED;
}

void wire_close_transmit(struct wire_port *w)
{
	queue_fini(&w->first);
	queue_fini(&w->rest);
	free(w->batch);
	w->batch = NULL;
	if (w->net != NULL)
		libnet_destroy(w->net);
	w->net = NULL;
}

/* ---- queueing --------------------------------------------------------------------------------------------------- */

bool wire_is_urgent(const struct frame *f)
{
	size_t at = ETHERNET_HEADER;

	if (f->length < at + 20)
		return false;
	uint16_t type = get_be16(f->data + at - 2);
	if (ethernet_is_tag(type) && f->length >= at + 24) {
		at += 4;
		type = get_be16(f->data + at - 2);
	}
	return (type == ETHERTYPE_IPV4 && (f->data[at + 9] == IP_PROTOCOL_VRRP || f->data[at + 9] == IP_PROTOCOL_AH)) ||
	       (type == ETHERTYPE_IPV6 && f->data[at + 6] == IP_PROTOCOL_VRRP);
}

void wire_send(struct wire_port *w, struct frame *f)
{
	if (w->net == NULL || w->gone) {
		if (w->net == NULL)
			w->counters.kept_in++;
		else
			w->counters.refused++;
		frame_unref(f);
		return;
	}
	struct wire_queue *q = wire_is_urgent(f) ? &w->first : &w->rest;
	if (q->count == q->room) {
		w->counters.over_rate++;
		frame_unref(f);
		return;
	}
	q->ring[(q->first + q->count++) % q->room] = f;
}

/* ---- the rate --------------------------------------------------------------------------------------------------- */

static void fill(struct wire_bucket *b, vl_time now)
{
	if (now <= b->at)
		return;
	/* A second fills any bucket. */
	uint64_t passed = now - b->at < VL_S ? now - b->at : VL_S;
	b->left = b->left + passed * b->rate < b->most ? b->left + passed * b->rate : b->most;
	b->at = now;
}

static uint64_t cost(const struct wire_port *w, const struct frame *f)
{
	return (1 + f->length / (w->mtu + ETHERNET_HEADER + 1)) * UNIT;
}

/* Takes what the frame costs. A frame that costs more than the bucket ever holds leaves when it is full. */
static bool spend(struct wire_bucket *b, uint64_t costs)
{
	if (b->rate == 0)
		return true;
	if (b->left < costs && b->left < b->most)
		return false;
	b->left -= costs < b->left ? costs : b->left;
	return true;
}

static vl_time due(const struct wire_port *w, const struct wire_queue *q, const struct wire_bucket *b)
{
	if (q->count == 0 || w->gone)
		return VL_NEVER;
	if (w->blocked)
		return w->again > 0 ? w->again : VL_NEVER;
	uint64_t costs = cost(w, q->ring[q->first]);
	costs = costs < b->most ? costs : b->most;
	return b->rate == 0 || b->left >= costs ? b->at : b->at + (costs - b->left) / b->rate + 1;
}

vl_time wire_due(const struct wire_port *w)
{
	return w->net == NULL ? VL_NEVER
			      : vl_time_min(due(w, &w->first, &w->first_bucket), due(w, &w->rest, &w->rest_bucket));
}

int wire_blocked(const struct wire_port *w)
{
	return w->blocked && w->again == 0 && !w->gone && w->net != NULL ? libnet_getfd(w->net) : -1;
}

bool wire_holds_back(const struct wire_port *w, vl_time now)
{
	return w->blocked && !w->gone && w->rest.count >= HELD && now - w->blocked_since < HELD_LONGEST;
}

/* ---- handing over ----------------------------------------------------------------------------------------------- */

/* Adds the frame, which is writable when it must be described. False: it cannot be sent. */
static bool add(struct wire_port *w, struct wire_batch *b, struct frame *f)
{
	struct virtio_net_hdr header = {0};
	unsigned i = b->count;

	if (frame_exceeds(f->data, f->length, w->mtu)) {
		if (!frame_describe(f->data, f->length, w->mtu, &header)) {
			w->counters.too_long++;
			frame_unref(f);
			return false;
		}
		w->counters.segmented++;
	}
	b->frame[i] = f;
	uint8_t *start = f->data - sizeof header;
	memcpy(start, &header, sizeof header);
	b->piece[i][0] = (struct iovec){.iov_base = start, .iov_len = sizeof header + f->length};
	b->piece[i][1].iov_len = f->length < ETHERNET_MIN ? ETHERNET_MIN - f->length : 0;
	b->message[i].msg_hdr.msg_iovlen = f->length < ETHERNET_MIN ? 2 : 1;
	b->to[i].sll_protocol = 0;
	if (f->length >= ETHERNET_HEADER)
		memcpy(&b->to[i].sll_protocol, f->data + ETHERNET_HEADER - 2, 2);
	b->count++;
	return true;
}

static void note_blocked(struct wire_port *w, bool no_room, vl_time now)
{
	if (w->blocked_since == 0)
		w->blocked_since = now;
	w->blocked = true;
	w->again = no_room ? now + AGAIN : 0;
}

/* Hands the batch over. What the kernel refuses is lost, but where it only has no room for now: then the rest of the
 * batch stays the caller's, from the number returned on. */
static unsigned hand_over(struct wire_port *w, struct wire_batch *b, vl_time now)
{
	int fd = libnet_getfd(w->net);
	unsigned at = 0;
	bool again = true;

	while (at < b->count) {
		int n = sendmmsg(fd, b->message + at, b->count - at, MSG_DONTWAIT);
		if (n > 0) {
			at += (unsigned)n;
			w->counters.sent += (uint64_t)n;
			w->blocked_since = 0;
			again = true;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == ENOBUFS) {
			note_blocked(w, errno == ENOBUFS, now);
			return at;
		}
		/* An error that waited from before: the interface was down, and is up. */
		if (errno == ENETDOWN && again && w->up) {
			again = false;
			continue;
		}
		if (errno == EMSGSIZE)
			w->counters.too_long++;
		else
			w->counters.refused++;
		at++;
		again = true;
	}
	return at;
}

static struct frame *take_first(struct wire_queue *q)
{
	struct frame *f = q->ring[q->first];

	q->first = (q->first + 1) % q->room;
	q->count--;
	return f;
}

static void put_back(struct wire_queue *q, struct frame *f)
{
	q->first = (q->first + q->room - 1) % q->room;
	q->ring[q->first] = f;
	q->count++;
}

/* What has to be described is changed: only what nobody else holds may be. */
static struct frame *writable(const struct wire_port *w, struct frame *f)
{
	return frame_exceeds(f->data, f->length, w->mtu) ? frame_own(f) : f;
}

static void flush_queue(struct wire_port *w, struct wire_queue *q, struct wire_bucket *bucket, vl_time now)
{
	struct wire_batch *b = w->batch;

	fill(bucket, now);
	while (q->count > 0 && !w->blocked) {
		for (b->count = 0; b->count < BATCH && q->count > 0 && spend(bucket, cost(w, q->ring[q->first]));) {
			struct frame *f = writable(w, take_first(q));
			if (f == NULL)
				w->counters.refused++;
			else
				(void)add(w, b, f);
		}
		if (b->count == 0)
			return;
		unsigned gone = hand_over(w, b, now);
		for (unsigned i = b->count; i > gone; i--)
			put_back(q, b->frame[i - 1]);
		for (unsigned i = 0; i < gone; i++)
			frame_unref(b->frame[i]);
	}
}

void wire_flush(struct wire_port *w, vl_time now)
{
	if (w->net == NULL)
		return;
	bool waits = w->blocked && now < w->again;
	w->blocked = false;
	flush_queue(w, &w->first, &w->first_bucket, now);
	if (waits)
		w->blocked = true;
	flush_queue(w, &w->rest, &w->rest_bucket, now);
}

bool wire_send_now(struct wire_port *w, const uint8_t *bytes, size_t length)
{
	static const uint8_t zeroes[ETHERNET_MIN];
	struct virtio_net_hdr header = {0};
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)w->index, .sll_halen = 6};
	struct iovec piece[] = {{.iov_base = &header, .iov_len = sizeof header},
				{.iov_base = (void *)(uintptr_t)bytes, .iov_len = length},
				{.iov_base = (void *)(uintptr_t)zeroes,
				 .iov_len = length < ETHERNET_MIN ? ETHERNET_MIN - length : 0}};
	const struct msghdr m = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = piece, .msg_iovlen = 3};

	if (w->net == NULL || length < ETHERNET_HEADER)
		return false;
	memcpy(&to.sll_protocol, bytes + ETHERNET_HEADER - 2, 2);
	return sendmsg(libnet_getfd(w->net), &m, MSG_DONTWAIT) > 0;
}
