// SPDX-License-Identifier: BSD-2-Clause
#include "tests/support/tshark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char tshark_any[] = "*";

void tshark_or_skip(void)
{
	if (system("tshark -v >/dev/null 2>&1") == 0)
		return;
	printf("skip: tshark is not installed\n");
	skip();
}

FILE *tshark_start(const char *capture, const char *options, const char *const field[], size_t count)
{
	char command[8192];
	size_t n = (size_t)snprintf(command, sizeof command,
				    "tshark -r '%s'%s -T fields -E separator=/t -E occurrence=f", capture, options);

	for (size_t f = 0; f < count && n < sizeof command; f++)
		n += (size_t)snprintf(command + n, sizeof command - n, " -e %s", field[f]);
	assert_true(n + sizeof " 2>/dev/null" <= sizeof command);
	strcpy(command + n, " 2>/dev/null");
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	return pipe;
}

bool tshark_row(FILE *tshark, char cell[][TSHARK_CELL], size_t count)
{
	char line[8192];

	if (fgets(line, sizeof line, tshark) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	const char *at = line;
	for (size_t f = 0; f < count; f++) {
		size_t n = strcspn(at, "\t");
		snprintf(cell[f], TSHARK_CELL, "%.*s", (int)n, at);
		at += n + (at[n] == '\t' ? 1 : 0);
	}
	return true;
}

void tshark_finish(FILE *tshark)
{
	assert_int_equal(pclose(tshark), 0);
}

bool tshark_agrees(const char *ours, const char *theirs)
{
	char *end_ours, *end_theirs;

	if (strcmp(ours, tshark_any) == 0 || strcmp(ours, theirs) == 0)
		return true;
	unsigned long long a = strtoull(ours, &end_ours, 0), b = strtoull(theirs, &end_theirs, 0);
	return ours[0] != '\0' && theirs[0] != '\0' && *end_ours == '\0' && *end_theirs == '\0' && a == b;
}

bool tshark_says_bad(const char *status)
{
	return strcmp(status, "0") == 0 || strcmp(status, "Bad") == 0;
}
