// SPDX-License-Identifier: BSD-2-Clause
#include "analyzers/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "analyzers/finding_list.h"
#include "sim/wire/ip.h"
#include "sim/wire/tls_reader.h"

struct watched {
	struct session_promise promise;
	uint64_t sessions, filler, tickets;
	struct finding *finding;        /* in the list, which keeps it where it is */
	vl_time begin;
};

struct sessions {
	struct watched service[SESSION_PROMISES];
	size_t count;
	struct finding_list found;
};

static void *session_new(uint64_t secret)
{
	(void)secret;
	return calloc(1, sizeof(struct sessions));
}

bool session_promise(void *self, const struct session_promise *promise)
{
	struct sessions *s = self;

	if (s->count == SESSION_PROMISES)
		return false;
	s->service[s->count++] = (struct watched){.promise = *promise};
	return true;
}

static bool is_at(const struct session_promise *p, const struct ip_addr *address, uint16_t port)
{
	return ip_equal(&p->address, address) && (p->first_port == 0 || (port >= p->first_port && port <= p->last_port));
}

static struct finding *find(struct sessions *s, struct watched *w, const struct analyzer_frame *f)
{
	w->finding = finding_list_add(&s->found, "persistence-ineffective");
	if (w->finding == NULL)
		return NULL;
	w->finding->place.family = w->promise.address.family;
	w->finding->place.interface = f->interface;
	w->finding->address = w->promise.address;
	w->finding->begin = w->begin;
	w->finding->known = w->finding->end = f->at;
	finding_add_subject(w->finding, &w->promise.address, MAC_ZERO);
	finding_add_evidence(w->finding, f->number, &f->packet->src, MAC_ZERO);
	return w->finding;
}

static const char *name_of(char text[IP_TEXT + 8], const struct watched *w, uint16_t port)
{
	char address[IP_TEXT];

	(void)snprintf(text, IP_TEXT + 8, w->promise.address.family == IP_V6 ? "[%s]:%u" : "%s:%u",
		       ip_format(address, &w->promise.address), port);
	return text;
}

/* Reads the beginning of a payload as a hello; false: it is none. */
static bool read_hello(struct tls_reader *r, enum tls_kind kind, const struct packet *p)
{
	size_t used;

	tls_reader_begin(r, kind);
	return tls_read(r, p->payload, p->payload_length, &used) != TLS_READ_REFUSED && used > 5;
}

static void client_speaks(struct sessions *s, struct watched *w, const struct analyzer_frame *f, uint16_t port)
{
	struct tls_reader r;
	char name[IP_TEXT + 8];

	if (w->promise.need != SESSION_NEEDS_UNREADABLE || w->finding != NULL)
		return;
	w->begin = f->at;
	if (find(s, w, f) == NULL)
		return;
	(void)snprintf(w->finding->detail, sizeof w->finding->detail,
		       "%s keeps clients by %s and would have to read %s, but %s: no connection has a key, the scheduler decides about each.",
		       name_of(name, w, port), w->promise.kind, w->promise.what,
		       w->promise.tls || read_hello(&r, TLS_CLIENT_HELLO, f->packet)
			       ? "they speak TLS that is not terminated there"
			       : "it passes their packets on unread");
}

static void server_begins(struct sessions *s, struct watched *w, const struct analyzer_frame *f, uint16_t port)
{
	struct tls_reader r;
	char name[IP_TEXT + 8];

	if (w->promise.need != SESSION_NEEDS_ID || !read_hello(&r, TLS_SERVER_HELLO, f->packet))
		return;
	bool is_useless = r.hello.tls_1_3 || r.hello.session_id_length == 0;
	w->begin = w->sessions == 0 ? f->at : w->begin;
	w->sessions++;
	w->filler += r.hello.tls_1_3;
	w->tickets += !r.hello.tls_1_3 && r.hello.session_id_length == 0;
	if (w->finding == NULL && w->sessions >= SESSION_ENOUGH && (w->filler + w->tickets) * 2 >= w->sessions)
		(void)find(s, w, f);
	else if (w->finding != NULL && is_useless)
		finding_add_evidence(w->finding, f->number, &f->packet->src, MAC_ZERO);
	if (w->finding == NULL)
		return;
	w->finding->end = f->at;
	(void)snprintf(w->finding->detail, sizeof w->finding->detail,
		       "%s keeps clients by %s: of %llu sessions begun there %llu are TLS 1.3, whose ID is filler, and %llu have a ticket "
		       "or nothing instead of an ID. When these come back, the scheduler decides.",
		       name_of(name, w, port), w->promise.kind, (unsigned long long)w->sessions, (unsigned long long)w->filler,
		       (unsigned long long)w->tickets);
}

static void session_frame(void *self, const struct analyzer_frame *f)
{
	struct sessions *s = self;
	const struct packet *p = f->packet;
	bool is_tcp = p->transport == TRANSPORT_TCP;

	if (s->count == 0 || p->payload_length == 0 || (!is_tcp && p->transport != TRANSPORT_UDP))
		return;
	uint8_t protocol = is_tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
	uint16_t from = is_tcp ? p->tcp.src_port : p->udp.src_port, to = is_tcp ? p->tcp.dst_port : p->udp.dst_port;
	for (size_t i = 0; i < s->count; i++) {
		struct watched *w = &s->service[i];
		if (w->promise.protocol != protocol)
			continue;
		if (is_at(&w->promise, &p->dst, to))
			client_speaks(s, w, f, to);
		else if (is_at(&w->promise, &p->src, from))
			server_begins(s, w, f, from);
	}
}

static void session_advance(void *self, vl_time now)
{
	(void)self, (void)now;
}

static vl_time session_deadline(const void *self)
{
	(void)self;
	return VL_NEVER;
}

static void session_finish(void *self, vl_time now)
{
	(void)now;
	finding_list_finish(&((struct sessions *)self)->found);
}

static bool session_poll(void *self, struct finding *out)
{
	return finding_list_poll(&((struct sessions *)self)->found, out);
}

const struct analyzer_ops session_analyzer = {
	.name = "session",
	.new = session_new,
	.free = free,
	.frame = session_frame,
	.advance = session_advance,
	.deadline = session_deadline,
	.finish = session_finish,
	.poll = session_poll,
};
