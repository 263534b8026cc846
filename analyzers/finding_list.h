// SPDX-License-Identifier: BSD-2-Clause
/* The findings of a judge: bounded, each given once when it is known, once more when
 * it is over, and once more at the end if it has changed. */
#ifndef VL_ANALYZERS_FINDING_LIST_H
#define VL_ANALYZERS_FINDING_LIST_H

#include "analyzers/finding.h"

#define FINDING_LIST_ROOM 64

struct finding_list {
	struct finding item[FINDING_LIST_ROOM];
	struct {
		vl_time end;            /* as it was given */
		uint64_t evidence;
		uint8_t subjects;
		bool given, over;
	} told[FINDING_LIST_ROOM];
	size_t count;
	size_t next;                    /* to be looked at by poll */
	bool finished;
	uint64_t refused;               /* no room */
};

/* A new one, cleared but for its code; it stays where it is. NULL: no room, or no such code. */
struct finding *finding_list_add(struct finding_list *l, const char *code);
/* What a judge found is so no longer: it is given once more. `which`: its index + 1, as the judge kept it; 0 from now on.
 * 0 already: nothing is done. */
void finding_list_over(struct finding_list *l, uint16_t *which);
/* From now on changed ones are given again. */
void finding_list_finish(struct finding_list *l);
bool finding_list_poll(struct finding_list *l, struct finding *out);

#endif
