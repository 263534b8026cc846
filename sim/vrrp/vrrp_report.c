// SPDX-License-Identifier: BSD-2-Clause
/* Everything that a virtual router says about itself. */
#include "sim/vrrp/parts.h"

bool vrrp_name_set(struct vrrp_router *r, uint8_t vrid)
{
	const char *name = labels_add(&r->names, "vrrp %u %s", vrid, vrrp_family_text(r->config.family));

	if (name != NULL)
		r->name = name;
	return name != NULL;
}

/* A record that says who speaks: the first three fields of every kind. */
static struct record *record_of(struct vrrp_router *r, const struct record_kind *kind, vl_time now)
{
	struct record *record = outbox_record(r->outbox, kind, r->name, now);

	record->value[VRRP_STATE_VRID].number = r->config.vrid;
	record->value[VRRP_STATE_FAMILY].word = vrrp_family_text(r->config.family);
	record->value[VRRP_STATE_INTERFACE].word = stack_interface(r->stack, r->config.interface)->name;
	return record;
}

void vrrp_report_state(struct vrrp_router *r, enum vrrp_state from, enum vrrp_reason why,
		       const struct ip_addr *sender, vl_time now)
{
	struct record *record = record_of(r, &VRRP_STATE_KIND, now);

	record->value[VRRP_STATE_FROM].word = vrrp_state_text(from);
	record->value[VRRP_STATE_TO].word = vrrp_state_text(r->state);
	record->value[VRRP_STATE_WHY].word = vrrp_reason_text(why);
	record->value[VRRP_STATE_PRIORITY].number = vrrp_router_priority(r);
	if (sender != NULL)
		record->value[VRRP_STATE_SENDER].ip = *sender;
}

/* Whether a problem with this sender is to be told now. */
static bool due(struct vrrp_router *r, unsigned bit, const struct ip_addr *sender)
{
	if (r->config.log != VRRP_LOG_ONCE)
		return r->config.log == VRRP_LOG_EVERY;
	struct vrrp_warned *w = NULL;
	for (unsigned i = 0; i < VRRP_WARNED && w == NULL; i++)
		if (ip_equal(&r->warned[i].sender, sender))
			w = &r->warned[i];
	if (w == NULL) {
		w = &r->warned[r->next_warned];
		r->next_warned = (r->next_warned + 1) % VRRP_WARNED;
		*w = (struct vrrp_warned){.sender = *sender};
	}
	bool is_new = (w->what & UINT32_C(1) << bit) == 0;
	w->what |= UINT32_C(1) << bit;
	return is_new;
}

/* What its own count asks for, as a router of our version reads it (keepalived counts the IP header in). */
static uint64_t length_wanted(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	return 8u + h->address_count * ip_size(c->family) + (c->version == 2 ? VRRP_V2_AUTH_LENGTH : 0u);
}

/* The first of our addresses that the message does not have. */
static struct ip_addr address_missing(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	for (size_t i = 0; i < c->address_count; i++) {
		bool found = false;
		for (size_t k = 0; k < h->address_count && !found; k++) {
			struct ip_addr a = vrrp_address(h->message, k);
			found = ip_equal(&a, &c->address[i]);
		}
		if (!found)
			return c->address[i];
	}
	return c->address[0];   /* the message has one twice */
}

static void tell_addresses(const struct vrrp_config *c, const struct vrrp_heard *h, union value *got,
			   union value *want)
{
	if (h->message != NULL && h->address_count == c->address_count) {
		got->ip = address_missing(c, h);
		return;
	}
	got->number = h->address_count;
	want->number = c->address_count;
}

/* The two facts behind the fields of a warning (vrrp_records.h). */
static void tell_drop(const struct vrrp_config *c, enum vrrp_drop why, const struct vrrp_heard *h, union value *got,
		      union value *want)
{
	unsigned ip_header = c->family == IP_V4 ? 20 : 40;

	switch ((unsigned)why) {
	case VRRP_DROP_TTL:
		got->number = h->packet->ttl;
		want->number = 255;
		break;
	case VRRP_DROP_VERSION:
		got->number = h->version;
		want->number = c->version;
		break;
	case VRRP_DROP_CARP:
	case VRRP_DROP_LENGTH:
		got->number = h->length + ip_header;
		want->number = length_wanted(c, h) + ip_header;
		break;
	case VRRP_DROP_CHECKSUM:
		want->number = c->version;
		break;
	case VRRP_DROP_AUTH_TYPE:
		got->number = h->packet->has_ah ? (uint64_t)VRRP_AUTH_AH : h->auth_type;
		want->number = c->auth_type;
		break;
	case VRRP_DROP_INTERVAL:
		got->time = h->interval;
		want->time = c->interval;
		break;
	case VRRP_DROP_ADDRESSES:
		tell_addresses(c, h, got, want);
		break;
	default:
		break;
	}
}

