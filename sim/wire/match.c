// SPDX-License-Identifier: BSD-2-Clause
/*
 * Match strings: two tables (protocols, fields) and a compiler that reads words by them. A field that a
 * packet does not have never holds; `not` before a field asks for the opposite, also when it is absent.
 */
#include "sim/wire/match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/suggest.h"
#include "sim/base/time.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* --- protocols ------------------------------------------------------------------------------------------ */

enum {
	P_ANY = 1u << 0,
	P_ARP = 1u << 1,
	P_IP = 1u << 2,
	P_ICMP = 1u << 3,
	P_UDP = 1u << 4,
	P_TCP = 1u << 5,
	P_VRRP = 1u << 6,
	P_CARP = 1u << 7,
	P_PORTS = P_UDP | P_TCP,
	P_ON_IP = P_IP | P_ICMP | P_PORTS | P_VRRP | P_CARP,
	P_ALL = P_ANY | P_ARP | P_ON_IP,
};

static bool is_any(const struct packet *p)
{
	return p != NULL;
}

static bool is_arp(const struct packet *p)
{
	return p->network == NETWORK_ARP;
}

static bool is_ip(const struct packet *p)
{
	return p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6;
}

static bool is_ipv4(const struct packet *p)
{
	return p->network == NETWORK_IPV4;
}

static bool is_ipv6(const struct packet *p)
{
	return p->network == NETWORK_IPV6;
}

static bool is_icmp(const struct packet *p)
{
	return p->transport == TRANSPORT_ICMP;
}

static bool is_udp(const struct packet *p)
{
	return p->transport == TRANSPORT_UDP;
}

static bool is_tcp(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP;
}

static bool is_vrrp(const struct packet *p)
{
	return p->transport == TRANSPORT_VRRP;
}

static bool is_carp(const struct packet *p)
{
	return p->transport == TRANSPORT_CARP;
}

static const struct protocol {
	const char *name;
	unsigned bit;
	bool (*is)(const struct packet *p);
} protocols[] = {
	{"any", P_ANY, is_any},    {"arp", P_ARP, is_arp},    {"ip", P_IP, is_ip},
	{"ipv4", P_IP, is_ipv4},   {"ipv6", P_IP, is_ipv6},   {"icmp", P_ICMP, is_icmp},
	{"udp", P_UDP, is_udp},    {"tcp", P_TCP, is_tcp},    {"vrrp", P_VRRP, is_vrrp},
	{"carp", P_CARP, is_carp},
};

/* --- fields --------------------------------------------------------------------------------------------- */

enum value {
	V_NONE,         /* the word alone says it */
	V_NUMBER,       /* may be preceded by `over` or `under` */
	V_TIME,         /* the same */
	V_IP,
	V_IP_PORT,      /* an address, a colon and a port, or either alone: "192.0.2.1:443", ":443" */
	V_MAC,
	V_WORD,         /* one of the field's words; its index is the number */
};

/* Each asks one thing of a packet of the field's protocol. */
typedef bool (*field_holds)(const struct packet *p, const struct packet_match_term *t);

static bool number_holds(uint64_t got, const struct packet_match_term *t)
{
	switch ((enum packet_match_comparison)t->comparison) {
	case MATCH_EQUAL:
		return got == t->number;
	case MATCH_LESS:
		return got < t->number;
	case MATCH_MORE:
		return got > t->number;
	}
	return false;
}

#define NUMBER_FIELD(name, expression)                                                           \
	static bool name(const struct packet *p, const struct packet_match_term *t)              \
	{                                                                                        \
		return number_holds((expression), t);                                            \
	}
#define FLAG_FIELD(name, expression)                                                             \
	static bool name(const struct packet *p, const struct packet_match_term *t)              \
	{                                                                                        \
		(void)t;                                                                         \
		return (expression);                                                             \
	}

static bool is_echo(const struct packet *p)
{
	return p->icmp.family == IP_V4
		       ? p->icmp.type == ICMP_ECHO_REQUEST || p->icmp.type == ICMP_ECHO_REPLY
		       : p->icmp.type == ICMPV6_ECHO_REQUEST || p->icmp.type == ICMPV6_ECHO_REPLY;
}

