// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/outsiders.h"

#define SECRET UINT64_C(0x6f75747369646572)     /* the tables only answer yes or no: their order is never seen */

/* No padding: keys are compared as bytes. */
struct id_key {
	uint32_t segment;
	uint16_t family, id;
};

bool outsiders_init(struct outsiders *o)
{
	*o = (struct outsiders){0};
	return table_init(&o->address, OUTSIDERS_ADDRESSES, sizeof(struct ip_addr), 1, SECRET) &&
	       table_init(&o->id, OUTSIDERS_IDS, sizeof(struct id_key), 1, SECRET);
}

void outsiders_fini(struct outsiders *o)
{
	table_fini(&o->address);
	table_fini(&o->id);
	*o = (struct outsiders){0};
}

static bool advertises(const struct packet *p, unsigned *id)
{
	*id = p->transport == TRANSPORT_VRRP ? p->vrrp.vrid : p->transport == TRANSPORT_CARP ? p->carp.vhid : 0;
	return *id != 0;
}

void outsiders_hear(struct outsiders *o, unsigned segment, const struct packet *p)
{
	unsigned id;

	if (!advertises(p, &id))
		return;
	const struct id_key key = {.segment = segment, .family = (uint16_t)p->src.family, .id = (uint16_t)id};
	o->too_many = table_put(&o->address, &p->src, NULL) == NULL || table_put(&o->id, &key, NULL) == NULL ||
		      o->too_many;
}

bool outsiders_in(const struct outsiders *o, const struct finding *f)
{
	bool any = o->too_many;

	for (size_t i = 0; i < f->subject_count && !any; i++)
		any = table_find(&o->address, &f->subject[i].ip) != NULL;
	return any;
}

bool outsiders_on(const struct outsiders *o, unsigned segment, enum ip_family family, unsigned id)
{
	const struct id_key key = {.segment = segment, .family = (uint16_t)family, .id = (uint16_t)id};

	return o->too_many || table_find(&o->id, &key) != NULL;
}
