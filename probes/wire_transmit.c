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
#include "probes/frame_join.h"
#include "probes/frame_mend.h"
#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"

#define BATCH 64                        /* messages for the kernel at once, */
#define FRAMES 512                      /* and the frames in them */
#define URGENT_RATE 2000U               /* frames a second: 255 routers of each family at 10 ms are not on one wire */
#define BURST_PART 20                   /* of a second's frames may leave at once */
#define BURST_LEAST 128
#define UNIT UINT64_C(1000000000)
#define SEND_BUFFER (4 << 20)
#define AGAIN (50 * VL_US)              /* after the kernel had no room in some queue of its own: nobody says when it has */
#define HELD 512                        /* frames that wait while the kernel takes none: no more are taken in */
#define HELD_LONGEST (10 * VL_MS)

/* Made once: most of it is the same for every frame. A message is one frame, or some that were joined. */
struct wire_batch {
	struct mmsghdr message[BATCH];
	struct sockaddr_ll to[BATCH];
	struct iovec piece[2 * BATCH + FRAMES];         /* of a frame: header and frame, padding; of joined ones: headers, data each */
	uint8_t head[BATCH][sizeof(struct virtio_net_hdr) + FRAME_JOIN_HEADERS];
	struct frame *frame[FRAMES];
	uint16_t end[BATCH];            /* in `frame`, of each message */
	unsigned count, frames, pieces;
	struct frame_join join;         /* the last message, with what may be joined to it */
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
	struct wire_batch *b = w->batch = calloc(1, sizeof *b);

	for (size_t i = 0; b != NULL && i < BATCH; i++) {
		b->to[i] = (struct sockaddr_ll){.sll_family = AF_PACKET, .sll_ifindex = (int)w->index, .sll_halen = 6};
		b->message[i].msg_hdr = (struct msghdr){.msg_name = &b->to[i], .msg_namelen = sizeof b->to[i]};
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

/* Joined frames have new headers. */
static void finish_join(struct wire_batch *b)
{
	struct virtio_net_hdr header;
	uint8_t *head = b->head[b->count - 1];

	if (b->join.count < 2)
		return;
	frame_join_finish(&b->join, head + sizeof header, &header);
	memcpy(head, &header, sizeof header);
	b->join.count = 0;
}

/* Adds the frame to the last message. False: it does not continue what is in it. */
static bool add_joined(struct wire_batch *b, struct frame *f)
{
	struct frame_join *j = &b->join;
	const size_t kernel = sizeof(struct virtio_net_hdr);

	if (b->count == 0 || !frame_join_add(j, f->data, f->length))
		return false;
	struct msghdr *m = &b->message[b->count - 1].msg_hdr;
	if (j->count == 2) {            /* what was a whole frame becomes its data */
		m->msg_iov[0] = (struct iovec){.iov_base = b->head[b->count - 1], .iov_len = kernel + j->headers};
		m->msg_iov[1] = (struct iovec){.iov_base = (uint8_t *)(uintptr_t)j->first + j->headers, .iov_len = j->each};
		m->msg_iovlen = 2;
	}
	m->msg_iov[m->msg_iovlen++] =
		(struct iovec){.iov_base = f->data + j->headers, .iov_len = f->length - j->headers};
	b->pieces = (unsigned)(m->msg_iov - b->piece) + (unsigned)m->msg_iovlen;
	b->frame[b->frames++] = f;
	b->end[b->count - 1] = (uint16_t)b->frames;
	return true;
}

/* Adds the frame as a message of its own. */
static void add_whole(struct wire_batch *b, struct frame *f, const struct virtio_net_hdr *header)
{
	static const uint8_t zeroes[ETHERNET_MIN];
	unsigned i = b->count++;
	struct iovec *piece = &b->piece[b->pieces];
	uint8_t *start = f->data - sizeof *header;

	memcpy(start, header, sizeof *header);
	piece[0] = (struct iovec){.iov_base = start, .iov_len = sizeof *header + f->length};
	b->pieces++;
	if (f->length < ETHERNET_MIN) {
		piece[1] = (struct iovec){.iov_base = (void *)(uintptr_t)zeroes, .iov_len = ETHERNET_MIN - f->length};
		b->pieces++;
	}
	b->message[i].msg_hdr.msg_iov = piece;
	b->message[i].msg_hdr.msg_iovlen = (size_t)(&b->piece[b->pieces] - piece);
	b->to[i].sll_protocol = 0;
	if (f->length >= ETHERNET_HEADER)
		memcpy(&b->to[i].sll_protocol, f->data + ETHERNET_HEADER - 2, 2);
	b->frame[b->frames++] = f;
	b->end[i] = (uint16_t)b->frames;
}

/* Adds the frame, which is writable when it must be described. */
static void add(struct wire_port *w, struct wire_batch *b, struct frame *f)
{
	struct virtio_net_hdr header = {0};
	bool long_one = frame_exceeds(f->data, f->length, w->mtu);

	if (long_one && !frame_describe(f->data, f->length, w->mtu, &header)) {
		w->counters.too_long++;
		frame_unref(f);
		return;
	}
	w->counters.segmented += long_one;
	if (!long_one && add_joined(b, f))
		return;
	finish_join(b);
	add_whole(b, f, &header);
	b->join.count = 0;
	if (!long_one)
		(void)frame_join_begin(&b->join, f->data, f->length);
}

static void note_blocked(struct wire_port *w, bool no_room, vl_time now)
{
	if (w->blocked_since == 0)
		w->blocked_since = now;
	w->blocked = true;
	w->again = no_room ? now + AGAIN : 0;
}

/* The first of the message's frames. */
static unsigned begin_of(const struct wire_batch *b, unsigned message)
{
	return message == 0 ? 0 : b->end[message - 1];
}

/* Hands the batch over. What the kernel refuses is lost, but where it only has no room for now: then the rest of the
 * frames stay the caller's, from the number returned on. */
static unsigned hand_over(struct wire_port *w, struct wire_batch *b, vl_time now)
{
	int fd = libnet_getfd(w->net);
	unsigned at = 0;
	bool again = true;

	while (at < b->count) {
		int n = sendmmsg(fd, b->message + at, b->count - at, MSG_DONTWAIT);
		if (n > 0) {
			unsigned frames = begin_of(b, at + (unsigned)n) - begin_of(b, at);
			w->counters.sent += frames;
			w->counters.joined += frames - (unsigned)n;
			at += (unsigned)n;
			w->blocked_since = 0;
			again = true;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == ENOBUFS) {
			note_blocked(w, errno == ENOBUFS, now);
			return begin_of(b, at);
		}
		/* An error that waited from before: the interface was down, and is up. */
		if (errno == ENETDOWN && again && w->up) {
			again = false;
			continue;
		}
		if (errno == EMSGSIZE)
			w->counters.too_long += b->end[at] - begin_of(b, at);
		else
			w->counters.refused += b->end[at] - begin_of(b, at);
		at++;
		again = true;
	}
	return b->frames;
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
		b->count = b->frames = b->pieces = 0;
		while (b->count < BATCH && b->frames < FRAMES && q->count > 0 && spend(bucket, cost(w, q->ring[q->first]))) {
			struct frame *f = writable(w, take_first(q));
			if (f == NULL)
				w->counters.refused++;
			else
				add(w, b, f);
		}
		if (b->count == 0)
			return;
		finish_join(b);
		unsigned gone = hand_over(w, b, now);
		for (unsigned i = b->frames; i > gone; i--)
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
