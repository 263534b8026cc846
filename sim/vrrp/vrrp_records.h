// SPDX-License-Identifier: BSD-2-Clause
/*
 * The vocabulary of the VRRP engine: states, why they change, why packets are dropped, and the kinds of
 * record that say so. Words and values are kept together by X-macros.
 */
#ifndef VL_VRRP_VRRP_RECORDS_H
#define VL_VRRP_VRRP_RECORDS_H

#include "sim/base/record.h"

/* RFC 9568 6.2. "Active" was "Master" before. */
#define VRRP_STATES(X)                          \
	X(VRRP_INITIALIZE, "initialize")        \
	X(VRRP_BACKUP, "backup")                \
	X(VRRP_ACTIVE, "active")

/* Why a state was entered. */
#define VRRP_REASONS(X)                                                         \
	X(VRRP_WHY_STARTUP, "startup")                                          \
	X(VRRP_WHY_STARTUP_OWNER, "startup as owner")                           \
	X(VRRP_WHY_DOWN_TIMER, "active_down timer")                             \
	X(VRRP_WHY_PRIORITY_0, "priority 0 received")                           \
	X(VRRP_WHY_HIGHER_PRIORITY, "higher priority advert")                   \
	X(VRRP_WHY_HIGHER_ADDRESS, "equal priority, higher address")            \
	X(VRRP_WHY_SHUTDOWN, "shutdown")                                        \
	X(VRRP_WHY_INTERFACE_DOWN, "interface down")                            \
	X(VRRP_WHY_INTERFACE_UP, "interface up")                                \
	X(VRRP_WHY_TRACK_DOWN, "tracked object down")                           \
	X(VRRP_WHY_TRACK_UP, "tracked object up")                               \
	X(VRRP_WHY_SYNC_GROUP, "sync group")                                    \
	X(VRRP_WHY_RECONFIGURED, "reconfigured")                                \
	X(VRRP_WHY_STOOD_STILL, "stood still")

/* What became of a received packet. The first two are no drops of this virtual router. */
#define VRRP_DROPS(X)                                                           \
	X(VRRP_DROP_NONE, "accepted")                                           \
	X(VRRP_DROP_OTHER_ROUTER, "another virtual router")                     \
	X(VRRP_DROP_NOT_RUNNING, "not running")                                 \
	X(VRRP_DROP_TTL, "TTL or hop limit is not 255")                         \
	X(VRRP_DROP_CARP, "CARP message on this id")                            \
	X(VRRP_DROP_VERSION, "version differs")                                 \
	X(VRRP_DROP_TYPE, "not an advertisement")                               \
	X(VRRP_DROP_LENGTH, "length does not fit")                              \
	X(VRRP_DROP_CHECKSUM, "checksum does not match")                        \
	X(VRRP_DROP_OWNER, "local router is the address owner")                 \
	X(VRRP_DROP_AUTH_TYPE, "authentication type differs")                   \
	X(VRRP_DROP_AUTH_DATA, "authentication fails")                          \
	X(VRRP_DROP_REPLAY, "authentication is stale or repeated")              \
	X(VRRP_DROP_DESTINATION, "unicast and multicast differ")                \
	X(VRRP_DROP_COUNT_0, "no addresses")                                    \
	X(VRRP_DROP_FIRST_ADDRESS, "first address is not link-local")           \
	X(VRRP_DROP_ADDRESSES, "address list differs")                          \
	X(VRRP_DROP_INTERVAL_0, "interval is zero")                             \
	X(VRRP_DROP_INTERVAL, "interval differs")

/* What is warned of although nothing was dropped. */
#define VRRP_NOTES(X)                                                           \
	X(VRRP_NOTE_ADDRESSES, "address list differs, processed")               \
	X(VRRP_NOTE_INTERVAL, "interval differs, processed")                    \
	X(VRRP_NOTE_TWO_OWNERS, "both routers say to be the address owner")     \
	X(VRRP_NOTE_OWNER_LOWERED, "the other owner does not yield: priority 254") \
	X(VRRP_NOTE_OWN_ADDRESS, "sender has our address")                      \
	X(VRRP_NOTE_LOWER, "lower priority, answered and announced")            \
	X(VRRP_NOTE_NO_SOURCE, "no address to send from")                       \
	X(VRRP_NOTE_NO_ROOM, "no room in the stack for a virtual address")

