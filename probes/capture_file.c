// SPDX-License-Identifier: BSD-2-Clause
/* One face for both formats, filters, link types and time. */
#include "probes/capture_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pcap/pcap.h>

#include "probes/classic_reader.h"
#include "probes/pcapng_reader.h"

/* LINKTYPE_ values (https://www.tcpdump.org/linktypes.html); raw IP has others as DLT_. */
#define LINK_NULL 0                     /* four bytes of an address family, then IP */
#define LINK_ETHERNET CAPTURE_LINK_ETHERNET
#define LINK_RAW 101
#define LINK_LOOP 108                   /* the same in network order */
#define LINK_SLL 113
#define LINK_IPV4 228
#define LINK_IPV6 229
#define LINK_SLL2 276

#define FILTERS 8
#define COOKED_ROOM (262144 + ETHERNET_HEADER)

struct filter {
	int link;
	struct bpf_program program;
};

struct capture_file {
	FILE *stream;
	struct classic_reader *classic; /* one of these three */
	pcap_t *other;                  /* a classic file of a rare kind */
	struct pcapng_reader *pcapng;
	int link;                       /* of the first two */
	char *expression;
	struct filter filter[FILTERS];
	size_t filter_count;
	bool started;
	int64_t start_ns;
	vl_time last;
	uint64_t frames, refused, tags_unmatched;
	const char *refused_name;
	const char *error;
	uint8_t *cooked;                /* a frame rebuilt as Ethernet */
};

static bool is_read(int link)
{
	return link == LINK_ETHERNET || link == LINK_RAW || link == LINK_SLL || link == LINK_IPV4 ||
	       link == LINK_IPV6 || link == LINK_SLL2 || link == LINK_NULL || link == LINK_LOOP;
}

static int link_of_dlt(int dlt)
{
	return dlt == DLT_RAW ? LINK_RAW : dlt;
}

static int dlt_of_link(int link)
{
	return link == LINK_RAW ? DLT_RAW : link;
}

