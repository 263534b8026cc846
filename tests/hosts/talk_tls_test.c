// SPDX-License-Identifier: BSD-2-Clause
/* Handshakes of tls and rdp: both sides against each other, their bytes cut at every place by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/prng.h"
#include "sim/hosts/talk_tls.h"

#define MOST 4096

static struct prng dice;

/* One direction: what was written, and how much of it the other side has read. */
struct pipe {
	uint8_t bytes[MOST];
	size_t length, read;
};

static size_t a_piece(const struct pipe *p)
{
	size_t left = p->length - p->read;

	return left < 2 ? left : 1 + prng_below(&dice, prng_chance(&dice, 1, 2) ? 9 : left);
}

static size_t piece(const struct pipe *p)
{
	size_t n = a_piece(p), left = p->length - p->read;

	return n < left ? n : left;
}

/* Written in pieces it is the same as in one. */
static void put_message(struct pipe *to, const struct talk_shake *k, const struct talk_tls_client *c)
{
	uint32_t length = talk_shake_length(k, c, 7);
	uint8_t parts[MOST];

	assert_true(to->length + length <= MOST);
	talk_shake_write(k, c, 7, 0, to->bytes + to->length, length);
	for (uint32_t at = 0, n; at < length; at += n) {
		n = 1 + (uint32_t)prng_below(&dice, 400);
		if (n > length - at)
			n = length - at;
		talk_shake_write(k, c, 7, at, parts + at, n);
	}
	assert_memory_equal(parts, to->bytes + to->length, length);
	to->length += length;
}

struct sides {
	struct talk_tls_client client;
	struct talk_tls_server server;
	struct talk_session kept;
	struct talk_shake c, s;
};

static void serve(struct sides *x, struct pipe *up, struct pipe *down, bool *open)
{
	size_t used;

	while (up->read < up->length && !*open) {
		enum talk_shake_ask ask = talk_shake_serve(&x->s, up->bytes + up->read, piece(up), &used);
		up->read += used;
		if (ask == TALK_ASKS_OPEN)
			*open = true;
		if (ask == TALK_ASKS_OPEN || ask == TALK_ASKS_NOTHING)
			continue;
		if (ask == TALK_ASKS_HELLO)
			talk_shake_decide(&x->s, &x->server);
		uint32_t length = talk_shake_answer_length(&x->s, &x->server, ask);
		assert_true(down->length + length <= MOST);
		talk_shake_answer_write(&x->s, &x->server, ask, 0, down->bytes + down->length, length);
		down->length += length;
	}
}

/* A connection up to its first answer; says what it was. */
static enum talk_resumed connect_once(struct sides *x)
{
	static struct pipe up, down;
	enum talk_shaken said = TALK_SHAKE_MORE;
	bool open = false;
	size_t used;

	up.length = up.read = down.length = down.read = 0;
	talk_shake_begin(&x->c, &x->client, &x->kept, prng_u64(&dice));
	talk_shake_accept(&x->s, x->client.rdp, prng_u64(&dice));
	put_message(&up, &x->c, &x->client);
	for (unsigned turn = 0; said != TALK_SHAKE_DONE; turn++) {
		assert_true(turn < MOST);
		serve(x, &up, &down, &open);
		assert_true(down.read < down.length);
		said = talk_shake_read(&x->c, &x->kept, down.bytes + down.read, piece(&down), &used);
		assert_int_not_equal(said, TALK_SHAKE_BROKEN);
		down.read += used;
		if (said == TALK_SHAKE_SEND)
			put_message(&up, &x->c, &x->client);
	}
	assert_int_equal(down.read, down.length);
	/* The first request, with what stands before it, and the answer, likewise. */
	put_message(&up, &x->c, &x->client);
	up.bytes[up.length++] = 23;
	serve(x, &up, &down, &open);
	serve(x, &up, &down, &open);
	assert_true(open);
	assert_int_equal(up.length - up.read, 1);
	down.bytes[down.length++] = 23;
	while (!talk_shake_before_answer(&x->c, &x->kept, down.bytes + down.read, piece(&down), &used))
		down.read += used;
	down.read += used;
	assert_int_equal(down.length - down.read, 1);
	talk_shake_answered(&x->c);
	assert_int_equal(talk_shake_length(&x->c, &x->client, 7), 0);
	assert_int_equal(x->c.resumed, x->s.resumed);
	assert_int_equal(x->c.tls_1_3, x->s.tls_1_3);
	return (enum talk_resumed)x->c.resumed;
}

static const struct talk_tls_server FIRST = {.secret = 1, .ticket_secret = 11}, SECOND = {.secret = 2, .ticket_secret = 22};

static struct talk_tls_server like(struct talk_tls_server s, bool tls_1_3, enum talk_resumption r)
{
	s.tls_1_3 = tls_1_3;
	s.resumption = r;
	return s;
}

