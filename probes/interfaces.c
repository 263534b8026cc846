// SPDX-License-Identifier: BSD-2-Clause
#include "probes/interfaces.h"

#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "probes/privilege.h"

/* ---- what there is ---------------------------------------------------------------------------------------------- */

static struct interface *entry(struct interface *list, size_t *count, size_t room, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	if (*count == room || strlen(name) >= sizeof list[0].name)
		return NULL;
	struct interface *i = &list[(*count)++];
	*i = (struct interface){0};
	(void)snprintf(i->name, sizeof i->name, "%s", name);
	return i;
}

static void add_address(struct interface *i, const struct sockaddr *a)
{
	struct ip_addr ip;

	if (a->sa_family == AF_PACKET) {
		struct sockaddr_ll link;
		memcpy(&link, a, sizeof link);
		if (link.sll_halen == sizeof i->mac.b)
			memcpy(i->mac.b, link.sll_addr, sizeof i->mac.b);
		return;
	}
	if (a->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, a, sizeof in);
		ip = ip4_from_u32(ntohl(in.sin_addr.s_addr));
	} else if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, a, sizeof in6);
		ip = ip6_from_bytes(in6.sin6_addr.s6_addr);
	} else {
		return;
	}
	if (i->address_count < INTERFACE_ADDRESSES)
		i->address[i->address_count++] = ip;
}

/* getifaddrs gives each interface's link address first, in the order of their numbers. */
size_t interfaces_list(struct interface *out, size_t room)
{
	struct ifaddrs *all;
	size_t count = 0;

	if (getifaddrs(&all) != 0)
		return 0;
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next) {
		struct interface *i = entry(out, &count, room, a->ifa_name);
		if (i == NULL)
			continue;
		i->up = (a->ifa_flags & IFF_UP) != 0;
		i->loopback = (a->ifa_flags & IFF_LOOPBACK) != 0;
		if (a->ifa_addr != NULL)
			add_address(i, a->ifa_addr);
	}
	freeifaddrs(all);
	return count;
}

const struct interface *interface_find(const struct interface *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

/* ---- what is said ----------------------------------------------------------------------------------------------- */

static const char *shown(char text[LIVE_NAME], const char *name)
{
	size_t i;

	for (i = 0; i + 1 < LIVE_NAME && name[i] != '\0'; i++)
		text[i] = name[i] > 0x20 && name[i] < 0x7f ? name[i] : '?';
	text[i] = '\0';
	return text;
}

void interfaces_print(const struct interface *list, size_t count, FILE *out)
{
	const char *can = privilege_look().permitted ? "yes" : "needs CAP_NET_RAW";
	char name[LIVE_NAME], ip[IP_TEXT];

	(void)fprintf(out, "%-15s  %-5s  %-17s  %s\n", "INTERFACE", "STATE", "CAN CAPTURE", "ADDRESSES");
	for (size_t i = 0; i < count; i++) {
		const struct interface *f = &list[i];
		(void)fprintf(out, "%-15s  %-5s  %-17s ", shown(name, f->name), f->up ? "up" : "down", can);
		for (size_t k = 0; k < f->address_count; k++)
			(void)fprintf(out, " %s", ip_format(ip, &f->address[k]));
		(void)fprintf(out, "%s\n", f->address_count == 0 ? " -" : "");
	}
}

static void say_forbidden(FILE *talk, const char *command, const char *naming, const char *interface, const char *reason)
{
	struct privilege_view v = privilege_look();

	(void)fprintf(talk, "%s: cannot capture on %s: CAP_NET_RAW is missing\n  kernel said: %s\n", command, interface,
		      reason);
	if (v.bounded) {
		(void)fprintf(talk, "  this container runs without NET_RAW: start it with --cap-add NET_RAW\n");
	} else {
		if (v.no_new_privs)
			(void)fprintf(talk, "  file capabilities are ignored here (no-new-privileges)\n");
		(void)fprintf(talk, "  any one of these helps:\n");
		if (!v.no_new_privs)
			(void)fprintf(talk,
				      "    sudo %s %s%s\n"
				      "    sudo setcap cap_net_raw+p \"$(command -v viplab)\"      (once; +p, not +ep)\n",
				      command, naming, interface);
	}
	(void)fprintf(talk, "    viplab scan -r FILE       a capture someone else took: tcpdump -i %s -w FILE\n", interface);
}

void interface_say_problem(FILE *talk, const char *command, const char *naming, const char *interface, enum live_problem problem,
			   const char *reason)
{
	char name[LIVE_NAME];

	switch (problem) {
	case LIVE_FORBIDDEN:
		say_forbidden(talk, command, naming, shown(name, interface), reason);
		return;
	case LIVE_ABSENT:
		(void)fprintf(talk, "%s: %s: no such interface; viplab scan -D lists them\n", command,
			      shown(name, interface));
		return;
	case LIVE_DOWN:
		(void)fprintf(talk, "%s: %s: the interface is down\n", command, shown(name, interface));
		return;
	case LIVE_OPEN:
	case LIVE_FAILED:
		(void)fprintf(talk, "%s: %s: %s\n", command, shown(name, interface), reason);
		return;
	}
}
