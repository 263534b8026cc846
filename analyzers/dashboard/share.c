// SPDX-License-Identifier: BSD-2-Clause
/* Integers throughout: parts per million, percent, an integer square root. */
#include "analyzers/dashboard/share.h"

#include <stdio.h>
#include <string.h>

#define MILLION 1000000U

static bool may_take(const struct sample *s)
{
	return s->state == STATE_UP || s->state == STATE_RAMP || s->state == STATE_ANSWERS || s->state == STATE_UNKNOWN;
}

/* Weight by which fairness goes: without known weights all are the same. */
static uint64_t weight_of(const struct server *s, const struct sample *at)
{
	return (s->known & KNOWN_WEIGHT) != 0 ? at->weight : 1;
}

static uint64_t full_weight_of(const struct server *s, const struct sample *at)
{
	return at->state == STATE_RAMP && at->configured > at->weight ? at->configured : weight_of(s, at);
}

static uint64_t root(uint64_t n)
{
	uint64_t r = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
		if ((r | bit) * (r | bit) <= n)
			r |= bit;
	return r;
}

/* 2.58 standard deviations of a share p (in ppm) of n: in ppm. */
static uint64_t noise(uint64_t p, uint64_t n)
{
	return n == 0 ? MILLION : root(p * (MILLION - p) / n) * 258 / 100;
}

struct sums {
	uint64_t weight, fresh;
};

static void compare(struct share *out, const struct server *s, const struct sums *sum)
{
	const struct sample *at = out->sample;

	out->eligible = may_take(at) && weight_of(s, at) > 0;
	out->all = sum->fresh;
	out->sign = ' ';
	out->share_ppm = sum->fresh == 0 ? 0 : (uint32_t)(out->fresh * MILLION / sum->fresh);
	if (!out->eligible || sum->weight == 0)
		return;
	uint64_t weight = weight_of(s, at), full = full_weight_of(s, at);
	out->fair_ppm = (uint32_t)(weight * MILLION / sum->weight);
	out->full_ppm = (uint32_t)(full * MILLION / (sum->weight - weight + full));
	if (sum->fresh == 0 || out->fair_ppm == 0)
		return;
	out->percent = (uint32_t)((uint64_t)out->share_ppm * 100 / out->fair_ppm);
	uint64_t apart = out->share_ppm > out->fair_ppm ? out->share_ppm - out->fair_ppm : out->fair_ppm - out->share_ppm;
	out->sign = apart <= noise(out->fair_ppm, sum->fresh) ? '=' : out->share_ppm > out->fair_ppm ? '+' : '-';
}

void share_all(const struct model *m, unsigned service, uint64_t index, struct share *table)
{
	struct sums sum = {0};

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		if (s->service != service)
			continue;
		table[i] = (struct share){.sample = model_sample_of(s, index, m), .sign = ' '};
		if (table[i].sample == NULL)
			continue;
		table[i].fresh = model_fresh(m, s, index, MODEL_WINDOW, &table[i].policy);
		sum.fresh += table[i].fresh;
		if (may_take(table[i].sample))
			sum.weight += weight_of(s, table[i].sample);
	}
	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == service && table[i].sample != NULL)
			compare(&table[i], &m->server[i], &sum);
}

/* --- storms ------------------------------------------------------------------------------------------------ */

static void tell(struct model *m, const struct server *s, vl_time at, const char *what, uint32_t percent)
{
	char text[MODEL_TEXT];

	snprintf(text, sizeof text, "%s: %s takes x%u.%02u of its fair share", what, s->name, percent / 100, percent % 100);
	model_event(m, at, RECORD_WARN, m->service[s->service].name, text);
}

/* A storm is seen soon: over the fewest samples (two at least) in which there are enough connections to tell. */
static unsigned window_of(const struct service *v)
{
	for (unsigned k = STORM_AFTER; k < MODEL_WINDOW; k++)
		if (v->recent[k - 1] >= SHARE_LEAST)
			return k;
	return MODEL_WINDOW;
}

/* Its weight was made smaller while the window lasted: what it took before was fair then. */
static bool was_heavier(const struct model *m, const struct server *s, uint64_t index, unsigned window)
{
	const struct sample *now = model_sample_of(s, index, m), *old;

	for (unsigned k = 1; k <= window && k <= index; k++) {
		old = model_sample_of(s, index - k, m);
		if (old != NULL && now != NULL && old->configured > now->configured)
			return true;
	}
	return false;
}

