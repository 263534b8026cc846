// SPDX-License-Identifier: BSD-2-Clause
/*
 * How the two units of a pair keep each other's knowledge (sim/wire/ha_update.h has the bytes): KEMP's "Inter HA L4 TCP
 * Connection Updates" and "Inter HA L7 Persistency Updates". Datagrams in, datagrams out; what a connection or an entry
 * means is the owner's (balancer_sync.c), behind struct sync_ops.
 *
 * Contact. Each unit says hello once a second, and every 200 ms while it does not hear the other. A unit is heard when it
 * names our present epoch, so it has heard us since we began; its own epoch and sequence numbers may only grow from
 * there. When nothing was heard for three seconds the contact is lost and we begin another epoch: whatever was recorded
 * before is worthless from then on. Both begin by asking for a full copy.
 *
 * Who tells whom. The active unit sends updates; a passive one takes them. Where the receiver knows something fresher
 * (a packet of that connection seen later) its own stays: that is the owner's to judge. When both are active (a
 * partition, an ID that collides) nobody takes anything. When one of them yields, each asks the other for a full copy:
 * the one that goes on gets what the other had alone. Meanwhile it should not reset connections that it does not know
 * (sync_is_settling).
 *
 * Full copies are sent on request at a bounded pace, behind updates, at most one a second; they are also sent when the
 * backlog of updates overflowed, and asked for when a datagram is missing. A copy that ends whole says what the sender has:
 * the owner may then doubt the rest (confirmed).
 *
 * Updates wait up to 10 ms for others to share their datagram. Nothing is allocated behind sync_new. What is not taken is
 * counted by reason.
 *
 * Thresholds are those of IPVS' sync daemon, and the owner applies them: see struct sync_config.
 */
#ifndef VL_BALANCER_SYNC_H
#define VL_BALANCER_SYNC_H

#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/ha_update.h"

#define SYNC_HELLO VL_S
#define SYNC_SEARCH (200 * VL_MS)       /* hellos while nobody is heard */
#define SYNC_LOST (3 * VL_S)
#define SYNC_TICK (10 * VL_MS)
#define SYNC_COPY_EVERY VL_S            /* from the end of a full copy to the next */
#define SYNC_SETTLE (2 * VL_S)          /* longest wait for a copy behind a partition */
#define SYNC_BACKLOG 64
#define SYNC_PACE 16
#define SYNC_SECRET 64                  /* bytes of the secret that count */

struct sync_config {
	bool connections;               /* Inter HA L4 TCP Connection Updates: TCP connections of layer 4 and what their
					   services remember of clients (IPVS' templates go the same way) */
	bool persistence;               /* Inter HA L7 Persistency Updates: what services of layer 7 remember */
	uint8_t id;                     /* HA virtual ID */
	bool second;                    /* the Second unit of the pair */
	const char *secret;             /* shared; borrowed by sync_new and sync_identify only */
	/* IPVS' sync_threshold: a connection is first told at its client's packet number .threshold, then again at every
	 * .period packets (0: no more), and when it closes. 3 and 50 there. */
	uint16_t threshold, period;
	/* IPVS' sync_refresh_period: not 0: again at the first packet when this has passed, whatever .period says. In any
	 * case before half of what the other unit would keep it has passed. */
	vl_time refresh;
	uint32_t backlog;               /* datagrams that may wait; 0: SYNC_BACKLOG */
	uint32_t pace;                  /* datagrams in a tick of 10 ms; 0: SYNC_PACE */
};

void sync_config_init(struct sync_config *c);           /* both switches off; ID 1; 3, 50, 0 */

