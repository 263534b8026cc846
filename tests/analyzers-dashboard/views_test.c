// SPDX-License-Identifier: BSD-2-Clause
/*
 * The screens as text, against golden files: each view at five sizes, in blocks and in ASCII. UPDATE_GOLDEN=1 writes them
 * anew; look at them before you keep them.
 */
#include <malloc.h>
#include <unistd.h>

#include "analyzers/dashboard/weights.h"
#include "tests/analyzers-dashboard/story.h"

static const struct {
	unsigned width, height;
} sizes[] = {{80, 24}, {120, 40}, {40, 8}, {20, 3}, {200, 60}};

static const char *const names[] = {"servers", "ha", "ids", "events", "help"};

static char *drawn(struct ui *u, const struct model *m, unsigned width, unsigned height)
{
	struct grid g = {0};

	assert_true(grid_resize(&g, width, height));
	ui_draw(&g, u, m);
	char *text = grid_to_text(&g);
	grid_free(&g);
	assert_non_null(text);
	return text;
}

static void compare(const char *name, const char *text)
{
	char path[256], *want = calloc(1, 1 << 16);

	snprintf(path, sizeof path, "tests/golden/dashboard/%s.txt", name);
	if (getenv("UPDATE_GOLDEN") != NULL) {
		FILE *to = fopen(path, "w");
		assert_non_null(to);
		fputs(text, to);
		fclose(to);
	}
	FILE *from = fopen(path, "r");
	if (from == NULL)
		fail_msg("%s is not there; UPDATE_GOLDEN=1 writes it", path);
	size_t n = fread(want, 1, (1 << 16) - 1, from);
	want[n] = '\0';
	fclose(from);
	if (strcmp(want, text) != 0)
		fail_msg("%s differs; got:\n%s", path, text);
	free(want);
}

static void every_view_at_every_size(void **state)
{
	struct model *m = story();
	struct ui u;
	char name[64];

	for (unsigned v = 0; v < VIEW_COUNT; v++)
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			assert_true(ui_init(&u));
			u.recorded = true;
			u.view = (enum view)v;
			char *text = drawn(&u, m, sizes[i].width, sizes[i].height);
			snprintf(name, sizeof name, "%s-%ux%u", names[v], sizes[i].width, sizes[i].height);
			compare(name, text);
			free(text);
			ui_free(&u);
		}
	model_free(m);
}

static void ascii_is_ascii_and_says_the_same(void **state)
{
	struct model *m = story();
	struct ui u;

	for (unsigned v = 0; v < VIEW_COUNT; v++) {
		assert_true(ui_init(&u));
		u.view = (enum view)v;
		u.glyphs = GLYPHS_ASCII;
		char *text = drawn(&u, m, 80, 24);
		for (const char *c = text; *c != '\0'; c++)
			assert_true((unsigned char)*c < 0x80);
		if (v == VIEW_SERVERS)
			compare("servers-ascii-80x24", text);
		free(text);
		ui_free(&u);
	}
	model_free(m);
}

/* Only what its font has: full block, shades, lines; and Latin-1. */
static void console_has_its_glyphs_only(void **state)
{
	struct model *m = story();
	struct ui u;
	struct grid g = {0};

	assert_true(grid_resize(&g, 120, 40));
	for (unsigned v = 0; v < VIEW_COUNT; v++) {
		assert_true(ui_init(&u));
		u.view = (enum view)v;
		u.glyphs = GLYPHS_CONSOLE;
		ui_draw(&g, &u, m);
		for (unsigned i = 0; i < g.width * g.height; i++) {
			uint32_t c = g.cell[i].character;
			assert_true(c < 0x100 || c == 0x2588 || c == 0x2591 || c == 0x2592 || c == 0x2500 || c == 0x2502);
		}
		ui_free(&u);
	}
	grid_free(&g);
	model_free(m);
}

