// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a pair shares (sync.h): connections and persistence entries made into records and back. For sim/balancer only;
 * every call does nothing in a balancer that shares nothing.
 *
 * Shared are TCP connections of layer-4 services once their client has sent .threshold packets, without the windows
 * (the other unit judges no sequence number of a connection that it took over), and persistence entries: those of
 * layer-4 services with the connections, those of layer 7 by the other switch. A connection that an address of one unit
 * alone stands for (snat: interface) cannot live on in the other.
 *
 * Not shared, as the product promises neither: connections of layer-7 services, spliced ones included ("Inter HA L4 TCP
 * Connection Updates" is ignored for L7 services), and UDP flows. After a failover a client of layer 7 is reset when it next
 * says something, comes again and, with "Inter HA L7 Persistency Updates" on, finds its server; a datagram is scheduled
 * anew, by what is remembered of its sender.
 *
 * The passive unit holds what it was told, each for as long as a connection in that state may be idle. What a full copy
 * of the active unit does not have lives SYNC_DOUBT longer. Becoming active it goes on with all of it; becoming passive
 * it keeps what is shared and forgets the rest.
 */
#ifndef VL_BALANCER_BALANCER_SYNC_H
#define VL_BALANCER_BALANCER_SYNC_H

#include "sim/balancer/balancer_parts.h"

#define SYNC_DOUBT (60 * VL_S)

bool balancer_sync_make(struct balancer *b, const struct balancer_config *c);   /* false: no memory */
size_t balancer_sync_words(const struct balancer_config *c);

/* A packet to the update port; true: it was taken, whatever came of it. */
bool balancer_sync_receive(struct balancer *b, const struct packet *p, vl_time now);
void balancer_sync_timeout(struct balancer *b, vl_time now);
vl_time balancer_sync_deadline(const struct balancer *b);

/* A packet of the client came; its state changed; it ends. */
void balancer_sync_packet(struct balancer *b, struct connection *c, vl_time now);
void balancer_sync_state(struct balancer *b, struct connection *c, vl_time now);
void balancer_sync_end(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now);
/* A key was bound to a server, or used again: `had` is when it would have expired, 0 when it is new. */
void balancer_sync_entry(struct balancer *b, const struct virtual_service *v, const struct persistence_key *key,
			 size_t server, vl_time had, vl_time now);
/* Whether uses of keys are told: then balancer_choose asks what the entry had left. */
bool balancer_sync_tells_entries(const struct balancer *b, const struct virtual_service *v);

/* The role changes: what is not shared is forgotten; how many connections. */
uint64_t balancer_sync_keep(struct balancer *b, vl_time now);
/* A packet of no connection may belong to one that the other unit knows: no RST answers it. */
bool balancer_sync_is_settling(const struct balancer *b, vl_time now);

#endif
