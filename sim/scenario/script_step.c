// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/script_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char KEY[] = "timeline:";

bool script_step_is_line(const char *step)
{
	size_t length = strlen(step);

	if (length >= SCRIPT_STEP)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)step[i] < 0x20 || step[i] == 0x7f)
			return false;
	return true;
}

/* Where the line behind `timeline:` begins; NULL: the text has no such line. */
static const char *behind_key(const char *text, size_t length)
{
	const char *end = text + length;

	for (const char *line = text; line != NULL && (size_t)(end - line) > sizeof KEY - 1;) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		if (memcmp(line, KEY, sizeof KEY - 1) == 0)
			return next != NULL ? next + 1 : NULL;
		line = next != NULL ? next + 1 : NULL;
	}
	return NULL;
}

static int indent_of(const char *line, const char *end)
{
	int n = 0;

	while (line + n < end && line[n] == ' ')
		n++;
	return n;
}

char *script_with_step(const char *text, size_t length, const char *step, vl_time at, size_t *new_length)
{
	char line[SCRIPT_STEP + 100];
	const char *behind = behind_key(text, length);
	size_t head = behind != NULL ? (size_t)(behind - text) : length;
	/* steps stand as far to the right as those that are there */
	int indent = behind != NULL ? indent_of(behind, text + length) : 2;
	int n = snprintf(line, sizeof line, "%s%*s- {at: %llu.%09llus, %s}\n", behind != NULL ? "" : "\ntimeline:\n", indent, "",
			 (unsigned long long)(at / VL_S), (unsigned long long)(at % VL_S), step);

	if (n < 0 || (size_t)n >= sizeof line)
		return NULL;
	char *whole = malloc(length + (size_t)n + 1);
	if (whole == NULL)
		return NULL;
	memcpy(whole, text, head);
	memcpy(whole + head, line, (size_t)n);
	memcpy(whole + head + n, text + head, length - head);
	*new_length = length + (size_t)n;
	whole[*new_length] = '\0';
	return whole;
}
