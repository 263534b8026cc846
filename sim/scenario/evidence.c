// SPDX-License-Identifier: BSD-2-Clause
/* Files. Names are cut to PATH_MAX by the system, not by us: they are built on the heap. */
#include "sim/scenario/evidence.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/scenario/result_json.h"
#include "sim/scenario/syslog.h"

struct evidence {
	const struct run *run;
	const struct verdict_again *again;
};

bool evidence_make_folder(const char *path)
{
	char *part = strdup(path);
	bool ok = part != NULL;

	for (size_t i = 1; ok && part[i] != '\0'; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		ok = mkdir(part, 0777) == 0 || errno == EEXIST;
		part[i] = '/';
	}
	ok = ok && (mkdir(part, 0777) == 0 || errno == EEXIST);
	free(part);
	return ok;
}

/* "folder/name" + ending; the caller frees it. */
static char *join(const char *folder, const char *name, const char *ending)
{
	size_t room = strlen(folder) + strlen(name) + strlen(ending) + 2;
	char *path = malloc(room);

	if (path != NULL)
		snprintf(path, room, "%s%s%s%s", folder, folder[0] != '\0' ? "/" : "", name, ending);
	return path;
}

static bool write_to(const char *path, void (*write)(FILE *, const void *), const void *what)
{
	FILE *to = fopen(path, "wb");

	if (to == NULL)
		return false;
	write(to, what);
	bool ok = ferror(to) == 0;
	return fclose(to) == 0 && ok;
}

bool evidence_write_file(const char *folder, const char *name, void (*write)(FILE *to, const void *what),
			 const void *what)
{
	char *path = join(folder, name, ""), *temporary = join(folder, name, ".part");
	bool ok = path != NULL && temporary != NULL && write_to(temporary, write, what) &&
		  rename(temporary, path) == 0;
	int why = errno;

	if (!ok && temporary != NULL)
		remove(temporary);
	free(path);
	free(temporary);
	errno = why;
	return ok;
}

/* The record as JSON, and behind its own members what the box writes into its syslog: a list of lines. */
static void write_record(FILE *to, const struct scenario *s, const struct record *r)
{
	char line[RECORD_LINE], words[VENDOR_LOG_TEXT];
	size_t length = record_format_json(line, sizeof line, r);

	if (length >= sizeof line || !syslog_line(words, s, r, 0)) {
		fprintf(to, "%s\n", line);
		return;
	}
	json_t *lines = json_array();
	for (unsigned i = 0; syslog_line(words, s, r, i); i++)
		json_array_append_new(lines, json_string(words));
	fprintf(to, "%.*s,\"syslog\":", (int)length - 1, line);       /* without its last brace */
	json_dumpf(lines, to, JSON_COMPACT);
	fputs("}\n", to);
	json_decref(lines);
}

static void write_journal(FILE *to, const void *what)
{
	const struct run *r = ((const struct evidence *)what)->run;

	for (uint64_t i = 0; i < journal_count(r->journal); i++)
		write_record(to, r->order.scenario, journal_at(r->journal, i));
}

static void write_capture(FILE *to, const void *what)
{
	const struct pcapng_buffer *capture = &((const struct evidence *)what)->run->capture;

	fwrite(capture->bytes, 1, capture->length, to);
}

static void write_report(FILE *to, const void *what)
{
	const struct evidence *e = what;
	const struct run *r = e->run;
	const struct scenario *s = r->order.scenario;
	char text[EXPECT_TIME];

	fprintf(to, "%s%s%s%s\n", s->path, s->variant != NULL ? " [" : "", s->variant != NULL ? s->variant : "",
		s->variant != NULL ? "]" : "");
	fprintf(to, "%s\n\n", s->title != NULL ? s->title : "(no title)");
	fprintf(to, "seed %llu, %s simulated, %llu frames, %llu records, digest %s\n",
		(unsigned long long)r->order.seed, expect_time(text, r->ended_at), (unsigned long long)r->frames,
		(unsigned long long)r->records, r->digest);
	if (r->capture_cut)
		fprintf(to, "run.pcapng is not complete: it ends at %zu bytes\n", r->capture.length);
	fputs("\nchecks\n", to);
	for (size_t i = 0; i < r->check_count; i++)
		verdict_check(to, &r->check[i]);
	fputs("\nfindings\n", to);
	for (size_t i = 0; i < r->watch.count; i++) {
		const struct finding *f = &r->watch.finding[i]->now;
		fprintf(to, "      %-8s  %s on %s, id %u: %s\n", finding_word(f), f->code->name,
			s->segment[f->place.interface].name, (unsigned)f->place.id, f->detail);
	}
	for (size_t i = 0; i < r->check_count; i++)
		if (r->check[i].verdict == CHECK_FAILED)
			verdict_block(to, &r->check[i], e->again);
}

static void write_repro(FILE *to, const void *what)
{
	const struct evidence *e = what;

	for (size_t i = 0; i < e->run->check_count; i++) {
		if (e->run->check[i].verdict == CHECK_FAILED) {
			verdict_again(to, &e->run->check[i], e->again);
			fputc('\n', to);
		}
	}
	verdict_again(to, &(struct check){.verdict = CHECK_HELD}, e->again);
	fputc('\n', to);
}

/* What a page of the run is made of, beside the journal. */
static void write_result(FILE *to, const void *what)
{
	const struct evidence *e = what;
	json_t *result = result_json(e->run, e->again);

	if (result != NULL)
		json_dumpf(result, to, JSON_INDENT(1));
	putc('\n', to);
	json_decref(result);
}

bool evidence_write(const struct run *r, const char *folder, const struct verdict_again *again)
{
	const struct evidence e = {.run = r, .again = again};
	bool ok = evidence_make_folder(folder) && evidence_write_file(folder, "journal.jsonl", write_journal, &e) &&
		  (!r->order.capture || evidence_write_file(folder, "run.pcapng", write_capture, &e)) &&
		  evidence_write_file(folder, "report.txt", write_report, &e) &&
		  evidence_write_file(folder, "result.json", write_result, &e) &&
		  evidence_write_file(folder, "repro.txt", write_repro, &e);

	if (!ok)
		fprintf(stderr, "viplab run: %s: %s\n", folder, strerror(errno));
	return ok;
}
