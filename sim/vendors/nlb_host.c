// SPDX-License-Identifier: BSD-2-Clause
/* The state machine. Only enter() assigns the state. */
#include "sim/vendors/nlb_host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/prng.h"
#include "sim/vendors/nlb_parts.h"

#define REPORTS (60 * VL_S)             /* between IGMP reports */

static uint32_t bit_of(const struct nlb_host *h)
{
	return UINT32_C(1) << (h->config.host - 1);
}

static unsigned own_bins(const struct nlb_host *h)
{
	unsigned bins = 0;

	for (unsigned i = 0; i < h->view.now.bins; i++)
		bins += h->view.now.owner[i] == h->config.host;
	return bins;
}

static void enter(struct nlb_host *h, enum nlb_state to, enum nlb_reason why, vl_time now)
{
	struct record *r = outbox_record(h->outbox, &NLB_STATE_KIND, h->name, now);

	r->value[NLB_STATE_HOST].number = h->config.host;
	r->value[NLB_STATE_INTERFACE].word = stack_interface(h->stack, h->config.interface)->name;
	r->value[NLB_STATE_FROM].word = nlb_state_text(h->state);
	r->value[NLB_STATE_TO].word = nlb_state_text(to);
	r->value[NLB_STATE_WHY].word = nlb_reason_text(why);
	r->value[NLB_STATE_MEMBERS].number = h->members;
	r->value[NLB_STATE_BINS].number = own_bins(h);
	h->state = to;
}

/* --- convergence --------------------------------------------------------------------------------------------------- */

/* Who is there and takes new clients. */
static uint32_t present(const struct nlb_host *h)
{
	uint32_t view = h->drain ? 0 : bit_of(h);

	for (unsigned i = 0; i < NLB_HOSTS; i++)
		if (h->peer[i].used && !h->peer[i].said.draining)
			view |= UINT32_C(1) << i;
	return view;
}

/* True when every host that is heard sees what this one sees. */
static bool all_agree(const struct nlb_host *h)
{
	for (unsigned i = 0; i < NLB_HOSTS; i++)
		if (h->peer[i].used && h->peer[i].said.view != h->wanted)
			return false;
	return true;
}

/* The lowest host that is there leads, draining or not. */
static bool leads(const struct nlb_host *h)
{
	for (unsigned i = 0; i + 1u < h->config.host; i++)
		if (h->peer[i].used)
			return false;
	return true;
}

static void converge(struct nlb_host *h, enum nlb_reason why, vl_time now)
{
	h->agreed = 0;
	h->wanted = present(h);
	h->view.draining = h->drain;
	if (h->state != NLB_CONVERGING)
		enter(h, NLB_CONVERGING, why, now);
}

void nlb_look(struct nlb_host *h, enum nlb_reason why, vl_time now)
{
	if (!h->started || present(h) == h->wanted)
		return;
	converge(h, why, now);
	nlb_send_beat(h);
}

/* The map to come is the map. */
static void finish(struct nlb_host *h, vl_time now)
{
	h->view.before = h->view.now;
	h->members = h->wanted;
	nlb_map_make(&h->view.now, &h->config.rule, h->members);
	enter(h, h->drain ? NLB_DRAINING : NLB_CONVERGED, NLB_WHY_AGREED, now);
	nlb_send_beat(h);
}

/* --- heartbeats ------------------------------------------------------------------------------------------------------ */

static void drop(struct nlb_host *h, enum nlb_drop why, unsigned interface, const struct packet *p, vl_time now)
{
	struct record *r = outbox_record(h->outbox, &NLB_DROP_KIND, h->name, now);

	h->dropped[why]++;
	r->value[NLB_DROP_OF_HOST].number = h->config.host;
	r->value[NLB_DROP_ON].word = stack_interface(h->stack, interface)->name;
	r->value[NLB_DROP_WHY].word = nlb_drop_text(why);
	r->value[NLB_DROP_SEEN].number = p->nlb.host_id;
	r->value[NLB_DROP_CLUSTER_IP].ip = p->nlb.cluster_ip;
	r->value[NLB_DROP_MAC].mac = p->ethernet.src;
}