static void judge(struct model *m, unsigned i, uint64_t weight, uint64_t index, vl_time at)
{
	struct server *s = &m->server[i];
	struct service *v = &m->service[s->service];
	unsigned window = window_of(v);
	const struct sums sum = {.weight = weight, .fresh = v->recent[window - 1]};
	struct share now = {.sample = model_sample_of(s, index, m)};

	if (now.sample == NULL)
		return;
	now.fresh = model_fresh(m, s, index, window, NULL);
	compare(&now, s, &sum);
	uint32_t percent = now.full_ppm > 0 ? (uint32_t)((uint64_t)now.share_ppm * 100 / now.full_ppm) : 0;
	bool rush = percent >= STORM_BEGINS && now.sign == '+' && sum.fresh >= SHARE_LEAST && !was_heavier(m, s, index, window);
	s->storm_for = rush ? (uint8_t)(s->storm_for < 250 ? s->storm_for + 1 : 250) : 0;
	if (s->storm_for == STORM_AFTER && v->storming < 0) {
		v->storming = (int)i;
		v->storm_since = at;
		tell(m, s, at, "STORM", percent);
	} else if (v->storming == (int)i && percent < STORM_ENDS) {
		v->storming = -1;
		tell(m, s, at, "storm over", percent);
	}
	if (v->storming == (int)i)
		s->ring[index % MODEL_SAMPLES].flags |= SAMPLE_STORM;
}

void share_judge_storms(struct model *m, uint64_t index, vl_time at)
{
	uint64_t weight[MODEL_SERVICES] = {0};

	for (unsigned i = 0; i < m->service_count; i++)
		memset(m->service[i].recent, 0, sizeof m->service[i].recent);
	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		const struct sample *now = model_sample_of(s, index, m), *old;
		uint64_t sum = 0;
		if (now == NULL)
			continue;
		for (unsigned k = 0; k < MODEL_WINDOW; k++) {
			old = k <= index ? model_sample_of(s, index - k, m) : NULL;
			sum += old != NULL ? old->fresh : 0;
			m->service[s->service].recent[k] += sum;
		}
		if (may_take(now))
			weight[s->service] += weight_of(s, now);
	}
	for (unsigned i = 0; i < m->server_count; i++)
		judge(m, i, weight[m->server[i].service], index, at);
}

/* --- sentences --------------------------------------------------------------------------------------------- */

/* Since when its state is what it is at the sample, as far as samples remember; VL_NEVER: longer. */
static vl_time state_since(const struct model *m, const struct server *s, uint64_t index, enum server_word *before)
{
	const struct sample *now = model_sample_of(s, index, m), *old;

	for (uint64_t i = index; now != NULL && i > 0; i--) {
		old = model_sample_of(s, i - 1, m);
		if (old == NULL)
			break;
		bool both_up = (old->state == STATE_UP || old->state == STATE_RAMP) &&
			       (now->state == STATE_UP || now->state == STATE_RAMP);
		if (old->state != now->state && !both_up && old->state != STATE_UNKNOWN) {
			*before = (enum server_word)old->state;
			return m->sampled_at[i % MODEL_SAMPLES];
		}
	}
	return VL_NEVER;
}

/* Since when it has been storming without a pause, up to the sample. */
static vl_time storm_since(const struct model *m, const struct server *s, uint64_t index)
{
	vl_time since = m->sampled_at[index % MODEL_SAMPLES];

	for (uint64_t i = index;; i--) {
		const struct sample *at = model_sample_of(s, i, m);
		if (at == NULL || (at->flags & SAMPLE_STORM) == 0)
			break;
		since = m->sampled_at[i % MODEL_SAMPLES];
		if (i == 0)
			break;
	}
	return since;
}

static bool counts_connections(const char *scheduler)
{
	static const char *const word[] = {"lc", "wlc", "leastconn", "least", "sed", "nq"};

	for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
		if (strstr(scheduler, word[i]) != NULL)
			return true;
	return false;
}

/* Mean of the others' active connections, by weight: what it must hold before it is like them. */
static uint64_t others_active(const struct model *m, const struct server *of, uint64_t index)
{
	uint64_t sum = 0, n = 0;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		const struct sample *at = s->service == of->service && s != of ? model_sample_of(s, index, m) : NULL;
		if (at == NULL || !may_take(at))
			continue;
		sum += at->active;
		n++;
	}
	return n == 0 ? 0 : sum / n;
}

/* "~13 s more", from how fast it has been filling up; "" when it does not. */
static void remaining(char text[48], const struct model *m, const struct server *s, uint64_t index)
{
	const struct sample *now = model_sample_of(s, index, m), *old = index >= 5 ? model_sample_of(s, index - 5, m) : NULL;
	uint64_t goal = others_active(m, s, index);

	text[0] = '\0';
	if (now == NULL || old == NULL || now->active <= old->active || goal <= now->active)
		return;
	vl_time span = m->sampled_at[index % MODEL_SAMPLES] - m->sampled_at[(index - 5) % MODEL_SAMPLES];
	uint64_t more = (goal - now->active) * (span / VL_MS) / (now->active - old->active) / 1000;
	snprintf(text, 48, ", about %llu s more", (unsigned long long)(more == 0 ? 1 : more));
}

