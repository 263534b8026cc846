// SPDX-License-Identifier: BSD-2-Clause
/* The report of a balancer's capture in each of its forms. */
#include "analyzers/report/balance_report.h"
#include "tests/analyzers/balance_lab.h"

#include <jansson.h>

static void hear(void *context, const struct analyzer_frame *f)
{
	balance_report_frame(context, f);
}

/* A storm of one server among three, and an idle server that is told besides. */
static void make(struct balance_report *r, const struct balance_vip *vip, size_t count)
{
	struct lab x = lab_new(LAB_NAT);

	assert_true(balance_report_begin(r, vip, count));
	r->source = "made-up.pcap";
	r->version = "0.1.0";
	x.context = r;
	x.also = hear;
	for (uint32_t i = 0; i < 1200; i++) {
		lab_at(&x, VL_S + i * 20 * VL_MS);
		struct conn c = lab_open(&x, lab_client(100, (uint8_t)(1 + i % 99)), i < 600 || i > 900 ? (uint8_t)(1 + i % 2) : 3);
		if (i % 3 == 0)
			lab_close(&x, &c);
	}
	lab_free(&x);
	assert_true(balance_report_end(r));
}

static char *printed(const struct balance_report *r, bool (*print)(const struct balance_report *, FILE *))
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	assert_non_null(to);
	assert_true(print(r, to));
	fclose(to);
	return text;
}

static void says(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("`%s' is not in\n%s", what, text);
}

static void the_table_has_servers_figures_and_findings(void **state)
{
	struct balance_report r;

	make(&r, NULL, 0);
	char *text = printed(&r, balance_report_table);
	assert_int_equal(r.verdict, BALANCE_WARN);
	says(text, "SERVICE 192.0.2.10:80 tcp   NAT   1200 new connections of 99 clients, 800 active (most 800)\n");
	says(text, "\n10.0.0.1:8080                    449   37.4%  x1.12+");
	says(text, "\n10.0.0.3:8080                    301   25.1%  x0.75-");
	says(text, "\nnew     Jain 0.9");
	says(text, "chi-square ");
	says(text, "99 clients that count as 98.9");
	says(text, "\nWARNING storm  one server takes nearly all new connections\n  10.0.0.3:8080 takes ");
	says(text, "  1. Let a returning server take up its part gradually");
	says(text, "     HAProxy: server ... slowstart 30s");
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		assert_true(length <= 110);
		line += length + (line[length] == '\n');
	}
	free(text);
	balance_report_fini(&r);
}

static void json_is_one_document_with_the_same_numbers(void **state)
{
	struct balance_report r;

	make(&r, NULL, 0);
	char *text = printed(&r, balance_report_json), *again = printed(&r, balance_report_json);
	json_t *o = json_loads(text, 0, NULL);
	assert_non_null(o);
	assert_string_equal(text, again);
	assert_string_equal(json_string_value(json_object_get(o, "schema")), "viplab.report/1");
	assert_string_equal(json_string_value(json_object_get(o, "verdict")), "warn");
	const json_t *service = json_array_get(json_object_get(o, "services"), 0);
	assert_int_equal(json_integer_value(json_object_get(service, "new")), 1200);
	const json_t *server = json_array_get(json_object_get(service, "servers"), 2);
	assert_string_equal(json_string_value(json_object_get(server, "server")), "10.0.0.3:8080");
	assert_int_equal(json_integer_value(json_object_get(server, "new")), 301);
	assert_string_equal(json_string_value(json_object_get(server, "against_fair")), "below");
	const json_t *finding = json_array_get(json_object_get(o, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(finding, "code")), "storm");
	assert_true(json_array_size(json_object_get(finding, "frames")) > 0);
	assert_int_equal(json_array_size(json_object_get(service, "largest_clients")), BALANCE_REPORT_CLIENTS);
	json_decref(o);
	free(text);
	free(again);
	balance_report_fini(&r);
}

