// SPDX-License-Identifier: BSD-2-Clause
/* Receiving: libpcap. Sending is in wire_transmit.c. */
#include "probes/wire_port.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "probes/frame_mend.h"
#include "probes/pcap_device.h"
#include "probes/wire_parts.h"

#define SNAPSHOT_URGENT 2048
#define RING_URGENT (2 << 20)
#define SNAPSHOT_OTHER 65535
#define IGNORE_OUTGOING 23              /* PACKET_IGNORE_OUTGOING, Linux 4.20; not in every linux/if_packet.h */

/* Tags are off when the kernel's filter runs, on this side of most cards; where one is left on, its frame comes by the
 * other capture. The two filters are each other's opposites, so that no frame comes twice. */
#define URGENT                                                                                                     \
	"ip proto 112 or ip proto 51 or ip6 proto 112 or ip6 proto 51 or udp port 1985 or udp port 2029 or udp port 3222"

/* In the kernel, or our own frames would fill the ring; a kernel that cannot leaves it to libpcap. */
static void ignore_own(pcap_t *p)
{
	int on = 1;

	(void)setsockopt(pcap_fileno(p), SOL_PACKET, IGNORE_OUTGOING, &on, sizeof on);
	(void)pcap_setdirection(p, PCAP_D_IN);
}

static enum live_problem open_capture(struct wire_capture *c, const char *interface, const char *filter, int snapshot,
				      size_t ring, char error[LIVE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *p = c->pcap = pcap_create(interface, why);

	(void)snprintf(error, LIVE_ERROR, "%s", why);
	if (p == NULL)
		return LIVE_FAILED;
	c->nanoseconds = pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO) == 0;
	enum live_problem problem = pcap_device_activate(p, snapshot, (int)ring, error);
	if (problem != LIVE_OPEN)
		return problem;
	if (pcap_datalink(p) != DLT_EN10MB) {
		(void)snprintf(error, LIVE_ERROR, "it is no Ethernet");
		return LIVE_FAILED;
	}
	ignore_own(p);
	return pcap_device_listen(p, filter, error);
}

/* Asked of the kernel before anything is given up. */
static bool look(struct wire_port *w)
{
	struct ifreq ask = {0};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return false;
	memcpy(ask.ifr_name, w->name, sizeof w->name);
	bool ok = ioctl(s, SIOCGIFHWADDR, &ask) == 0;
	memcpy(w->mac.b, ask.ifr_hwaddr.sa_data, sizeof w->mac.b);
	ok = ok && ioctl(s, SIOCGIFMTU, &ask) == 0;
	w->mtu = ok ? (unsigned)ask.ifr_mtu : 0;
	ok = ok && ioctl(s, SIOCGIFFLAGS, &ask) == 0;
	w->up = ok && (ask.ifr_flags & IFF_UP) != 0 && (ask.ifr_flags & IFF_RUNNING) != 0;
	(void)close(s);
	return ok;
}

static enum live_problem open_all(struct wire_port *w, const struct wire_config *c, char error[LIVE_ERROR])
{
	w->index = if_nametoindex(w->name);
	if (w->index == 0 || !look(w)) {
		(void)snprintf(error, LIVE_ERROR, "%s", strerror(errno));
		return LIVE_ABSENT;
	}
	enum live_problem problem = open_capture(&w->urgent, w->name, URGENT, SNAPSHOT_URGENT, RING_URGENT, error);
	if (problem == LIVE_OPEN)
		problem = open_capture(&w->other, w->name, "not (" URGENT ")", SNAPSHOT_OTHER,
				       c->ring != 0 ? c->ring : WIRE_RING, error);
	if (problem == LIVE_OPEN && c->transmits)
		problem = wire_open_transmit(w, error);
	return problem;
}

struct wire_port *wire_open(const struct wire_config *c, enum live_problem *problem, char error[LIVE_ERROR])
{
	struct wire_port *w = calloc(1, sizeof *w);

	*problem = LIVE_FAILED;
	(void)snprintf(error, LIVE_ERROR, "out of memory");
	if (w == NULL)
		return NULL;
	w->rate = c->rate;
	if (strlen(c->interface) >= sizeof w->name) {
		*problem = LIVE_ABSENT;
		(void)snprintf(error, LIVE_ERROR, "%s", strerror(ENODEV));
	} else {
		(void)snprintf(w->name, sizeof w->name, "%s", c->interface);
		*problem = open_all(w, c, error);
	}
	if (*problem == LIVE_OPEN)
		return w;
	wire_close(w);
	return NULL;
}

