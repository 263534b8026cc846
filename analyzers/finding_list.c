// SPDX-License-Identifier: BSD-2-Clause
#include "analyzers/finding_list.h"

struct finding *finding_list_add(struct finding_list *l, const char *code)
{
	const struct finding_code *known = finding_find(code);

	if (known == NULL || l->count == FINDING_LIST_ROOM) {
		l->refused++;
		return NULL;
	}
	l->told[l->count].given = l->told[l->count].over = false;
	struct finding *f = &l->item[l->count++];
	*f = (struct finding){.code = known};
	return f;
}

void finding_list_over(struct finding_list *l, uint16_t *which)
{
	if (*which == 0)
		return;
	size_t index = *which - 1U;
	*which = 0;
	l->item[index].over = true;
	if (l->next > index)
		l->next = index;
}

void finding_list_finish(struct finding_list *l)
{
	l->finished = true;
	l->next = 0;
}

static bool has_changed(const struct finding_list *l, size_t i)
{
	const struct finding *f = &l->item[i];

	return f->end != l->told[i].end || f->evidence_total != l->told[i].evidence || f->subject_count != l->told[i].subjects;
}

bool finding_list_poll(struct finding_list *l, struct finding *out)
{
	for (; l->next < l->count; l->next++) {
		struct finding *f = &l->item[l->next];
		bool given = l->told[l->next].given;
		bool news = (l->finished && has_changed(l, l->next)) || f->over != l->told[l->next].over;
		if (given && !news)
			continue;
		f->update = given;
		l->told[l->next].given = true;
		l->told[l->next].over = f->over;
		l->told[l->next].end = f->end;
		l->told[l->next].evidence = f->evidence_total;
		l->told[l->next].subjects = f->subject_count;
		*out = *f;
		l->next++;
		return true;
	}
	return false;
}
