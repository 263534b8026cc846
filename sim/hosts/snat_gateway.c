// SPDX-License-Identifier: BSD-2-Clause
/* The part: packets go out, packets come back, mappings grow old. */
#include "sim/hosts/snat_gateway.h"

#include <string.h>

#include "sim/hosts/snat_parts.h"

/* --- whose packet ----------------------------------------------------------------------------------------------------- */

/* The ends of a packet whose protocol is translated. ICMP: queries and their answers, whose id is both ports. */
static bool ends_of(const struct packet *p, struct snat_end *src, struct snat_end *dst)
{
	uint16_t protocol, src_port, dst_port;

	if (p->transport == TRANSPORT_TCP) {
		protocol = SNAT_TCP;
		src_port = p->tcp.src_port;
		dst_port = p->tcp.dst_port;
	} else if (packet_is_udp(p->transport)) {
		protocol = SNAT_UDP;
		src_port = p->udp.src_port;
		dst_port = p->udp.dst_port;
	} else if (p->transport == TRANSPORT_ICMP &&
		   (p->icmp.type == ICMP_ECHO_REQUEST || p->icmp.type == ICMP_ECHO_REPLY)) {
		protocol = SNAT_ICMP;
		src_port = dst_port = p->icmp.id;
	} else {
		return false;
	}
	*src = (struct snat_end){ip4_to_u32(&p->src), src_port, protocol};
	*dst = (struct snat_end){ip4_to_u32(&p->dst), dst_port, protocol};
	return true;
}

static bool is_inside(const struct snat *s, const struct ip_addr *a)
{
	for (size_t i = 0; i < s->config.pool_count; i++)
		if (ip_in_prefix(a, &s->config.pool[i].from))
			return true;
	return false;
}

/* --- refusing ----------------------------------------------------------------------------------------------------------- */

static void refuse(struct snat *s, const struct packet *p, const struct frame *f, const struct snat_end *src,
		   enum snat_drop why, vl_time now)
{
	struct record *r = outbox_record(s->outbox, s->refusing ? &SNAT_REFUSED_AGAIN_KIND : &SNAT_REFUSED_KIND, "nat",
					 now);

	r->value[SNAT_REFUSED_PROTOCOL].word = snat_protocol_word(src->protocol);
	r->value[SNAT_REFUSED_CLIENT].ip = p->src;
	r->value[SNAT_REFUSED_PORT].number = src->port;
	r->value[SNAT_REFUSED_WHY].word = snat_drop_text(why);
	s->refusing = true;
	snat_drop(s, why);
	if (!s->config.silent)
		stack_send_error(s->stack, STACK_ERROR_NO_NEIGHBOUR, f, p, 0, now);
}

/* --- outward ------------------------------------------------------------------------------------------------------------ */

static void note_tcp(struct snat_mapping *m, const struct packet *p, bool outward)
{
	if (p->transport != TRANSPORT_TCP)
		return;
	if ((p->tcp.flags & TCP_SYN) != 0 && outward)   /* the port is used again: a new connection */
		m->established = m->fin_in = m->fin_out = m->reset = false;
	else if (!outward)
		m->established = true;
	if ((p->tcp.flags & TCP_RST) != 0)
		m->reset = true;
	if ((p->tcp.flags & TCP_FIN) != 0 && outward)
		m->fin_out = true;
	else if ((p->tcp.flags & TCP_FIN) != 0)
		m->fin_in = true;
}

/* An inside host says that what came from outside did not arrive. */
static void error_outward(struct snat *s, const struct packet *p, const struct frame *f, vl_time now)
{
	struct snat_end src, dst;
	enum snat_drop why;

	if (!snat_quoted_ends(p, &src, &dst)) {
		snat_drop(s, SNAT_DROP_PROTOCOL);
		return;
	}
	struct snat_mapping *m = snat_map(s, &dst, false, &why, now);
	if (m == NULL)
		snat_drop(s, SNAT_DROP_PROTOCOL);
	else
		snat_send(s, p, f, &(struct snat_change){.outward = true, .to = m->outside, .quoted = true}, now);
}

