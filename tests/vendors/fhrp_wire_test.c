// SPDX-License-Identifier: BSD-2-Clause
/*
 * tshark as the outside judge of the HSRP and GLBP engines: what it reads in every message of a run, field by field, is
 * what the router meant: its configuration, and the state that its last record tells.
 */
#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"
#include "tests/vendors/fhrp_lab.h"

#define MESSAGES 1000

/* X(constant, tshark's name) */
#define FIELDS(X)                                       \
	X(F_MALFORMED, "_ws.malformed")                 \
	X(F_UDP_STATUS, "udp.checksum.status")          \
	X(F_OPCODE, "hsrp.opcode")                      \
	X(F_STATE, "hsrp.state")                        \
	X(F_HELLO, "hsrp.hellotime")                    \
	X(F_HOLD, "hsrp.holdtime")                      \
	X(F_PRIORITY, "hsrp.priority")                  \
	X(F_GROUP, "hsrp.group")                        \
	X(F_IP, "hsrp.virt_ip")                         \
	X(F_TEXT, "hsrp.auth_data")                     \
	X(F_ADV_STATE, "hsrp.adv.state")                \
	X(F2_OPCODE, "hsrp2.opcode")                    \
	X(F2_STATE, "hsrp2.state")                      \
	X(F2_GROUP, "hsrp2.group")                      \
	X(F2_IDENTIFIER, "hsrp2.identifier")            \
	X(F2_PRIORITY, "hsrp2.priority")                \
	X(F2_HELLO, "hsrp2.hellotime")                  \
	X(F2_HOLD, "hsrp2.holdtime")                    \
	X(F2_IP, "hsrp2.virt_ip")                       \
	X(F2_IP6, "hsrp2.virt_ip_v6")                   \
	X(F_MD5_SOURCE, "hsrp.md5_ip_address")          \
	X(F_MD5_KEY, "hsrp2.md5_key_id")                \
	X(F_GLBP_GROUP, "glbp.group")                   \
	X(F_GLBP_OWNER, "glbp.ownerid")                 \
	X(F_GLBP_STATE, "glbp.hello.vgstate")           \
	X(F_GLBP_PRIORITY, "glbp.hello.priority")       \
	X(F_GLBP_HELLO, "glbp.hello.helloint")          \
	X(F_GLBP_HOLD, "glbp.hello.holdint")            \
	X(F_GLBP_REDIRECT, "glbp.hello.redirect")       \
	X(F_GLBP_TIMEOUT, "glbp.hello.timeout")         \
	X(F_GLBP_IP, "glbp.hello.virtualipv4")          \
	X(F_GLBP_AUTH, "glbp.auth.authtype")

enum field {
#define X(constant, name) constant,
	FIELDS(X)
#undef X
	FIELD_COUNT
};

static const char *const field_name[] = {
#define X(constant, name) [constant] = name,
	FIELDS(X)
#undef X
};

struct row {
	char cell[FIELD_COUNT][TSHARK_CELL];
};

static struct scratch_capture capture;
static struct row want[MESSAGES];
static size_t wanted_rows;

static void number(struct row *r, enum field f, uint64_t v)
{
	snprintf(r->cell[f], TSHARK_CELL, "%llu", (unsigned long long)v);
}

/* The box that has this physical MAC or speaks from this address: 192.0.2.(index + 2), fe80::ff:fe00:(index + 1). */
static unsigned box_of(const struct packet *p)
{
	return p->src.family == IP_V4 ? p->src.b[3] - 2u : p->src.b[15] - 1u;
}

/* Its last record of the kind; it has one. */
static const struct record *last_record(unsigned box, const struct record_kind *kind)
{
	for (size_t k = said_lab->records; k-- > 0;)
		if (said_lab->who[k] == box && said_lab->record[k].kind == kind)
			return &said_lab->record[k];
	fail_msg("no record of box %u", box);
	return said_lab->record;
}

/* As version 1 and as version 2 write it. */
static uint8_t state_byte(const char *word, uint8_t version)
{
	static const struct {
		const char *word;
		uint8_t v1, v2;
	} table[] = {{"initial", 0, 1}, {"learn", 1, 2}, {"listen", 2, 3}, {"speak", 4, 4}, {"standby", 8, 5}, {"active", 16, 6}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].word, word) == 0)
			return version == 1 ? table[i].v1 : table[i].v2;
	fail_msg("no state %s", word);
	return 0;
}

