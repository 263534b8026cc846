// SPDX-License-Identifier: BSD-2-Clause
/*
 * advert-ip: the idle hour of hosts with IPv4. 190 plain hosts and, every 20th, an Active VRRP router of its
 * own ID: 36 000 VRRPv2 advertisements of 40 bytes, each taken in by the IP layer of 199 hosts. Not stand-ins:
 * whole boxes of sim/node with stack and engine.
 */
#include "tests/bench/bench.h"
#include "tests/bench/lan.h"

#include "sim/hosts/host.h"
#include "sim/node/node.h"

enum { HOSTS = 200, ROUTERS = 10, ADVERT = 40, SECONDS = 3600, SETTLED = 6 };

static void make_router(struct node_config *config, unsigned i)
{
	struct node_vrrp_config *v = node_config_add_vrrp(config);

	bench_expect(v != NULL);
	vrrp_config_init(&v->router, 2, IP_V4);
	v->router.vrid = (uint8_t)(i + 1);
	v->router.address_count = 1;
	v->router.address[0] = ip4(10, 0, 0, (uint8_t)(220 + i));
}

static struct engine make_host(struct lan *lan, unsigned i)
{
	struct ip_prefix address = {.addr = ip4(10, 0, 0, (uint8_t)(i + 1)), .length = 24};
	struct node_config config;
	struct vl_status status;
	unsigned step = HOSTS / ROUTERS;

	node_config_init(&config);
	status = host_add_interface(&config, &(struct host_interface){.name = "eth0", .mac = lan_mac(i),
								      .address_count = 1, .address = &address});
	bench_expect(vl_ok(&status));
	if (i % step == 0)
		make_router(&config, i / step);
	struct engine box = node_new(&config, lan->pool, &status);
	bench_expect(vl_ok(&status));
	node_config_fini(&config);
	return box;
}

void advert_ip(const struct bench_case *c, struct bench_sample *out)
{
	struct lan lan;
	struct engine router[ROUTERS];
	uint64_t seconds = (uint64_t)(SECONDS * c->scale), refused = 0;
	unsigned step = HOSTS / ROUTERS;

	lan_open(&lan, ETHERNET_HEADER + ADVERT);
	for (unsigned i = 0; i < HOSTS; i++) {
		struct engine box = make_host(&lan, i);
		if (i % step == 0)
			router[i / step] = box;
		lan_add(&lan, box);
	}
	for (unsigned i = 0; i < HOSTS; i++) {  /* routers 100 ms apart */
		if (i % step == 0 && i > 0)
			lan_run(&lan, i / step * 100 * VL_MS);
		world_start(lan.world, i);
	}
	/* All are Active, their announcements over; from here to the end there are advertisements only. */
	lan_run(&lan, SETTLED * VL_S);
	uint64_t before = world_frames(lan.world);
	double start = bench_cpu();
	lan_run(&lan, (SETTLED + seconds) * VL_S);
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)seconds / SECONDS};
	bench_expect(world_frames(lan.world) - before == ROUTERS * seconds);
	/* Each router took every advertisement of the others to its engine, which has another ID. */
	for (unsigned i = 0; i < ROUTERS; i++)
		refused += vrrp_router_dropped(node_vrrp(&router[i], 0), VRRP_DROP_OTHER_ROUTER);
	bench_expect(refused >= ROUTERS * (ROUTERS - 1) * seconds);
	lan_close(&lan);
}