static bool is_neighbor(const struct packet *p)
{
	return p->icmp.family == IP_V6 && (p->icmp.type == ICMPV6_NEIGHBOR_SOLICITATION ||
					   p->icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT);
}

static bool icmp_is(const struct packet *p, enum icmp_type v4, enum icmpv6_type v6)
{
	return p->icmp.type == (p->icmp.family == IP_V4 ? (unsigned)v4 : (unsigned)v6);
}

static bool icmpv6_is(const struct packet *p, enum icmpv6_type type)
{
	return p->icmp.family == IP_V6 && p->icmp.type == type;
}

/* Ports and flags of TCP and UDP are in the two header structs of one union. */
static uint16_t src_port(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP ? p->tcp.src_port : p->udp.src_port;
}

static uint16_t dst_port(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP ? p->tcp.dst_port : p->udp.dst_port;
}

static const struct ip_addr *source(const struct packet *p)
{
	return p->network == NETWORK_ARP ? &p->arp.sender_ip : &p->src;
}

static const struct ip_addr *destination(const struct packet *p)
{
	return p->network == NETWORK_ARP ? &p->arp.target_ip : &p->dst;
}

/* What an ARP packet is about: who is asked for, or who answers. */
static const struct ip_addr *arp_subject(const struct packet *p)
{
	return p->arp.operation == ARP_REQUEST ? &p->arp.target_ip : &p->arp.sender_ip;
}

static bool holds_from(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(source(p), &t->ip);
}

static bool holds_to(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(destination(p), &t->ip);
}

static bool holds_src_mac(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->ethernet.src, t->mac);
}

static bool holds_dst_mac(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->ethernet.dst, t->mac);
}

static bool holds_about(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(arp_subject(p), &t->ip);
}

static bool holds_is_at(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->arp.sender_mac, t->mac);
}

static bool holds_who_has(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->arp.target_ip, &t->ip);
}

static bool holds_tell(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->arp.sender_ip, &t->ip);
}

static bool holds_nd_target(const struct packet *p, const struct packet_match_term *t)
{
	return is_neighbor(p) && ip_equal(&p->icmp.target, &t->ip);
}

static bool holds_nd_is_at(const struct packet *p, const struct packet_match_term *t)
{
	return is_neighbor(p) && p->icmp.has_link_address && mac_equal(p->icmp.link_address, t->mac);
}

static bool holds_icmp_id(const struct packet *p, const struct packet_match_term *t)
{
	return is_echo(p) && number_holds(p->icmp.id, t);
}

static bool holds_icmp_sequence(const struct packet *p, const struct packet_match_term *t)
{
	return is_echo(p) && number_holds(p->icmp.sequence, t);
}

static bool holds_port(const struct packet *p, const struct packet_match_term *t)
{
	return number_holds(src_port(p), t) || number_holds(dst_port(p), t);
}

static bool holds_vrrp_address(const struct packet *p, const struct packet_match_term *t)
{
	for (size_t i = 0; i < p->vrrp.address_count; i++) {
		struct ip_addr a = vrrp_address(&p->vrrp, i);

		if (ip_equal(&a, &t->ip))
			return true;
	}
	return false;
}

static const char *const auth_words[] = {"none", "text", "ah", "cisco-md5", NULL};
static const char *const checksum_words[] = {"wrong", "message", "pseudo", NULL};
static const char *const carp_checksum_words[] = {"wrong", "right", NULL};

static bool holds_auth(const struct packet *p, const struct packet_match_term *t)
{
	static const uint8_t type[] = {VRRP_AUTH_NONE, VRRP_AUTH_TEXT, VRRP_AUTH_AH, VRRP_AUTH_CISCO_MD5};

	return p->vrrp.version == 3 ? t->number == 0 : p->vrrp.auth_type == type[t->number];
}

static bool holds_vrrp_checksum(const struct packet *p, const struct packet_match_term *t)
{
	return (uint64_t)p->vrrp.checksum_form == t->number;
}

