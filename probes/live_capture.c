// SPDX-License-Identifier: BSD-2-Clause
/* libpcap, set up for few frames that matter at once (libpcap's defaults are for many that do not). */
#include "probes/live_capture.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "probes/frame_counter.h"
#include "probes/pcap_device.h"

/* In immediate mode the ring has slots of this size: 65535 would leave room for a few dozen frames. */
#define SNAPSHOT 2048
#define RING (8 * 1024 * 1024)

struct live_capture {
	char name[LIVE_NAME];
	pcap_t *pcap;
	int counter;
	int link;
	bool has_words, words_know_tags;
	struct bpf_program words;
	struct live_counters counters;
	unsigned last_drop;             /* libpcap's counters are unsigned and may wrap */
};

/* IPv6 by its first next header: behind extension headers (0, 43, 44, 60) anything may follow. ND is 133 to 137. */
#define PROTOCOLS                                                                                                  \
	"ip proto 112 or ip proto 51 or ip6 proto 112 or ip6 proto 51 or ip6 proto 0 or ip6 proto 43 or "          \
	"ip6 proto 44 or ip6 proto 60 or arp or (icmp6 and ip6[40] >= 133 and ip6[40] <= 137) or "                 \
	"udp port 1985 or udp port 2029 or udp port 3222 or udp port 8116 or ether proto 0x8890 or "               \
	"ether proto 0x8891 or ether proto 0x8893 or ether proto 0x886f"
#define PROTOCOLS_IP                                                                                               \
	"ip proto 112 or ip proto 51 or ip6 proto 112 or ip6 proto 51 or udp port 1985 or udp port 2029 or "       \
	"udp port 3222 or udp port 8116"

/* `vlan` shifts what stands to its right: hence the nesting. The kernel takes the outermost tag off, and the first
 * part matches behind it; but not where a network card or a bridge leaves it on. */
const char live_protocols[] = PROTOCOLS " or (vlan and (" PROTOCOLS " or (vlan and (" PROTOCOLS "))))";

static enum live_problem activate(struct live_capture *l, char error[LIVE_ERROR])
{
	pcap_t *p = l->pcap;

	(void)pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	enum live_problem problem = pcap_device_activate(p, SNAPSHOT, RING, error);
	if (problem != LIVE_OPEN)
		return problem;
	l->link = pcap_datalink(p);
	if (l->link != DLT_EN10MB && l->link != DLT_RAW) {
		(void)snprintf(error, LIVE_ERROR, "link type %d is not supported", l->link);
		return LIVE_FAILED;
	}
	return pcap_device_listen(p, l->link == DLT_EN10MB ? live_protocols : PROTOCOLS_IP, error);
}

