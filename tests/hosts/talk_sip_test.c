// SPDX-License-Identifier: BSD-2-Clause
/* Calls: what is asked, answered and read again; what is no call is nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/prng.h"
#include "sim/hosts/talk_sip.h"

static struct talk_sip_call a_call(void)
{
	return (struct talk_sip_call){.caller = ip4(198, 18, 1, 7), .server = ip4(192, 0, 2, 80), .port = 5060, .user = 0x1f,
				      .call = 0xbeef};
}

/* The answer to a request, read: false: there is none. */
static bool asked(const struct talk_sip_call *c, enum talk_sip_method method, uint32_t sequence, uint32_t server, struct talk_sip_answer *a)
{
	char request[TALK_SIP_MOST], answer[TALK_SIP_MOST];
	size_t length = talk_sip_request(c, method, sequence, request);

	length = talk_sip_answer((const uint8_t *)request, length, server, answer);
	return length > 0 && talk_sip_read((const uint8_t *)answer, length, a);
}

static void a_call_is_known_to_the_server_that_took_it(void **state)
{
	struct talk_sip_call c = a_call();
	struct talk_sip_answer a;

	(void)state;
	assert_true(asked(&c, TALK_SIP_INVITE, 1, 0xabc1, &a));
	assert_int_equal(a.status, 200);
	assert_int_equal(a.tag, 0xabc1);
	assert_true(a.user == c.user && a.call == c.call && a.sequence == 1);
	c.tag = a.tag;
	assert_false(asked(&c, TALK_SIP_ACK, 1, 0xabc1, &a));  /* nobody answers that */
	assert_true(asked(&c, TALK_SIP_INFO, 2, 0xabc1, &a));
	assert_int_equal(a.status, 200);
	assert_true(asked(&c, TALK_SIP_INFO, 3, 0xabc3, &a));
	assert_int_equal(a.status, 481);
	assert_int_equal(a.tag, 0xabc1);                       /* it is the call's, not the server's */
	assert_true(asked(&c, TALK_SIP_BYE, 4, 0xabc1, &a));
	assert_int_equal(a.status, 200);
	assert_int_equal(a.sequence, 4);
}

static void over_ipv6_addresses_stand_in_brackets(void **state)
{
	struct talk_sip_call c = a_call();
	struct talk_sip_answer a;
	char text[TALK_SIP_MOST + 1];

	(void)state;
	c.caller = c.server = (struct ip_addr){.family = IP_V6, .b = {0x20, 1, 0xd, 0xb8, [15] = 1}};
	text[talk_sip_request(&c, TALK_SIP_INVITE, 1, text)] = '\0';
	assert_non_null(strstr(text, "INVITE sip:service@[2001:db8::1]:5060 SIP/2.0\r\n"));
	assert_true(asked(&c, TALK_SIP_INVITE, 1, 1, &a));
}

/* Cut anywhere, changed anywhere: read or refused, never more than is there (the sanitizers look). */
static void nonsense_is_no_answer(void **state)
{
	struct prng dice = prng_stream(1, "sip");
	struct talk_sip_call c = a_call();
	struct talk_sip_answer a;
	char request[TALK_SIP_MOST], answer[TALK_SIP_MOST], out[TALK_SIP_MOST];
	uint8_t bytes[TALK_SIP_MOST + 100];

	(void)state;
	size_t asks = talk_sip_request(&c, TALK_SIP_INVITE, 1, request);
	size_t says = talk_sip_answer((const uint8_t *)request, asks, 5, answer);
	assert_false(talk_sip_read((const uint8_t *)request, asks, &a));
	assert_int_equal(talk_sip_answer((const uint8_t *)answer, says, 5, out), 0);
	for (unsigned i = 0; i < 20000; i++) {
		bool of_answer = i % 2 == 0;
		size_t length = of_answer ? says : asks;
		memcpy(bytes, of_answer ? answer : request, length);
		for (uint64_t k = prng_below(&dice, 6); k > 0; k--)
			bytes[prng_below(&dice, length)] = (uint8_t)prng_u64(&dice);
		length = prng_below(&dice, length + 1);
		(void)talk_sip_read(bytes, length, &a);
		(void)talk_sip_answer(bytes, length, 5, out);
	}
	memset(bytes, 'x', sizeof bytes);
	assert_false(talk_sip_read(bytes, sizeof bytes, &a));
	assert_int_equal(talk_sip_answer(bytes, sizeof bytes, 5, out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_known_to_the_server_that_took_it),
		cmocka_unit_test(over_ipv6_addresses_stand_in_brackets),
		cmocka_unit_test(nonsense_is_no_answer),
	};

	return cmocka_run_group_tests_name("hosts/talk_sip", tests, NULL, NULL);
}
