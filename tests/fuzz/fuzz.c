// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer's entry. One program holds all targets; the name it is called by says which one runs
 * (`build/fuzz/tests/fuzz/vrrp` is a link to `build/fuzz/tests/fuzz/fuzz`). Called as `fuzz --list` it prints
 * names and longest inputs.
 */
#include "tests/fuzz/fuzz.h"

static const struct fuzz_target *chosen;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *slash = strrchr((*argv)[0], '/');
	const char *name = slash != NULL ? slash + 1 : (*argv)[0];
	const struct fuzz_target *t;

	if (*argc > 1 && strcmp((*argv)[1], "--list") == 0) {
		for (size_t i = 0; (t = fuzz_target_at(i)) != NULL; i++)
			printf("%s %zu\n", t->name, t->longest);
		exit(0);
	}
	for (size_t i = 0; (t = fuzz_target_at(i)) != NULL; i++)
		if (strcmp(t->name, name) == 0)
			chosen = t;
	if (chosen == NULL) {
		fprintf(stderr, "fuzz: no target is named `%s'\n", name);
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length <= FUZZ_LENGTH)
		chosen->run(bytes, length);
	return 0;
}
