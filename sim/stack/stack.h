// SPDX-License-Identifier: BSD-2-Clause
/*
 * What any host needs below its services: interfaces with addresses, ARP and Neighbour Discovery, a
 * neighbour cache, routes, forwarding, ICMP echo and errors.
 *
 * The stack takes every frame of its box apart, once, and alone answers ARP and ND. A redundancy engine
 * tells it which (address, MAC) pairs the box owns at the moment (stack_claim, stack_release): claimed
 * addresses are answered for with that MAC, frames to that MAC are taken in. What is for somebody else in
 * the box (VRRP, CARP, echo replies, TCP, UDP) goes back to the caller as a packet taken apart.
 *
 * It is a part of an engine, not one: its frames and records go to the outbox of its box. Everything is
 * allocated when it is made; the neighbour cache and the packets waiting for a neighbour are bounded.
 *
 * Not modelled: duplicate address detection (RFC 4862 5.4), router solicitation and advertisement, redirects,
 * reassembly, packets of a box to itself, source filtering, rate limits of ICMP errors. Addresses are
 * answered for only on the interface that has them (Linux: arp_ignore = 1), but taken on any. Frames leave
 * as long as their packet: padding to the shortest Ethernet frame is the wire's.
 */
#ifndef VL_STACK_STACK_H
#define VL_STACK_STACK_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/wire/packet.h"

#define STACK_INTERFACES 32
#define STACK_ADDRESSES 16              /* configured addresses of one interface */
#define STACK_ROUTES 32
#define STACK_LOOPBACK 16               /* see stack_config.loopback */
#define STACK_HELD_MACS 32              /* see stack_hold_mac */

struct stack;

/* One interface: a port of the box, or one VLAN on it. Several interfaces may share a port. */
struct stack_interface_config {
	const char *name;                       /* "eth0"; borrowed */
	unsigned port;                          /* of the box, as in engine_out.port */
	uint16_t vlan;                          /* 0: untagged */
	struct mac mac;                         /* the physical one */
	uint16_t mtu;                           /* of IP; 0 means 1500 */
	size_t address_count;
	struct ip_prefix address[STACK_ADDRESSES]; /* first IPv4 is the primary one; the IPv6 link-local is
						      added by itself (EUI-64) when none is given */
};

struct stack_route_config {
	struct ip_prefix to;
	struct ip_addr gateway;                 /* on the net of an interface; zero: the net is on-link */
	unsigned interface;                     /* used when gateway is zero or link-local */
};

struct stack_config {
	size_t interface_count;
	struct stack_interface_config interface[STACK_INTERFACES];
	size_t route_count;
	struct stack_route_config route[STACK_ROUTES];
	bool forward;                           /* a router: packets for others are sent on, TTL decremented */
	uint64_t seed;                          /* for hash secrets */
	size_t claims;                          /* most addresses claimed at a time; 0: 64 */
	uint32_t neighbours;                    /* room of the neighbour cache; 0: 256 */
	bool transit;                           /* packets for others come back as STACK_TRANSIT, whether this is a router or
						   not, and fragments of TCP and UDP for this box as STACK_LOCAL */
	/* Addresses that packets are taken to on every interface, but that the link never hears of (Linux: on lo, with
	 * arp_ignore 1 and arp_announce 2): the virtual address on a server behind direct return or a tunnel. */
	size_t loopback_count;
	struct ip_addr loopback[STACK_LOOPBACK];
	bool loopback_arp;                      /* they are answered for all the same: arp_ignore was forgotten */
	bool unpacks;                           /* IP in IP for this box (RFC 2003, 4213) is unpacked; what is in it must be
						   for this box, too */
	bool group_macs;                        /* believes ARP that says a group's MAC, as hosts do, for NLB; RFC 1812
						   3.3.2 forbids it to routers */
};

/* The outbox and the pool are borrowed and outlive the stack. NULL: no memory. */
struct stack *stack_new(const struct stack_config *config, struct frame_pool *pool, struct outbox *outbox);
void stack_free(struct stack *s);

/* --- routes, for who sends other boxes' packets on -------------------------------------------------------- */

/* Where a packet goes next. */
struct stack_hop {
	unsigned interface;
	bool broadcast;                 /* to everybody on its link */
	struct ip_addr address;         /* the neighbour */
};

/* The longest matching prefix among interfaces that are up, for a single address or the broadcast one of a net. False:
 * no route. */
bool stack_route(const struct stack *s, const struct ip_addr *dst, struct stack_hop *hop);

/* --- receiving ----------------------------------------------------------------------------------------- */

enum stack_verdict {
	STACK_DONE,             /* handled here: answered, forwarded, or dropped and counted */
	STACK_REDUNDANCY,       /* VRRP or CARP (also inside AH) to a group or to us, NLB and FGCP heartbeats: for the
				   engines of the box */
	STACK_LOCAL,            /* for this box: echo reply, UDP (HSRP, GLBP and CCP too), TCP */
	STACK_TRANSIT,          /* stack_config.transit: for somebody else behind this box. For a part that rewrites
				   addresses; what none of them wants goes to stack_transit */
};