/* Its part of the newest connections, in percent: the window of the bars still shows the time before. */
static unsigned take_now(const struct model *m, const struct server *of, uint64_t index)
{
	uint64_t all = 0, its = model_fresh(m, of, index, STORM_AFTER, NULL);

	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == of->service)
			all += model_fresh(m, &m->server[i], index, STORM_AFTER, NULL);
	return all == 0 ? 0 : (unsigned)((its * 200 / all + 1) / 2);
}

static unsigned long long seconds(vl_time t)
{
	return (unsigned long long)((t + VL_S / 2) / VL_S);
}

static void explain_storm(const struct model *m, const struct server *s, const struct share *share, uint64_t index,
			  struct verdict *v)
{
	const struct service *of = &m->service[s->service];
	vl_time at = m->sampled_at[index % MODEL_SAMPLES];
	enum server_word before = STATE_UNKNOWN;
	vl_time back = state_since(m, s, index, &before), since = storm_since(m, s, index);
	if (s->since != VL_NEVER && s->since <= at && s->state == (enum server_word)share->sample->state && s->before != STATE_UNKNOWN &&
	    s->before != STATE_UP && s->before != STATE_RAMP) {
		back = s->since; /* to the moment, not to the sample */
		before = s->before;
	}
	const char *scheduler = of->scheduler[0] != '\0' ? of->scheduler : "the scheduler";
	char more[48];

	snprintf(v->tag, sizeof v->tag, "STORM");
	remaining(more, m, s, index);
	unsigned take = take_now(m, s, index);
	if (back != VL_NEVER && at - back < 300 * VL_S) {
		bool few = share->sample->active < others_active(m, s, index) || counts_connections(of->scheduler);
		snprintf(v->what, sizeof v->what, "%s came back %llu s ago (before: %s) %s. %s sends it %u%% of all new connections%s%s.",
			 s->name, seconds(at - back), server_state_text(before),
			 of->slow_start_known && of->slow_start ? "and its slow start is too short" : "without slow start",
			 scheduler, take, few ? " until it holds as many as the others" : "", few ? more : "");
		snprintf(v->remedy, sizeof v->remedy, "slow start of 30 s for this service (HAProxy: slowstart 30s; LoadMaster: "
			 "Least Connection Slow Start; F5: Slow Ramp Time).");
		snprintf(v->scenario, sizeof v->scenario, "viplab run scenarios/storm/slow-start.yaml");
		return;
	}
	snprintf(v->what, sizeof v->what, "%s has been taking %u%% of all new connections, x%u.%02u of its fair share, for %llu s%s.",
		 s->name, take, share->percent / 100, share->percent % 100, seconds(at - since),
		 share->sample->active < others_active(m, s, index) / 2 ? "; it holds few, so they end quickly there: does it answer "
									  "with errors?" : "");
	snprintf(v->remedy, sizeof v->remedy, "look at its answers first; then weights, and whether its health check sees what users see.");
	snprintf(v->scenario, sizeof v->scenario, "viplab run scenarios/storm/black-hole.yaml");
}

/* The judges of balancers say more than numbers do: a server that fails its users and so looks idle. */
static bool explain_finding(const struct model *m, const struct server *s, vl_time at, struct verdict *v)
{
	static const char *const code[] = {"black-hole", "server-resets", "syn-unanswered"};

	for (unsigned i = m->finding_count; i > 0; i--) {
		const struct model_finding *f = &m->finding[i - 1];
		bool fits = false;
		for (size_t k = 0; k < sizeof code / sizeof code[0]; k++)
			fits = fits || strcmp(f->code->name, code[k]) == 0;
		bool about = s->address[0] == '\0' || strstr(f->detail, s->address) != NULL || strstr(f->detail, s->name) != NULL;
		if (!fits || !about || f->begin > at || at - f->begin > 300 * VL_S)
			continue;
		snprintf(v->tag, sizeof v->tag, "%s", strcmp(f->code->name, "black-hole") == 0 ? "BLACK HOLE" : "FAILS");
		snprintf(v->what, sizeof v->what, "%s: %.320s", s->name, f->detail);
		for (unsigned k = 0; k < FINDING_REMEDIES && f->code->remedy[k] != NULL; k++)
			snprintf(v->remedy + strlen(v->remedy), sizeof v->remedy - strlen(v->remedy), "%s%s", k > 0 ? " " : "", f->code->remedy[k]);
		snprintf(v->scenario, sizeof v->scenario, "viplab run scenarios/storm/black-hole.yaml");
		return true;
	}
	return false;
}