static void note(struct nlb_host *h, struct nlb_peer *peer, const struct nlb_body *b, vl_time now)
{
	bool is_new = !peer->used, lower = peer < &h->peer[h->config.host - 1];

	*peer = (struct nlb_peer){.used = true, .said = *b, .heard = now};
	nlb_look(h, is_new ? NLB_WHY_JOINED : NLB_WHY_DRAIN, now);
	/* Somebody else converges: so does the cluster. */
	if (!b->converged && h->state != NLB_CONVERGING && b->view != h->members)
		converge(h, NLB_WHY_JOINED, now);
	if (h->state == NLB_CONVERGING && b->converged && b->view == h->wanted && lower && !leads(h))
		finish(h, now);
}

static bool receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct nlb_host *h = self;
	struct nlb_body body;

	(void)f;
	h->heard_at = now;
	if (p->transport != TRANSPORT_NLB)
		return false;
	if (!h->started || interface != h->config.interface)
		return true;
	if (!ip_equal(&p->nlb.cluster_ip, &h->config.address[0]))
		drop(h, NLB_DROP_CLUSTER, interface, p, now);
	else if (p->nlb.host_id < 1 || p->nlb.host_id > NLB_HOSTS || p->nlb.signature != NLB_HEARTBEAT ||
		 !nlb_read_body(&body, &p->nlb))
		drop(h, NLB_DROP_UNREAD, interface, p, now);
	else if (p->nlb.host_id == h->config.host)
		drop(h, NLB_DROP_OWN_ID, interface, p, now);
	else
		note(h, &h->peer[p->nlb.host_id - 1], &body, now);
	return true;
}

/* --- time -------------------------------------------------------------------------------------------------------------- */

static vl_time dead_at(const struct nlb_host *h, const struct nlb_peer *p)
{
	return vl_time_after(p->heard, h->config.period * h->config.tolerance);
}

static void lose_the_silent(struct nlb_host *h, vl_time now)
{
	for (unsigned i = 0; i < NLB_HOSTS; i++)
		if (h->peer[i].used && dead_at(h, &h->peer[i]) <= now) {
			h->peer[i].used = false;
			nlb_look(h, NLB_WHY_LOST, now);
		}
}

static void beat(struct nlb_host *h, vl_time now)
{
	nlb_flows_age(&h->descriptors, now);
	h->next_beat = vl_time_after(now, h->config.period);
	if (h->state == NLB_CONVERGING) {
		h->agreed = all_agree(h) ? (uint8_t)(h->agreed + 1) : 0;
		if (h->agreed >= h->config.agree_periods && leads(h)) {
			finish(h, now);
			return;
		}
		h->agreed = h->agreed > h->config.agree_periods ? h->config.agree_periods : h->agreed;
	}
	nlb_send_beat(h);
}

static void on_timeout(void *self, vl_time now)
{
	struct nlb_host *h = self;

	if (!h->started)
		return;
	h->heard_at = now;
	lose_the_silent(h, now);
	if (h->next_beat <= now)
		beat(h, now);
	if (h->next_report <= now) {
		nlb_send_report(h, true);
		h->next_report = vl_time_after(now, REPORTS);
	}
}

static vl_time deadline(const void *self)
{
	const struct nlb_host *h = self;
	vl_time at = vl_time_min(h->next_beat, h->next_report);

	for (unsigned i = 0; i < NLB_HOSTS; i++)
		if (h->peer[i].used)
			at = vl_time_min(at, dead_at(h, &h->peer[i]));
	return h->started ? at : VL_NEVER;
}

/* --- startup, shutdown --------------------------------------------------------------------------------------------------- */

