// SPDX-License-Identifier: BSD-2-Clause
/* Contact, sequence, backlog and full copies of a pair's updates. */
#include "sim/balancer/sync.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/digest.h"

#define ROOM (HA_UPDATE_DATAGRAM - HA_UPDATE_HEADER - HA_UPDATE_DIGEST) /* for records */
#define COPY_RECORDS 4096               /* records of a full copy that one call looks at */

struct batch {
	uint16_t records, length;
	uint8_t bytes[ROOM];
};

struct sync {
	struct sync_config config;
	const struct sync_ops *ops;
	void *context;
	uint8_t key[DIGEST_SHA256];
	char secret[SYNC_SECRET + 1];
	bool started, active;
	/* contact */
	bool contact, peer_active;
	uint64_t epoch, peer_epoch;
	uint64_t heard;                 /* what our messages say that we heard last */
	uint32_t sequence, peer_sequence;
	vl_time heard_at, hello_at, answer_at;
	vl_time settle_until;
	bool wants_copy, receiving;
	/* sending: a ring of batches; the one behind the last full one is being filled */
	struct batch *ring;
	uint32_t room, first, full;
	vl_time tick_at;                /* VL_NEVER: nothing waits */
	vl_time next_tick;              /* the earliest */
	/* a full copy to the other unit */
	bool copying, copy_first, copy_wanted;
	uint64_t copy_at;
	vl_time copy_after;             /* not before */
	bool has_held;                  /* a record that the last batch had no room for */
	struct ha_record held;
	struct batch copy;
	struct sync_counters counters;
};

static const char *const DROP_TEXT[] = {
#define X(constant, text) [constant] = text,
	SYNC_DROPS(X)
#undef X
};

const char *sync_drop_text(enum sync_drop why)
{
	assert((unsigned)why < SYNC_DROP_COUNT);
	return DROP_TEXT[why];
}

void sync_config_init(struct sync_config *c)
{
	*c = (struct sync_config){.id = 1, .secret = "", .threshold = 3, .period = 50};
}

/* --- making ----------------------------------------------------------------------------------------------- */

static void make_key(struct sync *s)
{
	uint8_t label[] = "viplab HA update ";

	label[sizeof label - 2] = s->config.id;
	digest_hmac_sha256(s->key, (const uint8_t *)s->secret, strlen(s->secret), label, sizeof label - 1);
}

static void take_secret(struct sync *s, const char *secret)
{
	size_t length = strnlen(secret, SYNC_SECRET);

	memset(s->secret, 0, sizeof s->secret);
	memcpy(s->secret, secret, length);
}

static void silence(struct sync *s)
{
	s->contact = s->peer_active = s->wants_copy = s->receiving = s->copying = s->copy_wanted = s->has_held = false;
	s->heard = s->peer_epoch = 0;
	s->sequence = s->peer_sequence = 0;
	s->first = s->full = 0;
	s->ring[0].records = s->ring[0].length = 0;
	s->tick_at = VL_NEVER;
	s->heard_at = s->settle_until = s->answer_at = s->copy_after = s->next_tick = 0;
}

struct sync *sync_new(const struct sync_config *c, const struct sync_ops *ops, void *context)
{
	struct sync *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->config = *c;
	if (s->config.backlog == 0)
		s->config.backlog = SYNC_BACKLOG;
	if (s->config.pace == 0)
		s->config.pace = SYNC_PACE;
	s->config.secret = NULL;
	s->ops = ops;
	s->context = context;
	take_secret(s, c->secret);
	make_key(s);
	s->room = s->config.backlog + 1;
	s->ring = calloc(s->room, sizeof *s->ring);
	if (s->ring == NULL) {
		sync_free(s);
		return NULL;
	}
	silence(s);
	return s;
}

void sync_free(struct sync *s)
{
	if (s == NULL)
		return;
	free(s->ring);
	free(s);
}

/* --- sending ---------------------------------------------------------------------------------------------- */