/* At any size, and with keys pressed at random: nothing is drawn outside, no control character gets in. */
static void no_size_and_no_key_breaks_it(void **state)
{
	static const int keys[] = {'1', '2', '3', '4', '?', '\t', ' ', '[', ']', '{', '}', 'F', 's', 'r', 'm', 'a', 'c', 't', 'L', '!', 'v',
				   '/', 'j', 'k', 'h', 'l', 'g', 'G', 'x', KEY_ENTER_, KEY_ESCAPE, KEY_UP_, KEY_DOWN_, KEY_PAGE_UP,
				   KEY_PAGE_DOWN, KEY_BACKSPACE_, 'e', '+', '-', 'z', 'f', 'X', 'W', 300, 301, 305, 0};
	struct model *m = story();
	struct ui u;
	struct grid g = {0};
	uint32_t dice = 1;

	assert_true(ui_init(&u));
	for (unsigned i = 0; i < 20000; i++) {
		dice = dice * 1664525 + 1013904223;
		if (i % 50 == 0)
			assert_true(grid_resize(&g, 1 + (dice >> 8) % 210, 1 + (dice >> 20) % 70));
		enum ui_wish wish = ui_key(&u, m, keys[(dice >> 16) % (sizeof keys / sizeof keys[0])]);
		assert_int_not_equal(wish, WISH_QUIT);
		if (i % 7 == 0)
			ui_draw(&g, &u, m);
		for (unsigned c = 0; i % 700 == 0 && c < g.width * g.height; c++)
			assert_true(g.cell[c].character >= 0x20 && g.cell[c].character != 0x7f);
	}
	ui_free(&u);
	grid_free(&g);
	model_free(m);
}

/* What a newcomer must be able to say: which server, since when, why, what to do. */
static void the_storm_explains_itself_at_80x24(void **state)
{
	struct model *m = story();
	struct ui u;

	assert_true(ui_init(&u));
	char *text = drawn(&u, m, 80, 24);
	assert_non_null(strstr(text, "! STORM  EX2 came back 9 s ago (before: maint) without slow start."));
	assert_non_null(strstr(text, "leastconn"));
	assert_non_null(strstr(text, "until it holds as many"));
	assert_non_null(strstr(text, "Remedy: slow start of 30 s"));
	assert_non_null(strstr(text, "Try it first without risk:  viplab run scenarios/storm/slow-start.yaml"));
	free(text);
	ui_free(&u);
	model_free(m);
}

/* What the allocator has given out. Sanitizers have an allocator of their own, which does not say. */
static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* 500 servers of 200 services, an hour at one sample a second. */
static void an_hour_of_500_servers_fits_into_64_mib(void **state)
{
	size_t before = in_use();
	struct model *m = model_new(VL_S);
	struct ui u;
	struct grid g = {0};
	char name[32];

	(void)state;
	assert_non_null(m);
	assert_true(ui_init(&u));
	for (unsigned i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "service%u", i % 200);
		struct service *v = model_service(m, name);
		snprintf(name, sizeof name, "server%u", i);
		struct server *s = model_server(m, v, name);
		assert_non_null(s);
		s->state = STATE_UP;
		s->known = KNOWN_ACTIVE | KNOWN_POLICY;
	}
	for (unsigned t = 1; t <= 200; t++) {
		for (unsigned i = 0; i < 500; i++)
			m->server[i].opened += i % 7;
		model_advance(m, t * VL_S);
	}
	assert_true(grid_resize(&g, 200, 60));
	ui_draw(&g, &u, m);
	/* the rings are of an hour from the start: time adds nothing */
	size_t used = in_use() - before;
	if (before > 0)
		assert_in_range(used, 32 << 20, (64 << 20) - 1);
	grid_free(&g);
	ui_free(&u);
	model_free(m);
}

/* Passive sources show how many of the advertisements were lost: 2 of 20. */
static void losses_are_shown_of_what_is_heard(void **state)
{
	struct model *m = model_new(VL_S);
	struct ui u;

	assert_non_null(m);
	assert_true(ui_init(&u));
	m->passive = true;
	struct router *r = model_router(m, FINDING_VRRP, IP_V4, 7, "10.0.0.2");
	model_router_state(m, r, ROUTER_ACTIVE, VL_S);
	r->heard = true;
	r->interval = VL_S;
	r->last = 21 * VL_S;
	r->expected = 20;
	r->count = 19;
	model_advance(m, 21 * VL_S);
	u.view = VIEW_HA;
	char *text = drawn(&u, m, 80, 24);
	assert_non_null(strstr(text, "LOSS"));
	assert_non_null(strstr(text, "10.0%  Active"));
	free(text);
	text = drawn(&u, m, 70, 24);    /* no room for it: no heap of columns */
	assert_null(strstr(text, "LOSS"));
	free(text);
	ui_free(&u);
	model_free(m);
	(void)state;
}

