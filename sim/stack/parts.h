// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a stack: its state, and the calls between its files. For sim/stack only.
 *
 *      stack.c           making, links, facts, drop counters
 *      stack_input.c     a frame comes in: whose is it
 *      stack_plain.c     the same question for most packets, answered quickly
 *      stack_claim.c     what the box owns, and telling the link about it
 *      stack_arp.c       ARP: answering, learning, asking
 *      stack_nd.c        the same with Neighbour Discovery
 *      stack_resolve.c   packets to neighbours: known, waited for, given up
 *      neighbour.c       the neighbour cache as a store
 *      stack_route.c     routes and source addresses
 *      stack_send.c      packets and frames of the box's own
 *      stack_forward.c   packets of others
 *      stack_fragment.c  those that must be cut
 *      stack_icmp.c      echo and errors
 *
 * The TCP endpoint beside it has its own: tcp_parts.h.
 */
#ifndef VL_STACK_PARTS_H
#define VL_STACK_PARTS_H

#include "sim/base/cache_line.h"
#include "sim/base/table.h"
#include "sim/stack/neighbour.h"
#include "sim/stack/stack.h"

#define STACK_FRAME 2048                /* room in a frame of stack_frame */
#define STACK_TTL 64                    /* of packets that the stack sends by itself */

/* What every packet looks at stands together, in as few cache lines as can be: where there are many boxes, most of
 * what a packet costs is waiting for them. Here up to the first address. */
struct interface_state {
	_Alignas(CACHE_LINE) bool up;
	uint16_t disabled;                      /* a bit for each address, see stack_enable_address */
	struct mac mask;                        /* see stack_mask_mac */
	struct stack_interface_config config;   /* with the link-local address added */
	struct mac physical;
};

_Static_assert(STACK_ADDRESSES <= 16, "a bit each");

static inline bool interface_enables(const struct interface_state *n, size_t address)
{
	return (n->disabled >> address & 1) == 0;
}

/* The destination cache of RFC 4861 5.1, of one entry: most packets go where the one before went. */
struct stack_destination {
	bool known;
	struct ip_addr address;
	struct stack_hop hop;
};

/* A way to a net of IPv4, as stack_route goes through them. */
struct stack_route4 {
	uint32_t net, mask;
	uint8_t length;
	uint8_t interface;
	int8_t route;                           /* index of the route; -1: the interface's own net */
};

/* How the box stood to an address last asked for, and the last bytes that its IPv4 addresses and broadcasts have or
 * had: what ends otherwise is none of them. */
struct stack_owned {
	bool known;
	uint8_t interface, ownership;
	struct ip_addr address;
	uint64_t last_bytes[4];
};

struct stack {
	/* The first line, the second, and what is looked at now and then. */
	_Alignas(CACHE_LINE) struct frame_pool *pool;
	struct outbox *outbox;
	bool forward, transit, unpacks, loopback_arp, group_macs;
	bool filters;                           /* some claim has one */
	uint8_t loopback_count;
	uint32_t interface_count;
	struct neighbour_cache neighbours;
	struct table claims;                    /* struct place -> struct stack_claim */
	struct stack_destination last;          /* of the box's own packets; forgotten when an interface changes */
	struct table claimed_macs;              /* struct mac_place -> uint32_t, how many claims use it */
	struct frame *unpacked;                 /* the packet that came out of another, until the next frame comes in */
	struct ip_addr loopback[STACK_LOOPBACK];
	struct stack_owned owned;
	struct stack_route4 *route4;            /* those that are up: the longest first, and of them the one to take */
	uint32_t route4_count;
	uint32_t route_version;
	size_t route_count;
	size_t claim_room;
	size_t held_macs;
	uint64_t secret;
	uint64_t dropped[STACK_DROP_COUNT];
	struct stack_route_config route[STACK_ROUTES];
	struct interface_state interface[];     /* interface_count of them */
};

/* Counts a drop. Returns STACK_DONE, so that a handler can end with it. */
enum stack_verdict stack_drop(struct stack *s, enum stack_drop why);

/* --- most packets (stack_plain.c) ---------------------------------------------------------------------- */

/* False: no address of the box, of IPv4, and no broadcast of its nets. */
static inline bool stack_may_own(const struct stack *s, const struct ip_addr *a)
{
	return (s->owned.last_bytes[a->b[3] / 64] >> a->b[3] % 64 & 1) != 0;
}

/* An address that the box has from now on, or a net's broadcast. */
void stack_owned_add(struct stack *s, const struct ip_addr *a);
/* Those of its configuration. */
void stack_owned_init(struct stack *s);

/* --- ownership (stack_claim.c) ------------------------------------------------------------------------- */

const struct stack_claim *stack_find_claim(const struct stack *s, unsigned interface,
					   const struct ip_addr *address);
bool stack_mac_is_ours(const struct stack *s, unsigned interface, struct mac mac);

/* How we stand to an address that somebody asks for or sends to. */
enum ownership {
	NOT_OURS,
	OURS,                   /* configured and enabled, or claimed and accepted */
	OURS_TO_ANSWER,         /* claimed, not accepted: answered for in ARP and ND only */
};