static void send(struct sync *s, enum ha_update_type type, uint8_t flags, const struct batch *batch, vl_time now)
{
	uint8_t bytes[HA_UPDATE_DATAGRAM], digest[DIGEST_SHA256];
	struct wr out = wr_of(bytes, sizeof bytes);
	const struct ha_update_header h = {
		.version = HA_UPDATE_VERSION,
		.type = (uint8_t)type,
		.id = s->config.id,
		.flags = (uint8_t)(flags | (s->active ? HA_UPDATE_ACTIVE : 0) | (s->wants_copy ? HA_UPDATE_ASKS : 0) |
				   (s->config.second ? HA_UPDATE_SECOND_UNIT : 0)),
		.epoch = s->epoch,
		.heard = s->heard,
		.sequence = ++s->sequence,
		.records = batch != NULL ? batch->records : 0,
		.length = batch != NULL ? batch->length : 0,
	};

	ha_update_encode(&h, &out);
	if (batch != NULL)
		wr_bytes(&out, batch->bytes, batch->length);
	digest_hmac_sha256(digest, s->key, sizeof s->key, bytes, wr_length(&out));
	wr_bytes(&out, digest, HA_UPDATE_DIGEST);
	assert(!out.bad);
	s->counters.datagrams_sent++;
	s->counters.bytes_sent += wr_length(&out);
	s->counters.records_sent += h.records;
	s->ops->send(s->context, bytes, wr_length(&out), now);
}

static void hello(struct sync *s, vl_time now)
{
	s->hello_at = vl_time_after(now, s->contact ? SYNC_HELLO : SYNC_SEARCH);
	send(s, HA_UPDATE_HELLO, 0, NULL, now);
}

static bool add(struct batch *b, const struct ha_record *r)
{
	struct wr out = wr_of(b->bytes + b->length, (size_t)ROOM - b->length);

	ha_record_encode(r, &out);
	if (out.bad)
		return false;
	b->length = (uint16_t)(b->length + wr_length(&out));
	b->records++;
	return true;
}

static struct batch *filling(struct sync *s)
{
	return &s->ring[(s->first + s->full) % s->room];
}

static void begin_batch(struct sync *s)
{
	struct batch *b = filling(s);

	b->records = b->length = 0;
}

/* A tick is at hand, when none is. */
static void arm(struct sync *s, vl_time now, vl_time wait)
{
	if (s->tick_at == VL_NEVER)
		s->tick_at = vl_time_after(now, wait) > s->next_tick ? vl_time_after(now, wait) : s->next_tick;
}

bool sync_is_listened_to(const struct sync *s)
{
	return s->started && s->active && s->contact;
}

void sync_tell(struct sync *s, const struct ha_record *r, vl_time now)
{
	assert(sync_is_listened_to(s));
	arm(s, now, SYNC_TICK);
	if (add(filling(s), r))
		return;
	if (s->full < s->config.backlog) {
		s->full++;
	} else {
		/* What is lost here a full copy makes good, when there is room again. */
		s->counters.overflows++;
		s->copy_wanted = true;
	}
	begin_batch(s);
	(void)add(filling(s), r);
}

/* Up to `most` datagrams of updates; how many. */
static uint32_t drain(struct sync *s, uint32_t most, vl_time now)
{
	uint32_t sent = 0;

	for (; s->full > 0 && sent < most; sent++) {
		send(s, HA_UPDATE_UPDATES, 0, &s->ring[s->first], now);
		s->first = (s->first + 1) % s->room;
		s->full--;
	}
	if (s->full == 0 && sent < most && filling(s)->records > 0) {
		send(s, HA_UPDATE_UPDATES, 0, filling(s), now);
		begin_batch(s);
		sent++;
	}
	return sent;
}

/* --- full copies ------------------------------------------------------------------------------------------ */

static void send_part(struct sync *s, bool last, vl_time now)
{
	uint8_t flags = (uint8_t)((s->copy_first ? HA_UPDATE_FIRST_PART : 0) | (last ? HA_UPDATE_LAST_PART : 0));

	s->copy_first = false;
	send(s, HA_UPDATE_COPY, flags, &s->copy, now);
	s->copy.records = s->copy.length = 0;
}

/* Fills and sends up to `most` datagrams of it. */
static void go_on_copying(struct sync *s, uint32_t most, vl_time now)
{
	for (uint32_t looked = 0; most > 0 && looked < COPY_RECORDS; looked++) {
		if (!s->has_held && !s->ops->walk(s->context, &s->copy_at, &s->held, now)) {
			send_part(s, true, now);
			s->copying = false;
			s->copy_after = vl_time_after(now, SYNC_COPY_EVERY);
			s->counters.copies_sent++;
			return;
		}
		s->has_held = !add(&s->copy, &s->held);
		if (s->has_held) {
			send_part(s, false, now);
			most--;
		}
	}
}

static void begin_copy(struct sync *s)
{
	s->copying = s->copy_first = true;
	s->copy_wanted = s->has_held = false;
	s->copy_at = 0;
	s->copy.records = s->copy.length = 0;
}

static bool may_copy(const struct sync *s)
{
	return s->contact && s->copy_wanted && !s->copying && !(s->active && s->peer_active);
}

