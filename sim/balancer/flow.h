// SPDX-License-Identifier: BSD-2-Clause
/*
 * What distinguishes one client's connection to a virtual service from another's: protocol, client, and the address
 * and port it came for. Ports are 0 for a protocol without any.
 */
#ifndef VL_BALANCER_FLOW_H
#define VL_BALANCER_FLOW_H

#include "sim/base/addr.h"

struct flow {
	struct ip_addr client;
	struct ip_addr service;         /* the virtual address */
	uint16_t client_port;
	uint16_t service_port;
	uint8_t protocol;               /* IP_PROTOCOL_TCP, IP_PROTOCOL_UDP */
};

#endif