/* z holds the scale of trends where it is; n and N go from match to match. */
static void the_scale_can_be_held_and_matches_walked(void **state)
{
	struct model *m = story();
	struct ui u;

	(void)state;
	assert_true(ui_init(&u));
	free(drawn(&u, m, 80, 24));
	assert_true(u.scale > 0);
	ui_key(&u, m, 'z');
	assert_int_equal(u.fixed_scale, u.scale);
	uint64_t held = u.scale;
	u.follow = false;
	u.at = 30 * VL_S;
	free(drawn(&u, m, 80, 24));
	assert_int_equal(u.scale, held);
	ui_key(&u, m, 'z');
	free(drawn(&u, m, 80, 24));
	assert_true(u.scale < held);
	unsigned before = u.cursor[VIEW_SERVERS];
	ui_key(&u, m, 'n');
	assert_int_equal(u.cursor[VIEW_SERVERS], before + 1);
	ui_key(&u, m, 'N');
	assert_int_equal(u.cursor[VIEW_SERVERS], before);
	ui_free(&u);
	model_free(m);
}

/* m walks through what the bars are shares of; bytes are counted in whole KiB, and what is less is not lost. */
static void bars_are_shares_of_what_m_says(void **state)
{
	struct model *m = model_new(VL_S);
	struct ui u;

	(void)state;
	assert_non_null(m);
	assert_true(ui_init(&u));
	struct service *v = model_service(m, "web");
	struct server *a = model_server(m, v, "a"), *b = model_server(m, v, "b"), *c = model_server(m, v, "c");
	a->state = b->state = c->state = STATE_UP;
	a->known = b->known = KNOWN_ACTIVE | KNOWN_BYTES;
	c->known = KNOWN_ACTIVE;
	for (unsigned t = 1; t <= 12; t++) {
		a->opened += 5;
		b->opened += 5;
		a->bytes += 700;        /* 8400 in 12 s: 8 KiB of it whole */
		b->bytes += 300;
		model_advance(m, t * VL_S);
	}
	assert_int_equal(model_kib(m, a, 11, 12), 12 * 700 / 1024);
	assert_int_equal(model_kib(m, b, 11, 12), 12 * 300 / 1024);
	assert_int_equal(u.metric, METRIC_NEW);
	char *fresh = drawn(&u, m, 80, 24);
	ui_key(&u, m, 'm');
	assert_int_equal(u.metric, METRIC_ACTIVE);
	ui_key(&u, m, 'm');
	char *bytes = drawn(&u, m, 120, 40);
	assert_non_null(strstr(bytes, "share of bytes"));
	const char *row = strstr(bytes, " c   ");
	assert_non_null(row);
	assert_non_null(memchr(row, '?', 60));          /* its bytes are not known */
	ui_key(&u, m, 'm');
	char *again = drawn(&u, m, 80, 24);
	assert_string_equal(again, fresh);
	free(fresh);
	free(bytes);
	free(again);
	ui_free(&u);
	model_free(m);
}

/* X: a trend of 1 to 100 has more steps on a log scale; f: what is free, as ranges, and Esc ends it. */
static void trends_may_be_logarithmic_and_free_ids_listed(void **state)
{
	struct model *m = story();
	struct ui u;

	(void)state;
	assert_true(ui_init(&u));
	char *linear = drawn(&u, m, 120, 40);
	ui_key(&u, m, 'X');
	char *logarithmic = drawn(&u, m, 120, 40);
	assert_null(strstr(linear, "one log scale"));
	assert_non_null(strstr(logarithmic, "one log scale"));
	/* EX1 after the return: 9 of 96 is the lowest step, its logarithm is not */
	assert_non_null(strstr(linear, "\u2581\u2581\u2581\u2581\u2581\u2581"));
	assert_non_null(strstr(logarithmic, "\u2584\u2584\u2584\u2584\u2584\u2584"));
	free(linear);
	free(logarithmic);
	ui_key(&u, m, '3');
	ui_key(&u, m, 'f');
	char *list = drawn(&u, m, 80, 24);
	assert_non_null(strstr(list, "Free (not used): 252"));
	assert_non_null(strstr(list, "1-9 11-50 52-76"));
	free(list);
	list = drawn(&u, m, 40, 12);
	assert_non_null(strstr(list, "1-9 11-50 52-76 78-255"));
	free(list);
	ui_key(&u, m, KEY_ESCAPE);
	list = drawn(&u, m, 80, 24);
	assert_null(strstr(list, "1-9 11-50"));
	free(list);
	ui_free(&u);
	model_free(m);
}