#define X(constant, text) constant,
enum vrrp_state { VRRP_STATES(X) VRRP_STATE_COUNT };
enum vrrp_reason { VRRP_REASONS(X) VRRP_REASON_COUNT };
enum vrrp_drop { VRRP_DROPS(X) VRRP_DROP_COUNT };
enum vrrp_note { VRRP_NOTES(X) VRRP_NOTE_COUNT };
#undef X

const char *vrrp_state_text(enum vrrp_state state);
const char *vrrp_reason_text(enum vrrp_reason why);
const char *vrrp_drop_text(enum vrrp_drop why);
const char *vrrp_note_text(enum vrrp_note note);
/* "ipv4", "ipv6" */
const char *vrrp_family_text(enum ip_family family);

/* Every kind starts with vrid, family and interface (its name), so that no reader has to take the part's
 * name apart. `sender` is a packet's source address. */

/* "vrrp.state": from to why priority sender. Sender is "-" when no packet caused it. Notice. */
extern const struct record_kind VRRP_STATE_KIND;
enum vrrp_state_field {
	VRRP_STATE_VRID, VRRP_STATE_FAMILY, VRRP_STATE_INTERFACE, VRRP_STATE_FROM, VRRP_STATE_TO,
	VRRP_STATE_WHY, VRRP_STATE_PRIORITY, VRRP_STATE_SENDER,
};

/* "vrrp.drop": why sender mac priority. Every drop but those of another virtual router. Trace. */
extern const struct record_kind VRRP_DROP_KIND;
enum vrrp_drop_field {
	VRRP_DROP_VRID, VRRP_DROP_FAMILY, VRRP_DROP_INTERFACE, VRRP_DROP_WHY, VRRP_DROP_SENDER,
	VRRP_DROP_MAC, VRRP_DROP_PRIORITY,
};

/* "vrrp.warning": what a person would read in the router's log, by the log policy. what sender mac. Behind the fields
 * stand two facts that have no name and are not printed, for readers that speak a vendor's words (sim/vendors):
 * what the packet had, and what we want. Numbers for versions (also where a checksum is wrong), TTLs, authentication
 * types, priorities and lengths with the IP header; times for intervals; for addresses their counts, or with equal counts the
 * address that is missing, and 0. Both are 0 for anything else. */
extern const struct record_kind VRRP_WARNING_KIND;
enum vrrp_warning_field {
	VRRP_WARNING_VRID, VRRP_WARNING_FAMILY, VRRP_WARNING_INTERFACE, VRRP_WARNING_WHAT,
	VRRP_WARNING_SENDER, VRRP_WARNING_MAC, VRRP_WARNING_GOT, VRRP_WARNING_WANT,
};

/* "vrrp.learned": Active_Adver_Interval changed by an advertisement. old new sender. Info. */
extern const struct record_kind VRRP_LEARNED_KIND;
enum vrrp_learned_field {
	VRRP_LEARNED_VRID, VRRP_LEARNED_FAMILY, VRRP_LEARNED_INTERFACE, VRRP_LEARNED_OLD,
	VRRP_LEARNED_NEW, VRRP_LEARNED_SENDER,
};

/* "vrrp.track": a tracked object changed. object up, priority afterwards. Notice. */
extern const struct record_kind VRRP_TRACK_KIND;
enum vrrp_track_field {
	VRRP_TRACK_VRID, VRRP_TRACK_FAMILY, VRRP_TRACK_INTERFACE, VRRP_TRACK_OBJECT, VRRP_TRACK_UP,
	VRRP_TRACK_PRIORITY,
};

#endif
