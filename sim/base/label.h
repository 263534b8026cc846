// SPDX-License-Identifier: BSD-2-Clause
/*
 * Texts made while an engine runs, for records to point to: each is kept once and lives as long as the
 * list, so that a name that changed ("vrrp 1 ipv4" is "vrrp 47 ipv4" now) stays right in older records.
 */
#ifndef VL_BASE_LABEL_H
#define VL_BASE_LABEL_H

#define LABEL_TEXT 48           /* longest text, its end included; a longer one is cut */

struct label;

struct labels {
	struct label *first;    /* zero: empty */
};

/* The kept text; NULL: no memory. printf-like. */
const char *labels_add(struct labels *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void labels_fini(struct labels *l);

#endif