/* --weights: for servers whose source knows none, by name or address. */
static void weights_are_given_to_those_without(void **state)
{
	struct model *m = model_new(VL_S);
	static const char *const wrong[] = {"", "a", "a=", "=1", "a=1,", "a=x", "a=70000", "a,b=1", "a=1;b=2"};

	(void)state;
	assert_non_null(m);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(weights_valid(wrong[i]));
	assert_true(weights_valid("a=1"));
	assert_true(weights_valid("10.0.0.1:80=3,b=0"));
	m->weights = "10.0.0.1:80=3,b=1,c=9";
	struct service *v = model_service(m, "web");
	struct server *a = model_server(m, v, "a"), *b = model_server(m, v, "b"), *c = model_server(m, v, "c");
	snprintf(a->address, sizeof a->address, "10.0.0.1:80");
	c->known = KNOWN_WEIGHT;
	c->weight = 4;
	a->state = b->state = c->state = STATE_UP;
	a->opened = 60;
	b->opened = 60;
	model_advance(m, VL_S);
	assert_int_equal(a->weight, 3);
	assert_int_equal(b->weight, 1);
	assert_int_equal(c->weight, 4);
	struct share table[3];
	share_all(m, 0, 0, table);
	assert_int_equal(table[0].fair_ppm, 375000);    /* 3 of 8 */
	model_free(m);
}

/* What a sentence tells people to run is there. */
static void scenarios_that_are_named_exist(void **state)
{
	struct model *m = story();
	struct ui u;
	struct verdict v;

	assert_true(ui_init(&u));
	uint64_t index = model_sample_at(m, m->now);
	share_all(m, 0, index, u.table);
	share_explain(m, 0, index, u.table, &v);
	assert_string_equal(v.tag, "STORM");
	assert_non_null(strstr(v.what, "sends it 81% of all new connections"));
	assert_int_equal(strncmp(v.scenario, "viplab run ", 11), 0);
	assert_int_equal(access(v.scenario + 11, R_OK), 0);
	assert_int_equal(access("scenarios/snat-imbalance/no-snat.yaml", R_OK), 0);
	assert_int_equal(access("scenarios/storm/black-hole.yaml", R_OK), 0);
	ui_free(&u);
	model_free(m);
}

/* The same rush, but by persistence: another sentence. */
static void persistence_is_told_from_a_storm(void **state)
{
	struct model *m = model_new(VL_S);
	struct ui u;
	struct verdict v;

	assert_non_null(m);
	struct service *of = model_service(m, "web");
	struct server *a = story_server(m, of, "a", STATE_UP, 10), *b = story_server(m, of, "b", STATE_UP, 10);
	for (unsigned t = 1; t <= 20; t++) {
		a->opened += 90;
		a->by_policy += 5;
		b->opened += 10;
		b->by_policy += 10;
		model_advance(m, t * VL_S);
	}
	assert_true(ui_init(&u));
	uint64_t index = model_sample_at(m, m->now);
	share_all(m, 0, index, u.table);
	share_explain(m, 0, index, u.table, &v);
	assert_string_equal(v.tag, "IMBALANCE");
	assert_non_null(strstr(v.what, "94% of them by persistence"));
	assert_non_null(strstr(v.remedy, "no SNAT"));
	ui_free(&u);
	model_free(m);
}

