// SPDX-License-Identifier: BSD-2-Clause
/* Turns, counts and figures, as one would explain them. */
#include "tests/support/scheduler_model.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

bool model_may_have(const struct scheduler_server *s)
{
	return s->usable && s->weight > 0;
}

/* --- rr --------------------------------------------------------------------------------------------------- */

static void rr_changed(struct model *m, const struct scheduler_view *v, int which)
{
	if (which >= 0)
		return;
	size_t last = m->place;
	m->place = 0;
	for (; last > 0 && m->place == 0; last--)
		for (size_t i = 0; i < v->count; i++)
			if (v->server[i].id == m->id[last - 1])
				m->place = i + 1;
	for (size_t i = 0; i < v->count; i++) {
		m->id[i] = v->server[i].id;
		m->server[i].credit = 0;
	}
}

static int rr_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	size_t able = 0, passed = 0;

	(void)flow;
	(void)now;
	for (size_t i = 0; i < v->count; i++)
		able += model_may_have(&v->server[i]);
	if (able == 0)
		return -1;
	for (;;) {
		size_t i = m->place < v->count ? m->place : 0;
		const struct scheduler_server *s = &v->server[i];
		m->place = i + 1;
		if (!model_may_have(s))
			continue;
		if (s->weight >= s->full_weight || passed++ > v->count)
			return (int)i;
		uint64_t ramp = s->weight * SCHEDULER_WEIGHT_ONE / s->full_weight;
		m->server[i].credit += ramp > 0 ? ramp : 1;
		if (m->server[i].credit >= SCHEDULER_WEIGHT_ONE) {
			m->server[i].credit -= SCHEDULER_WEIGHT_ONE;
			return (int)i;
		}
	}
}

/* --- wrr: IPVS' loop -------------------------------------------------------------------------------------- */

static uint64_t sixteenths(const struct scheduler_server *s)
{
	uint64_t rounded = (s->weight + SCHEDULER_WEIGHT_ONE / 32) / (SCHEDULER_WEIGHT_ONE / 16);

	return !model_may_have(s) ? 0 : rounded > 0 ? rounded : 1;
}

static uint64_t divisor_of(const struct scheduler_view *v, uint64_t largest)
{
	for (uint64_t d = largest; d > 1; d--) {
		bool divides = true;
		for (size_t i = 0; i < v->count && divides; i++)
			divides = sixteenths(&v->server[i]) % d == 0;
		if (divides)
			return d;
	}
	return 1;
}

static uint64_t heaviest(const struct scheduler_view *v)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < v->count; i++)
		if (sixteenths(&v->server[i]) > largest)
			largest = sixteenths(&v->server[i]);
	return largest;
}

static void wrr_changed(struct model *m, const struct scheduler_view *v, int which)
{
	uint64_t largest = heaviest(v), d = divisor_of(v, largest);

	if (which < 0)
		m->place = 0;
	if (largest == 0)
		m->level = 0;
	else if (m->level == 0 || m->level > largest - (d - 1))
		m->level = largest - (d - 1);
	else if (d > 1)
		m->level = m->level / d * d + 1;
}

static int wrr_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint64_t largest = heaviest(v), d = divisor_of(v, largest);

	(void)flow;
	(void)now;
	if (largest == 0)
		return -1;
	for (;;) {
		while (m->place < v->count) {
			size_t i = m->place++;
			if (sixteenths(&v->server[i]) >= m->level)
				return (int)i;
		}
		m->place = 0;
		m->level = m->level > d ? m->level - d : largest - (d - 1);
	}
}

/* --- smooth-wrr: nginx' loop ------------------------------------------------------------------------------ */

void model_smooth_changed(struct model *m, const struct scheduler_view *v, int which)
{
	for (size_t i = 0; which < 0 && i < v->count; i++)
		m->server[i].current = 0;
}

int model_smooth_pick(struct model *m, const struct scheduler_view *v, const uint64_t *weight)
{
	int best = -1;
	int64_t sum = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (weight[i] == 0)
			continue;
		sum += (int64_t)weight[i];
		m->server[i].current += (int64_t)weight[i];
		if (best < 0 || m->server[i].current > m->server[best].current)
			best = (int)i;
	}
	if (best >= 0)
		m->server[best].current -= sum;
	return best;
}

static int smooth_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint64_t weight[MODEL_ROOM];

	(void)flow;
	(void)now;
	for (size_t i = 0; i < v->count; i++)
		weight[i] = model_may_have(&v->server[i]) ? v->server[i].weight : 0;
	return model_smooth_pick(m, v, weight);
}

/* --- edf -------------------------------------------------------------------------------------------------- */

static uint64_t deadline(const struct model_server *s)
{
	return s->begun + (uint64_t)(((wide)s->turn << 56) / s->weight);
}