/* Twice to a server, then to another one, then back: what each connection is. */
static void goes(struct talk_tls_client client, bool tls_1_3, enum talk_resumption r, bool shared, const enum talk_resumed is[4])
{
	for (uint64_t i = 0; i < 50; i++) {
		struct sides x = {.client = client};
		struct talk_tls_server first = like(FIRST, tls_1_3, r), second = like(SECOND, tls_1_3, r);
		if (shared)
			second.ticket_secret = first.ticket_secret;
		dice = prng_stream(i, "handshakes");
		for (int k = 0; k < 4; k++) {
			x.server = k == 2 ? second : first;
			assert_int_equal(connect_once(&x), is[k]);
		}
	}
}

#define IS(a, b, c, d) ((const enum talk_resumed[]){TALK_##a, TALK_##b, TALK_##c, TALK_##d})

static void an_id_is_good_for_its_own_server(void **state)
{
	(void)state;
	goes((struct talk_tls_client){.host = "a.example"}, true, TALK_BY_ID, false, IS(FULL, OLD_ID, FULL, FULL));
	goes((struct talk_tls_client){.tls_1_3 = true}, false, TALK_BY_ID, false, IS(FULL, OLD_ID, FULL, FULL));
	goes((struct talk_tls_client){.rdp = true}, false, TALK_BY_ID, false, IS(FULL, OLD_ID, FULL, FULL));
}

static void a_ticket_is_good_for_its_key(void **state)
{
	const struct talk_tls_client c = {.takes_tickets = true};

	(void)state;
	goes(c, false, TALK_BY_TICKET, false, IS(FULL, OLD_TICKET, FULL, FULL));
	goes(c, false, TALK_BY_TICKET, true, IS(FULL, OLD_TICKET, OLD_TICKET, OLD_TICKET));
	/* who takes none is given an ID */
	goes((struct talk_tls_client){.rdp = true}, false, TALK_BY_TICKET, true, IS(FULL, OLD_ID, FULL, FULL));
}

static void a_psk_is_good_for_its_key(void **state)
{
	const struct talk_tls_client c = {.tls_1_3 = true, .takes_tickets = true, .host = "mail.example.org"};

	(void)state;
	goes(c, true, TALK_BY_ID, false, IS(FULL, OLD_PSK, FULL, FULL));
	goes(c, true, TALK_BY_TICKET, true, IS(FULL, OLD_PSK, OLD_PSK, OLD_PSK));
}

static void nothing_is_resumed_where_nothing_is_kept(void **state)
{
	(void)state;
	goes((struct talk_tls_client){.tls_1_3 = true, .takes_tickets = true}, true, TALK_BY_NOTHING, true, IS(FULL, FULL, FULL, FULL));
	goes((struct talk_tls_client){.takes_tickets = true}, false, TALK_BY_NOTHING, true, IS(FULL, FULL, FULL, FULL));
	goes((struct talk_tls_client){.forgets = true}, false, TALK_BY_ID, true, IS(FULL, FULL, FULL, FULL));
}

static void nonsense_is_answered_with_an_alert(void **state)
{
	static const uint8_t get[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct talk_shake s, c;
	uint8_t alert[16];
	size_t used;

	(void)state;
	talk_shake_accept(&s, false, 1);
	assert_int_equal(talk_shake_serve(&s, get, sizeof get - 1, &used), TALK_ASKS_NONSENSE);
	uint32_t length = talk_shake_answer_length(&s, &FIRST, TALK_ASKS_NONSENSE);
	assert_int_equal(length, 7);
	talk_shake_answer_write(&s, &FIRST, TALK_ASKS_NONSENSE, 0, alert, length);
	assert_memory_equal(alert, "\x15\x03\x03\x00\x02\x02\x28", 7);
	/* nothing that comes later changes that */
	assert_int_equal(talk_shake_serve(&s, get, sizeof get - 1, &used), TALK_ASKS_NOTHING);
	assert_int_equal(used, sizeof get - 1);
	/* and a client that hears it gives up, at the hello and behind it */
	talk_shake_begin(&c, &(struct talk_tls_client){.tls_1_3 = true}, NULL, 1);
	assert_int_equal(talk_shake_read(&c, NULL, alert, length, &used), TALK_SHAKE_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_good_for_its_own_server),
		cmocka_unit_test(a_ticket_is_good_for_its_key),
		cmocka_unit_test(a_psk_is_good_for_its_key),
		cmocka_unit_test(nothing_is_resumed_where_nothing_is_kept),
		cmocka_unit_test(nonsense_is_answered_with_an_alert),
	};

	return cmocka_run_group_tests_name("hosts/talk_tls", tests, NULL, NULL);
}
