// SPDX-License-Identifier: BSD-2-Clause
/* The kinds of nodes: a few of our own and every vendor of the vendors' table. */
#ifndef VL_SCENARIO_KINDS_H
#define VL_SCENARIO_KINDS_H

#include "sim/base/suggest.h"
#include "sim/scenario/scenario.h"
#include "sim/vendors/vendor.h"

struct kind {
	const char *name;
	const char *help;
	enum scenario_class class;
	const struct vendor *vendor;    /* CLASS_VENDOR */
	bool vrrp, carp, ha;            /* which blocks it may have */
	bool fgcp, clusterxl, nlb;
	bool traffic;                   /* serves, clients, tcp */
	bool nat;
};

/* The i-th kind; false behind the last. */
bool kind_at(size_t i, struct kind *out);
/* False: there is no such kind, and the suggestion has been fed. */
bool kind_find(const char *name, struct kind *out, struct suggestion *s);

#endif
