// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/promise.h"

#include "analyzers/session.h"
#include "sim/scenario/build_services.h"

static const char *const WHAT[] = {
	[NEEDS_FLOW] = "their addresses",
	[NEEDS_REQUEST] = "the HTTP request",
	[NEEDS_HELLO] = "the TLS hello",
	[NEEDS_FIRST] = "the connection request",
	[NEEDS_DATAGRAM] = "the datagram",
};

static void *judge_of(const struct watch *w)
{
	for (size_t i = 0; i < w->analyzer_count; i++)
		if (w->ops[i] == &session_analyzer)
			return w->analyzer[i];
	return NULL;
}

static void promise_one(void *judge, const struct virtual_service_config *c)
{
	const struct persistence_ops *kind = c->persistence.kind;

	if (kind == NULL)
		return;
	bool fits = persistence_fits(kind, virtual_service_config_view(c));
	if (fits && kind->needs != NEEDS_HELLO)
		return;
	/* One too many is not looked at: a script has fewer services than that. */
	for (size_t i = 0; i < c->port_count; i++)
		(void)session_promise(judge, &(struct session_promise){
						     .address = c->address,
						     .first_port = c->port[i].first,
						     .last_port = c->port[i].last,
						     .protocol = c->protocol,
						     .kind = kind->title,
						     .what = WHAT[kind->needs],
						     .tls = c->tls_passes,
						     .need = fits ? SESSION_NEEDS_ID : SESSION_NEEDS_UNREADABLE,
					     });
}

bool promise_services(struct watch *w, const struct scenario *s)
{
	void *judge = judge_of(w);

	for (size_t i = 0; judge != NULL && i < s->node_count; i++) {
		struct build_services built;
		if (s->node[i].service_count == 0)
			continue;
		if (!build_services(&s->node[i], &built))
			return false;
		for (size_t k = 0; k < built.count; k++)
			promise_one(judge, &built.service[k]);
		build_services_free(&built);
	}
	return true;
}