static void begin_deadlines(struct model *m)
{
	for (size_t i = 0; i < MODEL_ROOM; i++)
		m->server[i].weight = 0;
	m->now = m->waiting = 0;
}

static void set_deadline(struct model *m, size_t i, uint64_t weight)
{
	struct model_server *e = &m->server[i];

	if (weight == e->weight)
		return;
	if (weight > 0 && e->weight > 0) {
		wide wait = (wide)(deadline(e) - m->now) * e->weight / weight;
		e->begun = m->now + (uint64_t)wait;
		e->turn = 0;
	} else if (weight > 0) {
		e->begun = m->now;
		e->turn = 1;
		e->since = ++m->waiting;
	}
	e->weight = weight;
}

static void edf_changed(struct model *m, const struct scheduler_view *v, int which)
{
	if (which < 0)
		begin_deadlines(m);
	for (size_t i = 0; i < v->count; i++)
		set_deadline(m, i, model_may_have(&v->server[i]) ? v->server[i].weight : 0);
}

static int edf_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	int best = -1;

	(void)flow;
	(void)now;
	for (size_t i = 0; i < v->count; i++) {
		const struct model_server *e = &m->server[i], *b = &m->server[best < 0 ? 0 : best];
		if (e->weight == 0)
			continue;
		if (best < 0 || deadline(e) < deadline(b) || (deadline(e) == deadline(b) && e->since < b->since))
			best = (int)i;
	}
	if (best < 0)
		return -1;
	m->now = deadline(&m->server[best]);
	m->server[best].turn++;
	m->server[best].since = ++m->waiting;
	return best;
}

/* --- HAProxy ---------------------------------------------------------------------------------------------- */

static uint64_t effective(const struct scheduler_server *s)
{
	uint64_t w = (s->weight * 16 + 65535) / 65536;

	return w > 4096 ? 4096 : w;
}

enum { AWAY, IN_WINDOW, LINE_A, LINE_B };

static void stand(struct model *m, size_t i, int line, uint64_t key)
{
	m->server[i].line = line;
	m->server[i].key = key;
	m->server[i].since = ++m->waiting;
}

static void stand_somewhere(struct model *m, size_t i)
{
	struct model_server *s = &m->server[i];

	if (s->next >= 2 * m->window || s->next >= m->window + m->total) {
		s->next -= m->window;
		stand(m, i, m->later, 4096 - s->weight);
	} else {
		stand(m, i, IN_WINDOW, 256 * s->next + (4096 + s->rest - s->weight) / 16);
	}
}

static void roundrobin_changed(struct model *m, const struct scheduler_view *v, int which)
{
	if (which < 0) {
		memset(m->server, 0, sizeof m->server);
		m->first = LINE_A;
		m->later = LINE_B;
		m->total = m->waiting = 0;
		for (size_t i = 0; i < v->count; i++) {
			if (!model_may_have(&v->server[i]))
				continue;
			m->server[i].weight = effective(&v->server[i]);
			m->total += m->server[i].weight;
			stand(m, i, m->first, 4096 - m->server[i].weight);
		}
		m->position = m->window = m->total;
		return;
	}
	struct model_server *s = &m->server[which];
	uint64_t weight = effective(&v->server[which]);
	bool there = model_may_have(&v->server[which]);
	if (!there) {
		m->total -= s->line != AWAY ? s->weight : 0;
		s->line = AWAY;
	} else if (s->line == AWAY) {
		m->total += weight;
		s->weight = weight;
		int64_t rest = (int64_t)(m->total + m->window) - (int64_t)m->position;
		s->next = m->position + (rest > 0 ? (uint64_t)rest / weight : 0);
		stand_somewhere(m, (size_t)which);
	} else if (s->weight != weight) {
		m->total = m->total - s->weight + weight;
		s->weight = weight;
		if (s->line == m->first) {
			stand(m, (size_t)which, m->first, 4096 - weight);
			return;
		}
		s->next += s->line == m->later ? m->window : 0;
		uint64_t step = m->total / weight;
		if (s->last + step < s->next)
			s->next = s->last + step;
		if (s->next < m->position + 2)
			s->next = m->position + step;
		s->rest = 0;
		stand_somewhere(m, (size_t)which);
	}
}

static int first_in(const struct model *m, const struct scheduler_view *v, int line)
{
	int best = -1;

	for (size_t i = 0; i < v->count; i++) {
		const struct model_server *s = &m->server[i], *b = &m->server[best < 0 ? 0 : best];
		if (s->line == line && (best < 0 || s->key < b->key || (s->key == b->key && s->since < b->since)))
			best = (int)i;
	}
	return best;
}

