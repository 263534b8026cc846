// SPDX-License-Identifier: BSD-2-Clause
/*
 * ncurses, wide. Signals that end the program are only noted: the loop closes the terminal in order and then dies of them.
 * What cannot wait (SIGSEGV, SIGABRT) restores with bytes that were prepared at the start, by write() and tcsetattr() alone.
 */
#include "analyzers/dashboard/terminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

struct terminal {
	SCREEN *screen;
	FILE *keys;                     /* stdin, or /dev/tty */
	struct grid shown;              /* what is on the screen */
	bool colour, drawn;
	enum theme theme;
	enum glyphs glyphs;
};

static volatile sig_atomic_t ending, resized, continued;
static struct termios before;
static bool has_before;
static int keys_descriptor = -1;
static char restoring[128];             /* end of the alternate screen, cursor on, attributes off */
static size_t restoring_length;

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

static void note_end(int number)
{
	ending = number;
}

static void note_size(int number)
{
	(void)number;
	resized = 1;
}

static void note_continue(int number)
{
	(void)number;
	continued = 1;
}

/* Async-signal-safe calls only. */
static void restore_now(void)
{
	ssize_t n = write(STDOUT_FILENO, restoring, restoring_length);

	(void)n;
	if (has_before)
		tcsetattr(keys_descriptor, TCSANOW, &before);
}

static void crash(int number)
{
	restore_now();
	signal(number, SIG_DFL);
	raise(number);
}

/* Restores, stops as if nobody had caught it, and comes back when it is continued. */
static void stop(int number)
{
	int kept = errno;
	sigset_t one, old;
	struct sigaction action = {.sa_handler = SIG_DFL}, ours;

	restore_now();
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, &ours);
	sigemptyset(&one);
	sigaddset(&one, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &one, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	sigaction(number, &ours, NULL);
	continued = 1;
	errno = kept;
}

static void on(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler}, old;

	sigemptyset(&action.sa_mask);
	if (sigaction(number, NULL, &old) == 0 && (old.sa_handler != SIG_IGN || number == SIGPIPE))
		sigaction(number, &action, NULL);
}

static void add(const char *capability)
{
	size_t n = capability != NULL && capability != (const char *)-1 ? strlen(capability) : 0;

	/* paddings ("$<5>") are for tputs: a capability that has one is left out */
	if (n == 0 || restoring_length + n > sizeof restoring || strchr(capability, '<') != NULL)
		return;
	memcpy(restoring + restoring_length, capability, n);
	restoring_length += n;
}

static void prepare_restoring(void)
{
	restoring_length = 0;
	add(exit_attribute_mode);
	add(cursor_normal);
	add(keypad_local);
	add(exit_ca_mode);
}

static enum glyphs glyphs_of(void)
{
	const char *type = getenv("TERM"), *codeset = nl_langinfo(CODESET);

	if (strcmp(codeset, "UTF-8") != 0 && strcmp(codeset, "utf8") != 0)
		return GLYPHS_ASCII;
	if (type != NULL && (strcmp(type, "linux") == 0 || strncmp(type, "linux-", 6) == 0))
		return GLYPHS_CONSOLE;
	return type != NULL && strncmp(type, "vt", 2) == 0 ? GLYPHS_ASCII : GLYPHS_BLOCKS;
}

static void set_up(struct terminal *t)
{
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	t->colour = has_colors();
	if (t->colour) {
		start_color();
		use_default_colors();
	}
}

struct terminal *terminal_open(bool other_keys, char error[160])
{
	struct terminal *t = calloc(1, sizeof *t);
	const char *type = getenv("TERM");

	setlocale(LC_CTYPE, "");
	if (t != NULL) {
		t->keys = other_keys ? fopen("/dev/tty", "r") : stdin;
		keys_descriptor = t->keys != NULL ? fileno(t->keys) : -1;
		has_before = keys_descriptor >= 0 && tcgetattr(keys_descriptor, &before) == 0;
		t->screen = t->keys != NULL ? newterm(NULL, stdout, t->keys) : NULL;
	}
	if (t == NULL || t->screen == NULL) {
		snprintf(error, 160, "no screen on a terminal of type `%.60s' (TERM); --plain needs none", type != NULL ? type : "");
		free(t);
		return NULL;
	}
	t->glyphs = glyphs_of();
	set_up(t);
	prepare_restoring();
	for (size_t i = 0; i < sizeof ending_signals / sizeof ending_signals[0]; i++)
		on(ending_signals[i], note_end);
	for (size_t i = 0; i < sizeof crash_signals / sizeof crash_signals[0]; i++)
		on(crash_signals[i], crash);
	on(SIGWINCH, note_size);
	on(SIGCONT, note_continue);
	on(SIGTSTP, stop);
	return t;
}

void terminal_close(struct terminal *t)
{
	if (t == NULL)
		return;
	on(SIGTSTP, SIG_DFL);
	mousemask(0, NULL);
	curs_set(1);
	endwin();
	delscreen(t->screen);
	grid_free(&t->shown);
	if (t->keys != stdin)
		fclose(t->keys);
	free(t);
}

int terminal_descriptor(const struct terminal *t)
{
	return fileno(t->keys);
}

enum glyphs terminal_glyphs(const struct terminal *t)
{
	return t->glyphs;
}

bool terminal_has_colour(const struct terminal *t)
{
	return t->colour;
}