/* A Coup names the state that the router comes from; one of an Active that reasserts itself is Active's. */
static const char *meant_state(const struct packet *p, uint8_t opcode)
{
	const struct record *r = last_record(box_of(p), &HSRP_STATE_KIND);
	bool preempts = strcmp(r->value[HSRP_STATE_WHY].word, hsrp_reason_text(HSRP_WHY_PREEMPTED)) == 0;
	bool first = true;

	for (size_t i = 0; i + 1 < said_count; i++) /* the last one said is this */
		if (said[i].transport == TRANSPORT_HSRP && said[i].at >= r->at && ip_equal(&said[i].from, &p->src))
			first = first && hsrp_of(&said[i]).opcode != HSRP_COUP;
	return opcode == HSRP_COUP && preempts && first ? r->value[HSRP_STATE_FROM].word : r->value[HSRP_STATE_TO].word;
}

static void want_hsrp(struct row *r, const struct packet *p)
{
	unsigned box = box_of(p);
	const struct hsrp_group *g = hsrp_part_group(node_part(&said_lab->box[box], 0), 0);
	const struct hsrp_group_config *c = hsrp_group_config(g);
	bool v1 = c->version == 1;

	if (p->hsrp.has_interface) {
		/* active says 3, passive 2 */
		if (v1) {
			number(r, F_OPCODE, 3);
			/* the first leaves before the group has any state */
			bool has_state = lab_count(said_lab, box, &HSRP_STATE_KIND, 0, VL_NEVER) > 0;
			number(r, F_ADV_STATE, has_state && strcmp(meant_state(p, 0), "active") == 0 ? 3 : 2);
		}
		return;
	}
	number(r, v1 ? F_OPCODE : F2_OPCODE, p->hsrp.opcode);
	number(r, v1 ? F_STATE : F2_STATE, state_byte(meant_state(p, p->hsrp.opcode), c->version));
	number(r, v1 ? F_HELLO : F2_HELLO, v1 ? c->hello / VL_S : c->hello / VL_MS);
	number(r, v1 ? F_HOLD : F2_HOLD, v1 ? c->hold / VL_S : c->hold / VL_MS);
	number(r, v1 ? F_PRIORITY : F2_PRIORITY, hsrp_group_priority(g));
	number(r, v1 ? F_GROUP : F2_GROUP, c->group);
	ip_format(r->cell[v1 ? F_IP : c->family == IP_V6 ? F2_IP6 : F2_IP], &c->address[0]);
	if (v1)
		snprintf(r->cell[F_TEXT], TSHARK_CELL, "%s", c->auth == HSRP_AUTH_TEXT ? c->key : tshark_any);
	else
		mac_format(r->cell[F2_IDENTIFIER], stack_interface(node_stack(&said_lab->box[box]), 0)->mac);
	if (c->auth == HSRP_AUTH_MD5) {
		ip_format(r->cell[F_MD5_SOURCE], &p->src);
		number(r, F_MD5_KEY, c->key_id);
	}
}

static void want_glbp(struct row *r, const struct packet *p)
{
	unsigned box = box_of(p);
	const struct glbp_group *g = glbp_part_group(node_part(&said_lab->box[box], 0), 0);
	const struct glbp_group_config *c = glbp_group_config(g);
	static const struct {
		const char *word;
		uint8_t byte;
	} table[] = {{"listen", 4}, {"speak", 8}, {"standby", 16}, {"active", 32}};

	number(r, F_GLBP_GROUP, c->group);
	mac_format(r->cell[F_GLBP_OWNER], stack_interface(node_stack(&said_lab->box[box]), 0)->mac);
	number(r, F_GLBP_AUTH, 1);
	if (!p->glbp.has_hello)
		return;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].word, last_record(box, &GLBP_STATE_KIND)->value[GLBP_STATE_TO].word) == 0)
			number(r, F_GLBP_STATE, table[i].byte);
	number(r, F_GLBP_PRIORITY, c->priority);
	number(r, F_GLBP_HELLO, c->hello / VL_MS);
	number(r, F_GLBP_HOLD, c->hold / VL_MS);
	number(r, F_GLBP_REDIRECT, c->redirect / VL_S);
	number(r, F_GLBP_TIMEOUT, c->timeout / VL_S);
	ip_format(r->cell[F_GLBP_IP], &c->address);
}

/* Notes a message of the protocols, and what is meant by it. */
static bool note_meaning(const struct packet *p)
{
	if (p->transport != TRANSPORT_HSRP && p->transport != TRANSPORT_GLBP)
		return false;
	size_t headers = 14 + (p->network == NETWORK_IPV4 ? 20 : 40);
	(void)note_said(p);
	assert_true(wanted_rows < MESSAGES);
	struct row *r = &want[wanted_rows++];
	*r = (struct row){.cell = {""}};
	if (p->transport == TRANSPORT_HSRP)
		want_hsrp(r, p);
	else
		want_glbp(r, p);
	scratch_capture_add(&capture, said_lab->now, p->ip_payload - headers, p->ip_payload_length + headers);
	return false;
}