static enum live_problem open_all(struct live_capture *l, char error[LIVE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	unsigned index = if_nametoindex(l->name);

	if (index == 0) {
		(void)snprintf(error, LIVE_ERROR, "%s", strerror(errno));
		return LIVE_ABSENT;
	}
	l->counter = frame_counter_open(index);
	if (l->counter < 0) {
		(void)snprintf(error, LIVE_ERROR, "socket: %s", strerror(errno));
		return errno == EPERM || errno == EACCES ? LIVE_FORBIDDEN : LIVE_FAILED;
	}
	l->pcap = pcap_create(l->name, why);
	if (l->pcap == NULL) {
		(void)snprintf(error, LIVE_ERROR, "%s", why);
		return LIVE_FAILED;
	}
	return activate(l, error);
}

struct live_capture *live_open(const char *interface, enum live_problem *problem, char error[LIVE_ERROR])
{
	struct live_capture *l = calloc(1, sizeof *l);

	*problem = LIVE_FAILED;
	(void)snprintf(error, LIVE_ERROR, "out of memory");
	if (l == NULL)
		return NULL;
	l->counter = -1;
	if (strlen(interface) >= sizeof l->name) {
		*problem = LIVE_ABSENT;
		(void)snprintf(error, LIVE_ERROR, "%s", strerror(ENODEV));
	} else {
		(void)snprintf(l->name, sizeof l->name, "%s", interface);
		*problem = open_all(l, error);
	}
	if (*problem == LIVE_OPEN)
		return l;
	live_close(l);
	return NULL;
}

void live_close(struct live_capture *l)
{
	if (l == NULL)
		return;
	if (l->has_words)
		pcap_freecode(&l->words);
	if (l->pcap != NULL)
		pcap_close(l->pcap);
	if (l->counter >= 0)
		(void)close(l->counter);
	free(l);
}

const char *live_name(const struct live_capture *l)
{
	return l->name;
}

int live_descriptor(const struct live_capture *l)
{
	return pcap_get_selectable_fd(l->pcap);
}

int live_watcher(const struct live_capture *l)
{
	return l->counter;
}

bool live_went_down(struct live_capture *l)
{
	return frame_counter_went_down(l->counter);
}

bool live_is_ethernet(const struct live_capture *l)
{
	return l->link == DLT_EN10MB;
}

/* Compiled for a file, because frames are looked at as a file would hold them: with their tags. */
bool live_widen(struct live_capture *l, const char *more, char error[LIVE_ERROR])
{
	char words[4096];

	if (l->link == DLT_EN10MB)
		(void)snprintf(words, sizeof words, "%s or %s or (vlan and (%s or %s or (vlan and (%s or %s))))", PROTOCOLS, more,
			       PROTOCOLS, more, PROTOCOLS, more);
	else
		(void)snprintf(words, sizeof words, "%s or %s", PROTOCOLS_IP, more);
	if (pcap_device_filter(l->pcap, words))
		return true;
	(void)snprintf(error, LIVE_ERROR, "%s", pcap_geterr(l->pcap));
	return false;
}

bool live_filter(struct live_capture *l, const char *expression, char error[LIVE_ERROR])
{
	pcap_t *dead = pcap_open_dead(l->link, SNAPSHOT);

	(void)snprintf(error, LIVE_ERROR, "out of memory");
	if (dead == NULL)
		return false;
	l->has_words = pcap_compile(dead, &l->words, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!l->has_words)
		(void)snprintf(error, LIVE_ERROR, "%s", pcap_geterr(dead));
	pcap_close(dead);
	l->words_know_tags = strstr(expression, "vlan") != NULL;
	return l->has_words;
}

static bool passes(struct live_capture *l, const struct pcap_pkthdr *header, const u_char *bytes)
{
	if (!l->has_words || pcap_offline_filter(&l->words, header, bytes) != 0)
		return true;
	l->counters.tags_unmatched += !l->words_know_tags && l->link == DLT_EN10MB &&
				      header->caplen >= ETHERNET_HEADER && ethernet_is_tag(get_be16(bytes + 12));
	return false;
}

enum live_next live_read(struct live_capture *l, struct live_frame *out)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;

	for (;;) {
		int result = pcap_next_ex(l->pcap, &header, &bytes);
		if (result == 0)
			return LIVE_NOTHING;
		if (result != 1)
			return LIVE_GONE;
		l->counters.kept++;
		if (passes(l, header, bytes))
			break;
	}
	/* Asked for nanoseconds, libpcap puts them into tv_usec. */
	*out = (struct live_frame){.bytes = bytes, .captured = header->caplen, .length = header->len,
				   .time_ns = (int64_t)header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec};
	return LIVE_FRAME;
}

void live_dissect(const struct live_capture *l, const struct live_frame *f, struct packet *p)
{
	if (l->link == DLT_EN10MB)
		(void)packet_dissect(p, f->bytes, f->captured, f->length);
	else
		(void)packet_dissect_ip(p, f->bytes, f->captured, f->length);
}

const struct live_counters *live_count(struct live_capture *l)
{
	struct pcap_stat s;

	l->counters.heard += frame_counter_read(l->counter);
	if (pcap_stats(l->pcap, &s) == 0) {
		l->counters.dropped += s.ps_drop - l->last_drop;
		l->last_drop = s.ps_drop;
	}
	return &l->counters;
}
