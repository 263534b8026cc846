// SPDX-License-Identifier: BSD-2-Clause
#include "probes/group_join.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static bool join_ipv4(int socket4, unsigned index)
{
	static const char *const group[] = {"224.0.0.18", "224.0.0.2", "224.0.0.102"};
	bool ok = socket4 >= 0;

	for (size_t i = 0; ok && i < sizeof group / sizeof group[0]; i++) {
		struct ip_mreqn m = {.imr_ifindex = (int)index};
		ok = inet_pton(AF_INET, group[i], &m.imr_multiaddr) == 1 &&
		     setsockopt(socket4, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m) == 0;
	}
	return ok;
}

static bool join_ipv6(int socket6, unsigned index)
{
	static const char *const group[] = {"ff02::12", "ff02::66"};
	bool ok = socket6 >= 0;

	for (size_t i = 0; ok && i < sizeof group / sizeof group[0]; i++) {
		struct ipv6_mreq m = {.ipv6mr_interface = index};
		ok = inet_pton(AF_INET6, group[i], &m.ipv6mr_multiaddr) == 1 &&
		     setsockopt(socket6, IPPROTO_IPV6, IPV6_JOIN_GROUP, &m, sizeof m) == 0;
	}
	return ok;
}

bool group_join(struct group_join *g, const char *interface)
{
	unsigned index = if_nametoindex(interface);

	*g = (struct group_join){.ipv4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
				 .ipv6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	g->joined_ipv4 = index != 0 && join_ipv4(g->ipv4, index);
	g->joined_ipv6 = index != 0 && join_ipv6(g->ipv6, index);
	return g->joined_ipv4 || g->joined_ipv6;
}

void group_leave(struct group_join *g)
{
	if (g->ipv4 >= 0)
		(void)close(g->ipv4);
	if (g->ipv6 >= 0)
		(void)close(g->ipv6);
	g->ipv4 = g->ipv6 = -1;
}
