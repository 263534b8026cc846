// SPDX-License-Identifier: BSD-2-Clause
/* What is said about services: whose they are, where their addresses lie, and what the balancer refuses. */
#include "sim/scenario/build_services.h"
#include "sim/scenario/resolve.h"

/* The balancer looks at a service by itself first, then at all of them: each mistake is told where it stands. */
static void check_built(struct reader *r, const struct scenario_node *n, const struct build_services *built)
{
	for (size_t i = 0; i < built->count; i++) {
		struct balancer_config alone = {.service_count = 1, .service = &built->service[i]};
		struct balancer_config so_far = {.service_count = i + 1, .service = built->service};
		struct vl_status status = balancer_config_check(&alone);
		if (vl_ok(&status))
			status = balancer_config_check(&so_far);
		if (vl_ok(&status))
			continue;
		mistakes_add(r->mistakes, n->service[i].at, "%s", status.reason);
		return; /* those behind it meet the same */
	}
}

/* What was not understood is a mistake already. */
static bool is_whole(const struct scenario_node *n)
{
	for (size_t i = 0; i < n->service_count; i++) {
		const struct scenario_service *v = &n->service[i];
		if (v->vip.family == IP_NONE || v->port.count == 0 || v->server_count == 0 || v->protocol == 0 ||
		    v->scheduler == NULL || scheduler_find(v->scheduler) == NULL)
			return false;
		for (size_t k = 0; k < v->server_count; k++)
			if (v->server[k].ip.family == IP_NONE)
				return false;
	}
	return true;
}

void resolve_services(struct reader *r, const struct scenario *s, const struct scenario_node *n, const struct kind *kind)
{
	struct build_services built;

	if (n->service_count == 0)
		return;
	if (kind->name != NULL && kind->class != CLASS_LOADMASTER)
		mistakes_add(r->mistakes, n->service[0].at, "kind `%s' has no services; only loadmaster has", n->kind);
	for (size_t i = 0; i < n->service_count; i++) {
		struct scenario_service *v = &n->service[i];
		struct scenario_ips vip = {.item = &v->vip, .count = v->vip.family != IP_NONE};
		resolve_vips(r, s, n, &vip, false, 1, v->at);
		resolve_vips(r, s, n, &v->local, false, BALANCER_LOCALS, v->at);
		if (v->snat_ports.count > 1)
			mistakes_add(r->mistakes, v->at, "snat_ports: one range");
	}
	if (!is_whole(n))
		return;
	if (build_services(n, &built))
		check_built(r, n, &built);
	build_services_free(&built);
}
