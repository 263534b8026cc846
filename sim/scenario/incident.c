// SPDX-License-Identifier: BSD-2-Clause
/* Trials: readings of what was heard are run, in order, until one shows what was found. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/incident_parts.h"
#include "sim/scenario/run.h"

#define SEEDS 8                         /* of the dice that make advertisements late */
#define PATIENCE (200000 * VL_S)        /* so much is simulated in search of a reading, a little more at most */
#define AGAIN 6                         /* runs of one reading, with words that its run asked for */

struct incident *incident_new(const struct finding *finding, size_t count)
{
	struct incident *x = calloc(1, sizeof *x);

	if (x == NULL)
		return NULL;
	x->finding = finding;
	x->finding_count = count;
	return x;
}

void incident_free(struct incident *x)
{
	if (x == NULL)
		return;
	explicit_bzero(x->word, sizeof x->word);
	free(x);
}

/* What came of one reading. */
struct outcome {
	bool ran, passed;
	size_t missing_count, surplus;  /* codes on IDs that differ; SIZE_MAX: it did not run */
	bool missing[1024];             /* findings of the capture, by index */
	char more[1024];                /* codes that only the run shows */
	bool unheard[UNHEARD_COUNT], suspends[PROMISE_COUNT]; /* words that it asks for */
	bool unseen[INCIDENT_SPEAKERS];
	size_t unseen_count, failed;    /* checks, those included */
	bool asks;
};

static bool same(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->place.id == b->place.id && a->place.family == b->place.family;
}

static void compare(const struct incident *x, const struct run *r, struct outcome *o)
{
	size_t used = 0;

	for (size_t i = 0; i < x->finding_count && i < sizeof o->missing / sizeof o->missing[0]; i++) {
		bool found = !incident_can_show(x, &x->finding[i]);
		for (size_t k = 0; k < r->watch.count && !found; k++)
			found = same(&x->finding[i], &r->watch.finding[k]->now);
		o->missing[i] = !found;
		o->missing_count += !found;
	}
	for (size_t k = 0; k < r->watch.count; k++) {
		const struct finding *f = &r->watch.finding[k]->now;
		bool known = false;
		for (size_t i = 0; i < x->finding_count && !known; i++)
			known = same(&x->finding[i], f);
		for (size_t i = 0; i < k && !known; i++)
			known = same(&r->watch.finding[i]->now, f);
		if (known || !incident_can_show(x, f))
			continue;
		o->surplus++;
		if (used < sizeof o->more)
			used += (size_t)snprintf(o->more + used, sizeof o->more - used, "%s%s on ID %u", used > 0 ? ", " : "",
						 f->code->name, (unsigned)f->place.id);
	}
}

/* Which speakers the run does not hear: their expectations stand in their order. */
static void look(const struct incident *x, const struct scenario *s, const struct run *r, struct outcome *o)
{
	size_t speaker = 0;

	for (size_t i = 0; i < s->expectation_count && i < r->check_count; i++) {
		if (s->expectation[i].kind != EXPECT_MATCH)
			continue;
		while (speaker < x->speaker_count && !incident_is_rebuilt(x, speaker))
			speaker++;
		if (speaker == x->speaker_count)
			return;
		o->unseen[speaker] = r->check[i].verdict != CHECK_HELD;
		o->unseen_count += o->unseen[speaker++];
	}
}