/* Why something was not taken. X(constant, word) */
#define SYNC_DROPS(X)                                                   \
	X(SYNC_DROP_MALFORMED, "malformed")                             \
	X(SYNC_DROP_VERSION, "another version")                         \
	X(SYNC_DROP_PAIR, "another pair's ID")                          \
	X(SYNC_DROP_DIGEST, "not authentic")                            \
	X(SYNC_DROP_UNIT, "two units of one role")                      \
	X(SYNC_DROP_STRANGE, "not for this beginning of ours")          \
	X(SYNC_DROP_EPOCH, "of an earlier beginning")                   \
	X(SYNC_DROP_REPLAY, "replayed or late")                         \
	X(SYNC_DROP_BOTH_ACTIVE, "both units are active")               \
	X(SYNC_DROP_RECORD, "malformed record")                         \
	X(SYNC_DROP_KIND, "unknown kind of record")                     \
	X(SYNC_DROP_OFF, "switched off here")                           \
	X(SYNC_DROP_SERVICE, "no such service")                         \
	X(SYNC_DROP_SERVER, "no such server")                           \
	X(SYNC_DROP_LOCAL, "local address of the other unit alone")     \
	X(SYNC_DROP_BUSY, "port in use here")                           \
	X(SYNC_DROP_FULL, "table full")                                 \
	X(SYNC_DROP_STALE, "older than what is known")

enum sync_drop {
#define X(constant, text) constant,
	SYNC_DROPS(X)
#undef X
	SYNC_DROP_COUNT
};

#define SYNC_TAKEN SYNC_DROP_COUNT      /* from sync_ops.take: it was taken */

const char *sync_drop_text(enum sync_drop why);

struct sync_counters {
	uint64_t datagrams_sent, bytes_sent, records_sent;
	uint64_t datagrams_received, bytes_received, records_taken;
	uint64_t copies_sent, copies_received;
	uint64_t overflows;             /* datagrams that the backlog had no room for */
	uint64_t missing;               /* datagrams of the other unit that never came */
	uint64_t contacts;              /* times that the other unit was found */
	uint64_t dropped[SYNC_DROP_COUNT];
};

/* What the owner does. */
struct sync_ops {
	/* A datagram to the other unit; bytes are borrowed for the call. */
	void (*send)(void *context, const uint8_t *bytes, size_t length, vl_time now);
	/* One record of the other unit: SYNC_TAKEN, or why not. */
	enum sync_drop (*take)(void *context, const struct ha_record *r, vl_time now);
	/* A full copy begins to come, or ended whole; `from_active`: its sender is the active one, and we are not. */
	void (*copy)(void *context, bool ended, bool from_active, vl_time now);
	/* The next record of everything that is shared: starts with *at = 0; false: that was all. */
	bool (*walk)(void *context, uint64_t *at, struct ha_record *r, vl_time now);
};

struct sync;

/* NULL: no memory. `ops` is borrowed, `context` goes to it. */
struct sync *sync_new(const struct sync_config *c, const struct sync_ops *ops, void *context);
void sync_free(struct sync *s);
void sync_startup(struct sync *s, bool active, vl_time now);
void sync_shutdown(struct sync *s, vl_time now);        /* what waits is sent */
void sync_crash(struct sync *s);
/* ID or secret are others from now on; a contact is lost. `secret` NULL: the same. */
void sync_identify(struct sync *s, uint8_t id, const char *secret, vl_time now);
void sync_set_active(struct sync *s, bool active, vl_time now);

/* Whether updates have somebody to go to: this unit is active and the other is heard. */
bool sync_is_listened_to(const struct sync *s);
/* Tells the other unit, a moment later. Only while sync_is_listened_to. */
void sync_tell(struct sync *s, const struct ha_record *r, vl_time now);

void sync_input(struct sync *s, const uint8_t *bytes, size_t length, vl_time now);
void sync_timeout(struct sync *s, vl_time now);         /* early calls do nothing; then deadline > now */
vl_time sync_deadline(const struct sync *s);
#define SYNC_SENDS(pace) ((pace) + 4)   /* most calls of send in one of the calls above, but for sync_shutdown */

/* Active, and the other unit may know connections that this one does not know yet. */
bool sync_is_settling(const struct sync *s, vl_time now);
bool sync_has_contact(const struct sync *s);
const struct sync_config *sync_config_of(const struct sync *s); /* .secret is NULL */
const struct sync_counters *sync_counters(const struct sync *s);

#endif
