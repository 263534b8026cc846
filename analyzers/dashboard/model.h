// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the dashboard knows: services and servers with an hour of samples, routers with their changes of state, findings,
 * events. Sources fill it in; views read it, for now or for any moment that is still remembered. Nothing here knows where
 * a number came from, but whether it is known, estimated or not known (unknown is shown as `?', estimated as `~').
 *
 * Time is vl_time since the source began; model.epoch_ns makes wall time of it where there is one.
 */
#ifndef VL_DASHBOARD_MODEL_H
#define VL_DASHBOARD_MODEL_H

#include <stdbool.h>

#include "analyzers/finding.h"
#include "sim/base/record.h"
#include "sim/base/time.h"

#define MODEL_SAMPLES 3600              /* an hour at one a second */
#define MODEL_WINDOW 10                 /* samples over which shares are taken */
#define MODEL_SERVICES 256
#define MODEL_SERVERS 1024
#define MODEL_ROUTERS 1024
#define MODEL_EVENTS 4096
#define MODEL_FINDINGS 1024
#define MODEL_CHANGES 48                /* of one router's state that are remembered */
#define MODEL_NAME 48
#define MODEL_TEXT 200

enum server_word {
	STATE_UNKNOWN = 0,
	STATE_UP,
	STATE_RAMP,                     /* slow start */
	STATE_DRAIN,
	STATE_MAINT,
	STATE_DOWN,
	STATE_ANSWERS,                  /* inferred from traffic alone */
	STATE_REFUSES,
	STATE_SILENT,
};

/* Which numbers of a server its source knows. */
enum known {
	KNOWN_ACTIVE = 1,
	KNOWN_WEIGHT = 2,
	KNOWN_POLICY = 4,               /* by policy against by persistence */
	KNOWN_ENTRIES = 8,
	KNOWN_RESPONSE = 16,
	KNOWN_ERRORS = 32,
	KNOWN_STATE = 64,
	ESTIMATED = 128,                /* active and policy are estimates */
	KNOWN_BYTES = 256,              /* of both directions */
};

/* One server over one interval: 32 bytes, so that 500 servers and an hour stay under 64 MiB. */
struct sample {
	uint32_t active;
	uint32_t fresh;                 /* new connections */
	uint32_t policy;                /* of them by the scheduler's choice */
	uint32_t entries;               /* persistence entries */
	uint32_t errors;
	uint32_t kib;                   /* bytes of both directions, in whole KiB */
	uint16_t weight, configured;    /* effective, and as configured: the same unit */
	uint16_t response_ms;
	uint8_t state;                  /* enum server_word */
	uint8_t flags;                  /* SAMPLE_... */
};

#define SAMPLE_STORM 1U                 /* it took more than twice its fair share, for two seconds */

struct server {
	char name[MODEL_NAME];
	char address[64];               /* "" when it is not known */
	unsigned service;
	uint16_t known;                 /* enum known, or-ed */
	bool has_limit;
	uint32_t limit;                 /* of active connections */
	char check[40];                 /* "L7OK/200 4 ms", or "" */
	/* as it is now; a sample is taken of it */
	enum server_word state;
	uint32_t active, entries;
	uint64_t opened, by_policy, failed, bytes;      /* totals */
	uint16_t weight, configured, response_ms;
	uint8_t ramp_percent;
	vl_time since;                  /* its state began; VL_NEVER: before we looked */
	enum server_word before;        /* and what it was until then, */
	vl_time before_since;           /* from when; VL_NEVER: not known */
	/* memory */
	struct sample *ring;            /* MODEL_SAMPLES, at index % MODEL_SAMPLES */
	uint64_t first;                 /* index of its first sample */
	uint64_t last_opened, last_policy, last_failed, last_bytes;     /* totals when the last sample was taken */
	uint8_t storm_for, calm_for;    /* samples in a row that are one */
};

struct service {
	char name[MODEL_NAME];
	char address[64];
	char scheduler[32];             /* "" when it is not known */
	char persistence[48];
	bool slow_start_known, slow_start;
	unsigned server_count;
	int storming;                   /* server, or -1 */
	vl_time storm_since;
	uint64_t recent[MODEL_WINDOW];  /* new connections of the last 1, 2, ... samples */
};

enum router_word {
	ROUTER_OFF = 0,                 /* its node does not run */
	ROUTER_INIT,
	ROUTER_BACKUP,
	ROUTER_ACTIVE,
	ROUTER_SILENT,                  /* was heard, is no longer */
};

struct router_change {
	vl_time at;
	enum router_word to;
};

/* One virtual router of one box, or one sender on a wire. */
struct router {
	enum finding_class class;
	uint8_t version;                /* VRRP; 0: not known */
	uint8_t family;                 /* enum ip_family */
	uint16_t id, vlan;
	char who[MODEL_NAME];           /* "lb1", "10.66.0.2" */
	char vips[96];                  /* "10.66.0.100 .101", "(hidden)", "" not known */
	char mac[20];
	bool has_priority;
	uint16_t priority;
	vl_time interval;               /* 0: not known */
	bool heard;                     /* adverts are heard: AGE and LOSS are known */
	vl_time first, last;            /* heard */
	uint64_t count, expected;
	struct router_change change[MODEL_CHANGES];     /* the newest ones, oldest first */
	unsigned changes;
};

struct model_event {
	vl_time at;
	enum record_level level;        /* RECORD_WARN + 1: an error (a conflict) */
	char where[MODEL_NAME];
	char text[MODEL_TEXT];
	uint8_t view;                   /* which view shows it best: enum view, see ui.h */
	uint16_t subject;               /* its server or ID there */
};

#define EVENT_ERROR ((enum record_level)(RECORD_WARN + 1))

struct model_finding {
	const struct finding_code *code;
	enum finding_class class;
	bool suspect;
	uint8_t family;
	uint16_t id, vlan;
	vl_time begin, end;             /* from when it was known; end VL_NEVER: nobody said that it ended */
	vl_time since;                  /* when it began to be so, at most begin */
	char detail[FINDING_DETAIL];
};

struct fact;

/* Who wants to see what passes through the model, beyond what it remembers: a report of a whole run. Each may be NULL. */
struct model_listener {
	void (*router)(void *context, const struct router *r, enum router_word to, vl_time at);
	void (*fact)(void *context, const struct fact *f);
	void (*sample)(void *context, uint64_t index, vl_time at);
	void (*finding)(void *context, const struct model_finding *f);  /* it is new, or its end became known */
	void *context;
};

struct model {
	struct model_listener listener;
	char title[96];                 /* what is looked at */
	char source[96];                /* "haproxy:/run/haproxy.sock" */
	char product[48];               /* "HAProxy 2.6.12", or "" */
	char hint[96];                  /* what the source is blind to, or "" */
	int64_t epoch_ns;               /* wall time (UTC) of time 0; 0: simulated */
	vl_time now;                    /* how far the source has come */
	vl_time interval;               /* of samples */
	uint64_t samples;               /* taken; those from samples - MODEL_SAMPLES on are remembered */
	vl_time *sampled_at;            /* ring */
	struct service *service;
	unsigned service_count;
	struct server *server;
	unsigned server_count;
	struct router *router;
	unsigned router_count;
	struct model_event *event;      /* ring */
	uint64_t events;
	struct model_finding *finding;
	unsigned finding_count;
	uint64_t frames, dropped;       /* passive sources */
	const char *weights;            /* --weights (weights.h), given to each server that lacks one; or NULL */
	bool passive;                   /* routers are known from what is heard */
	uint64_t refused;               /* for want of room in a table */
	bool no_memory;
	bool at_end;                    /* the source has no more */
	bool behind;                    /* a live source is still reading what was before */
	vl_time stale;                  /* nothing has come since; VL_NEVER: it does */
	char trouble[128];              /* why not, or "" */
};

/* NULL: no memory. */
struct model *model_new(vl_time interval);
void model_free(struct model *m);
/* Forgets everything but title and source: the same source begins again. */
void model_restart(struct model *m);

/* Finds or adds; NULL: no room. */
struct service *model_service(struct model *m, const char *name);
struct server *model_server(struct model *m, struct service *service, const char *name);
struct router *model_router(struct model *m, enum finding_class class, uint8_t family, uint16_t id, const char *who);

/* A server's new state, with an event; nothing when it is the old one. */
void model_server_state(struct model *m, struct server *s, enum server_word state, vl_time at, const char *why);
void model_router_state(struct model *m, struct router *r, enum router_word state, vl_time at);
void model_event(struct model *m, vl_time at, enum record_level level, const char *where, const char *text);
/* A finding becomes known, or the same one again with another end. With an event when it is new. */
void model_found(struct model *m, const struct model_finding *f);

/* Time passes up to `now`: samples are taken at every interval, storms are judged. */
void model_advance(struct model *m, vl_time now);
/* Takes one sample now, whatever the interval: for sources that ask at moments of their own. */
void model_sample(struct model *m, vl_time at);

/* --- questions about a moment ------------------------------------------------------------------------------ */

/* The last sample at or before the moment; UINT64_MAX: none is remembered. */
uint64_t model_sample_at(const struct model *m, vl_time at);
/* A server's sample of that index; NULL: it has none. */
const struct sample *model_sample_of(const struct server *s, uint64_t index, const struct model *m);
/* Sum of new connections over the last n samples up to `index`; *policy: of them by policy. */
uint64_t model_fresh(const struct model *m, const struct server *s, uint64_t index, unsigned n, uint64_t *policy);
/* And of bytes, in KiB. */
uint64_t model_kib(const struct model *m, const struct server *s, uint64_t index, unsigned n);
enum router_word model_router_at(const struct router *r, vl_time at, vl_time *since);
bool model_finding_holds(const struct model *m, const struct model_finding *f, vl_time at);
/* The n-th event from the newest at or before the moment, 0 first; NULL: no more. */
const struct model_event *model_event_at(const struct model *m, vl_time at, uint64_t n);
/* The worst finding that holds for an ID of a family; NULL: none. */
const struct model_finding *model_worst(const struct model *m, uint16_t id, uint8_t family, vl_time at);

const char *server_state_text(enum server_word w);
const char *router_state_text(enum router_word w);

/* The last hand-over of a virtual router before the moment: who had it, who took it, when and after how long. */
struct handover {
	const struct router *from, *to;
	vl_time at, took;
};
bool model_handover(const struct model *m, const struct router *of, vl_time at, struct handover *out);
/* Of one virtual router: same family, ID, VLAN and space of IDs (VRRP and CARP share one). */
bool model_same_id(const struct router *a, const struct router *b);

#endif