/* Promises that the run breaks, or conflicts that cannot be heard: words that the script can say. */
static void ask(const struct run *r, const struct reading *reading, struct outcome *o)
{
	static const char *const promise[] = {
#define X(constant, word, help) word,
		SCENARIO_PROMISES(X)
#undef X
	};

	memcpy(o->unheard, reading->unheard, sizeof o->unheard);
	memcpy(o->suspends, reading->suspends, sizeof o->suspends);
	for (size_t i = 0; i < r->check_count; i++) {
		const struct check *c = &r->check[i];
		if (c->verdict != CHECK_FAILED)
			continue;
		if (c->kind == CHECK_ORACLE && strncmp(c->text, "the oracle's ", 13) == 0) {
			/* The reasons one after the other; the run says which excuses nothing. */
			size_t k = 0;
			while (k < UNHEARD_COUNT && o->unheard[k])
				k++;
			o->asks = o->asks || k < UNHEARD_COUNT;
			if (k < UNHEARD_COUNT)
				o->unheard[k] = true;
		} else if (c->kind == CHECK_INVARIANT && c->name != NULL) {
			for (size_t k = 0; k < PROMISE_COUNT; k++)
				if (strcmp(promise[k], c->name) == 0 && k != PROMISE_TRUE_FINDINGS && !o->suspends[k])
					o->suspends[k] = o->asks = true;
		}
	}
	for (size_t i = 0; i < r->check_count && !o->asks; i++) {
		const struct check *c = &r->check[i];
		if (c->verdict != CHECK_FAILED || c->kind != CHECK_ORACLE || strncmp(c->text, "`unheard: ", 10) != 0)
			continue;
		static const char *const word[] = {
#define X(constant, text, help) text,
			SCENARIO_UNHEARD(X)
#undef X
		};
		for (size_t k = 0; k < UNHEARD_COUNT; k++)
			if (strncmp(c->text + 10, word[k], strlen(word[k])) == 0 && o->unheard[k]) {
				o->unheard[k] = false;
				o->asks = true;
			}
	}
}

static char *print_to_memory(const struct incident *x, const struct reading *reading, const char *name, uint64_t frames,
			     const bool *missing, const char *left_out, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (to == NULL)
		return NULL;
	bool ok = incident_print(to, x, reading, name, frames, missing, left_out);
	if (fclose(to) != 0 || !ok) {
		free(text);
		return NULL;
	}
	return text;
}

/* Runs a script. False: no memory. */
static bool try_script(const struct incident *x, const struct reading *reading, const char *text, size_t length,
		       struct outcome *o)
{
	struct scenario_set set;
	struct run run;

	*o = (struct outcome){.surplus = SIZE_MAX, .missing_count = SIZE_MAX};
	if (!scenario_load_bytes(&set, "incident.yaml", (const uint8_t *)text, length) || set.scenario_count == 0) {
		bool memory = !set.no_memory;
		scenario_set_free(&set);
		return memory;
	}
	const struct scenario *s = &set.scenario[0];
	struct vl_status status = run_do(&run, &(struct run_order){.scenario = s, .seed = s->seed, .until = s->until});
	if (vl_ok(&status)) {
		run_close(&run);
		*o = (struct outcome){.ran = true, .passed = run.failed == 0 && run.open == 0, .failed = run.failed};
		compare(x, &run, o);
		look(x, s, &run, o);
		ask(&run, reading, o);
	}
	bool memory = status.code != VL_NO_MEMORY;
	run_free(&run);
	scenario_set_free(&set);
	return memory;
}

/* One reading, with the words that its runs ask for. False: no memory. */
static bool try_reading(const struct incident *x, struct reading *reading, struct outcome *o)
{
	reading->suspends[PROMISE_UNIQUE_ADDRESSES] = incident_has_hosts(x, reading);
	for (int i = 0; i < AGAIN; i++) {
		size_t length = 0;
		char *text = print_to_memory(x, reading, "", 0, NULL, "", &length);
		bool ok = text != NULL && try_script(x, reading, text, length, o);
		free(text);
		if (!ok)
			return false;
		if (!o->ran || !o->asks || o->passed)
			break;
		memcpy(reading->unheard, o->unheard, sizeof reading->unheard);
		memcpy(reading->suspends, o->suspends, sizeof reading->suspends);
	}
	return true;
}

/* The readings that what was heard allows, in a fixed order: the first number turns fastest. False at the end. */
static bool next_reading(const struct plan *p, size_t number, struct reading *r)
{
	const size_t products = 3, deaf = p->has_deaf ? 3 : 1, keys = p->has_keys ? 2 : 1;
	const size_t holders = p->has_holders ? 3 : 1, askers = p->has_askers ? 2 : 1, clocks = p->has_strangers ? 2 + SEEDS : 1;

	*r = (struct reading){0};
	r->product = number % products == 0 ? PRODUCT_HEARD : number % products == 1 ? PRODUCT_NEWER : PRODUCT_BOOK;
	number /= products;
	r->holders = number % holders == 0 ? HOLDERS_AS_HEARD : number % holders == 1 ? HOLDERS_HOSTS : HOLDERS_ROUTERS;
	number /= holders;
	r->deaf = (unsigned)(number % deaf);
	number /= deaf;
	r->keys_differ = number % keys == 1;
	number /= keys;
	r->no_askers = number % askers == 1;
	number /= askers;
	r->mute_is_slow = p->has_mute && number % clocks == 1;
	r->seed = number % clocks > 1 ? (unsigned)(number % clocks) - 1 : 0;
	return number / clocks == 0;
}

