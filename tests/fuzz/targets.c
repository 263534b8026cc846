// SPDX-License-Identifier: BSD-2-Clause
/* The table of fuzz targets. */
#include "tests/fuzz/fuzz.h"

static const struct fuzz_target targets[] = {
	{"dissect", fuzz_dissect, 2048},
	{"ethernet", fuzz_ethernet, 64},
	{"arp", fuzz_arp, 64},
	{"ipv4", fuzz_ipv4, 128},
	{"ipv6", fuzz_ipv6, 256},
	{"icmp", fuzz_icmp, 256},
	{"udp", fuzz_udp, 256},
	{"tcp", fuzz_tcp, 256},
	{"vrrp", fuzz_vrrp, 1024},
	{"carp", fuzz_carp, 128},
	{"hsrp", fuzz_hsrp, 256},
	{"glbp", fuzz_glbp, 256},
	{"ccp", fuzz_ccp, 128},
	{"nlb", fuzz_nlb, 128},
	{"fgcp", fuzz_fgcp, 64},
	{"match", fuzz_match, 256},
	{"capture", fuzz_capture, 4096},
	{"scan", fuzz_scan, 4096},
	{"scenario", fuzz_scenario, 4096},
	{"judge", fuzz_judge, 2048},
	{"balance", fuzz_balance, 2048},
	{"stack", fuzz_stack, 2048},
	{"balancer", fuzz_balancer, 2048},
	{"ha-updates", fuzz_ha_updates, 2048},
	{"tcp-endpoint", fuzz_tcp_endpoint, 2048},
	{"health-answers", fuzz_health_answers, 2048},
	{"http", fuzz_http, 2048},
	{"tls-hello", fuzz_tls_hello, 1024},
	{"first-bytes", fuzz_first_bytes, 512},
	{"splice", fuzz_splice, 512},
	{"vrrp-router", fuzz_vrrp_router, 1024},
	{"carp-host", fuzz_carp_host, 1024},
	{"neighbours", fuzz_neighbours, 1024},
	{"log-line", fuzz_log_line, 256},
};

const struct fuzz_target *fuzz_target_at(size_t i)
{
	return i < sizeof targets / sizeof targets[0] ? &targets[i] : NULL;
}
