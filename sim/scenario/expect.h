// SPDX-License-Identifier: BSD-2-Clause
/*
 * Judging the expectations of a script. One family of expectations is one file with one const table of calls,
 * `expect_families` names them all. A family sees the frames as they are accepted, if it asks for that, and
 * judges once the run is over, from what the run left: journal, history of states, findings.
 *
 * Every family says at which moment its verdict was certain. A run that ends before an expectation's window
 * does (--until) leaves it open, unless what was seen already decides.
 *
 * Windows are [from, until): what happens at `from` belongs to it, what happens at `until` does not; but at the
 * end of the run, everything that happened does. A state that lasts no time, because two changes fall on one
 * instant, was not (the oracle's rule).
 */
#ifndef VL_SCENARIO_EXPECT_H
#define VL_SCENARIO_EXPECT_H

#include "analyzers/finding.h"
#include "sim/scenario/check.h"
#include "sim/scenario/outsiders.h"
#include "sim/wire/packet.h"
#include "sim/world/journal.h"
#include "sim/world/oracle.h"

/* A frame that a switch accepted, borrowed for the call. */
struct expect_frame {
	unsigned segment, from;         /* indexes in the scenario; from may be WORLD_OUTSIDE */
	const struct packet *packet;
	vl_time at;
};

/* What a run left, borrowed. */
struct expect_context {
	const struct scenario *scenario;
	const struct oracle *oracle;    /* its nodes and segments are the scenario's, by index */
	const struct journal *journal;
	const struct finding *const *finding;   /* each once, with its last end; in the order they became known */
	size_t finding_count;
	bool own_seed;                  /* it ran with the script's seed */
	vl_time end;                    /* the run came this far, and everything at this instant happened */
	const struct outsiders *outsiders;      /* who was heard from outside; NULL: nothing comes from there */
};

/* What a family keeps of the frames it saw, for one expectation. */
struct expect_memory {
	uint64_t frames;                /* that fit, from the window's start to its end included */
	uint64_t at_until;              /* of these, at the very end */
	vl_time first_at, last_at;
};

struct expect_family {
	/* Sees every frame of the run. NULL: sees none. */
	void (*frame)(struct expect_memory *m, const struct scenario_expectation *e, const struct expect_frame *f);
	/* Fills in verdict, moment, got and want. */
	void (*judge)(const struct scenario_expectation *e, const struct expect_memory *m,
		      const struct expect_context *c, struct check *out);
};

extern const struct expect_family EXPECT_STATE_FAMILY;          /* state, becomes */
extern const struct expect_family EXPECT_TAKEOVER_FAMILY;
extern const struct expect_family EXPECT_ACTIVES_FAMILY;
extern const struct expect_family EXPECT_NEVER_FAMILY;
extern const struct expect_family EXPECT_FINDING_FAMILY;        /* finding, no finding, findings */
extern const struct expect_family EXPECT_MATCH_FAMILY;
extern const struct expect_family EXPECT_PING_FAMILY;
extern const struct expect_family EXPECT_MAC_MOVES_FAMILY;
extern const struct expect_family EXPECT_DROPS_FAMILY;
extern const struct expect_family EXPECT_RECORDS_FAMILY;
extern const struct expect_family EXPECT_SHARE_FAMILY;          /* expect_balance.c: these read the ledger */
extern const struct expect_family EXPECT_BALANCE_FAMILY;
extern const struct expect_family EXPECT_CONNECTIONS_FAMILY;    /* new_connections, active_connections */
extern const struct expect_family EXPECT_CATCH_UP_FAMILY;       /* all_to, catch_up */
extern const struct expect_family EXPECT_LOGS_FAMILY;

/* Shows a frame to the expectations that look at frames; `memory` has one element for each of them. */
void expect_frame(const struct scenario *s, struct expect_memory *memory, const struct expect_frame *f);

/* Judges one expectation; everything in `out` but `before` is filled in. */
void expect_judge(const struct scenario_expectation *e, const struct expect_memory *m,
		  const struct expect_context *c, struct check *out);

/* --- for the families ----------------------------------------------------------------------------------- */

/* True when `t` lies in the window: see above. */
bool expect_in_window(const struct scenario_expectation *e, const struct expect_context *c, vl_time t);
/* True when the run came to the window's end. */
bool expect_complete(const struct scenario_expectation *e, const struct expect_context *c);
/* The moment at which the window was over, or the end of the run if that came first. */
vl_time expect_over_at(const struct scenario_expectation *e, const struct expect_context *c);

/* Judges a count over the whole window: open while the window is not complete and the count may still change
 * the verdict; got is "<got> <what>". */
void expect_judge_count(const struct scenario_expectation *e, const struct expect_context *c,
			const struct comparison *want, uint64_t got, const char *what, struct check *out);

/* Compares what was measured over a window that is complete: in this run, or, when the comparison is over all seeds,
 * by whoever has them all (the check is open and carries the sample). Does nothing when the comparison is not given or
 * an earlier one of the same check failed; several samples of one check are not possible. */
void expect_judge_measure(const struct comparison *want, uint64_t got, const char *what, vl_time at, struct check *out);

/* The end of the window, excluded, as the oracle takes it: what happened at the end of the run is in it. */
vl_time expect_until(const struct scenario_expectation *e, const struct expect_context *c);
/* Whom the expectation's id and family mean on a node (or WORLD_ANY), on any segment. */
struct oracle_who expect_who(const struct scenario_expectation *e, unsigned node);
/* The oracle's states for one of the script's: a node that does not run is in Initialize. */
unsigned expect_states(enum scenario_state s);
/* The script's word for a state of the oracle's. */
const char *expect_state_word(enum oracle_state s);

#define EXPECT_TIME 40
/* A moment or length for a person: "3.609375s", "12s". Returns text. */
char *expect_time(char text[EXPECT_TIME], vl_time t);

#endif
