// SPDX-License-Identifier: BSD-2-Clause
/* Driving analyzers by their contract, and keeping what they say. */
#include "sim/scenario/watch.h"

#include <stdlib.h>
#include <string.h>

const struct record_kind WATCH_FINDING_KIND = {
	.name = "finding",
	.level = RECORD_WARN,
	.text = "{severity} {code} on {segment}, id {id}: {detail}",
	.field = {{"code", VALUE_WORD}, {"severity", VALUE_WORD}, {"segment", VALUE_WORD}, {"family", VALUE_WORD},
		  {"id", VALUE_NUMBER}, {"since", VALUE_TIME}, {"detail", VALUE_WORD}},
};

const struct record_kind WATCH_FINDING_OVER_KIND = {
	.name = "finding.over",
	.level = RECORD_NOTICE,
	.text = "{code} on {segment} is over, since {since} until {until}: {detail}",
	.field = {{"code", VALUE_WORD}, {"severity", VALUE_WORD}, {"segment", VALUE_WORD}, {"family", VALUE_WORD},
		  {"id", VALUE_NUMBER}, {"since", VALUE_TIME}, {"detail", VALUE_WORD}, {"until", VALUE_TIME}},
};

bool watch_init(struct watch *w, uint64_t secret)
{
	*w = (struct watch){0};
	for (size_t i = 0; i < WATCH_ANALYZERS && analyzer_at(i) != NULL; i++) {
		w->ops[i] = analyzer_at(i);
		w->analyzer[i] = w->ops[i]->new(secret);
		if (w->analyzer[i] == NULL)
			return false;
		w->analyzer_count++;
	}
	return true;
}

void watch_fini(struct watch *w)
{
	for (size_t i = 0; i < w->analyzer_count; i++)
		w->ops[i]->free(w->analyzer[i]);
	for (size_t i = 0; i < w->count; i++)
		free(w->finding[i]);
	free(w->finding);
	*w = (struct watch){0};
}

static const char *family_word(uint8_t family)
{
	return family == IP_V4 ? "ipv4" : family == IP_V6 ? "ipv6" : "-";
}

static void tell(struct watch *w, const struct record_kind *kind, const struct watch_finding *about, vl_time end, vl_time now)
{
	const struct finding *f = &about->told;

	if (w->tell == NULL)
		return;
	w->telling = about;
	w->tell(w->context, &(struct record){
				    .kind = kind,
				    .at = now,
				    .node = "analyzer",
				    .value = {
					    [WATCH_FINDING_CODE] = {.word = f->code->name},
					    [WATCH_FINDING_SEVERITY] = {.word = finding_word(f)},
					    [WATCH_FINDING_SEGMENT] = {.word = w->segment != NULL
									       ? w->segment[f->place.interface]
									       : NULL},
					    [WATCH_FINDING_FAMILY] = {.word = family_word(f->place.family)},
					    [WATCH_FINDING_ID] = {.number = f->place.id},
					    [WATCH_FINDING_SINCE] = {.time = f->begin},
					    [WATCH_FINDING_DETAIL] = {.word = f->detail},
					    [WATCH_FINDING_UNTIL] = {.time = end},
				    },
			    });
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->class == b->class && a->begin == b->begin && a->known == b->known &&
	       a->suspect == b->suspect && a->place.interface == b->place.interface &&
	       a->place.vlan_count == b->place.vlan_count &&
	       memcmp(a->place.vlan, b->place.vlan, sizeof a->place.vlan) == 0 &&
	       a->place.family == b->place.family && a->place.id == b->place.id &&
	       ip_equal(&a->address, &b->address);
}

/* The one that an update is about: the latest that fits. */
static struct watch_finding *known_finding(const struct watch *w, const struct finding *f)
{
	for (size_t i = w->count; i > 0; i--)
		if (same_finding(&w->finding[i - 1]->now, f))
			return w->finding[i - 1];
	return NULL;
}

static struct watch_finding *add(struct watch *w, const struct finding *f)
{
	if (w->count == w->room) {
		size_t room = w->room == 0 ? 16 : w->room * 2;
		struct watch_finding **longer = realloc(w->finding, room * sizeof(struct watch_finding *));
		if (longer == NULL)
			return NULL;
		w->finding = longer;
		w->room = room;
	}
	struct watch_finding *new = malloc(sizeof *new);
	if (new == NULL)
		return NULL;
	new->told = new->now = *f;
	w->finding[w->count++] = new;
	return new;
}

static const char *poll(struct watch *w, size_t analyzer, vl_time now)
{
	const char *code = NULL;
	struct finding *f = &w->said;

	while (w->ops[analyzer]->poll(w->analyzer[analyzer], f)) {
		struct watch_finding *known = f->update ? known_finding(w, f) : NULL;
		if (known != NULL) {
			if (f->over && !known->now.over)
				tell(w, &WATCH_FINDING_OVER_KIND, known, f->end, now);
			known->now = *f;
			continue;
		}
		known = add(w, f);
		if (known == NULL) {
			w->no_memory = true;
			continue;
		}
		code = f->code->name;
		tell(w, &WATCH_FINDING_KIND, known, 0, now);
	}
	return code;
}

const char *watch_frame(struct watch *w, const struct analyzer_frame *f)
{
	const char *code = NULL;

	for (size_t i = 0; i < w->analyzer_count; i++) {
		w->ops[i]->frame(w->analyzer[i], f);
		const char *found = poll(w, i, f->at);
		code = found != NULL ? found : code;
	}
	return code;
}

void watch_advance(struct watch *w, vl_time now)
{
	for (size_t i = 0; i < w->analyzer_count; i++) {
		if (w->ops[i]->deadline(w->analyzer[i]) > now)
			continue;
		w->ops[i]->advance(w->analyzer[i], now);
		poll(w, i, now);
	}
}

vl_time watch_deadline(const struct watch *w)
{
	vl_time first = VL_NEVER;

	for (size_t i = 0; i < w->analyzer_count; i++)
		first = vl_time_min(first, w->ops[i]->deadline(w->analyzer[i]));
	return first;
}

void watch_finish(struct watch *w, vl_time now)
{
	for (size_t i = 0; i < w->analyzer_count; i++) {
		w->ops[i]->finish(w->analyzer[i], now);
		poll(w, i, now);
	}
}
