// SPDX-License-Identifier: BSD-2-Clause
/*
 * The real terminal: the one file that knows ncurses. It is restored whatever happens: on the way out, on signals, on
 * suspension, on a failed assertion.
 */
#ifndef VL_DASHBOARD_TERMINAL_H
#define VL_DASHBOARD_TERMINAL_H

#include <signal.h>

#include "analyzers/dashboard/ui.h"

struct terminal;

/* `other_keys`: standard input is something else, keys come from /dev/tty. NULL: `error` says why (no such terminal type;
 * nothing that a screen could be drawn on). */
struct terminal *terminal_open(bool other_keys, char error[160]);
/* The descriptor on which keys come. */
int terminal_descriptor(const struct terminal *t);
void terminal_close(struct terminal *t);

/* What it can show: the glyphs its locale and type allow, and whether it has colours. */
enum glyphs terminal_glyphs(const struct terminal *t);
bool terminal_has_colour(const struct terminal *t);
/* Its size, as of the last resize. */
void terminal_size(const struct terminal *t, unsigned *width, unsigned *height);

/* Puts the grid on it: what changed since the last. */
void terminal_show(struct terminal *t, const struct grid *g, bool colour, enum theme theme);
/* A key of ui.h, or KEY_NONE: none is waiting. A resize is taken in on the way. */
int terminal_key(struct terminal *t);
/* Keys that were typed ahead are thrown away. */
void terminal_flush(struct terminal *t);
void terminal_bell(struct terminal *t);
void terminal_mouse(struct terminal *t, bool on);

/* The signal that wants the program to end; 0: none. Ending by it is terminal_die's. */
int terminal_signal(void);
/* Ends the process by the signal, after the terminal was closed. */
void terminal_die(int signal_number);

#endif