static const char *link_name(int link)
{
	const char *name = pcap_datalink_val_to_description(dlt_of_link(link));

	return name != NULL ? name : "of an unknown kind";
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static bool open_stream(struct capture_file *c, const char *path, char error[CAPTURE_ERROR])
{
	struct stat status;

	c->stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (c->stream == NULL) {
		(void)snprintf(error, CAPTURE_ERROR, "%s", strerror(errno));
		return false;
	}
	if (fstat(fileno(c->stream), &status) == 0 && S_ISDIR(status.st_mode)) {
		(void)snprintf(error, CAPTURE_ERROR, "%s", strerror(EISDIR));
		return false;
	}
	return true;
}

/* Gives bytes back that were read first, to be read again: the C library takes what it has in its buffer. */
static bool unread(FILE *in, const uint8_t *bytes, size_t length)
{
	while (length > 0)
		if (ungetc(bytes[--length], in) == EOF)
			return false;
	return true;
}

static bool open_other(struct capture_file *c, char error[CAPTURE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";

	c->other = pcap_fopen_offline_with_tstamp_precision(c->stream, PCAP_TSTAMP_PRECISION_NANO, why);
	if (c->other == NULL) {
		(void)snprintf(error, CAPTURE_ERROR, "not a capture that can be read: %s", why);
		return false;
	}
	c->stream = NULL; /* closed by pcap_close, but for standard input */
	c->link = link_of_dlt(pcap_datalink(c->other));
	if (is_read(c->link))
		return true;
	(void)snprintf(error, CAPTURE_ERROR, "link type %d (%s) is not supported", c->link, link_name(c->link));
	return false;
}

/* Finds the reader by the first bytes. */
static bool open_reader(struct capture_file *c, char error[CAPTURE_ERROR])
{
	uint8_t head[CLASSIC_HEADER];
	size_t got = fread(head, 1, sizeof head, c->stream);

	if (got == 0) {
		(void)snprintf(error, CAPTURE_ERROR, "%s", ferror(c->stream) ? strerror(errno) : "the file is empty");
		return false;
	}
	if (got == sizeof head && classic_reads(head, &c->link) && is_read(c->link))
		return (c->classic = classic_new(c->stream, head)) != NULL;
	if (!unread(c->stream, head, got)) {
		(void)snprintf(error, CAPTURE_ERROR, "its beginning cannot be read twice");
		return false;
	}
	/* Of all magic numbers only pcapng's begins with a line feed. */
	if (head[0] == '\n')
		return (c->pcapng = pcapng_new(c->stream)) != NULL;
	return open_other(c, error);
}

struct capture_file *capture_open(const char *path, char error[CAPTURE_ERROR])
{
	struct capture_file *c = calloc(1, sizeof *c);

	(void)snprintf(error, CAPTURE_ERROR, "out of memory");
	if (c == NULL)
		return NULL;
	c->cooked = malloc(COOKED_ROOM);
	if (c->cooked == NULL || !open_stream(c, path, error) || !open_reader(c, error)) {
		capture_close(c);
		return NULL;
	}
	return c;
}

void capture_close(struct capture_file *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->filter_count; i++)
		pcap_freecode(&c->filter[i].program);
	if (c->other != NULL)
		pcap_close(c->other);
	classic_free(c->classic);
	pcapng_free(c->pcapng);
	if (c->stream != NULL && c->stream != stdin)
		(void)fclose(c->stream);
	free(c->expression);
	free(c->cooked);
	free(c);
}

/* ---- filters ---------------------------------------------------------------------------------------------------- */

/* The compiled filter of a link type, made when first needed. */
static struct filter *filter_of(struct capture_file *c, int link, char error[CAPTURE_ERROR])
{
	for (size_t i = 0; i < c->filter_count; i++)
		if (c->filter[i].link == link)
			return &c->filter[i];
	if (c->filter_count == FILTERS)
		return NULL;
	pcap_t *dead = pcap_open_dead(dlt_of_link(link), 262144);
	if (dead == NULL)
		return NULL;
	struct filter *made = &c->filter[c->filter_count];
	bool ok = pcap_compile(dead, &made->program, c->expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!ok)
		(void)snprintf(error, CAPTURE_ERROR, "%s", pcap_geterr(dead));
	pcap_close(dead);
	if (!ok)
		return NULL;
	made->link = link;
	c->filter_count++;
	return made;
}

bool capture_filter(struct capture_file *c, const char *expression, char error[CAPTURE_ERROR])
{
	(void)snprintf(error, CAPTURE_ERROR, "out of memory");
	c->expression = strdup(expression);
	if (c->expression == NULL)
		return false;
	return filter_of(c, c->pcapng == NULL ? c->link : LINK_ETHERNET, error) != NULL;
}

/* Asked only when there is an expression. */
static bool passes(struct capture_file *c, const struct capture_frame *f)
{
	char ignored[CAPTURE_ERROR];
	struct filter *filter = filter_of(c, f->link, ignored);

	/* An expression that makes no sense on this link type (ether host on raw IP) matches nothing there. */
	if (filter == NULL)
		return false;
	struct pcap_pkthdr header = {.caplen = (bpf_u_int32)f->captured, .len = (bpf_u_int32)f->length};
	return pcap_offline_filter(&filter->program, &header, f->bytes) != 0;
}

static bool is_tagged(const struct capture_frame *f)
{
	return f->link == LINK_ETHERNET && f->captured >= ETHERNET_HEADER && ethernet_is_tag(get_be16(f->bytes + 12));
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* The hot path of a large capture: no more is written than must be. */
static enum capture_next next_classic(struct capture_file *c, struct capture_frame *out, int64_t *ns)
{
	struct classic_packet packet;
	enum classic_next next = classic_read(c->classic, &packet);

	if (next == CLASSIC_PACKET) {
		out->bytes = packet.bytes;
		out->captured = packet.captured;
		out->length = packet.length;
		out->interface = 0;
		out->link = c->link;
		*ns = packet.time_ns;
		return CAPTURE_FRAME;
	}
	c->error = classic_error(c->classic);
	return next == CLASSIC_END ? CAPTURE_END : next == CLASSIC_TRUNCATED ? CAPTURE_TRUNCATED : CAPTURE_DAMAGED;
}

static enum capture_next next_other(struct capture_file *c, struct capture_frame *out, int64_t *ns)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int result = pcap_next_ex(c->other, &header, &bytes);

	if (result == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (result != 1) {
		c->error = pcap_geterr(c->other);
		return strstr(c->error, "truncated") != NULL ? CAPTURE_TRUNCATED : CAPTURE_DAMAGED;
	}
	*out = (struct capture_frame){.bytes = bytes, .captured = header->caplen, .length = header->len,
				      .link = c->link};
	/* Asked for nanoseconds, libpcap puts them into tv_usec. The file's seconds have 32 bits, and until 2106
	 * no sign. */
	*ns = (int64_t)(uint32_t)header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec;
	return CAPTURE_FRAME;
}

static enum capture_next next_pcapng(struct capture_file *c, struct capture_frame *out, int64_t *ns)
{
	struct pcapng_packet packet;

	switch (pcapng_read(c->pcapng, &packet)) {
	case PCAPNG_END:
		return CAPTURE_END;
	case PCAPNG_TRUNCATED:
		c->error = pcapng_error(c->pcapng);
		return CAPTURE_TRUNCATED;
	case PCAPNG_DAMAGED:
		c->error = pcapng_error(c->pcapng);
		return CAPTURE_DAMAGED;
	case PCAPNG_PACKET:
		break;
	}
	*out = (struct capture_frame){.bytes = packet.bytes, .captured = packet.captured, .length = packet.length,
				      .interface = packet.interface, .link = packet.link};
	*ns = packet.has_time ? packet.time_ns : c->start_ns + (int64_t)c->last;
	return CAPTURE_FRAME;
}

/* Clocks are set while a capture runs; the judges' time only goes forward. */
static vl_time steady(struct capture_file *c, int64_t ns)
{
	if (!c->started) {
		c->started = true;
		c->start_ns = ns;
	}
	if (ns > c->start_ns && (vl_time)(ns - c->start_ns) > c->last)
		c->last = (vl_time)(ns - c->start_ns);
	return c->last;
}

enum capture_next capture_read(struct capture_file *c, struct capture_frame *out)
{
	for (;;) {
		int64_t ns = 0;
		enum capture_next next = c->classic != NULL  ? next_classic(c, out, &ns)
					 : c->pcapng != NULL ? next_pcapng(c, out, &ns)
							     : next_other(c, out, &ns);
		if (next != CAPTURE_FRAME)
			return next;
		if (out->length < out->captured)
			out->length = out->captured;
		out->number = ++c->frames;
		out->at = steady(c, ns);
		if (!is_read(out->link)) {
			c->refused++;
			c->refused_name = link_name(out->link);
			continue;
		}
		if (c->expression == NULL || passes(c, out))
			return CAPTURE_FRAME;
		c->tags_unmatched += is_tagged(out);
	}
}

uint64_t capture_tags_unmatched(const struct capture_file *c)
{
	return c->expression != NULL && strstr(c->expression, "vlan") == NULL ? c->tags_unmatched : 0;
}

const char *capture_error(const struct capture_file *c)
{
	return c->error != NULL ? c->error : "";
}

int64_t capture_start(const struct capture_file *c)
{
	return c->start_ns;
}

uint64_t capture_frames(const struct capture_file *c)
{
	return c->frames;
}

uint64_t capture_refused(const struct capture_file *c, const char **name)
{
	*name = c->refused_name;
	return c->refused;
}

/* ---- link types ------------------------------------------------------------------------------------------------- */

#define FAMILY_LENGTH 4

/* What a cooked header keeps of Ethernet: the sender, whether it was for all, for a group or for one, the type. */
struct cooked {
	uint16_t packet_type, protocol, address_length;
	const uint8_t *address;
	size_t header;
};

static bool read_cooked(struct cooked *k, struct capture_frame *f)
{
	struct rd in = rd_of(f->bytes, f->captured);

	if (f->link == LINK_SLL) {
		k->packet_type = rd_be16(&in);
		rd_skip(&in, 2);        /* ARPHRD type */
		k->address_length = rd_be16(&in);
		k->address = rd_bytes(&in, 8);
		k->protocol = rd_be16(&in);
		k->header = 16;
	} else {
		k->protocol = rd_be16(&in);
		rd_skip(&in, 2);
		f->interface = rd_be32(&in);
		rd_skip(&in, 2);        /* ARPHRD type */
		k->packet_type = rd_u8(&in);
		k->address_length = rd_u8(&in);
		k->address = rd_bytes(&in, 8);
		k->header = 20;
	}
	return !in.bad;
}

/* For a group's MAC the kernel keeps only that it was one. */
static const uint8_t any_group[6] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x00};

static size_t as_ethernet(uint8_t *room, const struct cooked *k, const struct capture_frame *f)
{
	enum { BROADCAST = 1, MULTICAST = 2 };
	size_t payload = f->captured - k->header;

	if (payload > COOKED_ROOM - ETHERNET_HEADER)
		payload = COOKED_ROOM - ETHERNET_HEADER;
	memset(room, 0, ETHERNET_HEADER);
	if (k->packet_type == BROADCAST)
		memset(room, 0xff, 6);
	else if (k->packet_type == MULTICAST)
		memcpy(room, any_group, sizeof any_group);
	if (k->address_length == 6)
		memcpy(room + 6, k->address, 6);
	room[12] = (uint8_t)(k->protocol >> 8);
	room[13] = (uint8_t)k->protocol;
	memcpy(room + ETHERNET_HEADER, f->bytes + k->header, payload);
	return ETHERNET_HEADER + payload;
}

void capture_dissect(struct capture_file *c, struct capture_frame *f, struct packet *p)
{
	struct cooked k;

	switch (f->link) {
	case LINK_ETHERNET:
		(void)packet_dissect(p, f->bytes, f->captured, f->length);
		break;
	case LINK_SLL:
	case LINK_SLL2:
		if (!read_cooked(&k, f)) {
			*p = (struct packet){.verdict = PACKET_CUT};
			break;
		}
		size_t captured = as_ethernet(c->cooked, &k, f);
		(void)packet_dissect(p, c->cooked, captured, f->length - k.header + ETHERNET_HEADER);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		if (f->captured < FAMILY_LENGTH)
			*p = (struct packet){.verdict = PACKET_CUT};
		else
			(void)packet_dissect_ip(p, f->bytes + FAMILY_LENGTH, f->captured - FAMILY_LENGTH,
						f->length - FAMILY_LENGTH);
		break;
	default:
		(void)packet_dissect_ip(p, f->bytes, f->captured, f->length);
		break;
	}
}
