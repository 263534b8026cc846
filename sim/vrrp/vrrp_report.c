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

static void warn(struct vrrp_router *r, unsigned bit, const char *what, const struct vrrp_heard *h,
		 vl_time now)
{
	struct ip_addr sender = h != NULL ? h->packet->src : (struct ip_addr){.family = IP_NONE};

	if (!due(r, bit, &sender))
		return;
	struct record *record = record_of(r, &VRRP_WARNING_KIND, now);
	record->value[VRRP_WARNING_WHAT].word = what;
	record->value[VRRP_WARNING_SENDER].ip = sender;
	record->value[VRRP_WARNING_MAC].mac = h != NULL ? h->packet->ethernet.src : MAC_ZERO;
}

void vrrp_report_drop(struct vrrp_router *r, enum vrrp_drop why, const struct vrrp_heard *h, vl_time now)
{
	struct record *record = record_of(r, &VRRP_DROP_KIND, now);

	record->value[VRRP_DROP_WHY].word = vrrp_drop_text(why);
	record->value[VRRP_DROP_SENDER].ip = h->packet->src;
	record->value[VRRP_DROP_MAC].mac = h->packet->ethernet.src;
	record->value[VRRP_DROP_PRIORITY].number = h->priority;
	if (why != VRRP_DROP_NOT_RUNNING)
		warn(r, why, vrrp_drop_text(why), h, now);
}

void vrrp_report_note(struct vrrp_router *r, enum vrrp_note note, const struct vrrp_heard *h, vl_time now)
{
	warn(r, (unsigned)VRRP_DROP_COUNT + note, vrrp_note_text(note), h, now);
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
