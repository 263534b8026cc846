// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the formats for machines ask of a run's result (viplab.run/1): the same questions, answered once. Strings are
 * borrowed from the document.
 */
#ifndef VL_REPORT_RUN_RESULT_H
#define VL_REPORT_RUN_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A member's text, "" when there is none or it is no string. */
const char *run_result_word(const json_t *object, const char *key);
uint64_t run_result_number(const json_t *object, const char *key);

/* "storm.leastconn", "storm.leastconn.r1-priority-90", with ".seed-7" when the document holds several seeds of one
 * script: path without its folder "scenarios/" and ending, dots for slashes. Into `text`; returns it. */
#define RUN_RESULT_NAME 256
char *run_result_name(char text[RUN_RESULT_NAME], const json_t *run, const json_t *document);

/* "scenarios/storm/leastconn.yaml:38", without the colon when it is of no line. */
#define RUN_RESULT_PLACE 512
char *run_result_place(char text[RUN_RESULT_PLACE], const json_t *run, const json_t *check);

/* The sentence of a check: why it is asked, else the expectation as written. */
const char *run_result_sentence(const json_t *check);

/* "failed", "open", "held" of a check. */
enum run_result_verdict {
	RESULT_HELD,
	RESULT_FAILED,
	RESULT_OPEN,
};
enum run_result_verdict run_result_verdict(const json_t *check);
/* How many of a run's checks are so. */
uint64_t run_result_count(const json_t *run, enum run_result_verdict verdict);
/* The run could not be done: "reason" says why. */
bool run_result_is_error(const json_t *run);

/* Why an open check was skipped. */
#define RUN_RESULT_SKIPPED "the run ended before it could be judged"

/* One line of a failed check: "storm.yaml:38: got ..., want ..., at t=12.4 s". Into `text`; returns it. */
#define RUN_RESULT_LINE 1600
char *run_result_line(char text[RUN_RESULT_LINE], const json_t *run, const json_t *check);

/* Files of the evidence that are kept: the i-th path, or NULL after the last; 0.. */
const char *run_result_attachment(char text[RUN_RESULT_PLACE], const json_t *run, unsigned i);

#endif
