// SPDX-License-Identifier: BSD-2-Clause
/* The inside of the flow tracker: flows.c (life of a flow), flows_tables.c (services, servers, sources), flows_pair.c
 * (which legs belong together), flows_frame.c (what a frame says). */
#ifndef VL_ANALYZERS_FLOWS_PARTS_H
#define VL_ANALYZERS_FLOWS_PARTS_H

#include "analyzers/flows.h"
#include "sim/base/table.h"

struct flow_key {
	struct ip_addr client, target;
	uint16_t client_port, target_port;
	uint8_t protocol;
	uint8_t zero[1];
};

/* Keys are compared as bytes: cleared before they are filled in. */
struct service_key {
	struct ip_addr address;
	uint16_t port;
	uint8_t protocol, zero;
};

struct server_key {
	struct ip_addr ip;
	struct mac mac;
	uint16_t port, service;
};

struct source_key {
	struct ip_addr ip;
	uint16_t service;
};

/* Who waits for a server's leg: the latest flow of a sequence number, or the flows that began with the same words. */
#define SAID_ROOM 8
struct said {
	uint32_t flow[SAID_ROOM];
	uint8_t count;
};

struct flows {
	void *context;
	void (*see)(void *context, const struct flow_event *e);
	struct flow *flow;              /* FLOWS_ROOM */
	uint32_t used;                  /* of them, ever */
	uint32_t free;                  /* list by `newer`, or FLOWS_NOBODY */
	uint32_t newest, oldest;
	struct table by_key;            /* struct flow_key -> uint32_t */
	struct table by_isn;            /* uint32_t isn -> uint32_t: the latest client's leg that began with it */
	struct table by_said;           /* uint64_t -> struct said */
	struct table by_service;        /* address, port, protocol -> uint16_t */
	struct table by_server;         /* service, ip, port, mac -> uint16_t */
	struct table by_source;         /* service, ip -> uint32_t */
	struct flow_service service[FLOWS_SERVICES];
	struct flow_server server[FLOWS_SERVERS];
	struct flow_source *source;     /* FLOWS_SOURCES */
	uint16_t services, servers;
	uint32_t sources;
	struct flows_counters counted;
	uint64_t secret;
	vl_time now;
};

/* flows.c */
void flows_tell_event(struct flows *f, enum flow_event_kind kind, uint32_t flow, uint64_t frame, uint16_t before,
		      bool by_server, bool by_client);
uint32_t flows_find(struct flows *f, const struct flow_key *key);
uint32_t flows_add(struct flows *f, const struct flow_key *key);
void flows_touch(struct flows *f, uint32_t flow, uint64_t frame);
/* Begins to count for its service; ends. */
void flows_attempt(struct flows *f, uint32_t flow, uint64_t frame);
void flows_open(struct flows *f, uint32_t flow, uint64_t frame);
void flows_close(struct flows *f, uint32_t flow, uint64_t frame, bool by_server, bool by_client);

/* flows_tables.c */
uint16_t flows_service_of(struct flows *f, const struct ip_addr *address, uint16_t port, uint8_t protocol);
uint16_t flows_server_of(struct flows *f, uint16_t service, const struct ip_addr *ip, uint16_t port, struct mac mac);
uint32_t flows_source_of(struct flows *f, uint16_t service, const struct ip_addr *ip);
/* The flow is given to this server. */
void flows_assign(struct flows *f, uint32_t flow, uint16_t server, uint64_t frame);
void flows_balanced(struct flows *f, uint16_t service, enum flow_mode mode);

/* flows_pair.c */
/* A client's first packet: is it a leg to a server of one that was seen? True: it is, and was paired. */
bool flows_pair_first(struct flows *f, uint32_t flow, uint64_t frame);
void flows_remember_first(struct flows *f, uint32_t flow);
/* Its first words were heard: it waits for a leg, or is one. */
void flows_pair_said(struct flows *f, uint32_t flow, uint64_t frame);
/* The same first packet again with other MACs. */
void flows_sent_on(struct flows *f, uint32_t flow, const struct analyzer_frame *frame);
/* It is answered by this frame. */
void flows_answered_from(struct flows *f, uint32_t flow, const struct analyzer_frame *frame);

#endif