static bool outward(struct snat *s, const struct packet *p, const struct frame *f, vl_time now)
{
	struct snat_end src, dst;
	struct stack_hop hop;
	enum snat_drop why;

	if (p->network != NETWORK_IPV4 || !is_inside(s, &p->src) || !stack_route(s->stack, &p->dst, &hop) ||
	    hop.interface != s->config.outside)
		return false;
	if (p->is_fragment && p->ipv4.fragment_offset != 0) {
		snat_drop(s, SNAT_DROP_FRAGMENT);
		return true;
	}
	if (!ends_of(p, &src, &dst)) {
		error_outward(s, p, f, now);
		return true;
	}
	struct snat_mapping *m = snat_map(s, &src, true, &why, now);
	if (m == NULL) {
		refuse(s, p, f, &src, why, now);
		return true;
	}
	s->refusing = false;
	note_tcp(m, p, true);
	snat_touch(s, m, now);
	snat_send(s, p, f, &(struct snat_change){.outward = true, .to = m->outside}, now);
	return true;
}

/* --- inward ------------------------------------------------------------------------------------------------------------- */

static bool error_inward(struct snat *s, const struct packet *p, const struct frame *f, vl_time now)
{
	struct snat_end src, dst;

	if (!snat_quoted_ends(p, &src, &dst))
		return false;
	struct snat_mapping *m = snat_find_outside(s, &src);
	if (m == NULL)
		return false;
	snat_send(s, p, f, &(struct snat_change){.to = m->inside, .quoted = true}, now);
	return true;
}

static bool inward(struct snat *s, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct snat_end src, dst;

	if (p->network != NETWORK_IPV4 || interface != s->config.outside)
		return false;
	if (!ends_of(p, &src, &dst))
		return error_inward(s, p, f, now);
	struct snat_mapping *m = snat_find_outside(s, &dst);
	if (m == NULL)
		return false;
	note_tcp(m, p, false);
	snat_touch(s, m, now);
	snat_send(s, p, f, &(struct snat_change){.to = m->inside}, now);
	return true;
}

static bool receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct snat *s = self;

	return inward(s, p, f, interface, now) || outward(s, p, f, now);
}

/* --- time and power ------------------------------------------------------------------------------------------------------- */

static void on_timeout(void *self, vl_time now)
{
	struct snat *s = self;
	unsigned ended = 0;
	uint32_t i;

	if (now < s->not_before)
		return;
	s->not_before = 0;
	while ((i = wheel_take(&s->wheel, now)) != WHEEL_NONE) {
		struct snat_mapping *m = &s->mapping[i];
		if (m->at > now)
			wheel_set(&s->wheel, i, m->at);
		else
			snat_unmap(s, m, now);
		if (++ended == SNAT_UNMAPPED_AT_ONCE) {
			s->not_before = now + VL_US;
			return;
		}
	}
}

static vl_time deadline(const void *self)
{
	const struct snat *s = self;

	return s->not_before != 0 ? s->not_before : wheel_deadline(&s->wheel);
}

static void startup(void *self, vl_time now)
{
	(void)now;
	snat_own(self);
}

static void on_shutdown(void *self, vl_time now)
{
	(void)now;
	snat_empty(self);
}

static void crash(void *self)
{
	snat_empty(self);
}

static void interface_changed(void *self, vl_time now)
{
	(void)self;
	(void)now;      /* mappings outlive a cable */
}

const struct node_part_ops snat_ops = {
	.name = "nat",
	.only_answers = true,
	.startup = startup,
	.shutdown = on_shutdown,
	.crash = crash,
	.receive = receive,
	.timeout = on_timeout,
	.deadline = deadline,
	.interface_changed = interface_changed,
	.control = snat_control,
	.free = snat_free,
};
