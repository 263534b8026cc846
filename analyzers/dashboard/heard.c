// SPDX-License-Identifier: BSD-2-Clause
/* Only the Active speaks, so who is heard is Active; HSRP's hellos say what they are. */
#include "analyzers/dashboard/heard.h"

#include <stdio.h>
#include <string.h>

static void add_address(char *text, size_t room, const struct ip_addr *a, size_t i)
{
	char one[IP_TEXT];
	size_t n = strlen(text);

	ip_format(one, a);
	if (n + strlen(one) + 2 < room)
		snprintf(text + n, room - n, "%s%s", i > 0 ? " " : "", one);
}

static struct router *sender(struct model *m, const struct packet *p, enum finding_class class, uint16_t id)
{
	char who[IP_TEXT];
	struct router *r = model_router(m, class, p->src.family, id, ip_format(who, &p->src));

	if (r == NULL)
		return NULL;
	char mac[MAC_TEXT];
	snprintf(r->mac, sizeof r->mac, "%s", mac_format(mac, p->ethernet.src));
	r->vlan = p->ethernet.vlan_count > 0 ? p->ethernet.vlan[0].id : 0;
	return r;
}

static void advert(struct model *m, struct router *r, enum router_word state, vl_time interval, vl_time at)
{
	char text[MODEL_TEXT], length[VL_TIME_TEXT], where[MODEL_NAME];
	enum router_word before = model_router_at(r, at, NULL);

	r->interval = interval;
	if (!r->heard)
		r->first = at;
	else if (interval > 0 && at > r->last)
		r->expected += (at - r->last + interval / 2) / interval;
	snprintf(where, sizeof where, "%s %u", finding_class_word(r->class), r->id);
	if (state == ROUTER_ACTIVE && before != ROUTER_ACTIVE) {
		struct handover h;
		model_router_state(m, r, state, at);
		if (r->heard || (model_handover(m, r, at, &h) && h.to == r && h.at == at)) {
			if (model_handover(m, r, at, &h) && h.to == r)
				snprintf(text, sizeof text, "%s takes over from %s after %s s", r->who, h.from->who,
					 vl_time_format_short(length, h.took));
			else
				snprintf(text, sizeof text, "%s is heard again", r->who);
			model_event(m, at, RECORD_WARN, where, text);
		} else {
			snprintf(text, sizeof text, "%s is heard", r->who);
			model_event(m, at, RECORD_NOTICE, where, text);
		}
	} else {
		model_router_state(m, r, state, at);
	}
	r->heard = true;
	r->last = at;
	r->count++;
}

static void heard_vrrp(struct model *m, const struct packet *p, vl_time at)
{
	const struct vrrp_message *v = &p->vrrp;
	struct router *r = v->type == 1 && v->vrid != 0 ? sender(m, p, FINDING_VRRP, v->vrid) : NULL;
	size_t length = v->family == IP_V6 ? 16 : 4;

	if (r == NULL)
		return;
	if (v->priority == 0) {
		model_router_state(m, r, ROUTER_SILENT, at);
		r->last = at;
		return;
	}
	r->version = v->version;
	r->has_priority = true;
	r->priority = v->priority;
	r->vips[0] = '\0';
	for (size_t i = 0; i < v->address_count; i++) {
		struct ip_addr a = {.family = (uint8_t)v->family};
		memcpy(a.b, v->addresses + i * length, length);
		add_address(r->vips, sizeof r->vips, &a, i);
	}
	advert(m, r, ROUTER_ACTIVE, v->version == 2 ? v->interval_s * VL_S : v->interval_cs * VL_CS, at);
}

static void heard_carp(struct model *m, const struct packet *p, vl_time at)
{
	struct router *r = sender(m, p, FINDING_CARP, p->carp.vhid);

	if (r == NULL)
		return;
	r->has_priority = true;
	r->priority = p->carp.advskew;
	snprintf(r->vips, sizeof r->vips, "(hidden by CARP)");
	advert(m, r, ROUTER_ACTIVE, p->carp.advbase * VL_S + p->carp.advskew * VL_S / 256, at);
}

static void heard_hsrp(struct model *m, const struct packet *p, vl_time at)
{
	const struct hsrp_message *h = &p->hsrp;
	struct router *r = h->has_group ? sender(m, p, h->version == 2 ? FINDING_HSRP2 : FINDING_HSRP, h->group) : NULL;

	if (r == NULL)
		return;
	r->has_priority = true;
	r->priority = (uint16_t)(h->priority > 65535 ? 65535 : h->priority);
	r->vips[0] = '\0';
	if (h->virtual_ip.family != IP_NONE)
		add_address(r->vips, sizeof r->vips, &h->virtual_ip, 0);
	bool active = strcmp(hsrp_state_word(hsrp_state_of(h)), "active") == 0;
	advert(m, r, active ? ROUTER_ACTIVE : ROUTER_BACKUP, h->hello_ms * VL_MS, at);
}

void heard_packet(struct model *m, const struct packet *p, vl_time at)
{
	m->passive = true;
	m->frames++;
	if (p->verdict != PACKET_OK)
		return;
	if (p->transport == TRANSPORT_VRRP)
		heard_vrrp(m, p, at);
	else if (p->transport == TRANSPORT_CARP)
		heard_carp(m, p, at);
	else if (p->transport == TRANSPORT_HSRP)
		heard_hsrp(m, p, at);
}

void heard_silence(struct model *m, vl_time now)
{
	char text[MODEL_TEXT], where[MODEL_NAME];

	for (unsigned i = 0; i < m->router_count; i++) {
		struct router *r = &m->router[i];
		vl_time limit = r->last + 3 * (r->interval > 0 ? r->interval : VL_S) + VL_S;
		if (!r->heard || now <= limit || model_router_at(r, now, NULL) == ROUTER_SILENT)
			continue;
		snprintf(where, sizeof where, "%s %u", finding_class_word(r->class), r->id);
		snprintf(text, sizeof text, "%s last heard; its interval is %llu.%llu s", r->who, (unsigned long long)(r->interval / VL_S),
			 (unsigned long long)(r->interval % VL_S / (100 * VL_MS)));
		/* silent since its last word, but known only now */
		model_router_state(m, r, ROUTER_SILENT, r->last);
		model_event(m, now, RECORD_NOTICE, where, text);
	}
}