/* How far a reading is from what was found; passing its own promises counts last. */
static size_t distance(const struct outcome *o)
{
	return o->ran ? 64 * o->missing_count + 8 * o->surplus + 2 * o->unseen_count + !o->passed : SIZE_MAX;
}

static void clean_name(char to[128], const char *name)
{
	size_t i = 0;

	for (; name[i] != '\0' && i + 1 < 128; i++)
		to[i] = name[i] > 0x20 && name[i] < 0x7f ? name[i] : '?';
	to[i] = '\0';
}

static bool search(const struct incident *x, struct reading *best, struct outcome *outcome, size_t *tried)
{
	struct reading r;
	struct outcome *o = malloc(sizeof *o);
	size_t nearest = SIZE_MAX;
	bool ok = o != NULL;
	size_t most = (size_t)(PATIENCE / (x->plan.lead + x->heard + VL_S)) + 3;

	for (size_t i = 0; ok && i < most && nearest > 0 && next_reading(&x->plan, i, &r); i++) {
		ok = try_reading(x, &r, o);
		++*tried;
		if (ok && (i == 0 || distance(o) < nearest)) {
			nearest = distance(o);
			*best = r;
			*outcome = *o;
		}
	}
	free(o);
	return ok;
}

static void say_differences(struct incident *x, const struct outcome *o)
{
	char ip[IP_TEXT];

	for (size_t i = 0; i < x->finding_count && o->ran; i++)
		if (o->missing[i])
			incident_leave_out(x, "%s on ID %u: the run does not show it", x->finding[i].code->name,
					   (unsigned)x->finding[i].place.id);
	if (o->ran && o->surplus > 0)
		incident_leave_out(x, "the run shows besides: %s", o->more);
	for (size_t i = 0; i < x->speaker_count; i++)
		if (o->unseen[i])
			incident_leave_out(x, "%s: the run does not hear it as it was heard", ip_format(ip, &x->speaker[i].ip));
	if (o->ran && o->failed > o->unseen_count && o->missing_count + o->surplus == 0)
		incident_leave_out(x, "the run breaks a promise: viplab run says which");
	if (!o->ran)
		incident_leave_out(x, "the script does not run: viplab check says why");
}

enum incident_result incident_write(struct incident *x, const char *name, vl_time heard, uint64_t frames,
				    struct incident_script *out)
{
	size_t left_length = 0;
	char shown[128];
	struct reading best = {0};
	struct outcome *o = calloc(1, sizeof *o);

	*out = (struct incident_script){0};
	x->heard = vl_time_min(heard, INCIDENT_LONGEST);
	x->left_out = open_memstream(&out->left_out, &left_length);
	if (o == NULL || x->left_out == NULL) {
		free(o);
		return INCIDENT_NO_MEMORY;
	}
	incident_plan(x);
	if (heard > INCIDENT_LONGEST)
		incident_leave_out(x, "what is heard after the first six hours");
	enum incident_result result = x->plan.node_count == 0 ? INCIDENT_NOTHING : INCIDENT_WRITTEN;
	if (result == INCIDENT_WRITTEN && !search(x, &best, o, &out->tried))
		result = INCIDENT_NO_MEMORY;
	if (result == INCIDENT_WRITTEN)
		say_differences(x, o);
	bool whole = ferror(x->left_out) == 0;
	if (fclose(x->left_out) != 0 || !whole)
		result = INCIDENT_NO_MEMORY;
	if (result == INCIDENT_WRITTEN) {
		out->same = o->ran && o->failed == o->unseen_count && o->missing_count + o->surplus == 0;
		memcpy(best.unseen, o->unseen, sizeof best.unseen);
		clean_name(shown, name);
		out->text = print_to_memory(x, &best, shown, frames, o->missing_count + o->surplus > 0 ? o->missing : NULL,
					    out->left_out, &out->length);
		out->nodes = x->plan.node_count;
		out->steps = x->plan.step_count;
		if (out->text == NULL)
			result = INCIDENT_NO_MEMORY;
	}
	free(o);
	return result;
}
