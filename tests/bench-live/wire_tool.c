// SPDX-License-Identifier: BSD-2-Clause
/*
 * What forward.sh measures with: a sender of UDP frames at full speed or at a rate, a receiver that counts them and their
 * one-way latency, and three echoes to compare with: frame by frame as libpcap and libnet do it; batched, from libpcap's
 * ring to one sendmmsg a round on libnet's descriptor, which is the ceiling for a program that uses these two; and raw
 * sockets without either (recvmmsg, sendmmsg). What costs a program more than it must is left out of the ceilings: they
 * hear nothing of what they send, and libnet's descriptor hears nothing at all.
 *
 *	wire_tool send IF DESTINATION-MAC RATE SECONDS  RATE 0: as fast as it goes; prints frames sent
 *	wire_tool count IF SECONDS                      prints frames, and the median and 99th percentile of latency in us
 *	wire_tool libnet IN OUT SECONDS
 *	wire_tool batched IN OUT SECONDS
 *	wire_tool raw IN OUT SECONDS
 */
#include <arpa/inet.h>
#include <libnet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define ROOM 2048
#define FRAME 106                       /* 64 bytes of payload behind Ethernet, IPv4 and UDP */
#define STAMP 42                        /* where the payload and in it the time of sending begins */
#define PORT 9999
#define IGNORE_OUTGOING 23              /* PACKET_IGNORE_OUTGOING, Linux 4.20 */

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int packet_socket(const char *interface)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), room = 64 << 20;
	struct sockaddr_ll a = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(interface)};

	if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a) != 0)
		fail(interface);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
	struct packet_mreq join = {.mr_ifindex = a.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
	(void)setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &join, sizeof join);
	return fd;
}

/* Frames of the bench only, that came in (not those that this host sent). */
static bool is_ours(const uint8_t *f, size_t length)
{
	return length >= FRAME && f[12] == 8 && f[13] == 0 && f[23] == IPPROTO_UDP && f[36] == PORT >> 8 && f[37] == (PORT & 0xff);
}

struct batch {
	struct mmsghdr message[BATCH];
	struct iovec part[BATCH];
	struct sockaddr_ll from[BATCH];
	uint8_t bytes[BATCH][ROOM];
};

static struct batch *batch_new(void)
{
	struct batch *b = calloc(1, sizeof *b);

	if (b == NULL)
		fail("memory");
	for (size_t i = 0; i < BATCH; i++) {
		b->part[i] = (struct iovec){b->bytes[i], ROOM};
		b->message[i].msg_hdr = (struct msghdr){.msg_iov = &b->part[i], .msg_iovlen = 1};
	}
	return b;
}

static int receive(int fd, struct batch *b)
{
	for (size_t i = 0; i < BATCH; i++) {
		b->part[i].iov_len = ROOM;
		b->message[i].msg_hdr.msg_name = &b->from[i];
		b->message[i].msg_hdr.msg_namelen = sizeof b->from[i];
	}
	return recvmmsg(fd, b->message, BATCH, MSG_DONTWAIT, NULL);
}

static void make_frame(uint8_t *f, const char *interface, const char *mac, int fd)
{
	static const uint8_t ip[28] = {0x45, 0, 0, FRAME - 14, 0, 0, 0x40, 0, 64, IPPROTO_UDP, 0, 0, 192, 0, 2, 50,
				       198, 51, 100, 11, 0x27, 0x0f, PORT >> 8, PORT & 0xff, 0, FRAME - 34, 0, 0};
	struct sockaddr_ll own;
	socklen_t length = sizeof own;
	uint32_t sum = 0;

	(void)interface;
	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", f, f + 1, f + 2, f + 3, f + 4, f + 5) != 6 ||
	    getsockname(fd, (struct sockaddr *)&own, &length) != 0)
		fail("mac");
	memcpy(f + 6, own.sll_addr, 6);
	f[12] = 8;
	memcpy(f + 14, ip, sizeof ip);
	for (int i = 14; i < 34; i += 2)
		sum += (uint32_t)(f[i] << 8 | f[i + 1]);
	sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
}

