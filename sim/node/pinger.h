// SPDX-License-Identifier: BSD-2-Clause
/*
 * Echo requests to one target at a steady pace, and what became of each (ping_records.h). Requests that wait
 * for an answer stand in a ring as long as timeout/every asks for: at most PINGER_WINDOW of them, so that a
 * 16-bit sequence number on the wire always means one request.
 *
 * The first request leaves at once. A box that was paused sends no request twice and makes up for none. A
 * request that cannot leave (no route, link down) is lost like any other.
 */
#ifndef VL_NODE_PINGER_H
#define VL_NODE_PINGER_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/node/ping_records.h"
#include "sim/stack/stack.h"

#define PINGER_WINDOW 32768
#define PINGER_TIMEOUT VL_S             /* when the order says 0 */
#define PINGER_DATA 56                  /* bytes in a request, as ping(8) */

struct pinger;

/* How many requests of this order may wait at a time. */
uint64_t pinger_window(const struct ping_order *order);

/* `id` tells its replies from those of other pings of the box; `name` is the part in the records, borrowed.
 * Sends the first request. NULL: no memory. */
struct pinger *pinger_new(const struct ping_order *order, uint16_t id, const char *name, struct stack *stack,
			  struct outbox *outbox, vl_time now);
void pinger_free(struct pinger *p);
/* Says that it is over; the caller frees it. */
void pinger_stop(struct pinger *p, vl_time now);

/* An echo reply that came in; true when it was this pinger's (also a late or repeated one). */
bool pinger_reply(struct pinger *p, const struct packet *reply, vl_time now);
void pinger_timeout(struct pinger *p, vl_time now);
vl_time pinger_deadline(const struct pinger *p);
/* All requests of a counted order are sent and settled: stop it. */
bool pinger_finished(const struct pinger *p);
const struct ip_addr *pinger_target(const struct pinger *p);
uint64_t pinger_room(const struct pinger *p);   /* the window of its order */

#endif
