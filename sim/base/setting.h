// SPDX-License-Identifier: BSD-2-Clause
/*
 * Configuration fields that can be changed while an engine runs: a table of name, type and range, one
 * check with a reason that names both, and one record of what was accepted. Each engine has its own table
 * and applies the value itself.
 */
#ifndef VL_BASE_SETTING_H
#define VL_BASE_SETTING_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"

struct setting {
	const char *name;
	enum value_type type;           /* VALUE_NUMBER, VALUE_TIME, VALUE_FLAG or VALUE_WORD */
	uint64_t low, high;             /* inclusive; ns for VALUE_TIME; bytes for VALUE_WORD; unused for flags */
	vl_time step;                   /* VALUE_TIME: a whole number of these; 0: any */
	int item;                       /* the engine's own name for it */
};

/* The setting of that name, or NULL. */
const struct setting *setting_find(const struct setting *table, size_t count, const char *name);

/* VL_INVALID with a reason such as "priority: `300' is not in 1-254" when the type or range is wrong. */
struct vl_status setting_check(const struct setting *s, enum value_type type, const union value *value);

/* Records that the setting went from `before` to `after`. Words must live as long as the journal: for a secret
 * give SETTING_SECRET, which is all that a record may say of it. */
void setting_record(struct outbox *outbox, const char *part, const struct setting *s,
		    const union value *before, const union value *after, vl_time now);

#define SETTING_SECRET "(secret)"

/* All four are named "config.set" and have the fields: field, old, new. */
extern const struct record_kind SETTING_NUMBER_KIND;
extern const struct record_kind SETTING_TIME_KIND;
extern const struct record_kind SETTING_FLAG_KIND;
extern const struct record_kind SETTING_WORD_KIND;

#endif
