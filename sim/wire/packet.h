// SPDX-License-Identifier: BSD-2-Clause
/*
 * A frame taken apart, once: every layer that viplab knows as a plain struct, with pointers into the frame
 * for what follows. Inside a box the stack does this and hands the result on; an analyzer does it for
 * frames from a capture, which may be cut by its snapshot length.
 */
#ifndef VL_WIRE_PACKET_H
#define VL_WIRE_PACKET_H

#include "sim/base/frame.h"
#include "sim/wire/arp.h"
#include "sim/wire/carp.h"
#include "sim/wire/ccp.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/fgcp.h"
#include "sim/wire/glbp.h"
#include "sim/wire/hsrp.h"
#include "sim/wire/icmp.h"
#include "sim/wire/ip.h"
#include "sim/wire/nlb.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"
#include "sim/wire/vrrp.h"

enum packet_network {
	NETWORK_NONE = 0,               /* an ethertype that is not read, or 802.3 */
	NETWORK_ARP,
	NETWORK_IPV4,
	NETWORK_IPV6,
};

enum packet_transport {
	TRANSPORT_NONE = 0,             /* a protocol that is not read, or a later fragment */
	TRANSPORT_ICMP,                 /* of either family */
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_VRRP,                 /* also inside AH: see has_ah */
	TRANSPORT_CARP,
	/* over UDP, whose header is valid besides */
	TRANSPORT_HSRP,
	TRANSPORT_GLBP,
	TRANSPORT_CCP,
	/* over Ethernet itself: the network is NETWORK_NONE */
	TRANSPORT_NLB,
	TRANSPORT_FGCP,
};

/* True when the transport is UDP or something that UDP carries. */
static inline bool packet_is_udp(enum packet_transport t)
{
	return t == TRANSPORT_UDP || t == TRANSPORT_HSRP || t == TRANSPORT_GLBP || t == TRANSPORT_CCP;
}

/* How far the taking apart came. X(constant, word in records and JSON) */
#define PACKET_VERDICTS(X)                                                    \
	X(PACKET_OK, "ok")                                                    \
	X(PACKET_CUT, "cut by the capture's snapshot length")                 \
	X(PACKET_BAD_ETHERNET, "malformed Ethernet header")                   \
	X(PACKET_BAD_ARP, "malformed ARP")                                    \
	X(PACKET_BAD_IPV4, "malformed IPv4 header")                           \
	X(PACKET_BAD_IPV4_CHECKSUM, "wrong IPv4 header checksum")             \
	X(PACKET_BAD_IPV6, "malformed IPv6 header")                           \
	X(PACKET_BAD_ICMP, "malformed ICMP")                                  \
	X(PACKET_BAD_ICMP_CHECKSUM, "wrong ICMP checksum")                    \
	X(PACKET_BAD_UDP, "malformed UDP")                                    \
	X(PACKET_BAD_UDP_CHECKSUM, "wrong UDP checksum")                      \
	X(PACKET_BAD_TCP, "malformed TCP")                                    \
	X(PACKET_BAD_TCP_CHECKSUM, "wrong TCP checksum")                      \
	X(PACKET_BAD_AH, "malformed AH")                                      \
	X(PACKET_BAD_VRRP, "malformed VRRP")                                  \
	X(PACKET_BAD_CARP, "malformed CARP")                                  \
	X(PACKET_BAD_HSRP, "malformed HSRP")                                  \
	X(PACKET_BAD_GLBP, "malformed GLBP")                                  \
	X(PACKET_BAD_CCP, "malformed CCP")                                    \
	X(PACKET_BAD_NLB, "malformed NLB heartbeat")

enum packet_verdict {
#define X(constant, text) constant,
	PACKET_VERDICTS(X)
#undef X
	PACKET_VERDICT_COUNT
};

/* The text of the table above. */
const char *packet_verdict_text(enum packet_verdict v);

struct packet {
	enum packet_verdict verdict;    /* not OK: layers up to the faulty one are valid, its kind is set */
	struct ethernet_header ethernet;
	enum packet_network network;
	struct arp_packet arp;
	union {
		struct ipv4_header ipv4;
		struct ipv6_header ipv6;
	};
	/* common to both families, when network is IPV4 or IPV6 */
	struct ip_addr src, dst;
	uint8_t ttl;                    /* TTL or hop limit */
	uint8_t protocol;               /* of the payload, behind extension headers, not inside AH */
	bool is_fragment;               /* any fragment; only a first one's transport is read */
	bool has_ah;                    /* AH (RFC 4302) stands between IP and the message */
	uint32_t ah_spi, ah_sequence;
	const uint8_t *ip_payload;      /* behind IP and its extensions, bounded by IP's own length */
	size_t ip_payload_length;       /* and by what was captured */
	enum packet_transport transport;
	struct udp_header udp;          /* also below HSRP, GLBP and CCP */
	union {
		struct icmp_message icmp;
		struct tcp_header tcp;
		struct vrrp_message vrrp;
		struct carp_message carp;
		struct hsrp_message hsrp;       /* when malformed: has_group says whether that part is sound */
		struct glbp_message glbp;       /* when malformed: has_hello likewise */
		struct ccp_message ccp;
		struct nlb_message nlb;
		struct fgcp_message fgcp;
	};
	const uint8_t *payload;         /* behind the header of UDP, TCP, or Ethernet (NLB, FGCP); else NULL */
	size_t payload_length;
};

/* Takes a whole frame apart. `captured` bytes are there of `length` on the wire. Transport checksums are
 * verified unless the frame is cut or a fragment. A wrong VRRP or CARP checksum is no verdict here: it is in
 * the message (checksum_form, checksum_ok), for the engine and the judge. Pointers in `p` are into
 * `bytes`. Returns p->verdict == PACKET_OK. */
bool packet_dissect(struct packet *p, const uint8_t *bytes, size_t captured, size_t length);

/* The same for a frame in a buffer, once for all its readers: it is noted on the frame (sim/base/frame.h) and
 * valid until another frame of the pool is asked for or this one is given back. NULL: no memory. */
const struct packet *packet_of(struct frame *f);

/* The same for captures without an Ethernet header: starts at the IP header (raw IP link types) with
 * p->ethernet zeroed. */
bool packet_dissect_ip(struct packet *p, const uint8_t *bytes, size_t captured, size_t length);

/* --- building ------------------------------------------------------------------------------------------ */

/* What the lower layers of a frame to be built say. Zero fields have the usual meaning of zero. */
struct packet_envelope {
	struct mac src_mac, dst_mac;
	uint8_t vlan_count;
	struct vlan_tag vlan[ETHERNET_VLANS];
	struct ip_addr src, dst;        /* same family; unused for ARP */
	uint8_t ttl, tos;
	uint16_t id;                    /* IPv4 */
	bool dont_fragment;             /* IPv4 */
	uint8_t protocol;
};

/* Opens a frame: writes Ethernet (type by the family) and the IP header; then write the payload to `out`
 * and call packet_end, which patches lengths and the IPv4 checksum. */
void packet_begin(struct wr *out, const struct packet_envelope *e);
void packet_end(struct wr *out, const struct packet_envelope *e);

#define PACKET_LINE 512
/* One line a frame in tcpdump's spirit, without time: "00:00:5e:00:01:01 > 01:00:5e:00:00:12 vlan 5
 * 192.0.2.2 > 224.0.0.18: VRRPv2 advert vrid 1 priority 110 interval 1s addrs 192.0.2.1". Bytes from the wire
 * are never printed raw; passwords and digests never at all. Always terminated. Returns text. */
char *packet_format(char text[PACKET_LINE], const struct packet *p);

#endif
