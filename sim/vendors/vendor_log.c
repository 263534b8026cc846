// SPDX-License-Identifier: BSD-2-Clause
/* Records into lines; the other direction is vendor_log_read.c. */
#include "sim/vendors/vendor_log.h"

#include <stdio.h>
#include <string.h>

#include "sim/carp/carp_records.h"
#include "sim/vendors/glbp_records.h"
#include "sim/vendors/hsrp_records.h"
#include "sim/vendors/vendor_log_parts.h"
#include "sim/vrrp/vrrp_records.h"
#include "sim/wire/carp.h"

/* What a record says, as far as lines need it. */
struct told {
	uint32_t events;
	uint64_t id;
	const char *interface;
	bool is_v6;
	int from, to;                   /* 0 Initialize, 1 Backup, 2 Active; -1: no change of state */
	const char *from_word, *to_word;        /* HSRP and GLBP: in place of those; NULL: not told */
	uint64_t forwarder;             /* GLBP */
	enum vendor_log_why why;
	struct ip_addr sender;          /* family IP_NONE: nobody */
	struct mac mac;
	bool has_priority;
	uint64_t priority;
	const union value *got, *want;  /* NULL: not told */
	const struct ip_addr *local;
};

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* --- VRRP ------------------------------------------------------------------------------------------------ */

static const struct {
	enum vrrp_reason reason;
	enum vendor_log_why why;
	uint32_t event;
} vrrp_reasons[] = {
	{VRRP_WHY_STARTUP, VENDOR_WHY_STARTUP, 0},
	{VRRP_WHY_STARTUP_OWNER, VENDOR_WHY_STARTUP, 0},
	{VRRP_WHY_DOWN_TIMER, VENDOR_WHY_TIMER, VENDOR_LOG_TIMEOUT},
	{VRRP_WHY_PRIORITY_0, VENDOR_WHY_TIMER, VENDOR_LOG_TIMEOUT},
	{VRRP_WHY_HIGHER_PRIORITY, VENDOR_WHY_BETTER, VENDOR_LOG_YIELD},
	{VRRP_WHY_HIGHER_ADDRESS, VENDOR_WHY_BETTER, VENDOR_LOG_YIELD_ADDRESS},
	{VRRP_WHY_INTERFACE_DOWN, VENDOR_WHY_INTERFACE, 0},
	{VRRP_WHY_INTERFACE_UP, VENDOR_WHY_STARTUP, 0},
	{VRRP_WHY_TRACK_DOWN, VENDOR_WHY_TRACK, 0},
	{VRRP_WHY_TRACK_UP, VENDOR_WHY_TRACK, 0},
};

static int vrrp_state_of(const char *word)
{
	for (int s = 0; s < VRRP_STATE_COUNT; s++)
		if (is(word, vrrp_state_text((enum vrrp_state)s)))
			return s;
	return -1;
}

static void tell_vrrp_state(struct told *t, const struct record *r)
{
	const char *why = r->value[VRRP_STATE_WHY].word;

	t->from = vrrp_state_of(r->value[VRRP_STATE_FROM].word);
	t->to = vrrp_state_of(r->value[VRRP_STATE_TO].word);
	t->has_priority = true;
	t->priority = r->value[VRRP_STATE_PRIORITY].number;
	t->sender = r->value[VRRP_STATE_SENDER].ip;
	t->events = VENDOR_LOG_STATE;
	if (t->to == VRRP_ACTIVE)
		t->events |= VENDOR_LOG_ACTIVE;
	else if (t->to == VRRP_BACKUP)
		t->events |= VENDOR_LOG_BACKUP;
	for (size_t i = 0; i < sizeof vrrp_reasons / sizeof vrrp_reasons[0]; i++) {
		if (!is(why, vrrp_reason_text(vrrp_reasons[i].reason)))
			continue;
		t->why = vrrp_reasons[i].why;
		t->events |= vrrp_reasons[i].event;
	}
}

static const struct {
	enum vrrp_drop drop;
	uint32_t event;
} vrrp_drops[] = {
	{VRRP_DROP_TTL, VENDOR_LOG_TTL},
	{VRRP_DROP_CARP, VENDOR_LOG_LENGTH},
	{VRRP_DROP_LENGTH, VENDOR_LOG_LENGTH},
	{VRRP_DROP_VERSION, VENDOR_LOG_VERSION},
	{VRRP_DROP_CHECKSUM, VENDOR_LOG_CHECKSUM},
	{VRRP_DROP_OWNER, VENDOR_LOG_OWNER},
	{VRRP_DROP_AUTH_TYPE, VENDOR_LOG_AUTH_TYPE},
	{VRRP_DROP_AUTH_DATA, VENDOR_LOG_AUTH_DATA},
	{VRRP_DROP_INTERVAL, VENDOR_LOG_INTERVAL},
};

