// SPDX-License-Identifier: BSD-2-Clause
/* The readers of files: captures and scenarios. */
#include <unistd.h>

#include "probes/capture_file.h"
#include "sim/scenario/scenario.h"
#include "tests/fuzz/fuzz.h"

/* At a path that stays the same; removed when the program ends. */
static char capture_path[256];

static void remove_capture(void)
{
	(void)unlink(capture_path);
}

const char *fuzz_file(const uint8_t *bytes, size_t length)
{
	static int fd = -1;
	const char *folder = getenv("TMPDIR");

	if (fd < 0) {
		snprintf(capture_path, sizeof capture_path, "%s/viplab-fuzz-XXXXXX", folder != NULL ? folder : "/tmp");
		fd = mkstemp(capture_path);
		if (fd < 0)
			exit(1);
		(void)atexit(remove_capture);
	}
	if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, length, 0) != (ssize_t)length)
		exit(1);
	return capture_path;
}

void fuzz_capture(const uint8_t *bytes, size_t length)
{
	char error[CAPTURE_ERROR];
	struct capture_frame f;
	struct packet p;
	enum capture_next next;
	vl_time last = 0;
	uint64_t number = 0;

	struct capture_file *c = capture_open(fuzz_file(bytes, length), error);
	if (c == NULL) {
		FUZZ_ASSERT(memchr(error, '\0', sizeof error) != NULL && error[0] != '\0');
		return;
	}
	while ((next = capture_read(c, &f)) == CAPTURE_FRAME) {
		FUZZ_ASSERT(f.at >= last && f.number > number && f.captured <= length);
		FUZZ_ASSERT(f.number <= capture_frames(c));
		last = f.at;
		number = f.number;
		uint8_t *frame = exact_copy(f.bytes, f.captured);
		f.bytes = frame;
		capture_dissect(c, &f, &p);
		FUZZ_ASSERT(p.verdict < PACKET_VERDICT_COUNT);
		char text[PACKET_LINE];
		packet_format(text, &p);
		free(frame);
	}
	if (next == CAPTURE_DAMAGED)
		FUZZ_ASSERT(capture_error(c)[0] != '\0');
	const char *link = NULL;
	FUZZ_ASSERT(capture_refused(c, &link) <= capture_frames(c));
	capture_close(c);
}

void fuzz_scenario(const uint8_t *bytes, size_t length)
{
	struct scenario_set set;
	bool ok = scenario_load_bytes(&set, "nowhere/fuzz.yaml", bytes, length);

	FUZZ_ASSERT(ok == (set.mistake_count == 0));
	for (size_t i = 0; i < set.mistake_count; i++)
		for (const char *c = set.mistake[i].message; *c != '\0'; c++)
			FUZZ_ASSERT((unsigned char)*c >= 0x20 && *c != 0x7f);
	scenario_set_free(&set);
}
