// SPDX-License-Identifier: BSD-2-Clause
/* UTF-8 as scripts hold it, and characters that a terminal or a reader must not be shown as they are. */
#ifndef VL_SCENARIO_TEXT_H
#define VL_SCENARIO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at the front of `left` bytes, at least one: its length, and what it is. 0: no UTF-8. */
size_t text_character(const char *bytes, size_t left, uint32_t *character);

/* What a script must not hold as it is: controls, marks that end lines in YAML and in no editor (U+0085, U+2028,
 * U+2029), and what is no character. */
bool text_is_control(uint32_t character);

/* The same, and what makes text look like another: the controls of bidirectional text (Unicode Annex 9). */
bool text_is_unseen(uint32_t character);

#endif
