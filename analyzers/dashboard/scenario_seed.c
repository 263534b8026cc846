// SPDX-License-Identifier: BSD-2-Clause
#include "analyzers/dashboard/scenario_seed.h"

#include <stdio.h>

#include "sim/balancer/service.h"

static enum server_word start_of(int state)
{
	switch ((enum server_start)state) {
	case SERVER_DRAINED:
		return STATE_DRAIN;
	case SERVER_OFF:
	case SERVER_ABSENT:
		return STATE_MAINT;
	case SERVER_ENABLED:
	default:
		return STATE_UP;
	}
}

void scenario_seed(struct model *m, const struct scenario *what)
{
	char address[IP_TEXT];

	for (size_t n = 0; n < what->node_count; n++)
		for (size_t i = 0; i < what->node[n].service_count; i++) {
			const struct scenario_service *from = &what->node[n].service[i];
			struct service *to = model_service(m, from->name);
			if (to == NULL)
				continue;
			snprintf(to->address, sizeof to->address, "%s", ip_format(address, &from->vip));
			snprintf(to->scheduler, sizeof to->scheduler, "%.31s", from->scheduler != NULL ? from->scheduler : "rr");
			snprintf(to->persistence, sizeof to->persistence, "%s",
				 from->persistence != 0 ? persistence_at((size_t)from->persistence - 1)->name : "");
			to->slow_start_known = true;
			to->slow_start = from->slow_start.given || from->slow_start_law != 0;
			for (size_t k = 0; k < from->server_count; k++) {
				struct server *server = model_server(m, to, from->server[k].name);
				if (server == NULL)
					continue;
				server->known |= KNOWN_WEIGHT | KNOWN_STATE | KNOWN_ACTIVE | KNOWN_POLICY;
				/* what it is until a record says otherwise */
				server->state = start_of(from->server[k].state);
				server->since = 0;
				server->weight = from->server[k].weight.given ? (uint16_t)from->server[k].weight.value : 1000;
				server->configured = server->weight;
				snprintf(server->address, sizeof server->address, "%s", ip_format(address, &from->server[k].ip));
			}
		}
}
