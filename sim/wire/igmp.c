// SPDX-License-Identifier: BSD-2-Clause
/* IGMPv3 reports (RFC 3376). */
#include "sim/wire/igmp.h"

#include "sim/base/checksum.h"
#include "sim/wire/ip.h"

#define REPORT 0x22
#define REPORT_LENGTH 16
#define ROUTER_ALERT_LENGTH 4

const struct ip_addr IGMP_V3_ROUTERS = {.family = IP_V4, .b = {224, 0, 0, 22}};

void igmp_v3_report_encode(enum igmp_record_type type, const struct ip_addr *src, const struct ip_addr *group,
			   struct wr *out)
{
	struct ipv4_header ip = {
		.tos = 0xc0,
		.total_length = IPV4_HEADER + ROUTER_ALERT_LENGTH + REPORT_LENGTH,
		.dont_fragment = true,
		.ttl = 1,
		.protocol = IP_PROTOCOL_IGMP,
		.src = *src,
		.dst = IGMP_V3_ROUTERS,
		.options_length = ROUTER_ALERT_LENGTH,
		.options = {0x94, ROUTER_ALERT_LENGTH, 0, 0},   /* RFC 2113 */
	};

	ipv4_encode(&ip, out);
	size_t start = wr_length(out);
	wr_u8(out, REPORT);
	wr_u8(out, 0);
	wr_be16(out, 0);                /* checksum */
	wr_be16(out, 0);
	wr_be16(out, 1);                /* group records */
	wr_u8(out, (uint8_t)type);
	wr_u8(out, 0);                  /* auxiliary data */
	wr_be16(out, 0);                /* sources */
	wr_ip(out, group);
	if (!out->bad)
		wr_patch16(out, start + 2, checksum_of(out->start + start, REPORT_LENGTH));
}