static void tick(struct sync *s, vl_time now)
{
	uint32_t sent = drain(s, s->config.pace, now);

	s->tick_at = VL_NEVER;
	s->next_tick = vl_time_after(now, SYNC_TICK);
	if (may_copy(s) && s->full == 0 && now >= s->copy_after)
		begin_copy(s);
	if (s->copying && sent < s->config.pace)
		go_on_copying(s, s->config.pace - sent, now);
	if (s->full > 0 || s->copying)
		arm(s, now, SYNC_TICK);
	else if (may_copy(s))
		arm(s, now, s->copy_after > now ? s->copy_after - now : SYNC_TICK);
}

/* --- contact ---------------------------------------------------------------------------------------------- */

static void begin_epoch(struct sync *s, vl_time now)
{
	silence(s);
	s->epoch = now + 1 > s->epoch ? now + 1 : s->epoch + 1;
	s->hello_at = now;
}

static void settle(struct sync *s, vl_time now)
{
	s->wants_copy = true;
	s->receiving = false;
	s->settle_until = vl_time_after(now, SYNC_SETTLE);
}

static void begin_contact(struct sync *s, const struct ha_update_header *h, vl_time now)
{
	s->contact = true;
	s->heard = s->peer_epoch = h->epoch;
	s->peer_sequence = h->sequence;
	s->copying = s->copy_wanted = false;
	s->copy_after = now;
	s->counters.contacts++;
	settle(s, now);
	hello(s, now);
}

void sync_startup(struct sync *s, bool active, vl_time now)
{
	s->started = true;
	s->active = active;
	begin_epoch(s, now);
}

void sync_shutdown(struct sync *s, vl_time now)
{
	if (s->started && s->contact)
		(void)drain(s, UINT32_MAX, now);
	s->started = false;
}

void sync_crash(struct sync *s)
{
	s->started = s->active = false;
	silence(s);
}

void sync_identify(struct sync *s, uint8_t id, const char *secret, vl_time now)
{
	if (secret != NULL)
		take_secret(s, secret);
	s->config.id = id;
	make_key(s);
	if (s->started)
		begin_epoch(s, now);
}

void sync_set_active(struct sync *s, bool active, vl_time now)
{
	if (active == s->active)
		return;
	s->active = active;
	if (!s->started)
		return;
	s->copying = false;
	s->first = s->full = 0;
	begin_batch(s);
	/* Who yields is behind: the other went on meanwhile. */
	if (!active && s->contact)
		settle(s, now);
	s->hello_at = now;
}

/* --- receiving -------------------------------------------------------------------------------------------- */

static void drop(struct sync *s, enum sync_drop why)
{
	s->counters.dropped[why]++;
}

/* Whether the message is the other unit's, of whatever time. */
static bool is_authentic(struct sync *s, const uint8_t *bytes, size_t length, struct ha_update_header *h, struct rd *in)
{
	uint8_t digest[DIGEST_SHA256];
	uint8_t differ = 0;

	if (!ha_update_decode(h, in)) {
		drop(s, SYNC_DROP_MALFORMED);
		return false;
	}
	if (h->version != HA_UPDATE_VERSION) {
		drop(s, SYNC_DROP_VERSION);
		return false;
	}
	if (h->id != s->config.id) {
		drop(s, SYNC_DROP_PAIR);
		return false;
	}
	digest_hmac_sha256(digest, s->key, sizeof s->key, bytes, length - HA_UPDATE_DIGEST);
	for (size_t i = 0; i < HA_UPDATE_DIGEST; i++)   /* as long for the first byte as for the last */
		differ |= digest[i] ^ bytes[length - HA_UPDATE_DIGEST + i];
	if (differ != 0) {
		drop(s, SYNC_DROP_DIGEST);
		return false;
	}
	if (((h->flags & HA_UPDATE_SECOND_UNIT) != 0) == s->config.second) {
		drop(s, SYNC_DROP_UNIT);
		return false;
	}
	return true;
}

/* Somebody who does not know us yet: the answer names its epoch, which it will name ours for. */
static void answer_stranger(struct sync *s, const struct ha_update_header *h, vl_time now)
{
	if (s->contact && h->epoch <= s->peer_epoch)
		return;
	s->heard = h->epoch;
	if (now < s->answer_at)
		return;
	s->answer_at = vl_time_after(now, SYNC_SEARCH / 4);
	hello(s, now);
}