static bool holds_carp_checksum(const struct packet *p, const struct packet_match_term *t)
{
	return p->carp.checksum_ok == (t->number == 1);
}

NUMBER_FIELD(holds_vlan, p->ethernet.vlan_count > 0 ? p->ethernet.vlan[0].id : 0)
NUMBER_FIELD(holds_ttl, p->ttl)
NUMBER_FIELD(holds_ip_protocol, p->protocol)
NUMBER_FIELD(holds_icmp_type, p->icmp.type)
NUMBER_FIELD(holds_icmp_code, p->icmp.code)
NUMBER_FIELD(holds_src_port, src_port(p))
NUMBER_FIELD(holds_dst_port, dst_port(p))
NUMBER_FIELD(holds_vrid, p->vrrp.vrid)
NUMBER_FIELD(holds_priority, p->vrrp.priority)
NUMBER_FIELD(holds_version, p->vrrp.version)
NUMBER_FIELD(holds_interval, vrrp_interval(&p->vrrp))
NUMBER_FIELD(holds_addresses, p->vrrp.address_count)
NUMBER_FIELD(holds_vhid, p->carp.vhid)
NUMBER_FIELD(holds_advskew, p->carp.advskew)
NUMBER_FIELD(holds_advbase, p->carp.advbase)
NUMBER_FIELD(holds_demotion, p->carp.demotion)

FLAG_FIELD(holds_request, p->arp.operation == ARP_REQUEST)
FLAG_FIELD(holds_reply, p->arp.operation == ARP_REPLY)
FLAG_FIELD(holds_gratuitous, arp_is_gratuitous(&p->arp))
FLAG_FIELD(holds_echo_request, icmp_is(p, ICMP_ECHO_REQUEST, ICMPV6_ECHO_REQUEST))
FLAG_FIELD(holds_echo_reply, icmp_is(p, ICMP_ECHO_REPLY, ICMPV6_ECHO_REPLY))
FLAG_FIELD(holds_unreachable, icmp_is(p, ICMP_UNREACHABLE, ICMPV6_UNREACHABLE))
FLAG_FIELD(holds_time_exceeded, icmp_is(p, ICMP_TIME_EXCEEDED, ICMPV6_TIME_EXCEEDED))
FLAG_FIELD(holds_redirect, p->icmp.family == IP_V4 && p->icmp.type == ICMP_REDIRECT)
FLAG_FIELD(holds_solicitation, icmpv6_is(p, ICMPV6_NEIGHBOR_SOLICITATION))
FLAG_FIELD(holds_advertisement, icmpv6_is(p, ICMPV6_NEIGHBOR_ADVERTISEMENT))
FLAG_FIELD(holds_fragment, p->is_fragment)
FLAG_FIELD(holds_v4, p->network == NETWORK_IPV4)
FLAG_FIELD(holds_v6, p->network == NETWORK_IPV6)
FLAG_FIELD(holds_advert, p->vrrp.type == VRRP_ADVERTISEMENT)
FLAG_FIELD(holds_carp_advert, p->transport == TRANSPORT_CARP)
FLAG_FIELD(holds_syn, (p->tcp.flags & TCP_SYN) != 0)
FLAG_FIELD(holds_ack, (p->tcp.flags & TCP_ACK) != 0)
FLAG_FIELD(holds_fin, (p->tcp.flags & TCP_FIN) != 0)
FLAG_FIELD(holds_rst, (p->tcp.flags & TCP_RST) != 0)
FLAG_FIELD(holds_psh, (p->tcp.flags & TCP_PSH) != 0)
FLAG_FIELD(holds_malformed, p->verdict != PACKET_OK && p->verdict != PACKET_CUT)