/* Takes a frame in from a port. For the two last verdicts *packet is the frame taken apart (packet_of) and
 * *interface where it came in. A VRRP, CARP or AH message that is itself malformed comes as
 * STACK_REDUNDANCY too (its verdict says so): counting it is the engine's business. ICMP errors about our
 * packets come as STACK_LOCAL. */
enum stack_verdict stack_input(struct stack *s, unsigned port, struct frame *f, vl_time now,
			       const struct packet **packet, unsigned *interface);

/* What stack_input would say of this frame if it is a sound TCP or UDP datagram of IPv4 behind an untagged Ethernet
 * header, without a look at more of it than its addresses: STACK_LOCAL or STACK_TRANSIT. STACK_DONE: it would say something else, or
 * that takes the whole of stack_input to know. Counts nothing. For parts that know a short way for most packets. */
enum stack_verdict stack_plain(struct stack *s, unsigned port, const uint8_t *frame);

/* Sends a packet that came as STACK_TRANSIT on as a router does, or drops it when this box is none. */
void stack_transit(struct stack *s, const struct frame *f, const struct packet *p, vl_time now);

void stack_timeout(struct stack *s, vl_time now);       /* neighbour resolution and ageing */
vl_time stack_deadline(const struct stack *s);

/* Carrier of a port. A port that goes down forgets its neighbours; nothing leaves through it. */
void stack_link(struct stack *s, unsigned port, bool up, vl_time now);
bool stack_interface_up(const struct stack *s, unsigned interface);
/* Everything forgotten, claims too, every address enabled: the box restarts. It believes that all links are
 * up until it is told otherwise. */
void stack_reset(struct stack *s);

/* --- what the box owns --------------------------------------------------------------------------------- */

/* For an address that several MACs answer for (GLBP): the MAC to tell this asker. Called once an answer. */
struct stack_chooser {
	struct mac (*choose)(void *context, struct mac asker);
	void *context;
};

/* For an address that several boxes hold and each of them gets all packets to (NLB): which ones are this box's. */
struct stack_filter {
	bool (*accepts)(void *context, const struct packet *p);
	void *context;
};

struct stack_claim {
	unsigned interface;
	struct ip_addr address;
	struct mac mac;         /* told in ARP and NA, their Ethernet source; frames to it are taken in */
	struct mac source;      /* Ethernet source of answers; zero: .mac. A group .mac (clusters) needs one */
	const struct stack_chooser *chooser;    /* takes the place of .mac in answers; NULL: none; borrowed */
	const struct stack_filter *filter;      /* with .accept: only what it says yes to; NULL: all; borrowed */
	bool accept;            /* packets to the address are for us (Accept_Mode, owner); otherwise they are
				   dropped, but ARP and ND are answered all the same (RFC 9568 6.1) */
	bool router;            /* R flag in Neighbour Advertisements */
};

/* Owns an address until released. Claiming a pair again replaces it. False when the table is full. An
 * address that is also configured on the interface (address owner) is answered for with the claim's MAC
 * while the claim stands. */
bool stack_claim(struct stack *s, const struct stack_claim *claim);
void stack_release(struct stack *s, unsigned interface, const struct ip_addr *address);
/* Takes in frames to a MAC that no claimed address has (a GLBP forwarder's), until dropped as often as held. False:
 * STACK_HELD_MACS are held already. */
bool stack_hold_mac(struct stack *s, unsigned interface, struct mac mac);
void stack_drop_mac(struct stack *s, unsigned interface, struct mac mac);
/* The MAC that the interface has from now on, in place of the physical one (a cluster's active unit, a unicast NLB
 * host). Zero: the physical one again. */
void stack_set_mac(struct stack *s, unsigned interface, struct mac mac);
/* The Ethernet source of frames that would leave with the interface's MAC (what ARP and ND say stays: the MAC is
 * hidden from switches, MaskSourceMAC of NLB). Zero: no other. */
void stack_mask_mac(struct stack *s, unsigned interface, struct mac mac);
/* While false, a configured address is neither answered for nor accepted: a VRRP owner that is not Active. */
void stack_enable_address(struct stack *s, unsigned interface, const struct ip_addr *address, bool enabled);

/* How an ownership is announced: gratuitous ARP (IPv4) or unsolicited Neighbour Advertisement (IPv6). */
struct stack_announcement {
	unsigned interface;
	struct ip_addr address;
	struct mac mac;                         /* sender hardware address */
	struct mac source;                      /* Ethernet source; zero: .mac */
	enum arp_operation operation;           /* ARP only */
	struct mac target_mac;                  /* ARP only: target hardware address field */
	struct mac ethernet_dst;                /* ARP: zero means broadcast. NA goes to ff02::1 */
	bool router;                            /* NA: R flag; S = 0, O = 1 */
};

void stack_announce(struct stack *s, const struct stack_announcement *a, vl_time now);

/* --- sending ------------------------------------------------------------------------------------------- */

/* Sends an IP packet of this box: `e` with src, dst, ttl, tos, protocol set (a zero src is filled in from
 * the outgoing interface, a zero src_mac too; destination MAC and VLAN always are). Finds route and neighbour;
 * waits for the neighbour in a bounded queue. False: no route, link down, too long. */
