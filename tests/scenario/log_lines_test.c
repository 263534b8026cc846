// SPDX-License-Identifier: BSD-2-Clause
/* The table of log lines stands below the vocabulary of findings and names it by words: each must exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/finding.h"
#include "sim/vendors/vendor_log.h"

static void every_line_points_to_findings_that_there_are(void **state)
{
	const struct vendor_log_line *line;
	size_t lines = 0;

	for (; (line = vendor_log_at(lines)) != NULL; lines++) {
		for (size_t i = 0; i < VENDOR_LOG_CODES && line->cause->code[i] != NULL; i++)
			if (finding_find(line->cause->code[i]) == NULL)
				fail_msg("%s: there is no finding `%s'", line->text, line->cause->code[i]);
		/* somebody says what to do: the line itself, or the page of its first finding */
		assert_true(line->cause->remedy != NULL || line->cause->code[0] != NULL);
		if (line->cause->remedy == NULL)
			assert_non_null(finding_find(line->cause->code[0])->remedy[0]);
	}
	assert_true(lines > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_line_points_to_findings_that_there_are)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
