// SPDX-License-Identifier: BSD-2-Clause
/*
 * Real servers and one scheduler in front of them, without a balancer: what the tests of the schedulers play with.
 * Servers have the ids 1, 2, ... and the letters A, B, ... in the order of the list.
 */
#ifndef VL_TESTS_SUPPORT_FARM_H
#define VL_TESTS_SUPPORT_FARM_H

#include "sim/balancer/scheduler.h"

#define FARM_ROOM 1024

struct farm {
	const struct scheduler_ops *ops;
	struct scheduler *scheduler;
	struct scheduler_server server[FARM_ROOM];
	char name[FARM_ROOM][16];
	size_t count;
	struct flow flow;               /* of the next pick */
	vl_time now;
};

/* Fails the test when there is no such scheduler or it refuses the options (NULL: the defaults). */
struct farm *farm_new(const char *scheduler, const struct scheduler_options *options, const uint32_t *weight,
		      size_t count);
void farm_free(struct farm *f);

struct scheduler_view farm_view(const struct farm *f);
int farm_pick(struct farm *f);                          /* nothing is opened */
int farm_open(struct farm *f);                          /* picks; the server has an active connection more */
void farm_close(struct farm *f, size_t which);          /* an active connection is gone */
void farm_active(struct farm *f, size_t which, uint32_t active);
void farm_weight(struct farm *f, size_t which, uint32_t weight);        /* configured, and effective */
void farm_usable(struct farm *f, size_t which, bool usable);
void farm_changed(struct farm *f, int which);           /* what the test wrote into `server` itself */
void farm_remove(struct farm *f, size_t which);         /* of the list */
void farm_insert(struct farm *f, size_t where, uint32_t id, uint32_t weight);

/* The letters of the next picks ('-': nobody) against what is expected; farm_expect_open opens them, too. */
void farm_expect(struct farm *f, const char *letters);
void farm_expect_open(struct farm *f, const char *letters);

#endif