/* Whether the message is of now. */
static bool is_of_now(struct sync *s, const struct ha_update_header *h, vl_time now)
{
	if (h->heard != s->epoch) {
		if (h->type == HA_UPDATE_HELLO)
			answer_stranger(s, h, now);
		else
			drop(s, SYNC_DROP_STRANGE);
		return false;
	}
	if (s->contact && h->epoch < s->peer_epoch) {
		drop(s, SYNC_DROP_EPOCH);
		return false;
	}
	if (!s->contact || h->epoch != s->peer_epoch) {
		begin_contact(s, h, now);
		return true;
	}
	if (h->sequence <= s->peer_sequence) {
		drop(s, SYNC_DROP_REPLAY);
		return false;
	}
	if (h->sequence != s->peer_sequence + 1) {
		s->counters.missing += h->sequence - s->peer_sequence - 1;
		s->receiving = false;
		s->wants_copy = s->wants_copy || !s->active;
	}
	s->peer_sequence = h->sequence;
	return true;
}

static void take_records(struct sync *s, const struct ha_update_header *h, struct rd *in, vl_time now)
{
	struct rd records = rd_sub(in, h->length);
	struct ha_record r;

	for (unsigned i = 0; i < h->records; i++) {
		if (!ha_record_decode(&r, &records)) {
			drop(s, SYNC_DROP_RECORD);
			return;
		}
		enum sync_drop why = SYNC_DROP_KIND;
		if (r.kind >= HA_RECORD_CONNECTION && r.kind <= HA_RECORD_ENTRY)
			why = s->ops->take(s->context, &r, now);
		if (why == SYNC_TAKEN)
			s->counters.records_taken++;
		else
			drop(s, why);
	}
}

static void follow_state(struct sync *s, const struct ha_update_header *h, vl_time now)
{
	bool active = (h->flags & HA_UPDATE_ACTIVE) != 0;

	/* Both were, and the other yields: what it had alone we want to know. */
	if (s->active && s->peer_active && !active) {
		settle(s, now);
		s->hello_at = now;
	}
	s->peer_active = active;
	s->heard_at = now;
	if ((h->flags & HA_UPDATE_ASKS) != 0 && !s->copying) {
		s->copy_wanted = true;
		if (may_copy(s))
			arm(s, now, 0);
	}
}

static void take_copy(struct sync *s, const struct ha_update_header *h, struct rd *in, vl_time now)
{
	bool from_active = s->peer_active && !s->active;

	if ((h->flags & HA_UPDATE_FIRST_PART) != 0) {
		s->receiving = true;
		s->ops->copy(s->context, false, from_active, now);
	}
	take_records(s, h, in, now);
	if ((h->flags & HA_UPDATE_LAST_PART) == 0 || !s->receiving)
		return;
	s->receiving = s->wants_copy = false;
	s->settle_until = 0;
	s->counters.copies_received++;
	s->ops->copy(s->context, true, from_active, now);
}

void sync_input(struct sync *s, const uint8_t *bytes, size_t length, vl_time now)
{
	struct ha_update_header h;
	struct rd in = rd_of(bytes, length);

	if (!s->started)
		return;
	s->counters.datagrams_received++;
	s->counters.bytes_received += length;
	if (!is_authentic(s, bytes, length, &h, &in) || !is_of_now(s, &h, now))
		return;
	follow_state(s, &h, now);
	if (h.type == HA_UPDATE_HELLO)
		return;
	if (s->active && s->peer_active)
		drop(s, SYNC_DROP_BOTH_ACTIVE);
	else if (h.type == HA_UPDATE_COPY)
		take_copy(s, &h, &in, now);
	else if (h.type == HA_UPDATE_UPDATES)
		take_records(s, &h, &in, now);
	else
		drop(s, SYNC_DROP_MALFORMED);
}

/* --- time and facts --------------------------------------------------------------------------------------- */

static vl_time lost_at(const struct sync *s)
{
	return s->contact ? vl_time_after(s->heard_at, SYNC_LOST) : VL_NEVER;
}

vl_time sync_deadline(const struct sync *s)
{
	if (!s->started)
		return VL_NEVER;
	return vl_time_min(vl_time_min(s->hello_at, s->tick_at), lost_at(s));
}

void sync_timeout(struct sync *s, vl_time now)
{
	if (!s->started)
		return;
	if (now >= lost_at(s))
		begin_epoch(s, now);
	if (now >= s->tick_at)
		tick(s, now);
	if (now >= s->hello_at)
		hello(s, now);
}

bool sync_is_settling(const struct sync *s, vl_time now)
{
	return s->started && s->active && s->contact && (s->peer_active || now < s->settle_until);
}

bool sync_has_contact(const struct sync *s)
{
	return s->contact;
}

const struct sync_config *sync_config_of(const struct sync *s)
{
	return &s->config;
}

const struct sync_counters *sync_counters(const struct sync *s)
{
	return &s->counters;
}
