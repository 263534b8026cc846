// SPDX-License-Identifier: BSD-2-Clause
#include "probes/cmd_scan_keep.h"

#include <errno.h>
#include <string.h>

#define SNAPSHOT 262144
#define LINK_ETHERNET 1
#define LINK_RAW 101

static void put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap: the magic number says nanoseconds. */
static bool write_head(FILE *file, bool ethernet)
{
	uint8_t head[24] = {0};

	put_le(head, 0xa1b23c4d, 4);
	put_le(head + 4, 2, 2);
	put_le(head + 6, 4, 2);
	put_le(head + 16, SNAPSHOT, 4);
	put_le(head + 20, ethernet ? LINK_ETHERNET : LINK_RAW, 4);
	return fwrite(head, sizeof head, 1, file) == 1;
}

static bool write_record(FILE *file, const struct live_frame *f)
{
	uint8_t head[16];

	put_le(head, (uint64_t)(f->time_ns / INT64_C(1000000000)), 4);
	put_le(head + 4, (uint64_t)(f->time_ns % INT64_C(1000000000)), 4);
	put_le(head + 8, f->captured, 4);
	put_le(head + 12, f->length, 4);
	return fwrite(head, sizeof head, 1, file) == 1 && fwrite(f->bytes, 1, f->captured, file) == f->captured;
}

static bool to_file(void *context, const void *bytes, size_t length)
{
	return fwrite(bytes, 1, length, context) == length;
}

bool keeper_open(struct keeper *k, const char *path, const char *version, const struct scan_live *l)
{
	const char *dot = strrchr(path, '.');
	char application[64], name[LIVE_NAME];

	*k = (struct keeper){.is_pcapng = dot != NULL && strcmp(dot, ".pcapng") == 0};
	for (size_t i = 0; i < l->count; i++)
		if (k->is_pcapng && !live_is_ethernet(l->capture[i])) {
			errno = EPROTONOSUPPORT; /* the world's writer knows Ethernet only */
			return false;
		}
	k->file = fopen(path, "wb");
	if (k->file == NULL)
		return false;
	if (!k->is_pcapng)
		return write_head(k->file, live_is_ethernet(l->capture[0])) && fflush(k->file) == 0;
	(void)snprintf(application, sizeof application, "viplab %s", version);
	pcapng_begin(&k->pcapng, to_file, k->file, application, NULL);
	for (size_t i = 0; i < l->count; i++)
		pcapng_interface(&k->pcapng, scan_shown(name, sizeof name, live_name(l->capture[i])));
	return !k->pcapng.failed && fflush(k->file) == 0;
}

bool keeper_keep(void *context, uint32_t interface, const struct live_frame *f)
{
	struct keeper *k = context;
	char comment[64];

	if (!k->is_pcapng)
		return write_record(k->file, f) && fflush(k->file) == 0;
	(void)snprintf(comment, sizeof comment, "cut: %zu bytes on the wire", f->length);
	pcapng_frame(&k->pcapng, interface, (vl_time)f->time_ns, f->bytes, f->captured,
		     f->captured < f->length ? comment : NULL);
	return !k->pcapng.failed && fflush(k->file) == 0;
}

bool keeper_close(struct keeper *k)
{
	FILE *file = k->file;

	k->file = NULL;
	return file == NULL || fclose(file) == 0;
}
