// SPDX-License-Identifier: BSD-2-Clause
/* The control socket of `viplab live`: introduces its clients (control_socket.h) to the run (run_command.h). */
#include <string.h>

#include "probes/cmd_live_parts.h"
#include "viplab.h"

#define WATCHES (CONTROL_CLIENTS + 1)

int live_control_open(struct live *l)
{
	char error[CONTROL_ERROR];

	if (l->options.control == NULL)
		return 0;
	if (strcmp(l->options.control, "auto") != 0)
		snprintf(l->control_path, sizeof l->control_path, "%s", l->options.control);
	else if (!control_default_path(l->control_path))
		return live_cannot("--control", "XDG_RUNTIME_DIR is not set: say where, --control SOCKET");
	l->control = control_listen(l->control_path, error);
	return l->control != NULL ? 0 : live_cannot("--control", error);
}

bool live_control_begin(struct live *l, uint64_t started_ns)
{
	if (l->control == NULL)
		return true;
	l->commands = run_commands_new(&l->run, VIPLAB_VERSION, (int64_t)started_ns);
	return l->commands != NULL;
}

static void answer(void *context, const char *request, FILE *to)
{
	struct live *l = context;

	run_commands_answer(l->commands, request, to);
}

/* Who is there changes with every call. */
static void look_at_clients(struct live *l)
{
	struct pollfd wait[WATCHES];
	size_t n = control_wait(l->control, wait);

	for (size_t i = 0; i < WATCHES; i++) {
		l->loop.watch[l->first_client + i].descriptor = i < n ? wait[i].fd : -1;
		l->loop.watch[l->first_client + i].events = i < n ? wait[i].events : 0;
	}
}

static void ready(void *context, short revents, vl_time now)
{
	struct live *l = context;

	(void)revents, (void)now;
	control_serve(l->control, answer, l);
	look_at_clients(l);
}

void live_control_watch(struct live *l)
{
	if (l->control == NULL)
		return;
	l->first_client = l->loop.watch_count;
	for (size_t i = 0; i < WATCHES; i++)
		l->loop.watch[l->loop.watch_count++] = (struct realtime_watch){.descriptor = -1, .ready = ready, .context = l};
	look_at_clients(l);
}

void live_control_release(struct live *l)
{
	run_commands_free(l->commands);
	control_close(l->control);
}
