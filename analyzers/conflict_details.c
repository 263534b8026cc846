// SPDX-License-Identifier: BSD-2-Clause
/* The sentences of facts in findings. Everything in them is formatted from values: no byte comes from a wire. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analyzers/conflict_state.h"

void conflict_detail(struct finding *f, const char *format, ...)
{
	va_list arguments;
	size_t used = strlen(f->detail);

	va_start(arguments, format);
	(void)vsnprintf(f->detail + used, sizeof f->detail - used, format, arguments);
	va_end(arguments);
}

static void one(const struct conflict_judge *j, struct finding *f, const struct conflict_speaker *s)
{
	char ip[IP_TEXT];

	if (s->class == FINDING_CARP) {
		conflict_detail(f, "%s speaks CARP (advbase %u, advskew %u)", ip_format(ip, &s->ip),
				(unsigned)s->advbase, (unsigned)s->advskew);
		return;
	}
	conflict_detail(f, "%s (VRRPv%u, priority %u)", ip_format(ip, &s->ip), (unsigned)s->version,
			(unsigned)s->priority);
	size_t count;
	const struct ip_addr *list = conflict_addresses(j, s, &count);
	conflict_detail(f, " has ");
	for (size_t i = 0; i < count && i < 2; i++)
		conflict_detail(f, "%s%s", i > 0 ? ", " : "", ip_format(ip, &list[i]));
	if (count == 0)
		conflict_detail(f, "no address");
	if (count > 2)
		conflict_detail(f, " and %zu more", count - 2);
}

void conflict_detail_pair(const struct conflict_judge *j, struct finding *f, const struct conflict_speaker *a,
			  const struct conflict_speaker *b)
{
	char mac_a[MAC_TEXT], mac_b[MAC_TEXT];

	f->detail[0] = '\0';
	one(j, f, a);
	conflict_detail(f, ", ");
	one(j, f, b);
	if (mac_equal(a->mac, b->mac))
		conflict_detail(f, "; both send from %s", mac_format(mac_a, a->mac));
	else
		conflict_detail(f, "; they send from %s and %s", mac_format(mac_a, a->mac),
				mac_format(mac_b, b->mac));
	if (a->class == FINDING_VRRP && b->class == FINDING_VRRP) {
		if (a->version == 3 && b->version == 3 && a->checksum_form != b->checksum_form)
			conflict_detail(f, "; their checksums are of different forms (RFC 5798, RFC 9568)");
		if (a->auth_type != b->auth_type || a->auth_mark != b->auth_mark)
			conflict_detail(f, "; their authentication differs");
		if (a->version != b->version)
			conflict_detail(f, "; their versions differ");
	}
	conflict_detail(f, ".");
}
