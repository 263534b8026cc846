// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/suggest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 63
#define FAR (WORD_MAX + 1)

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t row[3][WORD_MAX + 1];            /* of the table: two before, one before, this */
	size_t *before = row[0], *last = row[1], *now = row[2];

	if (la > WORD_MAX || lb > WORD_MAX)
		return FAR;
	for (size_t j = 0; j <= lb; j++)
		last[j] = j;
	memcpy(before, last, sizeof row[0]);
	for (size_t i = 1; i <= la; i++) {
		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			char ca = lower(a[i - 1]), cb = lower(b[j - 1]);
			size_t best = last[j - 1] + (ca == cb ? 0 : 1);

			best = smaller(best, smaller(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && ca == lower(b[j - 2]) && lower(a[i - 2]) == cb)
				best = smaller(best, before[j - 2] + 1);
			now[j] = best;
		}
		size_t *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[lb];
}

void suggest_begin(struct suggestion *s, const char *wrong)
{
	*s = (struct suggestion){.wrong = wrong, .score = SIZE_MAX};
}

void suggest_word(struct suggestion *s, const char *known)
{
	size_t distance = suggest_distance(s->wrong, known);
	size_t typed = strlen(s->wrong), length = strlen(known);
	size_t longer = typed > length ? typed : length;
	bool begun = typed >= 3 && typed < length && strncmp(s->wrong, known, typed) == 0;

	if (begun && distance > 1)
		distance = 1;
	/* The first letter is the one that is seldom wrong. */
	size_t score = 2 * distance + (lower(s->wrong[0]) != lower(known[0]));
	if (distance < FAR && score < s->score && (begun || distance <= longer / 3)) {
		s->best = known;
		s->score = score;
	}
}