static const struct field {
	const char *name;
	unsigned protocols;
	enum value value;
	uint64_t max;                   /* V_NUMBER */
	const char *const *words;       /* V_WORD */
	field_holds holds;
} fields[] = {
	{"src-mac", P_ALL, V_MAC, 0, NULL, holds_src_mac},
	{"dst-mac", P_ALL, V_MAC, 0, NULL, holds_dst_mac},
	{"vlan", P_ALL, V_NUMBER, 4095, NULL, holds_vlan},
	{"malformed", P_ALL, V_NONE, 0, NULL, holds_malformed},
	{"from", P_PORTS, V_IP_PORT, 0, NULL, holds_from},
	{"to", P_PORTS, V_IP_PORT, 0, NULL, holds_to},
	{"from", P_ARP | P_ON_IP, V_IP, 0, NULL, holds_from},
	{"to", P_ARP | P_ON_IP, V_IP, 0, NULL, holds_to},
	{"ipv4", P_ON_IP, V_NONE, 0, NULL, holds_v4},
	{"ipv6", P_ON_IP, V_NONE, 0, NULL, holds_v6},
	{"ttl", P_ON_IP, V_NUMBER, 255, NULL, holds_ttl},
	{"fragment", P_ON_IP, V_NONE, 0, NULL, holds_fragment},
	{"protocol", P_IP, V_NUMBER, 255, NULL, holds_ip_protocol},
	{"request", P_ARP, V_NONE, 0, NULL, holds_request},
	{"reply", P_ARP, V_NONE, 0, NULL, holds_reply},
	{"gratuitous", P_ARP, V_NONE, 0, NULL, holds_gratuitous},
	{"who-has", P_ARP, V_IP, 0, NULL, holds_who_has},
	{"tell", P_ARP, V_IP, 0, NULL, holds_tell},
	{"is-at", P_ARP, V_MAC, 0, NULL, holds_is_at},
	{"echo-request", P_ICMP, V_NONE, 0, NULL, holds_echo_request},
	{"echo-reply", P_ICMP, V_NONE, 0, NULL, holds_echo_reply},
	{"unreachable", P_ICMP, V_NONE, 0, NULL, holds_unreachable},
	{"time-exceeded", P_ICMP, V_NONE, 0, NULL, holds_time_exceeded},
	{"redirect", P_ICMP, V_NONE, 0, NULL, holds_redirect},
	{"neighbor-solicitation", P_ICMP, V_NONE, 0, NULL, holds_solicitation},
	{"neighbor-advertisement", P_ICMP, V_NONE, 0, NULL, holds_advertisement},
	{"target", P_ICMP, V_IP, 0, NULL, holds_nd_target},
	{"is-at", P_ICMP, V_MAC, 0, NULL, holds_nd_is_at},
	{"type", P_ICMP, V_NUMBER, 255, NULL, holds_icmp_type},
	{"code", P_ICMP, V_NUMBER, 255, NULL, holds_icmp_code},
	{"id", P_ICMP, V_NUMBER, 65535, NULL, holds_icmp_id},
	{"sequence", P_ICMP, V_NUMBER, 65535, NULL, holds_icmp_sequence},
	{"port", P_PORTS, V_NUMBER, 65535, NULL, holds_port},
	{"src-port", P_PORTS, V_NUMBER, 65535, NULL, holds_src_port},
	{"dst-port", P_PORTS, V_NUMBER, 65535, NULL, holds_dst_port},
	{"syn", P_TCP, V_NONE, 0, NULL, holds_syn},
	{"ack", P_TCP, V_NONE, 0, NULL, holds_ack},
	{"fin", P_TCP, V_NONE, 0, NULL, holds_fin},
	{"rst", P_TCP, V_NONE, 0, NULL, holds_rst},
	{"psh", P_TCP, V_NONE, 0, NULL, holds_psh},
	{"advert", P_VRRP, V_NONE, 0, NULL, holds_advert},
	{"vrid", P_VRRP, V_NUMBER, 255, NULL, holds_vrid},
	{"priority", P_VRRP, V_NUMBER, 255, NULL, holds_priority},
	{"version", P_VRRP, V_NUMBER, 15, NULL, holds_version},
	{"interval", P_VRRP, V_TIME, 0, NULL, holds_interval},
	{"addresses", P_VRRP, V_NUMBER, 255, NULL, holds_addresses},
	{"address", P_VRRP, V_IP, 0, NULL, holds_vrrp_address},
	{"auth", P_VRRP, V_WORD, 0, auth_words, holds_auth},
	{"checksum", P_VRRP, V_WORD, 0, checksum_words, holds_vrrp_checksum},
	{"advert", P_CARP, V_NONE, 0, NULL, holds_carp_advert},
	{"vhid", P_CARP, V_NUMBER, 255, NULL, holds_vhid},
	{"advskew", P_CARP, V_NUMBER, 255, NULL, holds_advskew},
	{"advbase", P_CARP, V_NUMBER, 255, NULL, holds_advbase},
	{"demotion", P_CARP, V_NUMBER, 255, NULL, holds_demotion},
	{"checksum", P_CARP, V_WORD, 0, carp_checksum_words, holds_carp_checksum},
	/* an address alone, in ARP: what it is about; found by its form, not by its name */
	{"ADDRESS", P_ARP, V_IP, 0, NULL, holds_about},
};

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
	for (size_t i = 0; i < LENGTH(fields); i++)
		if ((fields[i].protocols & protocol) != 0 && strcmp(fields[i].name, name) == 0)
			return i;
	return LENGTH(fields);
}

