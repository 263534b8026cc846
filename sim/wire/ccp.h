// SPDX-License-Identifier: BSD-2-Clause
/*
 * Check Point's cluster control protocol (ClusterXL; no public specification; as Wireshark's packet-cpha.c reads
 * it): UDP 8116, both ports, to the network's address over a multicast, broadcast or unicast frame whose
 * Ethernet source is 00:00:00:00:MAGIC:MEMBER. Layouts of R8x newer than that dissector are unconfirmed: behind
 * the header only MY_STATE's first fields are read.
 */
#ifndef VL_WIRE_CCP_H
#define VL_WIRE_CCP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define CCP_PORT 8116
#define CCP_MAGIC 0x1a90
#define CCP_HEADER 20
#define CCP_MAC_MAGIC 0xfe              /* fwha_mac_magic as shipped; 0xfd is the forwarding layer's */

enum ccp_opcode {
	CCP_MY_STATE = 1,
	CCP_QUERY_STATE = 2,
	CCP_IF_PROBE_REQUEST = 3,
	CCP_IF_PROBE_REPLY = 4,
	CCP_IFCONF_REQUEST = 5,
	CCP_IFCONF_REPLY = 6,
	CCP_LB_CONF = 7,
	CCP_LB_CONFIRM = 8,
	CCP_POLICY_CHANGE = 9,
	CCP_SYNC = 10,
};

/* Bits of MY_STATE's report code. */
enum {
	CCP_REPORTS_STATES = 1,
	CCP_REPORTS_INTERFACES = 2,
};

/* Of one member, as MY_STATE reports it. */
enum ccp_state {
	CCP_DOWN = 0,
	CCP_INIT = 1,
	CCP_STANDBY = 2,
	CCP_READY = 3,
	CCP_ACTIVE = 4,
};

struct ccp_message {
	uint16_t version;               /* 1, 6, 530, 540, ...; later ones unnamed */
	uint16_t cluster;               /* the cluster's number */
	uint16_t opcode;                /* enum ccp_opcode */
	uint16_t source_interface;
	uint16_t random_id;
	uint16_t source_machine, destination_machine;   /* 0xfffe: all */
	uint16_t policy;
	uint16_t filler;
	/* MY_STATE */
	bool has_state;
	uint16_t member_count;
	uint16_t report;                /* CCP_REPORTS_* */
	uint16_t ha_mode;
	uint16_t time_unit_ms;
	const uint8_t *member_state;    /* member_count bytes in the frame when states are reported; else NULL */
	/* what follows, in the frame; encode writes it */
	const uint8_t *rest;
	size_t rest_length;
};

/* Whether a UDP payload of this port is CCP: it starts with the magic number. */
bool ccp_is(const uint8_t *payload, size_t length);
/* Reads a message; `in` is exactly the UDP payload. False: shorter than its header or than the states that it
 * announces; the fields in front of the fault are filled. */
bool ccp_decode(struct ccp_message *m, struct rd *in);
void ccp_encode(const struct ccp_message *m, struct wr *out);

/* "MY_STATE"; "unknown". */
const char *ccp_opcode_word(uint16_t opcode);

/* 00:00:00:00:MAGIC:MEMBER. */
struct mac ccp_source_mac(uint8_t magic, uint8_t member);
bool ccp_of_source_mac(struct mac m, uint8_t *magic, uint8_t *member);

#endif