static const struct {
	enum vrrp_note note;
	uint32_t event;
} vrrp_notes[] = {
	{VRRP_NOTE_INTERVAL, VENDOR_LOG_INTERVAL_TOLERATED},
	{VRRP_NOTE_TWO_OWNERS, VENDOR_LOG_TWO_OWNERS},
	{VRRP_NOTE_OWN_ADDRESS, VENDOR_LOG_OWN_ADDRESS},
	{VRRP_NOTE_LOWER, VENDOR_LOG_REASSERT},
};

static uint32_t warning_event(const char *what, bool count_differs)
{
	if (is(what, vrrp_drop_text(VRRP_DROP_ADDRESSES)))
		return count_differs ? VENDOR_LOG_COUNT : VENDOR_LOG_ADDRESSES;
	if (is(what, vrrp_note_text(VRRP_NOTE_ADDRESSES)))
		return count_differs ? VENDOR_LOG_COUNT_TOLERATED : VENDOR_LOG_ADDRESSES_TOLERATED;
	for (size_t i = 0; i < sizeof vrrp_drops / sizeof vrrp_drops[0]; i++)
		if (is(what, vrrp_drop_text(vrrp_drops[i].drop)))
			return vrrp_drops[i].event;
	for (size_t i = 0; i < sizeof vrrp_notes / sizeof vrrp_notes[0]; i++)
		if (is(what, vrrp_note_text(vrrp_notes[i].note)))
			return vrrp_notes[i].event;
	return 0;
}

static void tell_vrrp_warning(struct told *t, const struct record *r)
{
	t->got = &r->value[VRRP_WARNING_GOT];
	t->want = &r->value[VRRP_WARNING_WANT];
	t->sender = r->value[VRRP_WARNING_SENDER].ip;
	t->mac = r->value[VRRP_WARNING_MAC].mac;
	t->events = warning_event(r->value[VRRP_WARNING_WHAT].word, t->want->number != 0);
}

/* --- CARP ------------------------------------------------------------------------------------------------ */

static const struct {
	enum carp_reason reason;
	enum vendor_log_why why;
	uint32_t event;
} carp_reasons[] = {
	{CARP_WHY_STARTUP, VENDOR_WHY_STARTUP, 0},
	{CARP_WHY_MASTER_DOWN, VENDOR_WHY_TIMER, VENDOR_LOG_TIMEOUT},
	{CARP_WHY_PREEMPTED, VENDOR_WHY_PREEMPT, VENDOR_LOG_PREEMPT},
	{CARP_WHY_TOO_SLOW, VENDOR_WHY_TOO_SLOW, 0},
	{CARP_WHY_PREFERRED, VENDOR_WHY_BETTER, VENDOR_LOG_YIELD},
	{CARP_WHY_INTERFACE_DOWN, VENDOR_WHY_INTERFACE, 0},
	{CARP_WHY_INTERFACE_UP, VENDOR_WHY_STARTUP, 0},
};

static int carp_state_of(const char *word)
{
	for (int s = 0; s < CARP_STATE_COUNT; s++)
		if (is(word, carp_state_text((enum carp_state)s)))
			return s;
	return -1;
}

static void tell_carp_state(struct told *t, const struct record *r)
{
	t->from = carp_state_of(r->value[CARP_STATE_FROM].word);
	t->to = carp_state_of(r->value[CARP_STATE_TO].word);
	t->sender = r->value[CARP_STATE_SENDER].ip;
	t->events = VENDOR_LOG_STATE;
	if (t->to == CARP_MASTER)
		t->events |= VENDOR_LOG_ACTIVE;
	else if (t->to == CARP_BACKUP)
		t->events |= VENDOR_LOG_BACKUP;
	for (size_t i = 0; i < sizeof carp_reasons / sizeof carp_reasons[0]; i++) {
		if (!is(r->value[CARP_STATE_WHY].word, carp_reason_text(carp_reasons[i].reason)))
			continue;
		t->why = carp_reasons[i].why;
		t->events |= carp_reasons[i].event;
	}
}

