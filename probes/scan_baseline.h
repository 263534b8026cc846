// SPDX-License-Identifier: BSD-2-Clause
/*
 * An earlier scan, read from its JSON document (viplab.scan/1), and what has changed since: senders that are new,
 * gone, or advertise other addresses; conflicts that are new or over.
 *
 * A sender is the same when protocol, family, interface, VLAN, ID and address are; a conflict when protocol, family,
 * interface, VLAN, ID, code and virtual address are. The document may be anybody's: its text is shown escaped.
 */
#ifndef VL_PROBES_SCAN_BASELINE_H
#define VL_PROBES_SCAN_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/scan.h"

#define BASELINE_ERROR 320

struct scan_baseline;

/* NULL: `error` says why, without the name of the file. */
struct scan_baseline *scan_baseline_read(const char *path, char error[BASELINE_ERROR]);
void scan_baseline_free(struct scan_baseline *b);

enum scan_change_kind {
	CHANGE_NEW_SENDER,
	CHANGE_GONE_SENDER,
	CHANGE_ADDRESSES,
	CHANGE_NEW_CONFLICT,
	CHANGE_ENDED_CONFLICT,
	CHANGE_KINDS
};

#define CHANGE_TEXT 256
struct scan_change {
	enum scan_change_kind kind;
	char what[CHANGE_TEXT];         /* "vrrp ID 51 10.66.0.12", printable */
	char detail[CHANGE_TEXT];       /* addresses, before and now; or empty */
};

/* "new_senders", ...: the name in the JSON document. */
const char *scan_change_name(enum scan_change_kind k);
/* "new sender", ...: in words. */
const char *scan_change_word(enum scan_change_kind k);

/* All changes, in the order of their kinds. False: out of memory. The caller frees *out. */
bool scan_baseline_compare(const struct scan_baseline *b, const struct scan *s, struct scan_change **out,
			   size_t *count);
/* When the earlier scan began, as its document says it, printable. */
const char *scan_baseline_start(const struct scan_baseline *b);

#endif