static int send_frames(const char *interface, const char *mac, double rate, double seconds)
{
	int fd = packet_socket(interface);
	struct batch *b = batch_new();
	uint64_t begin = now_ns(), end = begin + (uint64_t)(seconds * 1e9), sent = 0, t;

	for (size_t i = 0; i < BATCH; i++) {
		make_frame(b->bytes[i], interface, mac, fd);
		b->part[i].iov_len = FRAME;
	}
	while ((t = now_ns()) < end) {
		uint64_t due = rate > 0 ? (uint64_t)((double)(t - begin) * rate / 1e9) : sent + BATCH;
		unsigned n = due <= sent ? 0 : due - sent > BATCH ? BATCH : (unsigned)(due - sent);
		for (unsigned i = 0; i < n; i++)
			memcpy(b->bytes[i] + STAMP, &t, sizeof t);
		int done = n > 0 ? sendmmsg(fd, b->message, n, 0) : 0;
		sent += done > 0 ? (uint64_t)done : 0;
	}
	printf("%llu\n", (unsigned long long)sent);
	return 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int count_frames(const char *interface, double seconds)
{
	enum { MOST = 1 << 22 };
	int fd = packet_socket(interface);
	struct batch *b = batch_new();
	uint64_t *late = malloc(MOST * sizeof *late), end = now_ns() + (uint64_t)(seconds * 1e9), heard = 0;
	size_t kept = 0;

	if (late == NULL)
		fail("memory");
	while (now_ns() < end) {
		(void)poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 50);
		for (int n; (n = receive(fd, b)) > 0;) {
			uint64_t t = now_ns(), stamp;
			for (int i = 0; i < n; i++) {
				if (!is_ours(b->bytes[i], b->message[i].msg_len))
					continue;
				memcpy(&stamp, b->bytes[i] + STAMP, sizeof stamp);
				if (kept < MOST)
					late[kept++] = t - stamp;
				heard++;
			}
		}
	}
	qsort(late, kept, sizeof *late, by_value);
	printf("%llu %.1f %.1f\n", (unsigned long long)heard, kept > 0 ? (double)late[kept / 2] / 1e3 : 0,
	       kept > 0 ? (double)late[kept * 99 / 100] / 1e3 : 0);
	return 0;
}

/* What an echo has to write: the other side's addresses. */
static void readdress(uint8_t *f)
{
	static const uint8_t to[6] = {2, 0, 0, 0, 0, 9};

	memcpy(f, to, 6);
	memcpy(f + 6, to, 6);
}

static int echo_raw(const char *in, const char *out, double seconds)
{
	int from = packet_socket(in), to = packet_socket(out);
	struct batch *b = batch_new();
	uint64_t end = now_ns() + (uint64_t)(seconds * 1e9);

	while (now_ns() < end) {
		(void)poll(&(struct pollfd){.fd = from, .events = POLLIN}, 1, 50);
		for (int n; (n = receive(from, b)) > 0;) {
			unsigned k = 0;
			for (int i = 0; i < n; i++) {
				b->part[i].iov_len = b->message[i].msg_len;
				b->message[i].msg_hdr.msg_name = NULL;
				b->message[i].msg_hdr.msg_namelen = 0;
				if (b->from[i].sll_pkttype != PACKET_OUTGOING && is_ours(b->bytes[i], b->message[i].msg_len)) {
					readdress(b->bytes[i]);
					struct mmsghdr swap = b->message[k];
					b->message[k++] = b->message[i];
					b->message[i] = swap;
				}
			}
			if (k > 0)
				(void)sendmmsg(to, b->message, k, 0);
		}
	}
	return 0;
}

struct libnet_echo {
	libnet_t *to;
	struct batch *batch;
	unsigned count;                 /* of the batch */
	struct sockaddr_ll where;
};