/* What ucarp makes of a VRRP message: long enough to be CARP, it fails by its digest while what is cut off is zero
 * (5 to 7 addresses), then by its checksum; shorter, it is debug output (vrrp.md 2.7). */
static uint32_t event_of_vrrp(uint64_t length)
{
	return length > 8 + 7 * 4 + 8 ? VENDOR_LOG_CHECKSUM : length >= CARP_LENGTH ? VENDOR_LOG_DIGEST : 0;
}

static void tell_carp_drop(struct told *t, const struct record *r)
{
	const char *why = r->value[CARP_DROP_WHY].word;

	t->sender = r->value[CARP_DROP_SENDER].ip;
	t->mac = r->value[CARP_DROP_MAC].mac;
	if (is(why, carp_drop_text(CARP_DROP_TTL))) {
		t->got = &r->value[CARP_DROP_TTL_SEEN];
		t->events = VENDOR_LOG_TTL;
	} else if (is(why, carp_drop_text(CARP_DROP_VERSION)) ||
		   (is(why, carp_drop_text(CARP_DROP_NOT_CARP)) && r->value[CARP_DROP_LENGTH_SEEN].number >= CARP_LENGTH &&
		    r->value[CARP_DROP_VERSION_SEEN].number != 2)) {
		t->got = &r->value[CARP_DROP_VERSION_SEEN];
		t->events = VENDOR_LOG_VERSION;
	} else if (is(why, carp_drop_text(CARP_DROP_NOT_CARP))) {
		t->events = event_of_vrrp(r->value[CARP_DROP_LENGTH_SEEN].number);
	} else if (is(why, carp_drop_text(CARP_DROP_CHECKSUM))) {
		t->events = VENDOR_LOG_CHECKSUM;
	} else if (is(why, carp_drop_text(CARP_DROP_DIGEST))) {
		t->events = VENDOR_LOG_DIGEST;
	}
}

/* --- HSRP, GLBP ------------------------------------------------------------------------------------------ */

