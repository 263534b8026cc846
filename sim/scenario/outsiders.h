// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who was heard from outside in a run with a replay: which addresses advertise there, and on which IDs. The oracle
 * knows nodes only; this says where it has nothing to say.
 *
 * Bounded: beyond the limits everybody counts as an outsider, so a strange capture makes the comparison silent and
 * never wrong.
 */
#ifndef VL_SCENARIO_OUTSIDERS_H
#define VL_SCENARIO_OUTSIDERS_H

#include "analyzers/finding.h"
#include "sim/base/table.h"
#include "sim/wire/packet.h"

#define OUTSIDERS_ADDRESSES 4096
#define OUTSIDERS_IDS 4096

struct outsiders {
	struct table address;           /* of those that advertise */
	struct table id;                /* segment, family, ID */
	bool too_many;
};

bool outsiders_init(struct outsiders *o);       /* false: no memory */
void outsiders_fini(struct outsiders *o);       /* also of one that is all zero */

/* A frame that came from outside into the segment. */
void outsiders_hear(struct outsiders *o, unsigned segment, const struct packet *p);

/* True when one of the finding's subjects is an outsider. */
bool outsiders_in(const struct outsiders *o, const struct finding *f);
/* True when one of them advertises on the ID there (VRRP or CARP). */
bool outsiders_on(const struct outsiders *o, unsigned segment, enum ip_family family, unsigned id);

#endif