static void echo_one(u_char *context, const struct pcap_pkthdr *h, const u_char *bytes)
{
	uint8_t f[ROOM];

	if (h->caplen > ROOM || !is_ours(bytes, h->caplen))
		return;
	memcpy(f, bytes, h->caplen);
	readdress(f);
	(void)libnet_adv_write_link(((struct libnet_echo *)(void *)context)->to, f, h->caplen);
}

static void echo_later(u_char *context, const struct pcap_pkthdr *h, const u_char *bytes)
{
	struct libnet_echo *e = (struct libnet_echo *)(void *)context;

	if (h->caplen > ROOM || !is_ours(bytes, h->caplen))
		return;
	memcpy(e->batch->bytes[e->count], bytes, h->caplen);
	readdress(e->batch->bytes[e->count]);
	e->batch->part[e->count++].iov_len = h->caplen;
}

/* A socket that sends only: bound to a protocol that nobody speaks, it is shown nothing. */
static void deafen(int fd)
{
	const struct sockaddr_ll nobody = {.sll_family = AF_PACKET, .sll_protocol = htons(0x88b5)};
	int room = 64 << 20;

	if (bind(fd, (const struct sockaddr *)&nobody, sizeof nobody) != 0)
		fail("libnet's socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
}

static int echo_libnet(const char *in, const char *out, double seconds, bool batched)
{
	char error[LIBNET_ERRBUF_SIZE > PCAP_ERRBUF_SIZE ? LIBNET_ERRBUF_SIZE : PCAP_ERRBUF_SIZE];
	struct libnet_echo e = {.to = libnet_init(LIBNET_LINK_ADV, out, error), .batch = batch_new(),
				.where = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_halen = 6,
					  .sll_ifindex = (int)if_nametoindex(out)}};
	pcap_t *p = pcap_create(in, error);
	uint64_t end = now_ns() + (uint64_t)(seconds * 1e9);
	int on = 1;

	if (e.to == NULL || p == NULL || pcap_set_snaplen(p, ROOM) != 0 || pcap_set_promisc(p, 1) != 0 ||
	    pcap_set_immediate_mode(p, 1) != 0 || pcap_set_buffer_size(p, 64 << 20) != 0 || pcap_activate(p) < 0 ||
	    pcap_setdirection(p, PCAP_D_IN) != 0 || pcap_setnonblock(p, 1, error) != 0)
		fail("libpcap, libnet");
	(void)setsockopt(pcap_fileno(p), SOL_PACKET, IGNORE_OUTGOING, &on, sizeof on);
	if (batched)
		deafen(libnet_getfd(e.to));
	for (size_t i = 0; i < BATCH; i++) {
		e.batch->message[i].msg_hdr.msg_name = &e.where;
		e.batch->message[i].msg_hdr.msg_namelen = sizeof e.where;
	}
	while (now_ns() < end) {
		(void)poll(&(struct pollfd){.fd = pcap_get_selectable_fd(p), .events = POLLIN}, 1, 50);
		if (!batched) {
			(void)pcap_dispatch(p, -1, echo_one, (u_char *)&e);
			continue;
		}
		while (pcap_dispatch(p, BATCH, echo_later, (u_char *)&e) > 0) {
			if (e.count > 0)
				(void)sendmmsg(libnet_getfd(e.to), e.batch->message, e.count, 0);
			e.count = 0;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "send") == 0)
		return send_frames(argv[2], argv[3], atof(argv[4]), atof(argv[5]));
	if (argc == 4 && strcmp(argv[1], "count") == 0)
		return count_frames(argv[2], atof(argv[3]));
	if (argc == 5 && strcmp(argv[1], "libnet") == 0)
		return echo_libnet(argv[2], argv[3], atof(argv[4]), false);
	if (argc == 5 && strcmp(argv[1], "batched") == 0)
		return echo_libnet(argv[2], argv[3], atof(argv[4]), true);
	if (argc == 5 && strcmp(argv[1], "raw") == 0)
		return echo_raw(argv[2], argv[3], atof(argv[4]));
	fputs("usage: see the head of tests/bench-live/wire_tool.c\n", stderr);
	return 2;
}
