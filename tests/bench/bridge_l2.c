// SPDX-License-Identifier: BSD-2-Clause
/*
 * bridge-l2: 50 hosts on one learning switch; hosts 25 to 49 say one frame to everybody so that it learns
 * them, then host i sends 1000 frames a second of 512 bytes to host i + 25, all evenly staggered, for 20
 * virtual seconds. 500 000 frames over two cables each, none lost.
 */
#include "tests/bench/bench.h"
#include "tests/bench/lan.h"

enum { PAIRS = 25, PAYLOAD = 512, FRAMES = 20000 };

void bridge_l2(const struct bench_case *c, struct bench_sample *out)
{
	struct lan lan;
	struct station *receiver[PAIRS];
	uint64_t count = (uint64_t)(FRAMES * c->scale), heard = 0;

	lan_open(&lan, ETHERNET_HEADER + PAYLOAD);
	for (unsigned i = 0; i < PAIRS; i++)
		(void)station_new(&lan, i, &(struct station_order){.to = lan_mac(i + PAIRS), .payload = PAYLOAD,
								   .at = 100 * VL_MS + i * VL_MS / PAIRS,
								   .every = VL_MS, .count = count});
	for (unsigned i = 0; i < PAIRS; i++)
		receiver[i] = station_new(&lan, i + PAIRS, &(struct station_order){
				.greets = true, .greets_at = VL_MS + (i + PAIRS) * VL_MS});
	lan_start(&lan);
	lan_run(&lan, 100 * VL_MS);
	double start = bench_cpu();
	lan_run(&lan, VL_NEVER);
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)(PAIRS * count)};
	for (unsigned i = 0; i < PAIRS; i++)
		heard += station_heard(receiver[i]);
	bench_expect(heard == PAIRS * count);
	bench_expect(world_frames(lan.world) == PAIRS + PAIRS * count);
	lan_close(&lan);
}
