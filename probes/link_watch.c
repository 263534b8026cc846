// SPDX-License-Identifier: BSD-2-Clause
#include "probes/link_watch.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE 8192                    /* one datagram: a link, and what we want of it comes first */

int link_watch_open(void)
{
	struct sockaddr_nl me = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (s < 0)
		return -1;
	if (bind(s, (const struct sockaddr *)&me, sizeof me) == 0)
		return s;
	int why = errno;
	(void)close(s);
	errno = why;
	return -1;
}

static void read_attribute(struct link_change *out, const uint8_t *at, size_t length, unsigned short type)
{
	if (type == IFLA_MTU && length >= sizeof out->mtu)
		memcpy(&out->mtu, at, sizeof out->mtu);
	if (type == IFLA_IFNAME && length > 0 && length <= sizeof out->name)
		(void)snprintf(out->name, sizeof out->name, "%.*s", (int)length, (const char *)at);
}

/* The kernel is believed, and its lengths are checked all the same. */
static bool read_link(struct link_change *out, const uint8_t *bytes, size_t length)
{
	struct ifinfomsg info;
	struct nlmsghdr head;
	struct rtattr a;

	*out = (struct link_change){0};
	if (length < NLMSG_LENGTH(sizeof info))
		return false;
	memcpy(&head, bytes, sizeof head);
	if ((head.nlmsg_type != RTM_NEWLINK && head.nlmsg_type != RTM_DELLINK) || head.nlmsg_len > length)
		return false;
	memcpy(&info, bytes + NLMSG_HDRLEN, sizeof info);
	if (info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
		return false; /* a bridge speaks of its ports */
	out->index = (unsigned)info.ifi_index;
	out->gone = head.nlmsg_type == RTM_DELLINK;
	out->up = (info.ifi_flags & IFF_UP) != 0 && (info.ifi_flags & IFF_RUNNING) != 0;
	for (size_t at = NLMSG_LENGTH(sizeof info); at + sizeof a <= head.nlmsg_len; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, bytes + at, sizeof a);
		if (a.rta_len < sizeof a || at + a.rta_len > head.nlmsg_len)
			break;
		read_attribute(out, bytes + at + sizeof a, a.rta_len - sizeof a, a.rta_type);
	}
	return true;
}

bool link_watch_read(int descriptor, struct link_change *out)
{
	uint8_t bytes[MESSAGE];

	for (;;) {
		ssize_t n = recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		/* The kernel sends news of links one to a datagram. */
		if (read_link(out, bytes, (size_t)n))
			return true;
	}
}
