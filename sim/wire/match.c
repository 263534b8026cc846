// SPDX-License-Identifier: BSD-2-Clause
/* Match strings: a compiler that reads words by two tables (match_fields.c), and the comparison. */
#include "sim/wire/match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/suggest.h"
#include "sim/base/time.h"
#include "sim/wire/match_fields.h"

/* --- compiling ------------------------------------------------------------------------------------------ */

#define WORD_ROOM 64

struct words {
	const char *text;
	size_t at;                      /* offset behind the current word */
	size_t start;                   /* offset of the current word */
	char word[WORD_ROOM];           /* "" at the end */
	struct packet_match_error *error;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word, cut to fit: a word that long is none of ours. */
static const char *next_word(struct words *w)
{
	size_t n = 0;

	while (is_blank(w->text[w->at]))
		w->at++;
	w->start = w->at;
	while (w->text[w->at] != '\0' && !is_blank(w->text[w->at])) {
		if (n + 1 < sizeof w->word)
			w->word[n++] = w->text[w->at];
		w->at++;
	}
	w->word[n] = '\0';
	return w->word;
}

__attribute__((format(printf, 2, 3)))
static bool wrong(struct words *w, const char *format, ...)
{
	va_list arguments;

	w->error->column = w->start;
	va_start(arguments, format);
	vsnprintf(w->error->expected, sizeof w->error->expected, format, arguments);
	va_end(arguments);
	return false;
}

static bool wrong_word(struct words *w, const char *what, const struct suggestion *s)
{
	const char *word = w->word[0] != '\0' ? w->word : "nothing";

	if (s != NULL && s->best != NULL)
		return wrong(w, "%s, not `%s'; did you mean `%s'?", what, word, s->best);
	return wrong(w, "%s, not `%s'", what, word);
}

static bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*text == '\0' || strlen(text) > 10)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		v = v * 10 + (uint64_t)(*text - '0');
	}
	*out = v;
	return v <= max;
}

static struct packet_match_term *add_term(struct words *w, struct packet_match *m, size_t field, bool negated)
{
	if (m->term_count == PACKET_MATCH_TERMS) {
		wrong(w, "at most %d conditions", PACKET_MATCH_TERMS);
		return NULL;
	}
	struct packet_match_term *t = &m->term[m->term_count++];
	*t = (struct packet_match_term){.field = (uint8_t)field, .negated = negated};
	return t;
}

static size_t field_named(const char *name, unsigned protocol)
{
	for (size_t i = 0; i < match_field_count; i++)
		if ((match_fields[i].protocols & protocol) != 0 && strcmp(match_fields[i].name, name) == 0)
			return i;
	return match_field_count;
}

static bool read_number(struct words *w, struct packet_match_term *t, const struct match_field *f)
{
	const char *word = next_word(w);

	if (strcmp(word, "over") == 0 || strcmp(word, "under") == 0) {
		t->comparison = word[0] == 'o' ? MATCH_MORE : MATCH_LESS;
		word = next_word(w);
	}
	if (f->value == V_TIME) {
		vl_time length;

		if (!vl_time_parse(word, &length))
			return wrong(w, "%s needs a time such as 1s or 500ms, not `%s'", f->name, word);
		t->number = length;
		return true;
	}
	if (!parse_number(word, f->max, &t->number))
		return wrong(w, "%s needs a number 0-%llu, not `%s'", f->name, (unsigned long long)f->max,
			     word[0] != '\0' ? word : "nothing");
	return true;
}

static bool read_choice(struct words *w, struct packet_match_term *t, const struct match_field *f)
{
	const char *word = next_word(w);
	struct suggestion s;
	char what[WORD_ROOM * 2] = "";

	suggest_begin(&s, word);
	for (size_t i = 0; f->words[i] != NULL; i++) {
		if (strcmp(f->words[i], word) == 0) {
			t->number = i;
			return true;
		}
		suggest_word(&s, f->words[i]);
		size_t n = strlen(what);
		snprintf(what + n, sizeof what - n, "%s%s", i == 0 ? "" : ", ", f->words[i]);
	}
	char sentence[WORD_ROOM * 3];
	snprintf(sentence, sizeof sentence, "%s is one of %s", f->name, what);
	return wrong_word(w, sentence, &s);
}

/* "192.0.2.1:443", "[2001:db8::1]:443", ":443", or an address alone: one or two conditions. */
static bool read_ip_port(struct words *w, struct packet_match *m, size_t field, bool negated, unsigned protocol)
{
	char text[WORD_ROOM];
	const char *address = text;
	char *port = NULL;
	struct ip_addr ip;
	uint64_t number = 0;

	memcpy(text, next_word(w), sizeof text);
	if (!ip_parse(text, &ip)) {
		port = strrchr(text, ':');
		if (port != NULL) {
			*port++ = '\0';
			size_t n = strlen(text);
			if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
				text[n - 1] = '\0';
				address++;
			}
		}
		bool port_only = port != NULL && text[0] == '\0';
		if ((port == NULL || !parse_number(port, 65535, &number)) ||
		    (!port_only && !ip_parse(address, &ip)))
			return wrong(w, "%s needs an address, a port or both (192.0.2.1:443), not `%s'",
				     match_fields[field].name, w->word[0] != '\0' ? w->word : "nothing");
		if (negated && !port_only)
			return wrong(w, "`not' takes an address or a port, not both");
		if (port_only)
			address = NULL;
	}
	if (address != NULL) {
		struct packet_match_term *t = add_term(w, m, field, negated);
		if (t == NULL)
			return false;
		t->ip = ip;
	}
	if (port != NULL) {
		const char *name = strcmp(match_fields[field].name, "from") == 0 ? "src-port" : "dst-port";
		struct packet_match_term *t = add_term(w, m, field_named(name, protocol), negated);
		if (t == NULL)
			return false;
		t->number = number;
	}
	return true;
}

