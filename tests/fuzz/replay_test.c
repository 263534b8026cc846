// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kept corpora, replayed: every file of tests/fuzz/corpus/TARGET and of tests/fuzz/crashes (TARGET-...), one test
 * a target. With arguments `TARGET FILE...` just these files. A file that breaks something ends the program; its name
 * is the last one printed.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/fuzz/fuzz.h"

enum { TARGETS = 64 };

static void replay_file(const struct fuzz_target *t, const char *path)
{
	static uint8_t room[FUZZ_LENGTH + 1];
	FILE *in = fopen(path, "rb");

	assert_non_null(in);
	size_t length = fread(room, 1, sizeof room, in);
	fclose(in);
	if (length > FUZZ_LENGTH)
		return;
	fprintf(stderr, "%s %s\n", t->name, path);
	uint8_t *bytes = exact_copy(room, length);
	t->run(bytes, length);
	free(bytes);
}

/* Every file of the folder whose name begins so; how many there were. */
static size_t replay_folder(const struct fuzz_target *t, const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	if (dir == NULL)
		return 0;
	for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
		char path[1024];
		if (e->d_name[0] == '.' || strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		replay_file(t, path);
		count++;
	}
	closedir(dir);
	return count;
}

static void the_corpus_holds(void **state)
{
	const struct fuzz_target *t = *state;
	char folder[256], prefix[64];

	snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", t->name);
	snprintf(prefix, sizeof prefix, "%s-", t->name);
	assert_true(replay_folder(t, folder, "") > 0);
	(void)replay_folder(t, "tests/fuzz/crashes", prefix);
}

static int replay_arguments(int argc, char **argv)
{
	const struct fuzz_target *t;

	for (size_t i = 0; (t = fuzz_target_at(i)) != NULL; i++)
		if (strcmp(t->name, argv[1]) == 0)
			for (int f = 2; f < argc; f++)
				replay_file(t, argv[f]);
	return 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[TARGETS];
	static struct fuzz_target copy[TARGETS];
	size_t count = 0;

	if (argc > 1)
		return replay_arguments(argc, argv);
	for (const struct fuzz_target *t; count < TARGETS && (t = fuzz_target_at(count)) != NULL; count++) {
		copy[count] = *t;
		tests[count] = (struct CMUnitTest){.name = t->name, .test_func = the_corpus_holds,
						   .initial_state = &copy[count]};
	}
	return _cmocka_run_group_tests("corpora", tests, count, NULL, NULL);
}