void wire_close(struct wire_port *w)
{
	if (w == NULL)
		return;
	wire_close_transmit(w);
	if (w->urgent.pcap != NULL)
		pcap_close(w->urgent.pcap);
	if (w->other.pcap != NULL)
		pcap_close(w->other.pcap);
	free(w);
}

bool wire_permit(const struct wire_port *w, struct privilege_needs *needs)
{
	return w->net == NULL || privilege_may_send(needs, libnet_getfd(w->net));
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

const char *wire_name(const struct wire_port *w)
{
	return w->name;
}

unsigned wire_index(const struct wire_port *w)
{
	return w->index;
}

struct mac wire_mac(const struct wire_port *w)
{
	return w->mac;
}

bool wire_is_up(const struct wire_port *w)
{
	return w->up && !w->gone;
}

unsigned wire_mtu(const struct wire_port *w)
{
	return w->mtu;
}

bool wire_is_gone(const struct wire_port *w)
{
	return w->gone;
}

void wire_note(struct wire_port *w, const char *name, bool up, unsigned mtu)
{
	if (name[0] != '\0')
		(void)snprintf(w->name, sizeof w->name, "%s", name);
	w->up = up;
	if (mtu != 0)
		w->mtu = mtu;
}

void wire_note_gone(struct wire_port *w)
{
	w->gone = true;
}

/* ---- receiving -------------------------------------------------------------------------------------------------- */

int wire_urgent(const struct wire_port *w)
{
	return w->gone ? -1 : pcap_get_selectable_fd(w->urgent.pcap);
}

int wire_other(const struct wire_port *w)
{
	return w->gone ? -1 : pcap_get_selectable_fd(w->other.pcap);
}

#define OLDEST VL_S                     /* an age above is none: the clock was set */

static vl_time age_of(const struct wire_capture *c, const struct timeval *came)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	int64_t fraction = c->nanoseconds ? came->tv_usec : came->tv_usec * (int64_t)VL_US;
	int64_t age = ((int64_t)t.tv_sec - came->tv_sec) * (int64_t)VL_S + t.tv_nsec - fraction;
	return age >= 0 && age < (int64_t)OLDEST ? (vl_time)age : 0;
}

struct hearing {
	struct wire_port *wire;
	const struct wire_capture *capture;
	bool urgent;
	struct frame_pool *pool;
	wire_heard *heard;
	void *context;
};

static void hear_one(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes)
{
	const struct hearing *h = (const struct hearing *)(const void *)context;
	struct wire_port *w = h->wire;
	/* The bytes stay in the ring, whose slot is ours for this call: to write a checksum into, too. */
	bool whole = header->caplen >= header->len && header->caplen <= FRAME_MAX;
	struct frame *f = whole ? frame_lend(h->pool, bytes, header->caplen) : NULL;

	w->counters.heard++;
	if (f == NULL) {
		w->counters.cut++;
		return;
	}
	f->summed = frame_mend(f->data, f->length);
	w->counters.mended += f->summed;
	if (frame_exceeds(f->data, f->length, w->mtu))
		f->segment = w->mtu;
	h->heard(h->context, f, h->urgent ? age_of(h->capture, &header->ts) : 0);
	frame_settle(f);
}

size_t wire_hear(struct wire_port *w, bool urgent, struct frame_pool *pool, unsigned most, wire_heard *heard, void *context)
{
	struct hearing h = {.wire = w, .capture = urgent ? &w->urgent : &w->other, .urgent = urgent, .pool = pool,
			    .heard = heard, .context = context};

	if (w->gone)
		return 0;
	/* libpcap tells once that the interface is down, and takes one with a new name for removed. What became of it, netlink
	 * says (link_watch.h); the capture goes on by its number. */
	int n = pcap_dispatch(h.capture->pcap, (int)most, hear_one, (u_char *)(void *)&h);
	return n > 0 ? (size_t)n : 0;
}

static void count_capture(struct wire_port *w, struct wire_capture *c)
{
	struct pcap_stat s;

	if (w->gone || pcap_stats(c->pcap, &s) != 0)
		return;
	w->counters.ring_full += s.ps_drop - c->last_drop;
	c->last_drop = s.ps_drop;
}

const struct wire_counters *wire_count(struct wire_port *w)
{
	count_capture(w, &w->urgent);
	count_capture(w, &w->other);
	w->counters.waiting = w->first.count + w->rest.count;
	return &w->counters;
}
