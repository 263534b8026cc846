// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes the captures that the readers are measured on: 99.9 % TCP and UDP of 10 000 hosts (10 % IPv6, 5 % in a
 * VLAN), 0.1 % VRRP and HSRP of 20 virtual IDs. Of these 3 (two VIP sets), 7 (two passwords) and 11 (version 2
 * and version 3) are in conflict; 15 changes hands cleanly half-way. Every router speaks once a second.
 */
#ifndef VL_TESTS_BENCH_CAPTURE_MAKER_H
#define VL_TESTS_BENCH_CAPTURE_MAKER_H

#include <stddef.h>

/* Writes a classic pcap file of about `bytes` bytes; ordinary frames have 64 to `longest` bytes. Returns
 * their number, VRRP and HSRP included. Always the same for the same arguments. */
size_t capture_make(const char *path, size_t bytes, size_t longest);

#endif
