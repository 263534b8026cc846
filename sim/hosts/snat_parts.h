// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a SNAT gateway, for its own files only.
 *
 *      snat_gateway.c    the part: packets come, time passes
 *      snat_config.c     making, settings, records
 *      snat_ports.c      mappings, and the ports they hold
 *      snat_rewrite.c    packets with other addresses and ports
 */
#ifndef VL_HOSTS_SNAT_PARTS_H
#define VL_HOSTS_SNAT_PARTS_H

#include "sim/base/table.h"
#include "sim/base/wheel.h"
#include "sim/hosts/snat_gateway.h"

#define SNAT_NONE UINT32_MAX

enum snat_protocol {
	SNAT_TCP,
	SNAT_UDP,
	SNAT_ICMP,
	SNAT_PROTOCOLS,
};

/* A side of a mapping, as a key: no padding. */
struct snat_end {
	uint32_t address;
	uint16_t port;
	uint16_t protocol;              /* enum snat_protocol */
};

struct snat_mapping {
	struct wheel_link link;
	vl_time at;                     /* its time is over */
	vl_time since;
	struct snat_end inside, outside;
	uint32_t next_free;
	uint32_t address;               /* index of its outside address */
	bool used;
	bool established;               /* TCP: something came back behind the SYN */
	bool fin_in, fin_out, reset;
};

/* Ports of one outside address and protocol that are taken: a bit each. */
struct snat_ports {
	uint32_t taken;                 /* of the pool's range */
	uint32_t next;                  /* where to look next */
	uint64_t bit[1024];
};

struct snat {
	struct snat_config config;
	struct stack *stack;
	struct outbox *outbox;
	struct snat_mapping *mapping;
	uint32_t room, free, count;
	struct table inside, outside;   /* struct snat_end -> uint32_t */
	struct wheel wheel;
	struct snat_ports *ports;       /* [address * SNAT_PROTOCOLS + protocol] */
	uint32_t base[SNAT_POOLS];      /* index of a pool's first address */
	uint32_t turn[SNAT_POOLS];      /* arbitrary pooling: the next one */
	uint32_t addresses;
	vl_time not_before;             /* more mappings are to end than one call may; 0: no */
	bool refusing;                  /* the packet before was refused too */
	uint64_t made;
	uint64_t dropped[SNAT_DROP_COUNT];
};

#define SNAT_UNMAPPED_AT_ONCE 1024      /* mappings that end in one call; the others in the next */

extern const struct node_part_ops snat_ops;     /* snat_gateway.c */

/* snat_config.c */
void snat_free(void *self);
struct vl_status snat_control(void *self, const struct command *command, vl_time now);
void snat_empty(struct snat *s);
void snat_own(struct snat *s);
const char *snat_protocol_word(uint16_t protocol);

/* snat_ports.c */
/* The mapping of an inside end; new when it has none and `make` is true. NULL: none; then *why, when one was to be made. */
struct snat_mapping *snat_map(struct snat *s, const struct snat_end *inside, bool make, enum snat_drop *why,
			      vl_time now);
struct snat_mapping *snat_find_outside(struct snat *s, const struct snat_end *outside);
void snat_unmap(struct snat *s, struct snat_mapping *m, vl_time now);
/* Something passed: the mapping's time begins anew. */
void snat_touch(struct snat *s, struct snat_mapping *m, vl_time now);

/* snat_rewrite.c */
/* Which way a packet goes, and to what its end in the private world, or the public one, is changed. */
struct snat_change {
	bool outward;                   /* the source is changed; otherwise the destination */
	struct snat_end to;
	bool quoted;                    /* it is an ICMP error: in the packet it quotes the other side's is changed too */
};

void snat_send(struct snat *s, const struct packet *p, const struct frame *f, const struct snat_change *change,
	       vl_time now);
/* The ends of the packet that an ICMP error quotes. False: it is none, or of no protocol that is translated. */
bool snat_quoted_ends(const struct packet *p, struct snat_end *src, struct snat_end *dst);
void snat_drop(struct snat *s, enum snat_drop why);

#endif