static bool read_number(struct words *w, struct packet_match_term *t, const struct field *f)
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

static bool read_choice(struct words *w, struct packet_match_term *t, const struct field *f)
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
				     fields[field].name, w->word[0] != '\0' ? w->word : "nothing");
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
		const char *name = strcmp(fields[field].name, "from") == 0 ? "src-port" : "dst-port";
		struct packet_match_term *t = add_term(w, m, field_named(name, protocol), negated);
		if (t == NULL)
			return false;
		t->number = number;
	}
	return true;
}

static bool read_value(struct words *w, struct packet_match *m, size_t field, bool negated, unsigned protocol)
{
	const struct field *f = &fields[field];

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

static bool unknown_field(struct words *w, const struct protocol *protocol)
{
	struct suggestion s;
	char what[WORD_ROOM * 2];

	suggest_begin(&s, w->word);
	for (size_t i = 0; i + 1 < LENGTH(fields); i++)
		if ((fields[i].protocols & protocol->bit) != 0)
			suggest_word(&s, fields[i].name);
	snprintf(what, sizeof what, "expected a condition on %s", protocol->name);
	return wrong_word(w, what, &s);
}

static bool compile_protocol(struct words *w, struct packet_match *m)
{
	struct suggestion s;

	next_word(w);
	suggest_begin(&s, w->word);
	for (size_t i = 0; i < LENGTH(protocols); i++) {
		if (strcmp(protocols[i].name, w->word) == 0) {
			m->protocol = (uint8_t)i;
			return true;
		}
		suggest_word(&s, protocols[i].name);
	}
	return wrong_word(w, "the first word is a protocol (any, arp, ip, ipv4, ipv6, icmp, udp, tcp, vrrp, carp)",
			  &s);
}

bool packet_match_compile(struct packet_match *m, const char *text, struct packet_match_error *error)
{
	struct words w = {.text = text, .error = error};

	*m = (struct packet_match){0};
	*error = (struct packet_match_error){0};
	if (!compile_protocol(&w, m))
		return false;
	const struct protocol *protocol = &protocols[m->protocol];
	while (*next_word(&w) != '\0') {
		bool negated = strcmp(w.word, "not") == 0;
		struct ip_addr ip;

		if (negated)
			next_word(&w);
		size_t field = field_named(w.word, protocol->bit);
		if (protocol->bit == P_ARP && ip_parse(w.word, &ip)) {
			struct packet_match_term *t = add_term(&w, m, LENGTH(fields) - 1, negated);
			if (t == NULL)
				return false;
			t->ip = ip;
		} else if (field >= LENGTH(fields) - 1) {
			return unknown_field(&w, protocol);
		} else if (!read_value(&w, m, field, negated, protocol->bit)) {
			return false;
		}
	}
	return true;
}

bool packet_matches(const struct packet_match *m, const struct packet *p)
{
	if (!protocols[m->protocol].is(p))
		return false;
	for (size_t i = 0; i < m->term_count; i++)
		if (fields[m->term[i].field].holds(p, &m->term[i]) == m->term[i].negated)
			return false;
	return true;
}
