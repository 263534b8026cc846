// SPDX-License-Identifier: BSD-2-Clause
/*
 * "Did you mean": the known word nearest to one that is not known. Distance is Damerau's (a letter added,
 * missing, other, or two swapped; upper and lower case are the same), and a word counts as near when at most
 * a third of its letters are wrong, or when what was typed (three letters or more) is how it begins.
 */
#ifndef VL_BASE_SUGGEST_H
#define VL_BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* Feeds on known words, one by one, and keeps the best. */
struct suggestion {
	const char *wrong;              /* the word that is not known, borrowed */
	const char *best;               /* the nearest so far, borrowed, or NULL */
	size_t score;                   /* of the best: the lower, the nearer */
};

void suggest_begin(struct suggestion *s, const char *wrong);
void suggest_word(struct suggestion *s, const char *known);     /* of equally near ones the first stays */

/* Damerau-Levenshtein distance (optimal string alignment), case ignored. Words over 63 bytes count as far. */
size_t suggest_distance(const char *a, const char *b);

#endif
