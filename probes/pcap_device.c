// SPDX-License-Identifier: BSD-2-Clause
#include "probes/pcap_device.h"

#include <stdio.h>

static enum live_problem problem_of(int result)
{
	switch (result) {
	case PCAP_ERROR_PERM_DENIED:
		return LIVE_FORBIDDEN;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return LIVE_ABSENT;
	case PCAP_ERROR_IFACE_NOT_UP:
		return LIVE_DOWN;
	default:
		return LIVE_FAILED;
	}
}

enum live_problem pcap_device_activate(pcap_t *p, int snapshot, int ring, char error[LIVE_ERROR])
{
	(void)pcap_set_snaplen(p, snapshot);
	(void)pcap_set_promisc(p, 1);
	(void)pcap_set_immediate_mode(p, 1);
	(void)pcap_set_buffer_size(p, ring);
	int result = pcap_activate(p);
	if (result >= 0)
		return LIVE_OPEN;
	(void)snprintf(error, LIVE_ERROR, "%s", result == PCAP_ERROR_IFACE_NOT_UP ? "the interface is down" : pcap_geterr(p));
	return problem_of(result);
}

bool pcap_device_filter(pcap_t *p, const char *filter)
{
	struct bpf_program program;

	if (pcap_compile(p, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	bool ok = pcap_setfilter(p, &program) == 0;
	pcap_freecode(&program);
	return ok;
}

enum live_problem pcap_device_listen(pcap_t *p, const char *filter, char error[LIVE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";

	if (!pcap_device_filter(p, filter)) {
		(void)snprintf(error, LIVE_ERROR, "%s", pcap_geterr(p));
		return LIVE_FAILED;
	}
	if (pcap_setnonblock(p, 1, why) == 0)
		return LIVE_OPEN;
	(void)snprintf(error, LIVE_ERROR, "%s", why);
	return LIVE_FAILED;
}
