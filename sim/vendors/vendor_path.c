// SPDX-License-Identifier: BSD-2-Clause
#include "sim/vendors/vendor_path.h"

#include <string.h>

#define NUMBER_LAST 65535

/* Reads digits up to the dot; NULL: there are none, or too many. */
static const char *read_number(uint64_t *number, const char *text)
{
	*number = 0;
	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		*number = *number * 10 + (uint64_t)(*text - '0');
		if (*number > NUMBER_LAST)
			return NULL;
	}
	return *text == '.' ? text + 1 : NULL;
}

/* One word between the number and the field. False: there was one of its sort already, or it is too long. */
static bool read_word(struct vendor_path *p, const char *word, size_t length)
{
	bool v4 = length == 4 && memcmp(word, "ipv4", 4) == 0, v6 = length == 4 && memcmp(word, "ipv6", 4) == 0;

	if (v4 || v6) {
		bool first = p->family == IP_NONE && p->interface[0] == '\0';
		p->family = v4 ? IP_V4 : IP_V6;
		return first;
	}
	if (p->interface[0] != '\0' || length == 0 || length >= sizeof p->interface)
		return false;
	memcpy(p->interface, word, length);
	return true;
}

bool vendor_path_read(struct vendor_path *p, const char *text, const char *name)
{
	size_t length = strlen(name);

	*p = (struct vendor_path){.field = NULL};
	if (strncmp(text, name, length) != 0 || text[length] != '.')
		return false;
	text = read_number(&p->number, text + length + 1);
	if (text == NULL)
		return false;
	for (const char *dot; (dot = strchr(text, '.')) != NULL; text = dot + 1)
		if (!read_word(p, text, (size_t)(dot - text)))
			return false;
	p->field = text;
	return *text != '\0';
}

bool vendor_path_means(const struct vendor_path *p, uint64_t number, enum ip_family family, const char *interface)
{
	return p->number == number && (p->family == IP_NONE || p->family == family) &&
	       (p->interface[0] == '\0' || strcmp(p->interface, interface) == 0);
}
