// SPDX-License-Identifier: BSD-2-Clause
/*
 * advert-l2: the idle hour. 200 hosts on one switch; every 20th sends 40 bytes to VRRP's group once a second,
 * 100 ms from each other, for 3600 virtual seconds: 36 000 frames, 7 164 000 deliveries.
 */
#include "tests/bench/bench.h"
#include "tests/bench/lan.h"

enum { HOSTS = 200, SENDERS = 10, PAYLOAD = 40, SECONDS = 3600 };

void advert_l2(const struct bench_case *c, struct bench_sample *out)
{
	static const struct mac group = {{0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}};
	struct lan lan;
	struct station *host[HOSTS];
	uint64_t count = (uint64_t)(SECONDS * c->scale), heard = 0;

	lan_open(&lan, ETHERNET_HEADER + PAYLOAD);
	for (unsigned i = 0; i < HOSTS; i++) {
		unsigned step = HOSTS / SENDERS;
		host[i] = station_new(&lan, i, &(struct station_order){
				.to = group, .payload = PAYLOAD, .at = i / step * 100 * VL_MS, .every = VL_S,
				.count = i % step == 0 ? count : 0});
	}
	lan_start(&lan);
	double start = bench_cpu();
	lan_run(&lan, VL_NEVER);
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)count / SECONDS};
	for (unsigned i = 0; i < HOSTS; i++)
		heard += station_heard(host[i]);
	bench_expect(heard == SENDERS * count * (HOSTS - 1));
	lan_close(&lan);
}
