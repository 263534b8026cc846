// SPDX-License-Identifier: BSD-2-Clause
/* The tables of the log lines, for vendor_log.c. */
#ifndef VL_VENDORS_VENDOR_LOG_PARTS_H
#define VL_VENDORS_VENDOR_LOG_PARTS_H

#include "sim/vendors/vendor_log.h"

/* Why a state changed, as products group it. */
enum vendor_log_why {
	VENDOR_WHY_STARTUP,
	VENDOR_WHY_TIMER,
	VENDOR_WHY_BETTER,      /* a better router was heard */
	VENDOR_WHY_PREEMPT,     /* CARP */
	VENDOR_WHY_TOO_SLOW,    /* CARP */
	VENDOR_WHY_INTERFACE,
	VENDOR_WHY_TRACK,
	VENDOR_WHY_OTHER,
	VENDOR_WHY_COUNT
};

#define VENDOR_LOG_SIGNS 4

struct vendor_log_product {
	const char *name;
	const char *tag;                        /* stands before each line written; "" when nothing does */
	const char *sign[VENDOR_LOG_SIGNS];     /* what tells that a line is its own */
	const char *state[3];                   /* Initialize, Backup, Active */
	const char *why[VENDOR_WHY_COUNT];      /* NULL: it has no word */
};

extern const struct vendor_log_product vendor_log_product[VENDOR_PRODUCT_COUNT];
extern const struct vendor_log_line vendor_log_table[];
extern const size_t vendor_log_count;

#endif
