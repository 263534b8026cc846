// SPDX-License-Identifier: BSD-2-Clause
/* Adverts of a capture around the first takeovers. */
#include "analyzers/pages/story.h"

#include "probes/capture_file.h"

#define BEFORE (6 * VL_S)
#define AFTER (2 * VL_S)

static bool advert_of(struct story_advert *a, const struct packet *p, vl_time at)
{
	*a = (struct story_advert){.at = at, .family = p->src.family, .from = p->src};
	if (p->verdict != PACKET_OK)
		return false;
	if (p->transport == TRANSPORT_VRRP && p->vrrp.type == 1) {
		a->class = FINDING_VRRP;
		a->id = p->vrrp.vrid;
		a->priority = p->vrrp.priority;
	} else if (p->transport == TRANSPORT_CARP) {
		a->class = FINDING_CARP;
		a->id = p->carp.vhid;
		a->priority = p->carp.advskew;
	} else if (p->transport == TRANSPORT_HSRP && p->hsrp.has_group) {
		a->class = p->hsrp.version == 2 ? FINDING_HSRP2 : FINDING_HSRP;
		a->id = p->hsrp.group;
		a->priority = (uint16_t)(p->hsrp.priority > 65535 ? 65535 : p->hsrp.priority);
	} else {
		return false;
	}
	return true;
}

static void keep(struct story *s, const struct story_advert *a)
{
	for (unsigned i = 0; i < s->ladders; i++) {
		struct story_ladder *l = &s->ladder[i];
		const struct story_takeover *t = &s->takeover[l->takeover];
		const struct story_router *to = &s->router[t->to];
		vl_time from = t->at > BEFORE + t->took ? t->at - BEFORE - t->took : 0;
		if (a->at < from || a->at > t->at + AFTER ||
		    !story_same_id(to, &(struct story_router){.class = a->class, .family = a->family, .id = a->id, .vlan = to->vlan}))
			continue;
		if (l->adverts == STORY_ADVERTS)
			l->more++;
		else
			l->advert[l->adverts++] = *a;
	}
}

bool story_ladders_read(struct story *s, const char *capture)
{
	char error[CAPTURE_ERROR];
	struct capture_file *c;
	struct capture_frame frame;
	struct packet packet;
	struct story_advert advert;

	/* what was the first Active is no takeover: those come first that are one */
	for (size_t i = 0; i < s->takeovers && s->ladders < STORY_LADDERS; i++)
		if (s->takeover[i].kind != TAKEOVER_FIRST)
			s->ladder[s->ladders++].takeover = i;
	if (s->ladders == 0 || (c = capture_open(capture, error)) == NULL)
		return true;
	/* a run's capture counts from the world's first moment, a foreign one from its first frame */
	while (capture_read(c, &frame) == CAPTURE_FRAME) {
		vl_time shift = s->model->passive ? 0 : (vl_time)capture_start(c);
		capture_dissect(c, &frame, &packet);
		if (advert_of(&advert, &packet, frame.at + shift))
			keep(s, &advert);
	}
	capture_close(c);
	return true;
}
