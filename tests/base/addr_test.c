// SPDX-License-Identifier: BSD-2-Clause
/* Addresses: parsing is strict, printing canonical; libc's inet_ntop and inet_pton are the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "sim/base/addr.h"
#include "sim/base/prng.h"

static void ipv4_round_trip(void **state)
{
	char text[IP_TEXT];
	struct ip_addr a;

	(void)state;
	assert_true(ip_parse("192.0.2.10", &a));
	assert_int_equal(ip4_to_u32(&a), 0xc000020a);
	assert_string_equal(ip_format(text, &a), "192.0.2.10");
}

static void strict_about_ipv4(void **state)
{
	static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1..2.3",
					  "a.b.c.d", "1.2.3.4/24", "0x1.2.3.4"};
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(ip_parse(bad[i], &a));
}

/* Zero runs of every place and length, against libc. Forms that embed IPv4 are printed as hex groups by us
 * (RFC 5952 5 allows both), so prefixes that trigger it in libc are not drawn. */
static void ipv6_prints_as_inet_ntop_does(void **state)
{
	struct prng p = prng_stream(1, "addr test");
	char ours[IP_TEXT], theirs[INET6_ADDRSTRLEN];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint8_t b[16];
		for (size_t g = 0; g < 16; g += 2) {
			b[g] = prng_chance(&p, 1, 2) ? 0 : (uint8_t)prng_below(&p, 256);
			b[g + 1] = b[g] == 0 && prng_chance(&p, 2, 3) ? 0 : (uint8_t)prng_below(&p, 256);
		}
		b[0] = 0x20;
		struct ip_addr a = ip6_from_bytes(b), back;
		assert_non_null(inet_ntop(AF_INET6, b, theirs, sizeof theirs));
		assert_string_equal(ip_format(ours, &a), theirs);
		assert_true(ip_parse(theirs, &back));
		assert_true(ip_equal(&a, &back));
	}
}

static void ipv6_parses_as_inet_pton_does(void **state)
{
	static const char *const text[] = {
		"::", "::1", "fe80::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
		"::ffff:192.0.2.1", "64:ff9b::192.0.2.33", "2001:DB8::A", "1:2:3:4:5:6:192.0.2.1",
		/* refused */
		":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:", ":1",
		"::1.2.3", "::1.2.3.4.5", "1:2:3:4:5:6:7:192.0.2.1", "fe80::1%eth0", "::1 ", "1:2:3:4:5:6:7:8::",
	};

	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
		uint8_t theirs[16];
		struct ip_addr ours;
		bool want = inet_pton(AF_INET6, text[i], theirs) == 1;
		if (ip_parse(text[i], &ours) != want)
			fail_msg("\"%s\": libc %s it", text[i], want ? "takes" : "refuses");
		if (want)
			assert_memory_equal(ours.b, theirs, 16);
	}
}

static void prefixes_contain(void **state)
{
	struct ip_prefix p;
	struct ip_addr a;

	(void)state;
	assert_true(ip_prefix_parse("192.0.2.77/25", &p));
	assert_true(ip_parse("192.0.2.127", &a) && ip_in_prefix(&a, &p));
	assert_true(ip_is_subnet_broadcast(&a, &p));
	assert_true(ip_parse("192.0.2.128", &a) && !ip_in_prefix(&a, &p));
	assert_true(ip_prefix_parse("2001:db8::/33", &p));
	assert_true(ip_parse("2001:db8:7fff::1", &a) && ip_in_prefix(&a, &p));
	assert_true(ip_parse("2001:db8:8000::1", &a) && !ip_in_prefix(&a, &p));
	assert_false(ip_prefix_parse("192.0.2.0/33", &p));
	assert_false(ip_prefix_parse("192.0.2.0", &p));
	assert_false(ip_prefix_parse("192.0.2.0/", &p));
}

static void derived_addresses(void **state)
{
	char text[IP_TEXT], mac[MAC_TEXT];
	struct mac m;
	struct ip_addr a;

	(void)state;
	assert_true(mac_parse("02:00:00:00:00:01", &m));
	a = ip6_link_local(m);
	assert_string_equal(ip_format(text, &a), "fe80::ff:fe00:1");
	a = ip6_solicited_node(&a);
	assert_string_equal(ip_format(text, &a), "ff02::1:ff00:1");
	assert_string_equal(mac_format(mac, mac_of_group(&a)), "33:33:ff:00:00:01");
	a = ip4(224, 128, 0, 18);
	assert_string_equal(mac_format(mac, mac_of_group(&a)), "01:00:5e:00:00:12");
}

static void macs_parse_strictly(void **state)
{
	struct mac m;

	(void)state;
	assert_true(mac_parse("00:00:5E:00:01:0a", &m));
	assert_int_equal(m.b[2], 0x5e);
	assert_false(mac_parse("00:00:5e:00:01", &m));
	assert_false(mac_parse("00:00:5e:00:01:0a:", &m));
	assert_false(mac_parse("0000.5e00.010a", &m));
	assert_false(mac_parse("", &m));
	assert_false(mac_parse("0", &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_round_trip), cmocka_unit_test(strict_about_ipv4),
		cmocka_unit_test(ipv6_prints_as_inet_ntop_does), cmocka_unit_test(ipv6_parses_as_inet_pton_does),
		cmocka_unit_test(prefixes_contain), cmocka_unit_test(derived_addresses),
		cmocka_unit_test(macs_parse_strictly),
	};

	return cmocka_run_group_tests_name("base/addr", tests, NULL, NULL);
}
