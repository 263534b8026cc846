// SPDX-License-Identifier: BSD-2-Clause
/* What is said about services, clients and gateways: whether it can be; and the traces of arrivals are read. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/build_traffic.h"
#include "sim/scenario/read_file.h"
#include "sim/scenario/resolve.h"

#define TRACE_SIZE (16u << 20)

/* --- traces ----------------------------------------------------------------------------------------------------- */

/* A stranger's script reaches no other kind of file, and none by an absolute path. */
static bool may_read(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '/' && n > 6 && strcmp(name + n - 6, ".trace") == 0;
}

static bool is_empty(const char *line)
{
	return line[0] == '\0' || line[0] == '#';
}

/* One moment a line, in order. The text is taken apart in place. */
static void read_moments(struct reader *r, struct scenario_population *p, const char *path, char *text,
			 struct scenario_place at)
{
	unsigned line = 0;
	vl_time before = 0;

	for (char *next = text; next != NULL;) {
		char *start = next, *end = strpbrk(next, "\n");
		next = end != NULL ? end + 1 : NULL;
		if (end != NULL)
			*end = '\0';
		line++;
		vl_time moment;
		if (is_empty(start))
			continue;
		if (!vl_time_parse(start, &moment)) {
			mistakes_add(r->mistakes, at, "trace: %s:%u: expected a time such as 1.5s, not `%s'", path, line,
				     mistakes_quote(r->mistakes, start));
			return;
		}
		if (moment < before) {
			mistakes_add(r->mistakes, at, "trace: %s:%u: %s is before the line above", path, line, start);
			return;
		}
		p->moment = arena_grow(r->memory, p->moment, p->moment_count, sizeof *p->moment);
		p->moment[p->moment_count++] = before = moment;
	}
	if (p->moment_count == 0)
		mistakes_add(r->mistakes, at, "trace: `%s' has no moments", path);
}

static void free_file(void *file)
{
	read_file_free(file);
}

static void read_trace(struct reader *r, struct scenario_population *p)
{
	struct scenario_place at = reader_place(r, &p->trace, p->at);
	struct read_file file;

	if (!may_read(p->trace)) {
		mistakes_add(r->mistakes, at, "trace: expected a relative path that ends in .trace, not `%s'",
			     mistakes_quote(r->mistakes, p->trace));
		return;
	}
	/* Beside the file that says it, be it the script or a template. */
	const char *slash = at.file != NULL ? strrchr(at.file, '/') : NULL;
	const char *path = slash != NULL ? arena_print(r->memory, "%.*s/%s", (int)(slash - at.file), at.file, p->trace)
					 : p->trace;
	if (!read_file(&file, path, TRACE_SIZE)) {
		if (file.no_memory)
			arena_exhausted(r->memory);
		mistakes_add(r->mistakes, at, "trace: cannot read `%s': %s", mistakes_quote(r->mistakes, path), file.problem);
		return;
	}
	r->memory->cleanup = free_file;
	r->memory->cleanup_argument = &file;
	char *text = arena_text(r->memory, (const char *)file.bytes, file.length);
	r->memory->cleanup = NULL;
	read_file_free(&file);
	read_moments(r, p, path, text, at);
}

/* --- populations ------------------------------------------------------------------------------------------------- */

static void check_source(struct reader *r, const struct scenario_population *p, const struct scenario_source *s)
{
	bool drawn = s->in.addr.family != IP_NONE;
	uint8_t family = drawn ? s->in.addr.family : s->first.family;
	unsigned bits = (s->in.addr.family == IP_V4 ? 32u : 128u) - s->in.length;

	if (drawn == (s->first.family != IP_NONE))
		mistakes_add(r->mistakes, s->at, "a source has `first' or `in', one of them");
	else if (p->to.address.family != IP_NONE && family != p->to.address.family)
		mistakes_add(r->mistakes, s->at, "a source is not of the family of `to'");
	else if (drawn && bits < 16 && s->count * 2 > (UINT64_C(1) << bits))
		mistakes_add(r->mistakes, s->at, "in: a network for %llu addresses by chance has at least twice as many",
			     (unsigned long long)s->count);
}

static void check_arrivals(struct reader *r, const struct scenario_population *p)
{
	int ways = (p->poisson.number > 0) + (p->constant.number > 0) + p->burst.given + (p->trace != NULL);

	if (ways > 1)
		mistakes_add(r->mistakes, p->at, "clients `%s': one of poisson, constant, burst, trace", p->name);
	if (ways == 0 && !p->users.given && !p->at_start.given && !r->incomplete)
		mistakes_add(r->mistakes, p->at,
			     "clients `%s': nobody comes; say poisson, constant, burst, trace, users or at_start", p->name);
	if (p->end.given && p->end.value <= p->begin)
		mistakes_add(r->mistakes, reader_place(r, &p->end, p->at), "end: `%s' is not after begin (%s)",
			     resolve_time(r, p->end.value), resolve_time(r, p->begin));
}

static void check_population(struct reader *r, struct scenario_population *p)
{
	check_arrivals(r, p);
	for (size_t i = 0; i < p->source_count; i++)
		check_source(r, p, &p->source[i]);
	if (p->trace != NULL && p->trace[0] != '\0')
		read_trace(r, p);
}

/* --- services ---------------------------------------------------------------------------------------------------- */

int resolve_service_named(struct reader *r, const struct scenario_node *n, const char *name, struct scenario_place at,
			  const char *verb)
{
	struct suggestion g;

	suggest_begin(&g, name);
	for (size_t i = 0; i < n->served_count; i++) {
		if (strcmp(n->served[i].name, name) == 0)
			return (int)i;
		suggest_word(&g, n->served[i].name);
	}
	mistakes_add_suggesting(r->mistakes, at, &g, "%s: node `%s' has no service `%s'", verb, n->name,
				mistakes_quote(r->mistakes, name));
	return -1;
}

/* --- all --------------------------------------------------------------------------------------------------------- */

/* What one key alone does not show, the engines' own checks know. */
static void check_built(struct reader *r, const struct scenario_node *n)
{
	struct build_traffic t;
	struct vl_status status = build_traffic(n, 1, &t);
	struct scenario_place at = n->nat.given		       ? n->nat.at
				   : n->served_count > 0       ? n->served[0].at
				   : n->population_count > 0 ? n->population[0].at
							       : n->at;

	build_traffic_free(&t);
	if (status.code == VL_NO_MEMORY)
		arena_exhausted(r->memory);
	if (!vl_ok(&status))
		mistakes_add(r->mistakes, at, "%s: %s", n->name, status.reason);
}

void resolve_traffic(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];
		size_t before = r->mistakes->count;

		if (n->nat.given && n->nat.outside != NULL)
			n->nat.interface = resolve_interface_named(r, n, n->nat.outside, n->nat.at);
		if (n->tcp.given && n->served_count == 0 && n->population_count == 0)
			mistakes_add(r->mistakes, n->tcp.at, "tcp: `%s' has no services and no clients", n->name);
		for (size_t k = 0; k < n->population_count; k++)
			check_population(r, &n->population[k]);
		if (r->mistakes->count == before && !r->incomplete)
			check_built(r, n);
	}
}