/* Many of its new connections come because of who the client is, not by the scheduler's choice. */
static bool explain_sticky(const struct model *m, const struct server *s, const struct share *share, struct verdict *v)
{
	const struct service *of = &m->service[s->service];

	if ((s->known & KNOWN_POLICY) == 0 || share->sign != '+' || share->percent < 150 || share->all < SHARE_LEAST ||
	    share->policy * 2 > share->fresh)
		return false;
	snprintf(v->tag, sizeof v->tag, "IMBALANCE");
	snprintf(v->what, sizeof v->what, "%s takes %u%% of new connections, x%u.%02u of its fair share; %llu%% of them by persistence%s%s: "
		 "many users behind one address (SNAT, proxy) stick to it.",
		 s->name, (share->share_ppm + 5000) / 10000, share->percent / 100, share->percent % 100,
		 (unsigned long long)(share->fresh == 0 ? 0 : (share->fresh - share->policy) * 100 / share->fresh),
		 of->persistence[0] != '\0' ? " " : "", of->persistence);
	snprintf(v->remedy, sizeof v->remedy, "persist by cookie or session; or no SNAT before it (PROXY protocol, X-Forwarded-For).");
	snprintf(v->scenario, sizeof v->scenario, "viplab run scenarios/snat-imbalance/no-snat.yaml");
	return true;
}

static bool explain_down(const struct model *m, unsigned service, uint64_t index, struct verdict *v)
{
	unsigned down = 0, up = 0, last = 0;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct sample *at = m->server[i].service == service ? model_sample_of(&m->server[i], index, m) : NULL;
		if (at == NULL)
			continue;
		if (at->state == STATE_DOWN || at->state == STATE_REFUSES || at->state == STATE_SILENT) {
			down++;
			last = i;
		}
		up += may_take(at);
	}
	if (down == 0)
		return false;
	enum server_word before = STATE_UNKNOWN;
	vl_time since = state_since(m, &m->server[last], index, &before);
	snprintf(v->tag, sizeof v->tag, "DOWN");
	v->server = (int)last;
	snprintf(v->what, sizeof v->what, "%s is %s", m->server[last].name,
		 server_state_text((enum server_word)model_sample_of(&m->server[last], index, m)->state));
	size_t n = strlen(v->what);
	if (since != VL_NEVER)
		n += (size_t)snprintf(v->what + n, sizeof v->what - n, " for %llu s",
				      seconds(m->sampled_at[index % MODEL_SAMPLES] - since));
	if (down > 1)
		n += (size_t)snprintf(v->what + n, sizeof v->what - n, ", with %u others", down - 1);
	snprintf(v->what + n, sizeof v->what - n, "%s%s; %u server%s carr%s the service.",
		 m->server[last].check[0] != '\0' ? ": " : "", m->server[last].check, up, up == 1 ? "" : "s",
		 up == 1 ? "ies" : "y");
	snprintf(v->remedy, sizeof v->remedy, "before it comes back: slow start, or it will be stormed.");
	return true;
}

void share_explain(const struct model *m, unsigned service, uint64_t index, const struct share *table, struct verdict *out)
{
	int worst = -1;

	*out = (struct verdict){.server = -1};
	if (index == UINT64_MAX)
		return;
	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		if (s->service != service || table[i].sample == NULL)
			continue;
		out->server = (int)i;
		if ((table[i].sample->flags & SAMPLE_STORM) != 0 &&
		    (explain_sticky(m, s, &table[i], out) || explain_finding(m, s, m->sampled_at[index % MODEL_SAMPLES], out)))
			return;
		if ((table[i].sample->flags & SAMPLE_STORM) != 0) {
			explain_storm(m, s, &table[i], index, out);
			return;
		}
		if (table[i].sign == '+' && (worst < 0 || table[i].percent > table[worst].percent))
			worst = (int)i;
	}
	out->server = worst;
	if (worst >= 0 && explain_sticky(m, &m->server[worst], &table[worst], out))
		return;
	if (explain_down(m, service, index, out))
		return;
	out->server = -1;
	if (worst >= 0 && table[worst].sample->state == STATE_RAMP && table[worst].all >= SHARE_LEAST) {
		const struct share *h = &table[worst];
		snprintf(out->what, sizeof out->what, "%s is catching up: %u%% of the new connections, in its slow start at weight %u of %u.",
			 m->server[worst].name, (h->share_ppm + 5000) / 10000, h->sample->weight, h->sample->configured);
		return;
	}
	if (worst >= 0 && table[worst].percent >= 130 && table[worst].all >= SHARE_LEAST)
		snprintf(out->what, sizeof out->what, "%s takes x%u.%02u of its fair share, more than chance would give it.",
			 m->server[worst].name, table[worst].percent / 100, table[worst].percent % 100);
}