/* On this interface; *mac (may be NULL) is the MAC that the address has there. */
enum ownership stack_owns(const struct stack *s, unsigned interface, const struct ip_addr *address,
			  struct mac *mac);
/* On any interface (the weak host model, as Linux). */
enum ownership stack_owns_anywhere(const struct stack *s, unsigned interface, const struct ip_addr *address);

/* The MAC to use beside `source` in ARP and ND: a claimed address goes with its virtual MAC, so that a
 * question asked by the owner does not move the address to the physical one (RFC 9568 8.1.2, 8.2.2). */
struct mac stack_mac_of(const struct stack *s, unsigned interface, const struct ip_addr *source);

/* What an answer about `address` says to who asks, and the Ethernet source it comes from. `own` is what stack_owns
 * said. */
struct stack_answer {
	struct mac mac;
	struct mac source;
};

struct stack_answer stack_answer_to(const struct stack *s, unsigned interface, const struct ip_addr *address,
				    struct mac own, struct mac asker);

void stack_report_conflict(struct stack *s, const struct ip_addr *address, struct mac mac, vl_time now);

/* --- neighbours ---------------------------------------------------------------------------------------- */

/* ARP and ND messages that came in. */
enum stack_verdict stack_arp_input(struct stack *s, unsigned interface, const struct arp_packet *a,
				   vl_time now);
enum stack_verdict stack_nd_input(struct stack *s, unsigned interface, const struct packet *p, vl_time now);
void stack_arp_announce(struct stack *s, const struct stack_announcement *a);
void stack_nd_announce(struct stack *s, const struct stack_announcement *a);
/* Asks who has `target`: to everybody (`to` zero) or to the one who had it. */
void stack_arp_ask(struct stack *s, unsigned interface, const struct ip_addr *target, struct mac to);
void stack_nd_ask(struct stack *s, unsigned interface, const struct ip_addr *target, struct mac to);

/* An address was seen with this MAC. `create`: also when we did not know it yet; `override`: also when we
 * knew another MAC. */
void stack_learn(struct stack *s, unsigned interface, const struct ip_addr *address, struct mac mac,
		 bool create, bool override, vl_time now);
/* Sends a frame that is complete but for its destination to the neighbour; takes the reference. */
void stack_to_neighbour(struct stack *s, unsigned interface, const struct ip_addr *neighbour,
			struct frame *f, vl_time now);
void stack_forget_neighbours(struct stack *s, unsigned interface, enum stack_drop why);

/* --- routes and sending -------------------------------------------------------------------------------- */

/* The ways of IPv4 found again: an interface came up or went down. Room for all is in route4. */
void stack_routes4(struct stack *s);
/* How many there can be. */
size_t stack_routes4_room(const struct stack *s);
/* The address this interface speaks with towards `dst`. Family IP_NONE: it has none of that family. */
struct ip_addr stack_source_on(const struct stack *s, unsigned interface, const struct ip_addr *dst);
/* Sends a frame whose IP packet starts behind the Ethernet header: fills in the destination MAC. */
void stack_to_hop(struct stack *s, const struct stack_hop *hop, const struct ip_addr *dst, struct frame *f,
		  vl_time now);
/* True while so many packets wait for the next hop's MAC that one more would push out the oldest. */
bool stack_hop_is_full(struct stack *s, const struct stack_hop *hop);

/* A packet of the box's own that is written in place. */
struct stack_writing {
	struct packet_envelope e;       /* completed: source, MAC, VLAN */
	struct stack_hop hop;
	struct frame *frame;
	struct wr out;                  /* at the payload */
};

enum stack_begun {
	STACK_BEGUN,
	STACK_REFUSED,                  /* no route, too long, no memory: counted */
	STACK_HOP_FULL,                 /* only when asked for (`patient`): see stack_hop_is_full; nothing was counted */
};

/* Opens a packet of `length` payload bytes as stack_send says; then write exactly these and call stack_end, which
 * sends it. */
enum stack_begun stack_begin(struct stack *s, const struct packet_envelope *e, size_t length, bool patient,
			     struct stack_writing *w);
void stack_end(struct stack *s, struct stack_writing *w, vl_time now);
/* The most that fits behind the IP header of a packet to `dst`; 0: no route. */
size_t stack_payload_room(struct stack *s, const struct ip_addr *dst);

/* True for 255.255.255.255 and the broadcast address of a net of the interface. */
bool stack_is_broadcast(const struct stack *s, unsigned interface, const struct ip_addr *dst);

/* Cuts a packet into pieces that fit the MTU and sends them; one of IPv6 has a fragment header right behind the first. */
void stack_send_pieces(struct stack *s, const struct stack_hop *hop, const uint8_t *packet, size_t length, size_t mtu,
		       vl_time now);

/* Where the IP packet of a frame starts and how long it says it is, at most what is there. */
const uint8_t *stack_ip_bytes(const struct frame *f, const struct packet *p, size_t *length);
enum stack_verdict stack_echo(struct stack *s, const struct packet *p, vl_time now);

#endif