static int roundrobin_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	(void)flow;
	(void)now;
	if (m->total == 0)
		return -1;
	if (m->window == 0)
		m->position = m->window = m->total;
	for (;;) {
		int i = first_in(m, v, IN_WINDOW), waits = first_in(m, v, m->first);
		if ((i < 0 || m->server[i].next > m->position) && waits >= 0) {
			i = waits;
			m->server[i].next = m->server[i].rest = 0;
		}
		if (i < 0) {
			int line = m->first;
			m->first = m->later;
			m->later = line;
			m->position = m->window = m->total;
			continue;
		}
		struct model_server *s = &m->server[i];
		s->last = s->next != 0 ? s->next : m->position;
		s->rest += m->total % s->weight;
		bool carry = s->rest >= s->weight;      /* one at a time, also of a rest from a larger weight */
		s->next = s->last + m->total / s->weight + carry;
		s->rest -= carry ? s->weight : 0;
		m->position++;
		stand_somewhere(m, (size_t)i);
		return i;
	}
}

static void leastconn_look(struct model *m, const struct scheduler_view *v, size_t i)
{
	const struct scheduler_server *s = &v->server[i];
	bool there = model_may_have(s);
	uint64_t key = there && s->active > 0 ? (s->active + UINT64_C(1)) * 4096 / effective(s) : 0;

	if (there && (m->server[i].line == AWAY || m->server[i].key != key))
		stand(m, i, IN_WINDOW, key);
	else if (!there)
		m->server[i].line = AWAY;
}

static void leastconn_changed(struct model *m, const struct scheduler_view *v, int which)
{
	if (which < 0)
		memset(m->server, 0, sizeof m->server);
	for (size_t i = 0; i < v->count; i++)
		if (which < 0 || (size_t)which == i)
			leastconn_look(m, v, i);
}

static void leastconn_counted(struct model *m, const struct scheduler_view *v, unsigned which)
{
	leastconn_look(m, v, which);
}

static int leastconn_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	(void)flow;
	(void)now;
	return first_in(m, v, IN_WINDOW);
}

/* --- counts: the first in the list of those than whom nobody is better ------------------------------------ */

static uint64_t connections(const struct scheduler_server *s)
{
	return UINT64_C(256) * s->active + (s->active + s->inactive);
}

static int least(const struct scheduler_view *v, bool (*able)(const struct scheduler_server *s),
		 bool (*better)(const struct scheduler_server *a, const struct scheduler_server *b))
{
	int best = -1;

	for (size_t i = 0; i < v->count; i++)
		if (able(&v->server[i]) && (best < 0 || better(&v->server[i], &v->server[best])))
			best = (int)i;
	return best;
}

static bool fewer(const struct scheduler_server *a, const struct scheduler_server *b)
{
	uint64_t ramp_a = a->weight < a->full_weight ? a->weight * 65536 / a->full_weight : 65536;
	uint64_t ramp_b = b->weight < b->full_weight ? b->weight * 65536 / b->full_weight : 65536;

	return (wide)connections(a) * (ramp_b > 0 ? ramp_b : 1) < (wide)connections(b) * (ramp_a > 0 ? ramp_a : 1);
}

static bool fewer_for_weight(const struct scheduler_server *a, const struct scheduler_server *b)
{
	return (wide)connections(a) * b->weight < (wide)connections(b) * a->weight;
}

static bool sooner(const struct scheduler_server *a, const struct scheduler_server *b)
{
	return (wide)(a->active + UINT64_C(1)) * b->weight < (wide)(b->active + UINT64_C(1)) * a->weight;
}

static bool heavier(const struct scheduler_server *a, const struct scheduler_server *b)
{
	return a->full_weight > b->full_weight;
}

static bool is_idle(const struct scheduler_server *s)
{
	return model_may_have(s) && s->active == 0;
}

static bool is_below_weight(const struct scheduler_server *s)
{
	return model_may_have(s) && s->active <= s->full_weight / 65536;
}

static bool first(const struct scheduler_server *a, const struct scheduler_server *b)
{
	(void)a;
	(void)b;
	return false;
}

#define COUNT_PICK(name, body)                                                                                  \
	static int name(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)  \
	{                                                                                                       \
		(void)m;                                                                                        \
		(void)flow;                                                                                     \
		(void)now;                                                                                      \
		return body;                                                                                    \
	}
COUNT_PICK(lc_pick, least(v, model_may_have, fewer))
COUNT_PICK(wlc_pick, least(v, model_may_have, fewer_for_weight))
COUNT_PICK(sed_pick, least(v, model_may_have, sooner))
COUNT_PICK(nq_pick, least(v, is_idle, first) >= 0 ? least(v, is_idle, first) : least(v, model_may_have, sooner))
COUNT_PICK(fo_pick, least(v, model_may_have, heavier))
COUNT_PICK(ovf_pick, least(v, is_below_weight, heavier))