bool stack_send(struct stack *s, const struct packet_envelope *e, const uint8_t *payload, size_t length,
		vl_time now);
/* The same of a UDP datagram: ports from `h`; its checksum covers the source address that is chosen here. */
bool stack_send_udp(struct stack *s, const struct packet_envelope *e, const struct udp_header *h,
		    const uint8_t *data, size_t length, vl_time now);

/* The packet-level way, for parts that rewrite other boxes' packets: a buffer for an IP packet of `length` bytes
 * behind the Ethernet header it needs towards `hop`; *packet is where it goes. NULL: no memory, counted. */
struct frame *stack_packet(struct stack *s, const struct stack_hop *hop, enum ip_family family, size_t length,
			   uint8_t **packet);
/* An IPv4 packet that may be cut where a link is narrow. Of IPv6 that is what the sender does (RFC 8200 4.5). */
bool stack_may_fragment(const uint8_t *packet);
/* Sends it to hop->address, whatever destination it names, in pieces when it is longer than the MTU; then it must be one
 * that may be cut, or of IPv6 with a fragment header right behind the first. Takes the reference. */
void stack_send_on(struct stack *s, const struct stack_hop *hop, struct frame *f, vl_time now);

enum stack_error {
	STACK_ERROR_NO_ROUTE,
	STACK_ERROR_NO_NEIGHBOUR,
	STACK_ERROR_TTL,
	STACK_ERROR_TOO_LONG,           /* `mtu` counts */
	STACK_ERROR_NO_PORT,            /* nobody there */
};

/* Tells the sender of a packet that it could not be sent on (RFC 1812 4.3, RFC 4443 2.4 e: never about errors,
 * groups, later fragments). */
void stack_send_error(struct stack *s, enum stack_error error, const struct frame *f,
		      const struct packet *p, uint16_t mtu, vl_time now);

/* The frame-level way, for engines that set their own Ethernet source: fills in src_mac (physical) and the
 * VLAN of the interface. */
void stack_envelope(const struct stack *s, unsigned interface, struct packet_envelope *e);
/* A new buffer from the box's pool to write such a frame into, of at most 2048 bytes; NULL: no memory. */
struct frame *stack_frame(struct stack *s);
/* Sends a frame that is complete; takes the reference. Dropped and counted when the link is down. */
void stack_transmit(struct stack *s, unsigned interface, struct frame *f);

/* --- facts --------------------------------------------------------------------------------------------- */

size_t stack_interface_count(const struct stack *s);
const struct stack_interface_config *stack_interface(const struct stack *s, unsigned interface);
/* The primary IPv4 address, or the IPv6 link-local one; family IP_NONE when it has none. */
struct ip_addr stack_primary(const struct stack *s, unsigned interface, enum ip_family family);
/* Source address for a packet to `dst`: on its subnet when there is one; family IP_NONE without a route. */
struct ip_addr stack_source_for(const struct stack *s, const struct ip_addr *dst);
/* Another number whenever an answer of stack_route may have become another; never 0. */
uint32_t stack_route_version(const struct stack *s);
/* True when `address` is configured (enabled or not) on the interface. */
bool stack_has_address(const struct stack *s, unsigned interface, const struct ip_addr *address);

/* Why packets were dropped. X(constant, word in records) */
#define STACK_DROPS(X)                                                   \
	X(STACK_DROP_MALFORMED, "malformed")                             \
	X(STACK_DROP_NOT_OURS, "not our MAC")                            \
	X(STACK_DROP_VLAN, "no interface in this VLAN")                  \
	X(STACK_DROP_LINK, "link down")                                  \
	X(STACK_DROP_NO_ROUTE, "no route")                               \
	X(STACK_DROP_NO_NEIGHBOUR, "neighbour does not answer")          \
	X(STACK_DROP_TTL, "TTL exceeded")                                \
	X(STACK_DROP_NOT_FORWARDING, "not a router")                     \
	X(STACK_DROP_NOT_ACCEPTED, "virtual address not accepted")       \
	X(STACK_DROP_FILTERED, "another host of the cluster takes it")   \
	X(STACK_DROP_UNREAD, "protocol not read")                        \
	X(STACK_DROP_TOO_LONG, "longer than the MTU")                    \
	X(STACK_DROP_QUEUE_FULL, "queue for a neighbour full")           \
	X(STACK_DROP_MEMORY, "no buffer")

enum stack_drop {
#define X(constant, text) constant,
	STACK_DROPS(X)
#undef X
	STACK_DROP_COUNT
};

const char *stack_drop_text(enum stack_drop why);
uint64_t stack_dropped(const struct stack *s, enum stack_drop why);

/* Records: an echo request answered (trace), another host claims our address (warn). */
extern const struct record_kind STACK_ECHO_ANSWERED_KIND;       /* "icmp.answered": from to id sequence */
extern const struct record_kind STACK_ADDRESS_CONFLICT_KIND;    /* "arp.conflict": address mac */

#endif
