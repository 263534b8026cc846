// SPDX-License-Identifier: BSD-2-Clause
/*
 * The schedulers that claim to be HAProxy's and nginx', against recordings of the real ones (tests/golden/haproxy,
 * nginx): random histories of connections, weights and maintenance; every pick must be the one that was made there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/farm.h"

static FILE *open_recording(const char *name)
{
	const char *top = getenv("SRCDIR");
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/tests/golden/%s.txt", top != NULL ? top : ".", name);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("cannot open %s", path);
	return file;
}

/* "roundrobin 4 3 2" */
static struct farm *farm_of(char *line)
{
	uint32_t weight[16];
	size_t count = 0;
	char *rest = NULL, *scheduler = strtok_r(line, " \n", &rest);

	for (char *word; (word = strtok_r(NULL, " \n", &rest)) != NULL && count < 16;)
		weight[count++] = (uint32_t)strtoul(word, NULL, 10);
	assert_true(count > 0);
	return farm_new(scheduler, NULL, weight, count);
}

static void replay(const char *name, unsigned picks)
{
	FILE *file = open_recording(name);
	struct farm *f = NULL;
	char line[512];
	unsigned number = 0, picked = 0;

	while (fgets(line, sizeof line, file) != NULL) {
		number++;
		if (line[0] == '#')
			continue;
		if (f == NULL) {
			f = farm_of(line);
			continue;
		}
		char *rest = NULL;
		long server = strtol(line + 1, &rest, 10);
		uint32_t value = (uint32_t)strtoul(rest, NULL, 10);
		assert_in_range(server + 1, 0, f->count);
		switch (line[0]) {
		case 'O':
			f->flow.client = ip4_from_u32(value);
			int ours = farm_open(f);
			if (ours != server)
				fail_msg("%s.txt:%u: %ld was picked, we pick %d", name, number, server, ours);
			picked++;
			break;
		case 'C':
			farm_close(f, (size_t)server);
			break;
		case 'W':
			farm_weight(f, (size_t)server, value);
			break;
		case 'D':
		case 'U':
			farm_usable(f, (size_t)server, line[0] == 'U');
			break;
		default:
			fail_msg("%s.txt:%u: not understood", name, number);
		}
	}
	(void)fclose(file);
	assert_non_null(f);
	assert_int_equal(picked, picks);
	farm_free(f);
}

static void roundrobin_picks_as_haproxy_did(void **state)
{
	replay("haproxy/roundrobin", 184);
	replay("haproxy/roundrobin-equal", 121);
}

static void leastconn_picks_as_haproxy_did(void **state)
{
	replay("haproxy/leastconn", 189);
	replay("haproxy/leastconn-equal", 145);
}

static void the_ring_is_haproxys(void **state)
{
	replay("haproxy/consistent", 279);
}

static void ip_hash_is_nginx(void **state)
{
	replay("nginx/ip-hash", 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roundrobin_picks_as_haproxy_did),
		cmocka_unit_test(leastconn_picks_as_haproxy_did),
		cmocka_unit_test(the_ring_is_haproxys),
		cmocka_unit_test(ip_hash_is_nginx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