/* --- figures ---------------------------------------------------------------------------------------------- */

static void adaptive_weights(const struct scheduler_view *v, uint64_t *weight)
{
	unsigned most = 0;

	for (size_t i = 0; i < v->count; i++)
		if (model_may_have(&v->server[i]) && v->server[i].adaptive <= 100 && v->server[i].adaptive > most)
			most = v->server[i].adaptive;
	for (size_t i = 0; i < v->count; i++) {
		const struct scheduler_server *s = &v->server[i];
		uint64_t percent = most < 5 ? 100 : s->adaptive < 99 ? 100u - s->adaptive : 1;
		weight[i] = model_may_have(s) && s->adaptive <= 100 ? (s->weight * percent + 99) / 100 : 0;
	}
}

static void adaptive_changed(struct model *m, const struct scheduler_view *v, int which)
{
	uint64_t weight[MODEL_ROOM];

	if (which < 0)
		begin_deadlines(m);
	adaptive_weights(v, weight);
	for (size_t i = 0; i < v->count; i++)
		set_deadline(m, i, weight[i]);
}

static int adaptive_by_connections(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint64_t weight[MODEL_ROOM];
	int best = -1;

	(void)m;
	(void)flow;
	(void)now;
	adaptive_weights(v, weight);
	for (size_t i = 0; i < v->count; i++)
		if (weight[i] > 0 && (best < 0 || (wide)connections(&v->server[i]) * weight[best] <
							  (wide)connections(&v->server[best]) * weight[i]))
			best = (int)i;
	return best;
}

/* `credit` holds the percent of each. */
static void look_at_times(struct model *m, const struct scheduler_view *v)
{
	vl_time fastest = 0, slowest = 0;

	for (size_t i = 0; i < v->count; i++) {
		vl_time t = model_may_have(&v->server[i]) ? v->server[i].response_time : 0;
		if (t > 0 && (fastest == 0 || t < fastest))
			fastest = t;
		if (t > slowest)
			slowest = t;
	}
	for (size_t i = 0; i < v->count; i++) {
		vl_time t = v->server[i].response_time > 0 ? v->server[i].response_time : slowest;
		uint64_t percent = t == 0 || slowest == 0 || t < fastest ? 100 : fastest * 100 / t;
		m->server[i].credit = percent > 0 ? percent : 1;
	}
}

static void response_weights(struct model *m, const struct scheduler_view *v)
{
	for (size_t i = 0; i < v->count; i++)
		set_deadline(m, i, model_may_have(&v->server[i]) ?
					   (v->server[i].weight * m->server[i].credit + 99) / 100 :
					   0);
}

static void response_changed(struct model *m, const struct scheduler_view *v, int which)
{
	if (which < 0) {
		look_at_times(m, v);
		begin_deadlines(m);
	}
	response_weights(m, v);
}

static int response_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	if (now >= m->look) {
		look_at_times(m, v);
		m->look = (now / (15 * VL_S) + 1) * 15 * VL_S;
		response_weights(m, v);
	}
	return edf_pick(m, v, flow, now);
}

/* ---------------------------------------------------------------------------------------------------------- */

static const struct model_ops MODEL[] = {
	{.scheduler = "rr", .changed = rr_changed, .pick = rr_pick},
	{.scheduler = "wrr", .changed = wrr_changed, .pick = wrr_pick},
	{.scheduler = "smooth-wrr", .changed = model_smooth_changed, .pick = smooth_pick},
	{.scheduler = "edf", .changed = edf_changed, .pick = edf_pick},
	{.scheduler = "roundrobin", .changed = roundrobin_changed, .pick = roundrobin_pick},
	{.scheduler = "lc", .pick = lc_pick},
	{.scheduler = "wlc", .pick = wlc_pick},
	{.scheduler = "sed", .pick = sed_pick},
	{.scheduler = "nq", .pick = nq_pick},
	{.scheduler = "leastconn", .changed = leastconn_changed, .counted = leastconn_counted, .pick = leastconn_pick},
	{.scheduler = "fo", .pick = fo_pick},
	{.scheduler = "ovf", .pick = ovf_pick},
	{.scheduler = "adaptive", .changed = adaptive_changed, .pick = edf_pick},
	{.scheduler = "adaptive", .options = {.adaptive_connections = true}, .pick = adaptive_by_connections},
	{.scheduler = "response-time", .changed = response_changed, .pick = response_pick},
};
#define MODELS (sizeof MODEL / sizeof MODEL[0])

const struct model_ops *model_at(size_t i)
{
	if (i < MODELS)
		return &MODEL[i];
	return i - MODELS < MODEL_HASHES_COUNT ? &MODEL_HASHES[i - MODELS] : NULL;
}
