// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a run's page tells, gathered from what the run left: its journal (viplab.journal/1), beside it the result (result.json,
 * viplab.run/1's run) and the capture (run.pcapng) where they are; or from a capture alone. The numbers are the dashboard's:
 * the same model reads the same facts, sampled every second.
 */
#ifndef VL_PAGES_STORY_H
#define VL_PAGES_STORY_H

#include <jansson.h>

#include "analyzers/dashboard/model.h"
#include "analyzers/dashboard/share.h"
#include "analyzers/imbalance.h"

#define STORY_ERROR 512
#define STORY_SERVICES 8                /* that get pictures: those with the most connections */
#define STORY_LADDERS 6
#define STORY_ADVERTS 40                /* of one ladder */
#define STORY_MOVES 64

struct story_router {
	enum finding_class class;
	uint8_t family;
	uint16_t id, vlan;
	char who[MODEL_NAME];
	struct router_change *change;   /* all of the run, oldest first */
	size_t changes, room;
};

enum takeover_kind {
	TAKEOVER_FIRST,                 /* nobody was Active before */
	TAKEOVER_GAP,                   /* the other had gone, `took` ago */
	TAKEOVER_PREEMPTS,              /* the other was Active, and yields within an interval */
	TAKEOVER_SECOND,                /* the other stays Active: two */
};

struct story_takeover {
	size_t to, from;                /* routers; from: only where there is one */
	enum takeover_kind kind;
	vl_time at, took;
};

struct story_advert {
	vl_time at;
	enum finding_class class;
	uint16_t id;
	uint8_t family;
	uint16_t priority;
	struct ip_addr from;
};

struct story_ladder {
	size_t takeover;
	struct story_advert advert[STORY_ADVERTS];
	unsigned adverts;
	uint64_t more;                  /* that found no room */
};

struct story_move {
	char mac[24], segment[MODEL_NAME];
	uint64_t count;
	vl_time first, last;
};

/* One service over time: [server * count + sample]. */
struct story_series {
	unsigned service, servers;
	unsigned *server;               /* of the model, furthest from fair first */
	uint32_t *worst;                /* of each, percent of the fair share; as the order goes */
	size_t count;
	const vl_time *at;              /* story.at */
	int64_t *share, *fair, *times;  /* thousandths of percent, of percent, of one; CHART_UNKNOWN */
	int64_t *weight;                /* of the configured one, thousandths of percent */
	int64_t *kept;                  /* of new connections by persistence, thousandths of percent */
	uint64_t opened, by_policy;
	struct imbalance even;          /* of the connections of the whole run over all its servers */
};

struct story {
	struct model *model;
	json_t *result;                 /* one run of viplab.run/1, or NULL */
	char name[256];                 /* "storm.leastconn" */
	unsigned number;                /* of several on one page, from 1; 0: alone */
	struct story_router *router;
	size_t routers;
	struct story_takeover *takeover;
	size_t takeovers;
	struct story_ladder *ladder;    /* STORY_LADDERS */
	unsigned ladders;
	struct story_move move[STORY_MOVES];
	unsigned moves;
	struct story_series series[STORY_SERVICES];
	unsigned services;
	vl_time *at;                    /* moments of the samples that are remembered */
	size_t count;
	uint64_t lines, strange;        /* of the journal; those that are none */
	char *judges;                   /* what the judges of a capture say, as text; or NULL */
	bool no_memory;
};

/* `path` is a journal, or the folder of one. NULL: error says why. */
struct story *story_of_run(const char *path, char error[STORY_ERROR]);
/* A capture; `service` as the hearing has it, or NULL. */
struct story *story_of_capture(const char *path, const char *service, char error[STORY_ERROR]);
void story_free(struct story *s);

/* Two routers of one virtual router. */
bool story_same_id(const struct story_router *a, const struct story_router *b);
/* "vrrp 10", "carp 1 ipv6". Returns text. */
char *story_id(char text[64], const struct story_router *r);
enum router_word story_state(const struct story_router *r, vl_time at);
const char *takeover_word(enum takeover_kind k);

/* --- for the parts of this module ------------------------------------------------------------------------- */
bool story_series_make(struct story *s);
void story_series_free(struct story *s);
bool story_takeovers_make(struct story *s);
/* Adverts of the capture around the first takeovers; `shift` is added to its times. False: no memory. */
bool story_ladders_read(struct story *s, const char *capture);

#endif
