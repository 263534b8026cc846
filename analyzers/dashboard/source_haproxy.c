// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy by its stats socket (management.txt 9.1, 9.3): level user is enough, and only `show' commands are ever sent, one
 * connection a question. Without an answer the old numbers stay and their age is shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "analyzers/dashboard/csv.h"
#include "analyzers/dashboard/source.h"

#define ANSWER_MOST ((size_t)16 << 20)  /* 200 000 servers' lines */
#define TIMEOUT VL_S
#define TABLES_EVERY (10 * VL_S)
#define TABLE_MOST 100000               /* entries: larger tables are not asked for */
#define TABLES 32

enum question {
	ASK_INFO,
	ASK_STAT,
	ASK_TABLES,
	ASK_TABLE,
};

struct table {
	char name[64];
};

struct haproxy {
	struct sockaddr_storage address;
	socklen_t address_length;
	char service[MODEL_NAME];       /* only this backend; "" all */
	vl_time interval;
	int fd;                         /* -1: no question is open */
	bool connecting;
	enum question question;
	char request[128];
	size_t sent;
	char *answer;
	size_t length, room;
	vl_time asked_at, next_at, tables_at;
	bool has_info;
	struct table table[TABLES];
	unsigned tables, next_table;
};

/* --- where ------------------------------------------------------------------------------------------------- */

