// SPDX-License-Identifier: BSD-2-Clause
#include "probes/output_files.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

void output_files_begin(struct output_files *o)
{
	*o = (struct output_files){.ask = -1, .answer = -1};
}

static FILE *open_temporary(char *name)
{
	int descriptor = mkstemp(name);

	if (descriptor < 0)
		return NULL;
	mode_t mask = umask(0);
	(void)umask(mask);
	(void)fchmod(descriptor, 0666 & ~mask);
	FILE *stream = fdopen(descriptor, "w");
	if (stream == NULL) {
		int error = errno;
		(void)close(descriptor);
		(void)unlink(name);
		errno = error;
	}
	return stream;
}

bool output_files_add(struct output_files *o, const char *path)
{
	size_t room = strlen(path) + 8;
	struct output_file *f = &o->file[o->count];

	if (o->count == OUTPUT_FILES) {
		errno = EMFILE;
		return false;
	}
	*f = (struct output_file){.path = path, .temporary = malloc(room)};
	if (f->temporary == NULL)
		return false;
	(void)snprintf(f->temporary, room, "%s.XXXXXX", path);
	f->stream = open_temporary(f->temporary);
	if (f->stream == NULL) {
		int error = errno;
		free(f->temporary);
		errno = error;
		return false;
	}
	o->count++;
	return true;
}

/* ---- putting in place ------------------------------------------------------------------------------------------- */

static bool put_in_place(struct output_file *f)
{
	if (f->temporary == NULL || rename(f->temporary, f->path) != 0)
		return false;
	free(f->temporary);
	f->temporary = NULL;
	return true;
}

static void remove_rest(struct output_files *o)
{
	for (size_t i = 0; i < o->count; i++) {
		if (o->file[i].temporary != NULL)
			(void)unlink(o->file[i].temporary);
		free(o->file[i].temporary);
		o->file[i].temporary = NULL;
	}
}

/* The helper's life: a number of a file comes, an errno or 0 goes; the end of numbers is the end. */
static void help(struct output_files *o, int asked, int answers)
{
	uint8_t number;

	while (read(asked, &number, 1) == 1) {
		bool ok = number < o->count && put_in_place(&o->file[number]);
		uint8_t error = ok ? 0 : (uint8_t)errno;
		if (write(answers, &error, 1) != 1)
			break;
	}
	remove_rest(o);
}

bool output_files_hand_over(struct output_files *o)
{
	static const int deaf_to[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	int ask[2], answer[2];

	if (o->count == 0)
		return true;
	if (pipe(ask) != 0)
		return false;
	if (pipe(answer) != 0) {
		(void)close(ask[0]);
		(void)close(ask[1]);
		return false;
	}
	pid_t helper = fork();
	if (helper == 0) {
		for (size_t i = 0; i < sizeof deaf_to / sizeof deaf_to[0]; i++)
			(void)signal(deaf_to[i], SIG_IGN);
		(void)close(ask[1]);
		(void)close(answer[0]);
		help(o, ask[0], answer[1]);
		_exit(0);
	}
	(void)close(ask[0]);
	(void)close(answer[1]);
	o->ask = ask[1];
	o->answer = answer[0];
	return helper > 0;
}

bool output_files_finish(struct output_files *o, size_t i)
{
	uint8_t number = (uint8_t)i, error = EIO;
	struct output_file *f = &o->file[i];
	bool written = ferror(f->stream) == 0;

	written = fclose(f->stream) == 0 && written;
	f->stream = NULL;
	if (!written)
		return false;
	if (o->ask < 0)
		return put_in_place(f);
	if (write(o->ask, &number, 1) != 1 || read(o->answer, &error, 1) != 1)
		error = EIO;
	errno = error;
	return error == 0;
}

void output_files_let_go(struct output_files *o)
{
	if (o->ask < 0)
		return;
	(void)close(o->ask);
	(void)close(o->answer);
	o->ask = o->answer = -1;
}

void output_files_end(struct output_files *o)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->file[i].stream != NULL)
			(void)fclose(o->file[i].stream);
	if (o->ask < 0) {
		remove_rest(o);
		return;
	}
	for (size_t i = 0; i < o->count; i++)
		free(o->file[i].temporary); /* the helper has its own */
	(void)close(o->ask);
	/* It closes its end when it is through: then nothing is left behind this process. */
	uint8_t nothing;
	while (read(o->answer, &nothing, 1) > 0)
		;
	(void)close(o->answer);
}
