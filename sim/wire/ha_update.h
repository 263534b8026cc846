// SPDX-License-Identifier: BSD-2-Clause
/*
 * HA updates: what the units of a pair tell each other about connections and persistence. A format of our own (the
 * product's is not published); IPVS' sync daemon and OpenBSD's pfsync were its teachers. Both ports are 18848, to
 * 224.0.0.81 or ff02::81 (TTL 1), or to the other unit's own address. Multi-byte fields are big endian.
 *
 *      0  magic "VLHA"
 *      4  version 1: a receiver takes no other
 *      5  type: 1 hello, 2 updates, 3 a part of a full copy
 *      6  HA virtual ID
 *      7  flags: 0x01 the sender is active, 0x02 it asks for a full copy, 0x04 the first part of one, 0x08 the last,
 *         0x10 the sender is the Second unit
 *      8  epoch: when the sender began, as a number that grows with each of its beginnings; not 0
 *     16  heard: the epoch that the sender last heard of the receiver; 0: none. A message that names the receiver's own
 *         present epoch cannot be older than that: nothing that was recorded before can be played back
 *     24  sequence: from 1 in each epoch, one more with each datagram
 *     28  number of records
 *     30  bytes of records
 *     32  records
 *   then  the first 16 bytes of HMAC-SHA-256 over all of it. Its key is HMAC-SHA-256(shared secret, "viplab HA update" and
 *         the byte of the HA virtual ID): another pair's updates are not authentic even when its ID is the same
 *
 * A record begins with its kind and its length, both of one byte, and the length counts those two. A receiver passes over
 * kinds that it does not know.
 *
 * 1, a connection:
 *      2  families and parts: 0x01 the client is IPv6, 0x02 the service, 0x04 the server, 0x08 the local address; 0x10 there
 *         is a local address
 *      3  protocol         4  state        5  marks (both as struct connection has them)
 *      6  client port      8  service port         10  server port         12  local port
 *     14  highest sequence number seen of the client       18  of the server       22  what a SYN cookie added
 *     26  ms since its last packet         30  ms since it was opened
 *     34  addresses, of 4 or 16 bytes: client, service, server, local address
 * 2, the end of a connection:
 *      2  families         3  protocol     4  why (CONNECTION_ENDS)        5  0
 *      6  client port      8  service port         10  addresses: client, service
 * 3, a persistence entry:
 *      2  families         3  protocol     4  length of the key, 1-32      5  0
 *      6  port of a service that has it    8  ms that it still lives
 *     12  addresses: service, server; then the key
 */
#ifndef VL_WIRE_HA_UPDATE_H
#define VL_WIRE_HA_UPDATE_H

#include <stddef.h>

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define HA_UPDATE_PORT 18848
#define HA_UPDATE_GROUP_V4 ((struct ip_addr){.family = IP_V4, .b = {224, 0, 0, 81}})
#define HA_UPDATE_GROUP_V6 ((struct ip_addr){.family = IP_V6, .b = {0xff, 0x02, [15] = 0x81}})
#define HA_UPDATE_VERSION 1
#define HA_UPDATE_HEADER 32
#define HA_UPDATE_DIGEST 16
#define HA_UPDATE_DATAGRAM 1400         /* at most, digest included: fits an MTU of 1500 with any header */
#define HA_UPDATE_KEY 32                /* bytes of a persistence key */
#define HA_UPDATE_RECORD 128            /* no record is longer */

enum ha_update_type {
	HA_UPDATE_HELLO = 1,
	HA_UPDATE_UPDATES = 2,
	HA_UPDATE_COPY = 3,
};

enum {
	HA_UPDATE_ACTIVE = 0x01,
	HA_UPDATE_ASKS = 0x02,
	HA_UPDATE_FIRST_PART = 0x04,
	HA_UPDATE_LAST_PART = 0x08,
	HA_UPDATE_SECOND_UNIT = 0x10,
};

struct ha_update_header {
	uint8_t version, type, id, flags;
	uint64_t epoch, heard;
	uint32_t sequence;
	uint16_t records, length;
};

enum ha_record_kind {
	HA_RECORD_CONNECTION = 1,
	HA_RECORD_END = 2,
	HA_RECORD_ENTRY = 3,
};

struct ha_connection {
	struct ip_addr client, service, server;
	struct ip_addr local;           /* family IP_NONE: there is none */
	uint16_t client_port, service_port, server_port, local_port;
	uint8_t protocol, state, marks;
	uint32_t client_next, server_next, delta;
	uint32_t idle_ms, age_ms;
};

struct ha_end {
	struct ip_addr client, service;
	uint16_t client_port, service_port;
	uint8_t protocol, why;
};

struct ha_entry {
	struct ip_addr service, server;
	uint16_t service_port;
	uint8_t protocol;
	uint8_t key_length;
	uint8_t key[HA_UPDATE_KEY];
	uint32_t left_ms;
};

struct ha_record {
	uint8_t kind;                   /* enum ha_record_kind, or one that is not known */
	union {
		struct ha_connection connection;
		struct ha_end end;
		struct ha_entry entry;
	};
};

/* Whether a UDP payload is of this kind: it begins with the magic number. */
bool ha_update_is(const uint8_t *payload, size_t length);
/* Reads the header of a whole datagram; `in` stands behind it then. False: short, another magic, or lengths that do not
 * come to what is there (with another version nothing behind the first bytes is judged). */
bool ha_update_decode(struct ha_update_header *h, struct rd *in);
void ha_update_encode(const struct ha_update_header *h, struct wr *out);

/* The next record. False: it is malformed, and so nothing behind it can be read. */
bool ha_record_decode(struct ha_record *r, struct rd *in);
void ha_record_encode(const struct ha_record *r, struct wr *out);

const char *ha_update_type_word(uint8_t type);          /* "hello", "updates", "copy"; "unknown" */

#endif
