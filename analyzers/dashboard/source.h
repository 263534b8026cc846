// SPDX-License-Identifier: BSD-2-Clause
/*
 * Where the dashboard's facts come from: one contract, one file each, one table (source.c). A source fills a model and
 * looks at nothing else. None changes anything on a balancer, a router or an election.
 *
 * The driver calls `advance` when `next` has come or the descriptor is readable, with the time since it was opened. What
 * is recorded (a simulation, a finished journal, a capture) plays at the driver's pace: `now` is the driver's then, and
 * VL_NEVER means as fast as it goes. A live source takes `now` as it is.
 */
#ifndef VL_DASHBOARD_SOURCE_H
#define VL_DASHBOARD_SOURCE_H

#include "analyzers/dashboard/model.h"

#define SOURCE_ERROR 512

struct source_order {
	const char *argument;           /* behind the colon */
	vl_time interval;               /* between samples */
	const char *service;            /* --service NAME, or NULL: all */
};

enum source_result {
	SOURCE_GOES_ON,
	SOURCE_AT_END,                  /* nothing more will come */
	SOURCE_FAILED,                  /* the model's trouble says why; it may come back */
};

struct source_ops {
	const char *name;               /* "journal"; NULL prefix of "-" */
	const char *form;               /* "journal:FILE", for the help */
	const char *help;
	bool recorded;                  /* plays at any pace */
	/* NULL: error says why, or is empty: it has said so itself, in more than a line. */
	void *(*open)(const struct source_order *order, struct model *m, char error[SOURCE_ERROR]);
	void (*close)(void *self);
	/* Gives up every privilege before the first byte from outside is read; the screen (-1: none) and what else is written to are open
	 * by then. NULL: it has none. False: error says why, and nothing may be read. */
	bool (*lock)(void *self, int terminal_descriptor, const int *written, size_t count, char error[SOURCE_ERROR]);
	enum source_result (*advance)(void *self, struct model *m, vl_time now);
	int (*descriptor)(const void *self, bool *for_writing); /* NULL or -1: none to wait for */
	vl_time (*next)(const void *self);      /* NULL: whenever the driver likes */
	void (*restart)(void *self);            /* from its beginning; NULL: it is opened again */
	/* Simulations only, else NULL: a line of the timeline without its time ("crash: lb1") happens at `now`; what the
	 * run is from then on is another. False: error says why. */
	bool (*inject)(void *self, struct model *m, vl_time now, const char *step, char error[SOURCE_ERROR]);
	/* Faults that could be injected, the i-th; NULL behind the last. */
	const char *(*fault)(const void *self, unsigned i);
	/* The script as it is with all that was injected; NULL without memory. The caller frees it. */
	char *(*script)(const void *self);
};

extern const struct source_ops source_journal, source_standard_input, source_haproxy, source_simulation, source_capture,
	source_interface, source_engine;

/* The source of "journal:FILE", and what stands behind the colon. NULL: error says what there is. */
const struct source_ops *source_find(const char *text, const char **argument, char error[SOURCE_ERROR]);
const struct source_ops *source_at(size_t i);   /* for the help; NULL behind the last */

/* What every source makes of the address of a journal's record: one reader for JSON lines and records alike. */
struct fact {
	vl_time at;
	const char *kind;               /* "vrrp.state" */
	enum record_level level;
	const char *node;               /* "lb1", "world" */
	const char *part;               /* "vrrp 10 ipv4", or NULL */
	const char *text;               /* the sentence */
	const void *from;               /* for the readers below */
	/* A field's text into `text`, "" when there is none. Returns it. */
	const char *(*word)(const struct fact *f, const char *field, char text[MODEL_TEXT]);
};

/* Brings the model up to the fact's moment and takes the fact in. */
void fact_take(struct model *m, const struct fact *f);
/* One line of a journal (viplab.journal/1). False: it is none. *at is its moment; a fact later than `until` is not taken:
 * it is to be given again. */
bool fact_from_json(struct model *m, const char *line, size_t length, vl_time until, vl_time *at);
struct record;
void fact_from_record(struct model *m, const struct record *r);

#endif
