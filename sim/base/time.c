// SPDX-License-Identifier: BSD-2-Clause
/* Moments and lengths as text, both ways, in integers only. */
#include "sim/base/time.h"

#include <stdio.h>
#include <string.h>

char *vl_time_format(char text[VL_TIME_TEXT], vl_time t)
{
	if (t == VL_NEVER)
		snprintf(text, VL_TIME_TEXT, "never");
	else
		snprintf(text, VL_TIME_TEXT, "%llu.%09llu", (unsigned long long)(t / VL_S),
			 (unsigned long long)(t % VL_S));
	return text;
}

char *vl_time_format_short(char text[VL_TIME_TEXT], vl_time t)
{
	vl_time_format(text, t);
	char *dot = strchr(text, '.');
	if (dot == NULL)
		return text;
	char *end = text + strlen(text);
	while (end > dot + 4 && end[-1] == '0')
		*--end = '\0';
	return text;
}

struct unit {
	const char *name;
	vl_time length;
};

/* "ms" before "m": the longer name is tried first. */
static const struct unit units[] = {
	{"ns", 1}, {"us", VL_US}, {"ms", VL_MS}, {"s", VL_S}, {"m", 60 * VL_S}, {"h", 3600 * VL_S},
};

static const struct unit *unit_at(const char *text)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		size_t n = strlen(units[i].name);
		char next = text[0] == '\0' ? '\0' : text[n < strlen(text) ? n : strlen(text)];
		bool ends = next == '\0' || (next >= '0' && next <= '9');
		if (strncmp(text, units[i].name, n) == 0 && ends)
			return &units[i];
	}
	return NULL;
}

/* Multiplies and adds without overflow; false when it does not fit. */
static bool add_scaled(vl_time *sum, vl_time count, vl_time scale)
{
	vl_time product;

	return !__builtin_mul_overflow(count, scale, &product) &&
	       !__builtin_add_overflow(*sum, product, sum) && *sum != VL_NEVER;
}

/* One "12.5ms" at *text, which moves behind it. */
static bool parse_part(const char **text, vl_time *sum, vl_time *last_unit)
{
	const char *p = *text;
	vl_time whole = 0, fraction = 0, fraction_scale = 1;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (whole > VL_NEVER / 10 - 10)
			return false;
		whole = whole * 10 + (vl_time)(*p - '0');
	}
	if (*p == '.') {
		p++;
		if (*p < '0' || *p > '9')
			return false;
		for (; *p >= '0' && *p <= '9'; p++) {
			if (fraction_scale >= 3600 * VL_S)
				return false;
			fraction = fraction * 10 + (vl_time)(*p - '0');
			fraction_scale *= 10;
		}
	}
	const struct unit *unit = unit_at(p);
	if (unit == NULL || unit->length >= *last_unit)
		return false;
	*last_unit = unit->length;
	if (!add_scaled(sum, whole, unit->length))
		return false;
	vl_time scaled;
	if (__builtin_mul_overflow(fraction, unit->length, &scaled) || scaled % fraction_scale != 0)
		return false; /* finer than a nanosecond */
	*text = p + strlen(unit->name);
	return add_scaled(sum, scaled / fraction_scale, 1);
}

bool vl_time_parse(const char *text, vl_time *out)
{
	vl_time sum = 0, last_unit = VL_NEVER;

	do {
		if (!parse_part(&text, &sum, &last_unit))
			return false;
	} while (*text != '\0');
	*out = sum;
	return true;
}
