// SPDX-License-Identifier: BSD-2-Clause
/*
 * The vocabulary of pings. The part of these records is "ping TARGET". `sequence` counts requests from 1, on
 * past the 16 bits that are on the wire; a request is answered within its timeout, or lost: one of the two
 * records for each request, unless the ping is stopped first.
 */
#ifndef VL_NODE_PING_RECORDS_H
#define VL_NODE_PING_RECORDS_H

#include "sim/base/record.h"

/* "ping.started": target every timeout. Info. */
extern const struct record_kind PING_STARTED_KIND;
enum ping_started_field { PING_STARTED_TARGET, PING_STARTED_EVERY, PING_STARTED_TIMEOUT };

/* "ping.reply": target sequence sent_at rtt. Trace. */
extern const struct record_kind PING_REPLY_KIND;
enum ping_reply_field { PING_REPLY_TARGET, PING_REPLY_SEQUENCE, PING_REPLY_SENT_AT, PING_REPLY_RTT };

/* "ping.lost": target sequence sent_at; at the moment the timeout is over. Trace. */
extern const struct record_kind PING_LOST_KIND;
enum ping_lost_field { PING_LOST_TARGET, PING_LOST_SEQUENCE, PING_LOST_SENT_AT };

/* "ping.stopped": target sent answered lost. By command, by its count, by shutdown; not by a crash. Requests
 * that still waited are neither answered nor lost. Info. */
extern const struct record_kind PING_STOPPED_KIND;
enum ping_stopped_field { PING_STOPPED_TARGET, PING_STOPPED_SENT, PING_STOPPED_ANSWERED, PING_STOPPED_LOST };

#endif