void terminal_size(const struct terminal *t, unsigned *width, unsigned *height)
{
	int y, x;

	(void)t;
	getmaxyx(stdscr, y, x);
	*width = x > 0 ? (unsigned)x : 1;
	*height = y > 0 ? (unsigned)y : 1;
}

/* Never blue or black text; the safe theme has blue as the colour of what is well, and it is bold there. */
static attr_t look(enum paint paint, bool colour, enum theme theme)
{
	static const struct {
		short ink[2];           /* auto, safe; -1: the terminal's own */
		attr_t attribute;
	} table[PAINT_COUNT] = {
		[PAINT_PLAIN] = {{-1, -1}, A_NORMAL},		    [PAINT_TITLE] = {{-1, -1}, A_BOLD},
		[PAINT_FAINT] = {{-1, -1}, A_NORMAL},		    [PAINT_GOOD] = {{COLOR_GREEN, COLOR_CYAN}, A_NORMAL},
		[PAINT_WARN] = {{COLOR_YELLOW, COLOR_YELLOW}, A_NORMAL}, [PAINT_BAD] = {{COLOR_RED, COLOR_MAGENTA}, A_BOLD},
		[PAINT_BAR] = {{COLOR_CYAN, COLOR_CYAN}, A_NORMAL}, [PAINT_FAIR] = {{-1, -1}, A_BOLD},
		[PAINT_CURSOR] = {{-1, -1}, A_REVERSE},
	};
	attr_t a = table[paint].attribute;
	short ink = table[paint].ink[theme == THEME_SAFE];

	if (!colour || theme == THEME_MONO || ink < 0)
		return paint == PAINT_WARN && ink >= 0 ? a | A_UNDERLINE : a;
	init_pair((short)(paint + 1), ink, -1);
	return a | COLOR_PAIR(paint + 1);
}

static bool same_grid_size(const struct grid *a, const struct grid *b)
{
	return a->width == b->width && a->height == b->height;
}

void terminal_show(struct terminal *t, const struct grid *g, bool colour, enum theme theme)
{
	bool all = !t->drawn || !same_grid_size(&t->shown, g) || theme != t->theme;
	attr_t attribute[PAINT_COUNT];
	char bytes[5];

	for (unsigned p = 0; p < PAINT_COUNT; p++)
		attribute[p] = look((enum paint)p, colour && t->colour, theme);
	if (!same_grid_size(&t->shown, g) && !grid_resize(&t->shown, g->width, g->height))
		return;
	if (all)
		erase();
	for (unsigned y = 0; y < g->height; y++) {
		for (unsigned x = 0; x < g->width; x++) {
			const struct cell *c = &g->cell[(size_t)y * g->width + x], *old = &t->shown.cell[(size_t)y * g->width + x];
			if (!all && c->character == old->character && c->paint == old->paint)
				continue;
			unsigned n = grid_utf8(bytes, c->character);
			attrset((int)attribute[c->paint < PAINT_COUNT ? c->paint : 0]);
			mvaddnstr((int)y, (int)x, bytes, (int)n);
		}
	}
	memcpy(t->shown.cell, g->cell, (size_t)g->width * g->height * sizeof *g->cell);
	t->drawn = true;
	t->theme = theme;
	refresh();
}

static void take_size(struct terminal *t)
{
	struct winsize size = {0};

	resized = 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
	t->drawn = false;
}

static int translate(int key)
{
	static const struct {
		int from, to;
	} table[] = {{KEY_UP, KEY_UP_},	      {KEY_DOWN, KEY_DOWN_},  {KEY_LEFT, KEY_LEFT_}, {KEY_RIGHT, KEY_RIGHT_},
		     {KEY_PPAGE, KEY_PAGE_UP}, {KEY_NPAGE, KEY_PAGE_DOWN}, {KEY_HOME, KEY_HOME_}, {KEY_END, KEY_END_},
		     {KEY_ENTER, KEY_ENTER_}, {'\r', KEY_ENTER_},     {'\n', KEY_ENTER_},   {27, KEY_ESCAPE},
		     {KEY_BACKSPACE, KEY_BACKSPACE_}, {127, KEY_BACKSPACE_}, {8, KEY_BACKSPACE_}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].from == key)
			return table[i].to;
	if (key >= KEY_F(1) && key <= KEY_F(12))
		return KEY_F1_ + key - KEY_F(1);
	return key < 256 ? key : 0;
}

int terminal_key(struct terminal *t)
{
	if (continued != 0) {
		/* another program had the terminal: all of it is drawn again, in our mode */
		continued = 0;
		reset_prog_mode();
		clearok(stdscr, TRUE);
		putp(enter_ca_mode != NULL ? enter_ca_mode : "");
		putp(keypad_xmit != NULL ? keypad_xmit : "");
		fflush(stdout);
		curs_set(1);
		curs_set(0);
		take_size(t);
		return 0;
	}
	if (resized != 0) {
		take_size(t);
		return 0;
	}
	int key = getch();
	/* resizeterm puts one in as well: it was done already, and doing it again would put in the next */
	if (key == KEY_RESIZE)
		return 0;
	return key == ERR ? KEY_NONE : translate(key);
}

void terminal_flush(struct terminal *t)
{
	(void)t;
	flushinp();
}

void terminal_bell(struct terminal *t)
{
	(void)t;
	beep();
}

void terminal_mouse(struct terminal *t, bool want)
{
	(void)t;
	mousemask(want ? ALL_MOUSE_EVENTS : 0, NULL);
}

int terminal_signal(void)
{
	return ending;
}

void terminal_die(int number)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
	raise(number);
}