static void stop(struct nlb_host *h)
{
	h->started = h->drain = false;
	h->members = h->wanted = 0;
	h->agreed = 0;
	h->next_beat = h->next_report = VL_NEVER;
	h->view = (struct nlb_view){.host = h->config.host};
	nlb_map_make(&h->view.now, &h->config.rule, 0);
	memset(h->peer, 0, sizeof h->peer);
	nlb_flows_clear(&h->descriptors);
}

static void startup(void *self, vl_time now)
{
	struct nlb_host *h = self;

	h->started = true;
	h->drain = h->config.drain;
	nlb_own(h);
	converge(h, NLB_WHY_STARTUP, now);
	h->next_report = h->config.mode == NLB_IGMP ? now : VL_NEVER;
	nlb_send_beat(h);
	h->next_beat = vl_time_after(now, h->config.period);
	on_timeout(h, now);
}

static void on_shutdown(void *self, vl_time now)
{
	struct nlb_host *h = self;

	if (!h->started)
		return;
	if (h->config.mode == NLB_IGMP)
		nlb_send_report(h, false);
	nlb_disown(h);
	stop(h);
	enter(h, NLB_STOPPED, NLB_WHY_SHUTDOWN, now);
}

static void crash(void *self)
{
	struct nlb_host *h = self;

	stop(h);
	h->state = NLB_STOPPED;
}

static void interface_changed(void *self, vl_time now)
{
	(void)self;
	(void)now;      /* who is cut off hears nobody, and is alone */
}

static void host_free(void *self)
{
	struct nlb_host *h = self;

	labels_fini(&h->names);
	nlb_flows_fini(&h->descriptors);
	free(h);
}

static const struct node_part_ops OPS = {
	.name = "nlb",
	.startup = startup,
	.shutdown = on_shutdown,
	.crash = crash,
	.receive = receive,
	.timeout = on_timeout,
	.deadline = deadline,
	.interface_changed = interface_changed,
	.control = nlb_control,
	.free = host_free,
};

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct nlb_config *c = config;
	struct node_part none = {0};
	char address[IP_TEXT];

	*why = nlb_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	if (stack_primary(stack, c->interface, IP_V4).family == IP_NONE) {
		*why = vl_refuse(VL_INVALID, "nlb: its interface has no IPv4 address");
		return none;
	}
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a host of a cluster");
	struct nlb_host *h = calloc(1, sizeof *h);
	if (h == NULL)
		return none;
	struct prng dice = prng_stream(c->seed, "nlb host code");
	h->config = *c;
	if (h->config.rule.seed == 0)
		h->config.rule.seed = ip4_to_u32(&c->address[0]);
	h->stack = stack;
	h->outbox = outbox;
	h->code = (uint32_t)prng_u64(&dice);
	h->filter = (struct stack_filter){nlb_filter_packet, h};
	h->name = labels_add(&h->names, "nlb %s", ip_format(address, &c->address[0]));
	if (h->name == NULL || !nlb_flows_init(&h->descriptors, c->seed)) {
		labels_fini(&h->names);
		free(h);
		return none;
	}
	stop(h);
	*why = vl_status_ok();
	return (struct node_part){&OPS, h};
}

struct node_part_config nlb_part(const struct nlb_config *c)
{
	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = c->address_count,
		.words = 16 + 2 * NLB_HOSTS,
	};
}

/* --- facts ----------------------------------------------------------------------------------------------------------------- */

enum nlb_state nlb_host_state(const struct nlb_host *h)
{
	return h->state;
}

const struct nlb_view *nlb_host_view(const struct nlb_host *h)
{
	return &h->view;
}

bool nlb_host_accepts(const struct nlb_host *h, const struct nlb_flow *flow)
{
	return h->started && h->view.now.bins > 0 && nlb_accepts(&h->config.rule, &h->view, flow);
}

uint64_t nlb_host_dropped(const struct nlb_host *h, enum nlb_drop why)
{
	assert((unsigned)why < NLB_DROP_COUNT);
	return h->dropped[why];
}