static void tsv_and_markdown_have_a_row_a_server(void **state)
{
	struct balance_report r;
	size_t lines = 0;

	make(&r, NULL, 0);
	char *text = printed(&r, balance_report_tsv);
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 4);
	says(text, "192.0.2.10:80\ttcp\tNAT\t10.0.0.3:8080\t301\t0.250833\t0.752499\t");
	free(text);
	text = printed(&r, balance_report_markdown);
	says(text, "## 192.0.2.10:80 tcp\n");
	says(text, "| 10.0.0.3:8080 | 301 | 25.1 % | 0.75 |");
	says(text, "- **storm**: 10.0.0.3:8080 takes ");
	free(text);
	balance_report_fini(&r);
}

static void a_service_that_was_not_seen_is_inconclusive(void **state)
{
	struct balance_report r;
	struct balance_vip vip;

	assert_true(balance_vip_read(&vip, "192.0.2.99:443"));
	make(&r, &vip, 1);
	char *text = printed(&r, balance_report_table);
	assert_int_equal(r.verdict, BALANCE_INCONCLUSIVE);
	assert_true(r.missing);
	says(text, "SERVICE 192.0.2.99:443 tcp   unknown");
	says(text, "no connection for it was seen");
	says(text, "--vip ADDR:PORT judges one of them");
	says(text, "192.0.2.10:80");
	free(text);
	balance_report_fini(&r);
}

static void a_side_alone_shows_no_servers(void **state)
{
	struct balance_report r;
	struct balance_vip vip;
	struct lab x = lab_new(LAB_CLIENT_SIDE);

	assert_true(balance_vip_read(&vip, "192.0.2.10:80/tcp"));
	assert_true(balance_report_begin(&r, &vip, 1));
	r.source = "-";
	r.version = "0";
	x.context = &r;
	x.also = hear;
	for (uint8_t i = 0; i < 10; i++) {
		x.now += VL_S;
		lab_open(&x, lab_client(100, i), 1);
	}
	lab_free(&x);
	assert_true(balance_report_end(&r));
	assert_int_equal(r.verdict, BALANCE_CLEAN);
	char *text = printed(&r, balance_report_table);
	says(text, "its servers do not show");
	free(text);
	balance_report_fini(&r);
}

static void vips_are_addresses_with_ports(void **state)
{
	static const char *const wrong[] = {
		"", "192.0.2.10", "192.0.2.10:", "192.0.2.10:0", "192.0.2.10:65536", "192.0.2.10:80/sctp", "2001:db8::1:80",
		"[2001:db8::1]", "[192.0.2.1]:80", ":80", "[]:80", "192.0.2.10:8x", "192.0.2.10:800000000000000000",
		"0123456789012345678901234567890123456789012345678901234567890123456789:80",
	};
	struct balance_vip v;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(balance_vip_read(&v, wrong[i]));
	assert_true(balance_vip_read(&v, "[2001:db8::1]:53/udp"));
	assert_int_equal(v.address.family, IP_V6);
	assert_int_equal(v.port, 53);
	assert_int_equal(v.protocol, IP_PROTOCOL_UDP);
}

static void decimals_are_rounded(void **state)
{
	char text[BALANCE_DECIMAL];

	assert_string_equal(balance_decimal(text, 1234567, 2), "1.23");
	assert_string_equal(balance_decimal(text, 1235000, 2), "1.24");
	assert_string_equal(balance_decimal(text, 999999, 1), "1.0");
	assert_string_equal(balance_decimal(text, 42, 6), "0.000042");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_servers_figures_and_findings),
		cmocka_unit_test(json_is_one_document_with_the_same_numbers),
		cmocka_unit_test(tsv_and_markdown_have_a_row_a_server),
		cmocka_unit_test(a_service_that_was_not_seen_is_inconclusive),
		cmocka_unit_test(a_side_alone_shows_no_servers),
		cmocka_unit_test(vips_are_addresses_with_ports),
		cmocka_unit_test(decimals_are_rounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