static void begin(struct lab *l)
{
	tshark_or_skip();
	fhrp_open(l);
	l->wanted = note_meaning;
	wanted_rows = 0;
	scratch_capture_open(&capture);
}

/* tshark's rows are the wanted ones; of at least so many messages. */
static void finish(struct lab *l, size_t at_least)
{
	struct row got;
	size_t rows = 0, faults = 0;

	lab_close(l);
	scratch_capture_close(&capture);
	FILE *tshark = tshark_start(capture.path, " -o udp.check_checksum:TRUE", field_name, FIELD_COUNT);
	for (; tshark_row(tshark, got.cell, FIELD_COUNT); rows++) {
		assert_in_range(rows, 0, wanted_rows - 1);
		for (enum field f = 0; f < FIELD_COUNT; f++) {
			if (f == F_UDP_STATUS ? !tshark_says_bad(got.cell[f]) : tshark_agrees(want[rows].cell[f], got.cell[f]))
				continue;
			print_message("frame %zu: %s: meant `%s', tshark `%s'\n", rows + 1, field_name[f], want[rows].cell[f],
				      got.cell[f]);
			faults++;
		}
	}
	tshark_finish(tshark);
	scratch_capture_remove(&capture);
	assert_int_equal(rows, wanted_rows);
	assert_int_equal(faults, 0);
	assert_true(rows >= at_least);
}

static void add_part(struct lab *l, uint8_t number_of_box, struct node_part_config part)
{
	struct node_config box;
	char address[32];

	snprintf(address, sizeof address, "192.0.2.%u/24", number_of_box + 1u);
	lab_config(&box, number_of_box, address, "2001:db8::1/64");
	assert_true(node_config_add_part(&box, &part));
	lab_add(l, &box);
}

/* An election, a Coup with its Resign, tracking, a hand-over by Resign. */
static void run_hsrp(const struct hsrp_group_config *as)
{
	static struct hsrp_config c[2];
	struct lab l;

	begin(&l);
	for (uint8_t i = 0; i < 2; i++) {
		c[i] = (struct hsrp_config){.group_count = 1, .group = {*as}, .advertise = true};
		c[i].group[0].priority = i == 0 ? 100 : 110;
		c[i].group[0].preempt = true;
		c[i].group[0].track[c[i].group[0].track_count++] = (struct hsrp_track_config){.object = "up", .decrement = 30};
		add_part(&l, (uint8_t)(i + 1), hsrp_part(&c[i]));
	}
	lab_start(&l, 0);
	lab_run(&l, 30 * VL_S);
	lab_start(&l, 1);
	lab_run(&l, 60 * VL_S);
	move_object(&l, 1, "up", false);
	lab_run(&l, 90 * VL_S);
	lab_stop(&l, 0);
	lab_run(&l, 100 * VL_S);
	finish(&l, 50);
}

static void tshark_reads_version_1_as_it_was_meant(void **state)
{
	struct hsrp_group_config g;

	(void)state;
	hsrp_group_config_init(&g);
	g.group = 255;
	g.address[g.address_count++] = lab_ip("192.0.2.1");
	run_hsrp(&g);
	g.auth = HSRP_AUTH_MD5;
	g.key = "viplab-key";
	g.key_id = 9;
	run_hsrp(&g);
}

static void tshark_reads_version_2_as_it_was_meant(void **state)
{
	struct hsrp_group_config g;

	(void)state;
	hsrp_group_config_init(&g);
	g.version = 2;
	g.group = 4095;
	g.hello = 1500 * VL_MS;
	g.hold = 4500 * VL_MS;
	g.auth = HSRP_AUTH_MD5;
	g.key = "viplab-key";
	g.address[g.address_count++] = lab_ip("192.0.2.1");
	run_hsrp(&g);
	g.auth = HSRP_AUTH_NONE;
	g.family = IP_V6;
	g.address[0] = lab_ip("fe80::7");
	run_hsrp(&g);
}

static void tshark_reads_glbp_as_it_was_meant(void **state)
{
	static struct glbp_config c[3];
	struct lab l;

	(void)state;
	begin(&l);
	for (uint8_t i = 0; i < 3; i++) {
		struct glbp_group_config *g = &c[i].group[0];
		c[i].group_count = 1;
		glbp_group_config_init(g);
		g->group = 1023;
		g->priority = (uint8_t)(100 + i);
		g->text = "secret";
		g->redirect = 100 * VL_S;
		g->address = lab_ip("192.0.2.1");
		add_part(&l, (uint8_t)(i + 1), glbp_part(&c[i]));
		lab_start(&l, i);
	}
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 2);
	lab_run(&l, 120 * VL_S);
	finish(&l, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tshark_reads_version_1_as_it_was_meant),
		cmocka_unit_test(tshark_reads_version_2_as_it_was_meant),
		cmocka_unit_test(tshark_reads_glbp_as_it_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
