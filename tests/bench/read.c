// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reading a capture: cat, a bare libpcap loop, and the scanner as people run it, a process of its own (so that
 * its memory can be asked for). VIPLAB names the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "tests/bench/bench.h"

static double size_of(const char *path)
{
	struct stat status;

	bench_expect(stat(path, &status) == 0);
	return (double)status.st_size;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Runs a program with its output in `text`; returns its exit status. */
static int run(char *const *argv, char *text, size_t room, struct bench_sample *out)
{
	int ends[2], status;
	size_t used = 0;
	ssize_t got;
	struct rusage usage;

	bench_expect(pipe(ends) == 0);
	pid_t child = fork();
	bench_expect(child >= 0);
	if (child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	(void)close(ends[1]);
	while ((got = read(ends[0], text + used, room - 1 - used)) > 0)
		used += (size_t)got;
	text[used] = '\0';
	(void)close(ends[0]);
	bench_expect(wait4(child, &status, 0, &usage) == child && WIFEXITED(status));
	out->seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	out->peak_kib = (double)usage.ru_maxrss;
	return WEXITSTATUS(status);
}

void read_cat(const struct bench_case *c, struct bench_sample *out)
{
	char script[] = "exec cat \"$0\" >/dev/null", text[16], *path = strdup(c->path);
	char sh[] = "sh", dash_c[] = "-c";

	bench_expect(path != NULL);
	bench_expect(run((char *[]){sh, dash_c, script, path, NULL}, text, sizeof text, out) == 0);
	out->amount = size_of(c->path);
	free(path);
}

static void count(u_char *total, const struct pcap_pkthdr *header, const u_char *bytes)
{
	uint64_t sum;

	memcpy(&sum, total, sizeof sum);
	sum += header->caplen + bytes[0];
	memcpy(total, &sum, sizeof sum);
}

void read_libpcap(const struct bench_case *c, struct bench_sample *out)
{
	char why[PCAP_ERRBUF_SIZE];
	uint64_t total = 0;
	double start = bench_cpu();
	pcap_t *p = pcap_open_offline(c->path, why);

	if (p == NULL)
		bench_fail("%s", why);
	bench_expect(pcap_loop(p, -1, count, (u_char *)&total) == 0 && total > 0);
	pcap_close(p);
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = size_of(c->path)};
}

/* The IDs with a conflict in a scan's table of tab-separated values, as "3 7 11 ". */
static void conflicts(char *text, char *ids, size_t room)
{
	bool seen[256] = {false};
	size_t used = 0;

	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		unsigned id;
		if (strstr(line, "\tconflict\t") != NULL &&
		    sscanf(line, "%*[^\t]\t%*[^\t]\t%*[^\t]\t%*[^\t]\t%u", &id) == 1 && id < 256)
			seen[id] = true;
	}
	ids[0] = '\0';
	for (unsigned id = 0; id < 256; id++)
		if (seen[id] && used + 5 < room)
			used += (size_t)snprintf(ids + used, room - used, "%u ", id);
}

void read_scan(const struct bench_case *c, struct bench_sample *out)
{
	char text[8192], ids[64], scan[] = "scan", r[] = "-r", f[] = "-f", tsv[] = "tsv", q[] = "-q";
	char *path = strdup(c->path), *program = getenv("VIPLAB");

	bench_expect(path != NULL && program != NULL);
	int status = run((char *[]){program, scan, r, path, f, tsv, q, NULL}, text, sizeof text, out);
	conflicts(text, ids, sizeof ids);
	if (status != 1 || strcmp(ids, "3 7 11 ") != 0)
		bench_fail("the scan of %s ended with %d and conflicts on: %s", c->path, status, ids);
	out->amount = size_of(c->path);
	free(path);
}
