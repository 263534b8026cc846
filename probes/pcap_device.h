// SPDX-License-Identifier: BSD-2-Clause
/* An interface opened by libpcap for frames that matter at once: what every listener on a wire does alike. */
#ifndef VL_PROBES_PCAP_DEVICE_H
#define VL_PROBES_PCAP_DEVICE_H

#include <pcap/pcap.h>

#include "probes/live_capture.h"

/* Promiscuous, immediate; a ring of so many bytes with slots of `snapshot`. Anything but LIVE_OPEN: error says why. */
enum live_problem pcap_device_activate(pcap_t *p, int snapshot, int ring, char error[LIVE_ERROR]);
/* Once active: only what matches, and never waiting. */
enum live_problem pcap_device_listen(pcap_t *p, const char *filter, char error[LIVE_ERROR]);
/* False: libpcap's own words say why. */
bool pcap_device_filter(pcap_t *p, const char *filter);

#endif