static bool find_address(struct haproxy *s, const char *text, char error[SOURCE_ERROR])
{
	const char *colon = strrchr(text, ':');

	if (strchr(text, '/') != NULL || colon == NULL) {
		struct sockaddr_un un = {.sun_family = AF_UNIX};
		if (strlen(text) >= sizeof un.sun_path) {
			snprintf(error, SOURCE_ERROR, "haproxy:%.300s: the path is too long for a socket", text);
			return false;
		}
		memcpy(un.sun_path, text, strlen(text) + 1);
		memcpy(&s->address, &un, sizeof un);
		s->address_length = sizeof un;
		return true;
	}
	char host[256];
	size_t n = (size_t)(colon - text);
	if (text[0] == '[' && n > 2 && text[n - 1] == ']')
		snprintf(host, sizeof host, "%.*s", (int)n - 2, text + 1);
	else
		snprintf(host, sizeof host, "%.*s", n < sizeof host ? (int)n : (int)sizeof host - 1, text);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int why = getaddrinfo(host, colon + 1, &hints, &found);
	if (why != 0) {
		snprintf(error, SOURCE_ERROR, "haproxy:%.300s: %s", text, gai_strerror(why));
		return false;
	}
	memcpy(&s->address, found->ai_addr, found->ai_addrlen);
	s->address_length = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static void *open_haproxy(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct haproxy *s = calloc(1, sizeof *s);
	struct timespec now;

	if (s == NULL || !find_address(s, order->argument, error)) {
		if (s == NULL)
			snprintf(error, SOURCE_ERROR, "out of memory");
		free(s);
		return NULL;
	}
	s->fd = -1;
	s->interval = order->interval;
	snprintf(s->service, sizeof s->service, "%s", order->service != NULL ? order->service : "");
	clock_gettime(CLOCK_REALTIME, &now);
	m->epoch_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	snprintf(m->title, sizeof m->title, "HAProxy");
	snprintf(m->hint, sizeof m->hint, "Waiting for the answer to `show stat'.");
	return s;
}

static void hang_up(struct haproxy *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void close_haproxy(void *self)
{
	struct haproxy *s = self;

	hang_up(s);
	free(s->answer);
	free(s);
}

/* --- answers ------------------------------------------------------------------------------------------------ */

static void take_info(struct haproxy *s, struct model *m)
{
	char version[32] = "";
	const char *at = strstr(s->answer, "\nVersion:");

	if (at == NULL && strncmp(s->answer, "Version:", 8) == 0)
		at = s->answer - 1;
	if (at != NULL)
		sscanf(at + 9, " %31[0-9.]", version);
	snprintf(m->product, sizeof m->product, "HAProxy %s", version);
	s->has_info = true;
}

static enum server_word state_of(const char *status, bool throttled)
{
	if (strncmp(status, "UP", 2) == 0 || strcmp(status, "no check") == 0)
		return throttled ? STATE_RAMP : STATE_UP;
	if (strncmp(status, "DOWN", 4) == 0)
		return STATE_DOWN;
	if (strncmp(status, "MAINT", 5) == 0)
		return STATE_MAINT;
	if (strncmp(status, "DRAIN", 5) == 0 || strncmp(status, "NOLB", 4) == 0)
		return STATE_DRAIN;
	return STATE_UNKNOWN;
}

static uint16_t narrow(uint64_t n)
{
	return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

static void take_check(struct server *to, const struct csv *c)
{
	const char *status = csv_text(c, "check_status"), *code = csv_text(c, "check_code");

	to->check[0] = '\0';
	if (status[0] != '\0')
		snprintf(to->check, sizeof to->check, "%.12s%s%.8s %llu ms", status, code[0] != '\0' ? "/" : "", code,
			 (unsigned long long)csv_number(c, "check_duration"));
}

static void take_server(struct model *m, const struct csv *c, vl_time at)
{
	struct service *v = model_service(m, csv_text(c, "pxname"));
	unsigned known = m->server_count;
	struct server *to = v != NULL ? model_server(m, v, csv_text(c, "svname")) : NULL;

	if (to == NULL)
		return;
	bool is_new = m->server_count > known;
	uint64_t opened = csv_number(c, "stot"), policy = csv_number(c, "lbtot"), failed = csv_number(c, "econ") + csv_number(c, "eresp"),
		 bytes = csv_number(c, "bin") + csv_number(c, "bout");
	/* totals that go backwards: it was restarted, or its counters were cleared */
	if (is_new || opened < to->opened || policy < to->by_policy || failed < to->failed || bytes < to->bytes) {
		to->last_opened = is_new ? opened : 0;
		to->last_policy = is_new ? policy : 0;
		to->last_failed = is_new ? failed : 0;
		to->last_bytes = is_new ? bytes : 0;
	}
	to->opened = opened;
	to->by_policy = policy;
	to->failed = failed;
	to->bytes = bytes;
	to->known |= csv_has(c, "bin") ? KNOWN_BYTES : 0;
	to->known |= KNOWN_ACTIVE | KNOWN_WEIGHT | KNOWN_POLICY | KNOWN_RESPONSE | KNOWN_ERRORS | KNOWN_STATE;
	to->active = (uint32_t)csv_number(c, "scur");
	to->weight = narrow(csv_number(c, "weight"));
	to->configured = csv_has(c, "uweight") ? narrow(csv_number(c, "uweight")) : to->weight;
	to->response_ms = narrow(csv_number(c, "rtime"));
	to->has_limit = csv_has(c, "slim");
	to->limit = (uint32_t)csv_number(c, "slim");
	snprintf(to->address, sizeof to->address, "%.63s", csv_text(c, "addr"));
	take_check(to, c);
	bool throttled = csv_has(c, "throttle") && csv_number(c, "throttle") < 100;
	if (throttled)
		v->slow_start = true;
	if (is_new) {
		vl_time since = csv_number(c, "lastchg") * VL_S;
		to->state = state_of(csv_text(c, "status"), throttled);
		to->since = VL_NEVER;
		if (since < at)
			to->since = at - since;
	} else {
		model_server_state(m, to, state_of(csv_text(c, "status"), throttled), at, csv_text(c, "check_status"));
	}
}

static void take_backend(struct model *m, const struct csv *c)
{
	struct service *v = model_service(m, csv_text(c, "pxname"));

	if (v == NULL)
		return;
	snprintf(v->scheduler, sizeof v->scheduler, "%.31s", csv_text(c, "algo"));
	if (csv_has(c, "cookie"))
		snprintf(v->persistence, sizeof v->persistence, "cookie %.40s", csv_text(c, "cookie"));
}

static bool take_stat(struct haproxy *s, struct model *m, vl_time at)
{
	struct csv c = {.columns = 0};
	char *save = NULL;

	for (char *line = strtok_r(s->answer, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (c.columns == 0) {
			if (line[0] != '#' || !csv_header(&c, line))
				return false;
			continue;
		}
		csv_line(&c, line);
		if (s->service[0] != '\0' && strcmp(csv_text(&c, "pxname"), s->service) != 0)
			continue;
		if (csv_number(&c, "type") == 2)
			take_server(m, &c, at);
		else if (csv_number(&c, "type") == 1 && csv_has(&c, "pxname"))
			take_backend(m, &c);
	}
	return c.columns > 0;
}

/* "# table: web, type: ip, size:1048576, used:3" */
static void take_tables(struct haproxy *s, const struct model *m)
{
	char *save = NULL;

	s->tables = s->next_table = 0;
	for (char *line = strtok_r(s->answer, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char name[64];
		const char *used = strstr(line, "used:");
		if (sscanf(line, "# table: %63[^,]", name) != 1 || used == NULL || s->tables == TABLES)
			continue;
		bool is_ours = false;
		for (unsigned i = 0; i < m->service_count; i++)
			is_ours = is_ours || strcmp(m->service[i].name, name) == 0;
		if (is_ours && strtoull(used + 5, NULL, 10) <= TABLE_MOST)
			memcpy(s->table[s->tables++].name, name, sizeof name);
	}
}

/* "0x55...: key=10.0.0.1 use=0 exp=12345 shard=0 server_id=1 server_key=web1" */
static void take_table(struct haproxy *s, struct model *m)
{
	static const char mark[] = "server_key=";
	struct service *v = model_service(m, s->table[s->next_table - 1].name);

	for (unsigned i = 0; v != NULL && i < m->server_count; i++)
		if (&m->service[m->server[i].service] == v) {
			m->server[i].entries = 0;
			m->server[i].known |= KNOWN_ENTRIES;
		}
	for (const char *at = strstr(s->answer, mark); at != NULL && v != NULL; at = strstr(at, mark)) {
		char name[MODEL_NAME];
		at += sizeof mark - 1;
		if (sscanf(at, "%47[^ \n]", name) == 1) {
			struct server *to = model_server(m, v, name);
			if (to != NULL)
				to->entries++;
		}
	}
	if (v != NULL && v->persistence[0] == '\0')
		snprintf(v->persistence, sizeof v->persistence, "stick table");
}

/* --- questions ----------------------------------------------------------------------------------------------- */

static void fail(struct haproxy *s, struct model *m, vl_time now, const char *why)
{
	hang_up(s);
	if (m->stale == VL_NEVER)
		m->stale = s->asked_at;
	snprintf(m->trouble, sizeof m->trouble, "no answer from %.60s: %.50s", m->source, why);
	s->next_at = now + s->interval;
}

static void ask(struct haproxy *s, struct model *m, enum question q, const char *words, vl_time now)
{
	s->question = q;
	s->sent = s->length = 0;
	snprintf(s->request, sizeof s->request, "%s\n", words);
	s->asked_at = now;
	s->fd = socket(s->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0) {
		fail(s, m, now, strerror(errno));
		return;
	}
	s->connecting = connect(s->fd, (const struct sockaddr *)&s->address, s->address_length) != 0;
	if (s->connecting && errno != EINPROGRESS && errno != EAGAIN)
		fail(s, m, now, strerror(errno));
}

static void ask_next(struct haproxy *s, struct model *m, vl_time now)
{
	char words[112];

	if (!s->has_info) {
		ask(s, m, ASK_INFO, "show info", now);
	} else if (s->next_table < s->tables) {
		snprintf(words, sizeof words, "show table %s", s->table[s->next_table++].name);
		ask(s, m, ASK_TABLE, words, now);
	} else if (now >= s->tables_at && m->service_count > 0) {
		s->tables_at = now + TABLES_EVERY;
		ask(s, m, ASK_TABLES, "show table", now);
	} else if (now >= s->next_at) {
		/* missed turns are not made up for */
		s->next_at = s->next_at + s->interval > now ? s->next_at + s->interval : now + s->interval;
		ask(s, m, ASK_STAT, "show stat", now);
	}
}

static void take_answer(struct haproxy *s, struct model *m, vl_time now)
{
	hang_up(s);
	s->answer[s->length] = '\0';
	bool good = true;
	switch (s->question) {
	case ASK_INFO:
		take_info(s, m);
		break;
	case ASK_STAT:
		good = take_stat(s, m, now);
		break;
	case ASK_TABLES:
		take_tables(s, m);
		break;
	case ASK_TABLE:
		take_table(s, m);
		break;
	}
	if (!good) {
		fail(s, m, now, "this is no `show stat'");
		return;
	}
	m->stale = VL_NEVER;
	m->trouble[0] = '\0';
	if (s->question == ASK_STAT) {
		m->now = now;
		model_sample(m, now);
	}
}

static bool make_room(struct haproxy *s)
{
	if (s->length + 1 < s->room)
		return true;
	size_t room = s->room == 0 ? 65536 : s->room * 2;
	char *longer = room <= ANSWER_MOST ? realloc(s->answer, room) : NULL;
	if (longer == NULL)
		return false;
	s->answer = longer;
	s->room = room;
	return true;
}

/* What can be done without waiting. */
static void talk(struct haproxy *s, struct model *m, vl_time now)
{
	size_t all = strlen(s->request);
	int why = 0;
	socklen_t size = sizeof why;

	if (s->connecting) {
		if (connect(s->fd, (const struct sockaddr *)&s->address, s->address_length) != 0 && errno != EISCONN) {
			if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0 || why != 0)
				fail(s, m, now, strerror(why));
			else if (errno != EALREADY && errno != EINPROGRESS && errno != EAGAIN)
				fail(s, m, now, strerror(errno));
			return;
		}
		s->connecting = false;
	}
	while (s->sent < all) {
		ssize_t n = send(s->fd, s->request + s->sent, all - s->sent, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			fail(s, m, now, strerror(errno));
		if (n < 0)
			return;
		s->sent += (size_t)n;
	}
	for (;;) {
		if (!make_room(s)) {
			fail(s, m, now, "its answer is too long");
			return;
		}
		ssize_t n = recv(s->fd, s->answer + s->length, s->room - s->length - 1, 0);
		if (n == 0) {
			take_answer(s, m, now);
			return;
		}
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				fail(s, m, now, strerror(errno));
			return;
		}
		s->length += (size_t)n;
	}
}

static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct haproxy *s = self;

	m->now = now > m->now ? now : m->now;
	if (s->fd >= 0) {
		talk(s, m, now);
		if (s->fd >= 0 && now - s->asked_at >= TIMEOUT)
			fail(s, m, now, "no answer within 1 s");
	}
	while (s->fd < 0) {
		bool waits = s->has_info && s->next_table >= s->tables && (now < s->tables_at || m->service_count == 0) && now < s->next_at;
		if (waits || (m->stale != VL_NEVER && now < s->next_at))
			break;
		ask_next(s, m, now);
		if (s->fd >= 0)
			talk(s, m, now);
		if (m->stale != VL_NEVER && s->fd < 0)
			break;
	}
	return m->stale != VL_NEVER ? SOURCE_FAILED : SOURCE_GOES_ON;
}

static int descriptor(const void *self, bool *for_writing)
{
	const struct haproxy *s = self;

	*for_writing = s->connecting || s->sent < strlen(s->request);
	return s->fd;
}

static vl_time next(const void *self)
{
	const struct haproxy *s = self;

	return s->fd >= 0 ? s->asked_at + TIMEOUT : s->next_at;
}

const struct source_ops source_haproxy = {
	.name = "haproxy",
	.form = "haproxy:SOCKET|HOST:PORT",
	.help = "HAProxy's stats socket (level user); only asks",
	.open = open_haproxy,
	.close = close_haproxy,
	.advance = advance,
	.descriptor = descriptor,
	.next = next,
};