static void only_q_and_f10_quit(void **state)
{
	struct model *m = story();
	struct ui u;

	assert_true(ui_init(&u));
	for (int key = 1; key < 400; key++) {
		u.prompt = PROMPT_NONE;
		u.view = VIEW_SERVERS;
		enum ui_wish wish = ui_key(&u, m, key);
		assert_int_equal(wish == WISH_QUIT, key == 'q' || key == KEY_F1_ + 9);
	}
	u.prompt = PROMPT_NONE;
	ui_key(&u, m, KEY_F1_);
	assert_int_equal(u.view, VIEW_HELP);
	for (int f = 2; f <= 5; f++) {
		ui_key(&u, m, KEY_F1_ + f - 1);
		assert_int_equal(u.view, f - 2);
	}
	for (int f = 6; f <= 12; f++)
		if (f != 10) {
			struct ui before = u;
			assert_int_equal(ui_key(&u, m, KEY_F1_ + f - 1), WISH_NOTHING);
			assert_int_equal(u.view, before.view);
		}
	ui_free(&u);
	model_free(m);
}

static void time_travel_steps_from_sample_to_sample(void **state)
{
	struct model *m = story();
	struct ui u;

	assert_true(ui_init(&u));
	ui_key(&u, m, '[');
	assert_int_equal(u.at, 59 * VL_S);
	assert_false(u.follow);
	ui_key(&u, m, '[');
	assert_int_equal(u.at, 58 * VL_S);
	ui_key(&u, m, ']');
	assert_int_equal(u.at, 59 * VL_S);
	ui_key(&u, m, '{');
	assert_int_equal(u.at, VL_S);
	ui_key(&u, m, '}');
	assert_int_equal(u.at, 60 * VL_S);
	/* the past is as it was: nobody storms at 30 s */
	u.at = 30 * VL_S;
	char *text = drawn(&u, m, 80, 24);
	assert_null(strstr(text, "STORM"));
	assert_non_null(strstr(text, "PAUSED 30 s behind"));
	free(text);
	ui_key(&u, m, 'F');
	assert_true(u.follow);
	ui_free(&u);
	model_free(m);
}

static void enter_on_an_event_goes_to_its_moment(void **state)
{
	struct model *m = story();
	struct ui u;

	assert_true(ui_init(&u));
	u.view = VIEW_EVENTS;
	free(drawn(&u, m, 80, 24));
	/* the newest is the storm's */
	ui_key(&u, m, KEY_ENTER_);
	assert_int_equal(u.view, VIEW_SERVERS);
	assert_false(u.follow);
	assert_in_range(u.at, 53 * VL_S, 55 * VL_S);
	ui_free(&u);
	model_free(m);
}

static void the_filter_takes_either(void **state)
{
	struct model *m = story();
	struct ui u;

	assert_true(ui_init(&u));
	for (const char *c = "/ex1|EX4"; *c != '\0'; c++)
		ui_key(&u, m, *c);
	ui_key(&u, m, KEY_ENTER_);
	char *text = drawn(&u, m, 80, 24);
	assert_int_equal(u.shown, 2);
	assert_null(strstr(text, " EX3 "));
	free(text);
	ui_key(&u, m, KEY_ESCAPE);
	free(drawn(&u, m, 80, 24));
	assert_int_equal(u.shown, 5);
	ui_free(&u);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_at_every_size),
		cmocka_unit_test(ascii_is_ascii_and_says_the_same),
		cmocka_unit_test(console_has_its_glyphs_only),
		cmocka_unit_test(no_size_and_no_key_breaks_it),
		cmocka_unit_test(the_storm_explains_itself_at_80x24),
		cmocka_unit_test(an_hour_of_500_servers_fits_into_64_mib),
		cmocka_unit_test(losses_are_shown_of_what_is_heard), cmocka_unit_test(the_scale_can_be_held_and_matches_walked),
		cmocka_unit_test(bars_are_shares_of_what_m_says),
		cmocka_unit_test(trends_may_be_logarithmic_and_free_ids_listed),
		cmocka_unit_test(weights_are_given_to_those_without),
		cmocka_unit_test(scenarios_that_are_named_exist),
		cmocka_unit_test(persistence_is_told_from_a_storm),
		cmocka_unit_test(only_q_and_f10_quit),
		cmocka_unit_test(time_travel_steps_from_sample_to_sample),
		cmocka_unit_test(enter_on_an_event_goes_to_its_moment),
		cmocka_unit_test(the_filter_takes_either),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