static void tell_note(const struct vrrp_config *c, enum vrrp_note note, const struct vrrp_heard *h, union value *got,
		      union value *want)
{
	if (note == VRRP_NOTE_ADDRESSES)
		tell_addresses(c, h, got, want);
	else if (note == VRRP_NOTE_INTERVAL)
		tell_drop(c, VRRP_DROP_INTERVAL, h, got, want);
}

/* Said each time, as a change of state is, unless nothing is. */
void vrrp_report_lower(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	if (r->config.log == VRRP_LOG_NEVER)
		return;
	struct record *record = record_of(r, &VRRP_WARNING_KIND, now);
	record->value[VRRP_WARNING_WHAT].word = vrrp_note_text(VRRP_NOTE_LOWER);
	record->value[VRRP_WARNING_SENDER].ip = h->packet->src;
	record->value[VRRP_WARNING_MAC].mac = h->packet->ethernet.src;
	record->value[VRRP_WARNING_GOT].number = h->priority;
	record->value[VRRP_WARNING_WANT].number = vrrp_router_priority(r);
}

/* The record, to add facts to; NULL: not to be told now. */
static struct record *warn(struct vrrp_router *r, unsigned bit, const char *what, const struct vrrp_heard *h,
			   vl_time now)
{
	struct ip_addr sender = h != NULL ? h->packet->src : (struct ip_addr){.family = IP_NONE};

	if (!due(r, bit, &sender))
		return NULL;
	struct record *record = record_of(r, &VRRP_WARNING_KIND, now);
	record->value[VRRP_WARNING_WHAT].word = what;
	record->value[VRRP_WARNING_SENDER].ip = sender;
	record->value[VRRP_WARNING_MAC].mac = h != NULL ? h->packet->ethernet.src : MAC_ZERO;
	return record;
}

void vrrp_report_drop(struct vrrp_router *r, enum vrrp_drop why, const struct vrrp_heard *h, vl_time now)
{
	struct record *record = record_of(r, &VRRP_DROP_KIND, now);

	record->value[VRRP_DROP_WHY].word = vrrp_drop_text(why);
	record->value[VRRP_DROP_SENDER].ip = h->packet->src;
	record->value[VRRP_DROP_MAC].mac = h->packet->ethernet.src;
	record->value[VRRP_DROP_PRIORITY].number = h->priority;
	if (why == VRRP_DROP_NOT_RUNNING)
		return;
	record = warn(r, why, vrrp_drop_text(why), h, now);
	if (record != NULL)
		tell_drop(&r->config, why, h, &record->value[VRRP_WARNING_GOT], &record->value[VRRP_WARNING_WANT]);
}

void vrrp_report_note(struct vrrp_router *r, enum vrrp_note note, const struct vrrp_heard *h, vl_time now)
{
	struct record *record = warn(r, (unsigned)VRRP_DROP_COUNT + note, vrrp_note_text(note), h, now);

	if (record != NULL && h != NULL)
		tell_note(&r->config, note, h, &record->value[VRRP_WARNING_GOT], &record->value[VRRP_WARNING_WANT]);
}

void vrrp_report_learned(struct vrrp_router *r, vl_time before, const struct ip_addr *sender, vl_time now)
{
	struct record *record = record_of(r, &VRRP_LEARNED_KIND, now);

	record->value[VRRP_LEARNED_OLD].time = before;
	record->value[VRRP_LEARNED_NEW].time = r->active_adver_interval;
	record->value[VRRP_LEARNED_SENDER].ip = *sender;
}

void vrrp_report_track(struct vrrp_router *r, const char *object, bool up, vl_time now)
{
	struct record *record = record_of(r, &VRRP_TRACK_KIND, now);

	record->value[VRRP_TRACK_OBJECT].word = object;
	record->value[VRRP_TRACK_UP].flag = up;
	record->value[VRRP_TRACK_PRIORITY].number = vrrp_router_priority(r);
}

void vrrp_report_accepted(struct vrrp_router *r, const struct ip_addr *sender)
{
	if (ip_equal(&r->active, sender))
		return;
	r->active = *sender;
	for (unsigned i = 0; i < VRRP_WARNED; i++)
		r->warned[i].what = 0;
}
