// SPDX-License-Identifier: BSD-2-Clause
/* The store of what was found: each thing once, with who, when and which frames. */
#include <assert.h>
#include <string.h>

#include "analyzers/conflict_state.h"

/* Information leaves room for what is worse. */
static size_t room_for(const struct finding_code *code)
{
	return code->severity == FINDING_INFO ? CONFLICT_FINDINGS / 2 : CONFLICT_FINDINGS;
}

/* One finding a code and place; for codes about an address, one an address. */
struct finding *conflict_finding_at(struct conflict_judge *j, const char *name, const struct finding_place *place,
				    enum finding_class class, const struct ip_addr *address, bool *is_new)
{
	const struct finding_code *code = finding_find(name);
	assert(code != NULL);
	struct conflict_finding_key key = {.place = *place,
					   .class = (uint8_t)class,
					   .code = (uint16_t)(code - finding_at(0))};
	if (address != NULL)
		key.address = *address;

	uint16_t *index = table_find(&j->finding_index, &key);
	*is_new = index == NULL;
	if (index != NULL) {
		struct finding *f = &j->finding[*index];
		f->end = j->now;
		if (j->finding_news[*index] == NEWS_NONE)
			j->finding_news[*index] = NEWS_LATER;
		return f;
	}
	if (j->finding_count >= room_for(code) ||
	    (index = table_put(&j->finding_index, &key, NULL)) == NULL) {
		j->counters.findings_refused++;
		return NULL;
	}
	*index = (uint16_t)j->finding_count++;
	struct finding *f = &j->finding[*index];
	*f = (struct finding){.code = code, .place = *place, .class = class, .address = key.address,
			      .begin = j->now, .end = j->now, .known = j->now};
	j->finding_news[*index] = NEWS_NONE;
	return f;
}

struct finding *conflict_finding(struct conflict_judge *j, const char *name, const struct conflict_group *g,
				 enum finding_class class, const struct ip_addr *address, bool *is_new)
{
	return conflict_finding_at(j, name, &g->place, class, address, is_new);
}

void conflict_proved(struct conflict_judge *j, struct finding *f)
{
	f->suspect = false;
	f->detail[0] = '\0';
	j->finding_proved += j->finding_news[f - j->finding] != NEWS_NOW;
	j->finding_news[f - j->finding] = NEWS_NOW;
}

void conflict_subject(struct finding *f, const struct conflict_speaker *s)
{
	if (finding_add_subject(f, &s->ip, s->mac) && f->subject_count > 1 && s->virtual_mac)
		for (size_t i = 0; i + 1 < f->subject_count; i++)
			f->shared_mac |= mac_equal(f->subject[i].mac, s->mac);
}