/* As Cisco writes them. */
static const char *cisco_state(const char *word)
{
	static const char *const table[][2] = {{"initial", "Init"}, {"init", "Init"},	{"learn", "Learn"},
					       {"listen", "Listen"}, {"speak", "Speak"}, {"standby", "Standby"},
					       {"active", "Active"}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (is(word, table[i][0]))
			return table[i][1];
	return NULL;
}

/* What the record of a group is of, and where its fields are. SENDER and what is told of two things. */
static const struct group_log {
	const struct record_kind *kind;
	uint32_t event;
	int from, to, sender, got, want, forwarder;     /* -1: it has none */
} group_logs[] = {
	{&HSRP_STATE_KIND, VENDOR_LOG_HSRP_STATE, HSRP_STATE_FROM, HSRP_STATE_TO, HSRP_STATE_SENDER, -1, -1, -1},
	{&HSRP_BAD_AUTH_KIND, VENDOR_LOG_HSRP_AUTH, -1, HSRP_DROP_REMOTE_STATE, HSRP_DROP_SENDER, -1, -1, -1},
	{&HSRP_DIFFERENT_VIP_KIND, VENDOR_LOG_HSRP_ADDRESS, -1, -1, HSRP_VIP_SENDER, HSRP_VIP_THEIRS, HSRP_VIP_OURS, -1},
	{&GLBP_STATE_KIND, VENDOR_LOG_GLBP_STATE, GLBP_STATE_FROM, GLBP_STATE_TO, GLBP_STATE_SENDER, -1, -1, -1},
	{&GLBP_FORWARDER_KIND, VENDOR_LOG_GLBP_FORWARDER, GLBP_FORWARDER_FROM, GLBP_FORWARDER_TO, GLBP_FORWARDER_SENDER, -1,
	 -1, GLBP_FORWARDER_NUMBER},
	{&GLBP_BAD_AUTH_KIND, VENDOR_LOG_GLBP_AUTH, -1, -1, GLBP_DROP_SENDER, -1, -1, -1},
	{&GLBP_DIFFERENT_VIP_KIND, VENDOR_LOG_GLBP_ADDRESS, -1, -1, GLBP_VIP_SENDER, GLBP_VIP_THEIRS, GLBP_VIP_OURS, -1},
};

_Static_assert((int)HSRP_STATE_GROUP == 0 && (int)GLBP_STATE_GROUP == 0 && (int)HSRP_STATE_INTERFACE == 1,
	       "group and interface are the first fields of all");

static void tell_group(struct told *t, const struct record *r)
{
	for (size_t i = 0; i < sizeof group_logs / sizeof group_logs[0]; i++) {
		const struct group_log *g = &group_logs[i];
		if (r->kind != g->kind)
			continue;
		t->events = g->event;
		t->id = r->value[0].number;
		t->interface = r->value[1].word;
		t->from_word = g->from >= 0 ? cisco_state(r->value[g->from].word) : NULL;
		t->to_word = g->to >= 0 ? cisco_state(r->value[g->to].word) : NULL;
		t->sender = r->value[g->sender].ip;
		t->got = g->got >= 0 ? &r->value[g->got] : NULL;
		t->want = g->want >= 0 ? &r->value[g->want] : NULL;
		t->forwarder = g->forwarder >= 0 ? r->value[g->forwarder].number : 0;
	}
}

/* --- a record -------------------------------------------------------------------------------------------- */

static void tell(struct told *t, const struct record *r, const struct ip_addr *local)
{
	*t = (struct told){.from = -1, .to = -1, .why = VENDOR_WHY_OTHER, .local = local};
	if (r->kind == &VRRP_STATE_KIND || r->kind == &VRRP_WARNING_KIND) {
		t->id = r->value[VRRP_STATE_VRID].number;
		t->is_v6 = is(r->value[VRRP_STATE_FAMILY].word, vrrp_family_text(IP_V6));
		t->interface = r->value[VRRP_STATE_INTERFACE].word;
	} else if (r->kind == &CARP_STATE_KIND || r->kind == &CARP_DROP_KIND || r->kind == &CARP_REASSERT_KIND) {
		t->id = r->value[CARP_STATE_VHID].number;
		t->interface = r->value[CARP_STATE_INTERFACE].word;
	}
	if (r->kind == &VRRP_STATE_KIND)
		tell_vrrp_state(t, r);
	else if (r->kind == &VRRP_WARNING_KIND)
		tell_vrrp_warning(t, r);
	else if (r->kind == &CARP_STATE_KIND)
		tell_carp_state(t, r);
	else if (r->kind == &CARP_DROP_KIND)
		tell_carp_drop(t, r);
	else if (r->kind == &CARP_REASSERT_KIND)
		t->events = VENDOR_LOG_REASSERT;
	else
		tell_group(t, r);
}

/* --- facts ----------------------------------------------------------------------------------------------- */

enum fact {
	FACT_ID, FACT_INTERFACE, FACT_FAMILY, FACT_SENDER, FACT_MAC, FACT_LOCAL, FACT_PRIORITY, FACT_FROM, FACT_TO,
	FACT_WHY, FACT_GOT, FACT_WANT, FACT_GOT_S, FACT_WANT_S, FACT_GOT_CS, FACT_WANT_CS, FACT_GOT_MS, FACT_WANT_MS,
	FACT_MISSING, FACT_INSTANCE, FACT_FORWARDER, FACT_GOT_IP, FACT_WANT_IP, FACT_COUNT
};

static const char *const fact_name[FACT_COUNT] = {
	"id", "interface", "family", "sender", "mac", "local", "priority", "from", "to", "why", "got", "want",
	"got_s", "want_s", "got_cs", "want_cs", "got_ms", "want_ms", "missing", "instance",
	"forwarder", "got_ip", "want_ip",
};

#define FACT_TEXT 96
_Static_assert(FACT_TEXT >= IP_TEXT && FACT_TEXT >= MAC_TEXT, "they are facts");

static bool put_number(char text[FACT_TEXT], const union value *v, vl_time unit)
{
	if (v == NULL)
		return false;
	snprintf(text, FACT_TEXT, "%llu", (unsigned long long)(unit != 0 ? v->time / unit : v->number));
	return true;
}

static bool put_word(char text[FACT_TEXT], const char *word)
{
	if (word == NULL)
		return false;
	snprintf(text, FACT_TEXT, "%s", word);
	return true;
}

static bool put_ip(char text[FACT_TEXT], const struct ip_addr *a)
{
	if (a == NULL || a->family == IP_NONE)
		return false;
	ip_format(text, a);
	return true;
}

static const char *state_word(const struct vendor_log_product *p, int state)
{
	return state >= 0 ? p->state[state] : NULL;
}

/* False: it is not known. */
static bool put_fact(char text[FACT_TEXT], enum fact f, const struct told *t, const struct vendor_log_product *p)
{
	switch (f) {
	case FACT_ID:
		snprintf(text, FACT_TEXT, "%llu", (unsigned long long)t->id);
		return true;
	case FACT_INSTANCE:
		snprintf(text, FACT_TEXT, "VI_%llu", (unsigned long long)t->id);
		return true;
	case FACT_INTERFACE:
		return put_word(text, t->interface);
	case FACT_FAMILY:
		return put_word(text, t->is_v6 ? "IPv6" : "IPv4");
	case FACT_SENDER:
		return put_ip(text, &t->sender);
	case FACT_MAC:
		mac_format(text, t->mac);
		return true;
	case FACT_LOCAL:
		return put_ip(text, t->local);
	case FACT_PRIORITY:
		snprintf(text, FACT_TEXT, "%llu", (unsigned long long)t->priority);
		return t->has_priority;
	case FACT_FROM:
		return put_word(text, t->from_word != NULL ? t->from_word : state_word(p, t->from));
	case FACT_TO:
		return put_word(text, t->to_word != NULL ? t->to_word : state_word(p, t->to));
	case FACT_WHY:
		return put_word(text, p->why[t->why]);
	case FACT_GOT:
		return put_number(text, t->got, 0);
	case FACT_WANT:
		return put_number(text, t->want, 0);
	case FACT_GOT_S:
		return put_number(text, t->got, VL_S);
	case FACT_WANT_S:
		return put_number(text, t->want, VL_S);
	case FACT_GOT_CS:
		return put_number(text, t->got, VL_CS);
	case FACT_WANT_CS:
		return put_number(text, t->want, VL_CS);
	case FACT_GOT_MS:
		return put_number(text, t->got, VL_MS);
	case FACT_WANT_MS:
		return put_number(text, t->want, VL_MS);
	case FACT_FORWARDER:
		snprintf(text, FACT_TEXT, "%llu", (unsigned long long)t->forwarder);
		return t->forwarder != 0;
	case FACT_WANT_IP:
		return put_ip(text, t->want != NULL ? &t->want->ip : NULL);
	case FACT_GOT_IP:
	case FACT_MISSING:
		return put_ip(text, t->got != NULL ? &t->got->ip : NULL);
	case FACT_COUNT:
		break;
	}
	return false;
}

static enum fact fact_named(const char *name, size_t length)
{
	int f = 0;

	while (f < FACT_COUNT && (strlen(fact_name[f]) != length || memcmp(fact_name[f], name, length) != 0))
		f++;
	return (enum fact)f;
}

/* Appends the text with its facts; returns the new length, which stays below VENDOR_LOG_TEXT. */
static size_t put_text(char out[VENDOR_LOG_TEXT], size_t n, const char *text, const struct told *t,
		       const struct vendor_log_product *p)
{
	while (text != NULL && *text != '\0' && n + 1 < VENDOR_LOG_TEXT) {
		const char *close = *text == '{' ? strchr(text, '}') : NULL;
		char fact[FACT_TEXT];

		if (close == NULL) {
			out[n++] = *text++;
			continue;
		}
		bool known = put_fact(fact, fact_named(text + 1, (size_t)(close - text - 1)), t, p);
		int added = snprintf(out + n, VENDOR_LOG_TEXT - n, "%s", known ? fact : "...");
		n += (size_t)added < VENDOR_LOG_TEXT - n ? (size_t)added : VENDOR_LOG_TEXT - n - 1;
		text = close + 1;
	}
	out[n] = '\0';
	return n;
}

bool vendor_log_write(char text[VENDOR_LOG_TEXT], const struct vendor *v, const struct record *r,
		      const struct ip_addr *local, unsigned which)
{
	const struct vendor_log_product *p = &vendor_log_product[v->product];
	struct told t;

	text[0] = '\0';
	if (v->product == VENDOR_PRODUCT_NONE)
		return false;
	tell(&t, r, local);
	for (size_t i = 0; t.events != 0 && i < vendor_log_count; i++) {
		const struct vendor_log_line *line = &vendor_log_table[i];
		if ((line->products & UINT32_C(1) << v->product) == 0 || (line->events & t.events) == 0 || which-- > 0)
			continue;
		size_t n = put_text(text, 0, p->tag, &t, p);
		n = put_text(text, n, line->text, &t, p);
		put_text(text, n, line->rest, &t, p);
		return true;
	}
	return false;
}
