// SPDX-License-Identifier: BSD-2-Clause
/* The door of the control socket's other side. What the run may be asked is sim/scenario/run_command.h. */
#include "probes/cmd_ctl.h"

#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analyzers/dashboard/cmd_top.h"
#include "probes/control_socket.h"
#include "sim/base/suggest.h"
#include "sim/scenario/run_command.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_NOBODY = 3 };

static const char usage[] =
	"usage: viplab ctl [-S SOCKET] WORD [ARGUMENT]...\n"
	"\n"
	"  status                          who is Active, services and their servers (viplab top --once)\n"
	"  hello                           which run it is, as JSON\n"
	"  drain NODE/SERVICE/SERVER...    nobody new but who is remembered\n"
	"  disable NODE/SERVICE/SERVER...  nobody new\n"
	"  enable NODE/SERVICE/SERVER...   as before\n"
	"  weight NODE/SERVICE/SERVER N    its weight\n"
	"  do 'STEP'                       any step of a timeline without its time: do 'crash: lb1'\n"
	"  journal [--follow]              every record, as JSON lines\n"
	"  script                          the run's script, with what it was told; itself a script\n"
	"  end                             the run ends as if its time had come\n"
	"\n"
	"  -S, --socket SOCKET   that of `viplab live --control SOCKET'; default $XDG_RUNTIME_DIR/viplab.sock,\n"
	"                        for root /run/viplab.sock\n"
	"\n"
	"Exit status: 0 done, 1 the run refused, 2 usage, 3 nobody answers.\n";

struct talk {
	int fd;
	FILE *from;
	char *line;                     /* the last that came */
	size_t room;
};

static void close_talk(struct talk *t)
{
	if (t->from != NULL)
		fclose(t->from); /* and the descriptor */
	free(t->line);
}

/* The next line of an answer as an object; NULL: the run is gone. */
static json_t *next_object(struct talk *t)
{
	ssize_t n = getline(&t->line, &t->room, t->from);

	return n > 0 ? json_loadb(t->line, (size_t)n, 0, NULL) : NULL;
}

/* Asks, hands over the lines before the last one, and returns the last; NULL: the run is gone. The caller's. */
static json_t *ask(struct talk *t, const char *request, void (*each)(const char *line))
{
	size_t length = strlen(request);

	if (write(t->fd, request, length) != (ssize_t)length || write(t->fd, "\n", 1) != 1)
		return NULL;
	for (json_t *o; (o = next_object(t)) != NULL; json_decref(o)) {
		if (json_object_get(o, "done") != NULL)
			return o;
		if (each != NULL)
			each(t->line);
	}
	return NULL;
}

/* The exit status of an answer; says why when it was refused. Takes the reference. */
static int verdict(json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	int status = EXIT_DONE;

	if (answer == NULL) {
		fputs("viplab ctl: the run is gone\n", stderr);
		status = EXIT_NOBODY;
	} else if (!json_is_true(json_object_get(answer, "done"))) {
		fprintf(stderr, "viplab ctl: refused: %s\n", error != NULL ? error : "no reason given");
		status = EXIT_REFUSED;
	}
	json_decref(answer);
	return status;
}

static int tell(struct talk *t, const char *step)
{
	char request[CONTROL_LINE];

	if (snprintf(request, sizeof request, "do %s", step) >= (int)sizeof request - 1 || strchr(step, '\n') != NULL) {
		fputs("viplab ctl: a step is one line, shorter than 400 characters\n", stderr);
		return EXIT_USAGE;
	}
	return verdict(ask(t, request, NULL));
}

/* --- words ----------------------------------------------------------------------------------------------- */

/* "lb1/https/web1" becomes lb1.services.https.servers.web1.FIELD: VALUE. */
static int set_server(struct talk *t, const char *which, const char *field, const char *value)
{
	char step[CONTROL_LINE];
	const char *service = strchr(which, '/'), *server = service != NULL ? strchr(service + 1, '/') : NULL;

	if (server == NULL || strchr(server + 1, '/') != NULL || strlen(which) > 300 || strlen(value) > 32) {
		fprintf(stderr, "viplab ctl: `%s' is not NODE/SERVICE/SERVER, as lb1/https/web1\n", which);
		return EXIT_USAGE;
	}
	snprintf(step, sizeof step, "set: {%.*s.services.%.*s.servers.%s.%s: %s}", (int)(service - which), which,
		 (int)(server - service - 1), service + 1, server + 1, field, value);
	return tell(t, step);
}

static int set_state(struct talk *t, char **argument, const char *state)
{
	int status = EXIT_DONE;

	for (; *argument != NULL; argument++) {
		int one = set_server(t, *argument, "state", state);
		status = one > status ? one : status;
	}
	return status;
}

static int drain(struct talk *t, char **argument)
{
	return set_state(t, argument, "drain");
}

static int disable(struct talk *t, char **argument)
{
	return set_state(t, argument, "disable");
}

static int enable(struct talk *t, char **argument)
{
	return set_state(t, argument, "enable");
}

static int weight(struct talk *t, char **argument)
{
	return set_server(t, argument[0], "weight", argument[1]);
}