static bool read_value(struct words *w, struct packet_match *m, size_t field, bool negated, unsigned protocol)
{
	const struct match_field *f = &match_fields[field];

	if (f->value == V_IP_PORT)
		return read_ip_port(w, m, field, negated, protocol);
	struct packet_match_term *t = add_term(w, m, field, negated);
	if (t == NULL)
		return false;
	switch (f->value) {
	case V_NONE:
	case V_IP_PORT:
		return true;
	case V_NUMBER:
	case V_TIME:
		return read_number(w, t, f);
	case V_WORD:
		return read_choice(w, t, f);
	case V_IP:
		if (!ip_parse(next_word(w), &t->ip))
			return wrong(w, "%s needs an address, not `%s'", f->name,
				     w->word[0] != '\0' ? w->word : "nothing");
		return true;
	case V_MAC:
		if (!mac_parse(next_word(w), &t->mac))
			return wrong(w, "%s needs a MAC address, not `%s'", f->name,
				     w->word[0] != '\0' ? w->word : "nothing");
		return true;
	}
	return false;
}

static bool unknown_field(struct words *w, const struct match_protocol *protocol)
{
	struct suggestion s;
	char what[WORD_ROOM * 2];

	suggest_begin(&s, w->word);
	for (size_t i = 0; i + 1 < match_field_count; i++)
		if ((match_fields[i].protocols & protocol->bit) != 0)
			suggest_word(&s, match_fields[i].name);
	snprintf(what, sizeof what, "expected a condition on %s", protocol->name);
	return wrong_word(w, what, &s);
}

static bool compile_protocol(struct words *w, struct packet_match *m)
{
	struct suggestion s;

	next_word(w);
	suggest_begin(&s, w->word);
	for (size_t i = 0; i < match_protocol_count; i++) {
		if (strcmp(match_protocols[i].name, w->word) == 0) {
			m->protocol = (uint8_t)i;
			return true;
		}
		suggest_word(&s, match_protocols[i].name);
	}
	return wrong_word(w, "the first word is a protocol (any, arp, ip, ipv4, ipv6, icmp, udp, tcp, vrrp, carp, hsrp, "
			     "glbp, ccp, nlb, fgcp)", &s);
}

bool packet_match_compile(struct packet_match *m, const char *text, struct packet_match_error *error)
{
	struct words w = {.text = text, .error = error};

	*m = (struct packet_match){0};
	*error = (struct packet_match_error){0};
	if (!compile_protocol(&w, m))
		return false;
	const struct match_protocol *protocol = &match_protocols[m->protocol];
	while (*next_word(&w) != '\0') {
		bool negated = strcmp(w.word, "not") == 0;
		struct ip_addr ip;

		if (negated)
			next_word(&w);
		size_t field = field_named(w.word, protocol->bit);
		if (protocol->bit == P_ARP && ip_parse(w.word, &ip)) {
			struct packet_match_term *t = add_term(&w, m, match_field_count - 1, negated);
			if (t == NULL)
				return false;
			t->ip = ip;
		} else if (field >= match_field_count - 1) {
			return unknown_field(&w, protocol);
		} else if (!read_value(&w, m, field, negated, protocol->bit)) {
			return false;
		}
	}
	return true;
}

/* True when the part of the packet that the field is about was taken apart: of a malformed or cut message there
 * is nothing to ask but what lies below it. */
static bool is_readable(const struct packet *p, const struct match_field *f)
{
	switch (p->verdict) {
	case PACKET_CUT:
	case PACKET_BAD_ARP:
	case PACKET_BAD_ICMP:
	case PACKET_BAD_UDP:
	case PACKET_BAD_TCP:
	case PACKET_BAD_VRRP:
	case PACKET_BAD_CARP:
	case PACKET_BAD_NLB:
		return (f->protocols & (P_ANY | P_IP)) != 0;
	case PACKET_BAD_HSRP:
	case PACKET_BAD_GLBP:
	case PACKET_BAD_CCP:
		return (f->protocols & (P_ANY | P_IP | P_UDP)) != 0;
	case PACKET_OK:
	case PACKET_BAD_ETHERNET:
	case PACKET_BAD_IPV4:
	case PACKET_BAD_IPV4_CHECKSUM:
	case PACKET_BAD_IPV6:
	case PACKET_BAD_ICMP_CHECKSUM:
	case PACKET_BAD_UDP_CHECKSUM:
	case PACKET_BAD_TCP_CHECKSUM:
	case PACKET_BAD_AH:
	case PACKET_VERDICT_COUNT:
		break;
	}
	return true;
}

bool packet_matches(const struct packet_match *m, const struct packet *p)
{
	if (!match_protocols[m->protocol].is(p))
		return false;
	for (size_t i = 0; i < m->term_count; i++) {
		const struct match_field *f = &match_fields[m->term[i].field];

		if ((is_readable(p, f) && f->holds(p, &m->term[i])) == m->term[i].negated)
			return false;
	}
	return true;
}
