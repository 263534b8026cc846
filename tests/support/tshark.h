// SPDX-License-Identifier: BSD-2-Clause
/* tshark as a judge: it reads a capture and gives a row of named fields for each frame. */
#ifndef VL_TESTS_SUPPORT_TSHARK_H
#define VL_TESTS_SUPPORT_TSHARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The room of one field's text, its NUL included; longer ones are cut. */
#define TSHARK_CELL 64

/* What a row of ours says of a field that is tshark's own affair: it agrees with anything. */
extern const char tshark_any[];

/* Ends the test as skipped, with the reason, where tshark is not installed. */
void tshark_or_skip(void);

/* Starts tshark on a capture, with more options (" -o ip.check_checksum:TRUE", or "") and the names of the fields.
 * Of a field that a frame has several times the first counts. */
FILE *tshark_start(const char *capture, const char *options, const char *const field[], size_t count);
/* The next frame's fields; an empty cell is one that the frame does not have. False: there is no further frame. */
bool tshark_row(FILE *tshark, char cell[][TSHARK_CELL], size_t count);
/* It must have ended well. */
void tshark_finish(FILE *tshark);

/* The same text, or the same number: tshark writes some as 0x0000abcd. */
bool tshark_agrees(const char *ours, const char *theirs);
/* "Bad" in a column of checksum status: 0 (1 good, 2 unverified, 3 not there). */
bool tshark_says_bad(const char *status);

#endif