static int do_step(struct talk *t, char **argument)
{
	return tell(t, argument[0]);
}

static int end(struct talk *t, char **argument)
{
	(void)argument;
	return verdict(ask(t, "end", NULL));
}

static int hello(struct talk *t, char **argument)
{
	json_t *answer = ask(t, "hello", NULL);

	(void)argument;
	if (answer != NULL)
		fputs(t->line, stdout);
	return verdict(answer);
}

static int script(struct talk *t, char **argument)
{
	json_t *answer = ask(t, "script", NULL);
	const char *text = json_string_value(json_object_get(answer, "script"));

	(void)argument;
	if (text != NULL)
		fputs(text, stdout);
	return verdict(answer);
}

static void print_line(const char *line)
{
	fputs(line, stdout);
}

static int journal(struct talk *t, char **argument)
{
	bool follow = argument[0] != NULL;
	unsigned long long next = 0, from;
	char request[48];

	if (follow && strcmp(argument[0], "--follow") != 0 && strcmp(argument[0], "-f") != 0) {
		fprintf(stderr, "viplab ctl: journal takes --follow, not `%s'\n", argument[0]);
		return EXIT_USAGE;
	}
	do {
		from = next;
		snprintf(request, sizeof request, "records %llu", from);
		json_t *answer = ask(t, request, print_line);
		next = (unsigned long long)json_integer_value(json_object_get(answer, "next"));
		int status = verdict(answer);
		if (status != EXIT_DONE)
			return status;
		if (fflush(stdout) != 0)
			return EXIT_NOBODY;
		if (next == from && follow)
			nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
	} while (next != from || follow);
	return EXIT_DONE;
}

struct word {
	const char *name;
	int least, most;                /* arguments; most -1: any */
	int (*call)(struct talk *t, char **argument);
};

static const struct word words[] = {
	{"status", 0, 0, NULL},
	{"hello", 0, 0, hello},
	{"drain", 1, -1, drain},
	{"disable", 1, -1, disable},
	{"enable", 1, -1, enable},
	{"weight", 2, 2, weight},
	{"do", 1, 1, do_step},
	{"journal", 0, 1, journal},
	{"script", 0, 0, script},
	{"end", 0, 0, end},
};

#define WORDS (sizeof words / sizeof words[0])

static const struct word *find_word(const char *text)
{
	struct suggestion near;

	suggest_begin(&near, text);
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(words[i].name, text) == 0)
			return &words[i];
		suggest_word(&near, words[i].name);
	}
	fprintf(stderr, "viplab ctl: `%.60s' is no word of mine%s%s%s (viplab ctl --help)\n", text,
		near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "", near.best != NULL ? "'?" : "");
	return NULL;
}

/* The dashboard's own words for a moment. */
static int status(const char *path)
{
	char source[CONTROL_PATH + 8];
	char top[] = "top", once[] = "--once";
	char *arguments[] = {top, once, source, NULL};

	snprintf(source, sizeof source, "engine:%s", path);
	optind = 1;
	return cmd_top(3, arguments);
}

static int call_word(const struct word *w, const char *path, char **argument)
{
	char error[CONTROL_ERROR];

	if (w->call == NULL)
		return status(path);
	struct talk t = {.fd = control_connect(path, error)};
	t.from = t.fd >= 0 ? fdopen(t.fd, "r") : NULL;
	if (t.from == NULL) {
		fprintf(stderr, "viplab ctl: %s\n", t.fd < 0 ? error : "out of memory");
		return EXIT_NOBODY;
	}
	signal(SIGPIPE, SIG_IGN);
	int result = w->call(&t, argument);
	close_talk(&t);
	return result;
}

int cmd_ctl(int argc, char **argv)
{
	static const struct option options[] = {{"socket", required_argument, NULL, 'S'}, {"help", no_argument, NULL, 'h'}, {0}};
	char path[CONTROL_PATH] = "";

	optind = 1;
	for (int letter; (letter = getopt_long(argc, argv, "+S:h", options, NULL)) != -1;)
		if (letter == 'h') {
			fputs(usage, stdout);
			return EXIT_DONE;
		} else if (letter != 'S' || snprintf(path, sizeof path, "%s", optarg) >= (int)sizeof path) {
			fputs(letter == 'S' ? "viplab ctl: --socket: too long for the path of a socket\n" : usage, stderr);
			return EXIT_USAGE;
		}
	if (optind == argc) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	const struct word *w = find_word(argv[optind]);
	int count = argc - optind - 1;
	if (w == NULL)
		return EXIT_USAGE;
	if (count < w->least || (w->most >= 0 && count > w->most)) {
		fprintf(stderr, "viplab ctl: %s takes %s (viplab ctl --help)\n", w->name,
			w->most == 0 ? "no argument" : w->least == 2 ? "a server and a number" : count > w->most ? "one argument"
													   : "an argument");
		return EXIT_USAGE;
	}
	if (path[0] == '\0' && !control_default_path(path)) {
		fputs("viplab ctl: XDG_RUNTIME_DIR is not set: say where the socket is (-S SOCKET)\n", stderr);
		return EXIT_USAGE;
	}
	return call_word(w, path, argv + optind + 1);
}
