// SPDX-License-Identifier: BSD-2-Clause
/* Apart from libpcap's users, because its header and the kernel's define the same filter macros. */
#include "probes/frame_counter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define EXPERIMENTAL 0x88b5             /* IEEE 802: local experimental Ethertype 1 */

static bool set_up(int descriptor, unsigned interface_index)
{
	/* One byte of every frame: enough to be counted. */
	struct sock_filter one_byte[] = {{.code = BPF_RET | BPF_K, .k = 1}};
	const struct sock_fprog program = {.len = 1, .filter = one_byte};
	const struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
					  .sll_ifindex = (int)interface_index};
	const int least = 0, yes = 1;

	/* Linux before 4.20 does not know this: what the host sends is then counted, too. */
	(void)setsockopt(descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
	return setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) == 0 &&
	       setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
	       bind(descriptor, (const struct sockaddr *)&where, sizeof where) == 0;
}

int frame_counter_open(unsigned interface_index)
{
	/* Protocol 0: nothing comes before it is bound. */
	int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (descriptor >= 0 && !set_up(descriptor, interface_index)) {
		int error = errno;
		(void)close(descriptor);
		errno = error;
		return -1;
	}
	return descriptor;
}

uint64_t frame_counter_read(int descriptor)
{
	struct tpacket_stats s = {0};
	socklen_t length = sizeof s;

	/* Those without room are among them. */
	return getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, &s, &length) == 0 ? s.tp_packets : 0;
}

bool frame_counter_went_down(int descriptor)
{
	int error = 0;
	socklen_t length = sizeof error;

	return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0;
}

bool frame_deafen(int descriptor)
{
	struct sock_filter nothing[] = {{.code = BPF_RET | BPF_K, .k = 0}};
	const struct sock_fprog program = {.len = 1, .filter = nothing};
	/* Bound to a protocol that nobody speaks and to no interface, it is no tap: not one frame, in or out, is shown to it. */
	const struct sockaddr_ll nobody = {.sll_family = AF_PACKET, .sll_protocol = htons(EXPERIMENTAL)};
	char byte;

	if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
	    bind(descriptor, (const struct sockaddr *)&nobody, sizeof nobody) != 0)
		return false;
	while (recv(descriptor, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0)
		;       /* what came before the filter did */
	return true;
}
