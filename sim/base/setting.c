// SPDX-License-Identifier: BSD-2-Clause
/* Settings: look up, check, record. */
#include "sim/base/setting.h"

#include <assert.h>
#include <string.h>

#define SETTING_KIND(value_type)                                                                       \
	{                                                                                              \
		.name = "config.set", .level = RECORD_INFO, .text = "{field}: {old} -> {new}",         \
		.field = {{"field", VALUE_WORD}, {"old", value_type}, {"new", value_type}},            \
	}

const struct record_kind SETTING_NUMBER_KIND = SETTING_KIND(VALUE_NUMBER);
const struct record_kind SETTING_TIME_KIND = SETTING_KIND(VALUE_TIME);
const struct record_kind SETTING_FLAG_KIND = SETTING_KIND(VALUE_FLAG);
const struct record_kind SETTING_WORD_KIND = SETTING_KIND(VALUE_WORD);

const struct setting *setting_find(const struct setting *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static struct vl_status out_of_range(const struct setting *s, const union value *value)
{
	char is[VL_TIME_TEXT], low[VL_TIME_TEXT], high[VL_TIME_TEXT];

	if (s->type == VALUE_NUMBER)
		return vl_refuse(VL_INVALID, "%s: `%llu' is not in %llu-%llu", s->name,
				 (unsigned long long)value->number, (unsigned long long)s->low,
				 (unsigned long long)s->high);
	return vl_refuse(VL_INVALID, "%s: %s s is not in %s-%s s", s->name,
			 vl_time_format_short(is, value->time), vl_time_format_short(low, s->low),
			 vl_time_format_short(high, s->high));
}

/* The text itself is not repeated: it may be a password. */
static struct vl_status check_length(const struct setting *s, const char *word)
{
	size_t length = strlen(word);

	if (length >= s->low && length <= s->high)
		return vl_status_ok();
	return vl_refuse(VL_INVALID, "%s: %zu bytes is not in %llu-%llu", s->name, length,
			 (unsigned long long)s->low, (unsigned long long)s->high);
}

struct vl_status setting_check(const struct setting *s, enum value_type type, const union value *value)
{
	static const char *const wanted[] = {
		[VALUE_NUMBER] = "a number",      [VALUE_TIME] = "a length of time",
		[VALUE_FLAG] = "true or false", [VALUE_WORD] = "a text",
	};
	char is[VL_TIME_TEXT], step[VL_TIME_TEXT];

	assert(s->type == VALUE_NUMBER || s->type == VALUE_TIME || s->type == VALUE_FLAG ||
	       s->type == VALUE_WORD);
	if (type != s->type || (type == VALUE_WORD && value->word == NULL))
		return vl_refuse(VL_INVALID, "%s: expected %s", s->name, wanted[s->type]);
	if (type == VALUE_WORD)
		return check_length(s, value->word);
	if (type == VALUE_FLAG)
		return vl_status_ok();
	/* .number and .time are both the uint64_t of the union */
	if (value->number < s->low || value->number > s->high)
		return out_of_range(s, value);
	if (type == VALUE_TIME && s->step != 0 && value->time % s->step != 0)
		return vl_refuse(VL_INVALID, "%s: %s s is not a multiple of %s s", s->name,
				 vl_time_format_short(is, value->time), vl_time_format_short(step, s->step));
	return vl_status_ok();
}

void setting_record(struct outbox *outbox, const char *part, const struct setting *s,
		    const union value *before, const union value *after, vl_time now)
{
	const struct record_kind *kind = s->type == VALUE_TIME   ? &SETTING_TIME_KIND
					 : s->type == VALUE_FLAG ? &SETTING_FLAG_KIND
					 : s->type == VALUE_WORD ? &SETTING_WORD_KIND
								 : &SETTING_NUMBER_KIND;
	struct record *r = outbox_record(outbox, kind, part, now);

	r->value[0].word = s->name;
	r->value[1] = *before;
	r->value[2] = *after;
}
