// SPDX-License-Identifier: BSD-2-Clause
/*
 * Networks and nodes of the script. A product is chosen by what its advertisements look like: keepalived counts the
 * IPv4 ID from 1 on and sums version 3 with a pseudo-header, FRR sets DF and always uses the virtual MAC, Cisco leaves
 * the ID 0 and sums the message alone. Whoever fits none is a router by the book with the habits heard.
 */
#include <string.h>

#include "sim/scenario/expect.h"
#include "sim/scenario/incident_parts.h"

/* --- networks ---------------------------------------------------------------------------------------------- */

static unsigned common_bits(const struct ip_addr *a, const struct ip_addr *b)
{
	unsigned most = a->family == IP_V4 ? 32 : 128, n = 0;

	while (n < most && ((a->b[n / 8] ^ b->b[n / 8]) >> (7 - n % 8) & 1) == 0)
		n++;
	return n;
}

/* Every address heard at the segment: of nodes (`own`), and virtual ones. */
static bool next_address(const struct printing *p, size_t segment, bool own, size_t *at, struct ip_addr *out)
{
	const struct incident *x = p->x;
	const struct plan *plan = &x->plan;
	size_t i = (*at)++;

	if (own) {
		if (i >= 2 * plan->node_count)
			return false;
		const struct plan_node *n = &plan->node[i / 2];
		*out = n->place != segment ? (struct ip_addr){.family = IP_NONE} : i % 2 == 0 ? n->ip : n->ip6;
		return true;
	}
	if (i >= x->speaker_count * INCIDENT_ADDRESSES)
		return false;
	const struct heard_speaker *s = &x->speaker[i / INCIDENT_ADDRESSES];
	bool is_here = incident_segment(x, s->place.interface) == segment && i % INCIDENT_ADDRESSES < s->address_count;
	*out = is_here ? s->address[i % INCIDENT_ADDRESSES] : (struct ip_addr){.family = IP_NONE};
	return true;
}

static bool is_unusable(const struct ip_addr *a, const struct ip_prefix *net)
{
	struct ip_addr first = *a;

	if (a->family != IP_V4 || net->length >= 31)
		return false;
	uint32_t host = ip4_to_u32(a) & (UINT32_MAX >> net->length);
	first = ip4_from_u32(host);
	return ip_is_zero(&first) || host == UINT32_MAX >> net->length;
}

static void clear_host_bits(struct ip_prefix *net)
{
	for (unsigned i = net->length; i < 8 * sizeof net->addr.b; i++)
		net->addr.b[i / 8] &= (uint8_t)~(0x80u >> i % 8);
}

/* The smallest network of at least 8 host bits that holds the nodes, and the virtual addresses if they are near. */
struct ip_prefix incident_net_of(const struct printing *p, size_t segment, enum ip_family family)
{
	struct ip_prefix net = {.addr = {.family = IP_NONE}, .length = family == IP_V4 ? 24 : 64};
	struct ip_addr a;

	for (int own = 1; own >= 0; own--) {
		for (size_t at = 0; next_address(p, segment, own != 0, &at, &a);) {
			if (a.family != family || (family == IP_V6 && ip_is_link_local(&a)))
				continue;
			if (net.addr.family == IP_NONE)
				net.addr = a;
			unsigned bits = common_bits(&net.addr, &a);
			if (bits < net.length && (own != 0 || bits >= 8))
				net.length = (uint8_t)bits;
		}
	}
	for (size_t at = 0; net.addr.family == IP_V4 && next_address(p, segment, true, &at, &a);)
		while (a.family == IP_V4 && net.length > 1 && is_unusable(&a, &net))
			net.length--;
	clear_host_bits(&net);
	return net;
}

static bool is_known(const struct printing *p, const struct ip_addr *a)
{
	const struct incident *x = p->x;

	for (size_t i = 0; i < x->speaker_count; i++) {
		if (ip_equal(&x->speaker[i].ip, a))
			return true;
		for (size_t k = 0; k < x->speaker[i].address_count; k++)
			if (ip_equal(&x->speaker[i].address[k], a))
				return true;
	}
	for (size_t i = 0; i < x->claim_count; i++)
		if (ip_equal(&x->claim[i].ip, a))
			return true;
	for (size_t i = 0; i < x->asker_count; i++)
		if (ip_equal(&x->asker[i].ip, a) || ip_equal(&x->asker[i].target, a))
			return true;
	return false;
}

/* From the end of the network: nobody was heard there. */
static struct ip_addr make_up(struct printing *p, size_t segment)
{
	const struct ip_prefix *net = &p->net[segment];
	uint32_t base = net->addr.family == IP_V4 ? ip4_to_u32(&net->addr) : UINT32_C(0xc0000200);
	uint32_t last = net->addr.family == IP_V4 ? base | UINT32_MAX >> net->length : base | 255;
	struct ip_addr a;

	do
		a = ip4_from_u32(last - ++p->given[segment]);
	while (is_known(p, &a));
	return a;
}

bool incident_networks_overlap(const struct incident *x)
{
	static const struct reading plain;
	const struct printing p = {.x = x, .reading = &plain};
	bool overlap = false;

	for (size_t i = 0; i < x->plan.segment_count; i++)
		for (size_t k = 0; k < i; k++)
			for (int family = IP_V4; family <= IP_V6; family += IP_V6 - IP_V4) {
				struct ip_prefix a = incident_net_of(&p, i, (enum ip_family)family);
				struct ip_prefix b = incident_net_of(&p, k, (enum ip_family)family);
				overlap = overlap || (a.addr.family != IP_NONE && b.addr.family != IP_NONE &&
						      (ip_in_prefix(&a.addr, &b) || ip_in_prefix(&b.addr, &a)));
			}
	return overlap;
}

/* --- products ---------------------------------------------------------------------------------------------- */

static bool uses_virtual_mac(const struct heard_speaker *s)
{
	struct mac mac = vrrp_virtual_mac((enum ip_family)s->ip.family, (uint8_t)s->id);

	return mac_equal(s->mac, mac);
}

static bool counts_ids(const struct heard_speaker *s)
{
	return s->id_counts > s->id_other + s->id_zero ||
	       (s->has_ip_id && s->ip_id != 0 && s->id_counts + s->id_other + s->id_zero == 0);
}

/* One word alone does not show how the ID counts: then one of its group speaks for it. */
static const struct heard_speaker *telling(const struct incident *x, const struct heard_speaker *s)
{
	for (size_t i = 0; i < x->speaker_count && s->id_zero + s->id_counts + s->id_other == 0; i++) {
		const struct heard_speaker *o = &x->speaker[i];
		if (o->id_zero + o->id_counts + o->id_other > 0 && incident_accepts(o, s))
			return o;
	}
	return s;
}

static const char *product_of(const struct incident *x, const struct heard_speaker *s, const struct reading *r)
{
	bool is_v3 = s->version == 3 && s->ip.family == IP_V4, is_virtual = uses_virtual_mac(s);
	bool zero_ids = s->id_zero > 0 && s->id_counts + s->id_other == 0;

	if (incident_is_fhrp(s))
		return "cisco-ios";
	if (s->class == FINDING_CARP) /* upstream's ucarp alone has another MAC than the BSDs and their like */
		return uses_virtual_mac(s) ? "pfsense" : "ucarp";
	if (r->product == PRODUCT_BOOK)
		return "rfc";
	s = telling(x, s);
	if (s->dont_fragment && is_virtual && s->at_first.auth == 0 && (!is_v3 || s->checksum_form == VRRP_CHECKSUM_PSEUDO))
		return "frr";
	if (s->at_first.auth == VRRP_AUTH_CISCO_MD5 ||
	    (is_virtual && zero_ids && (s->version == 2 || s->checksum_form == VRRP_CHECKSUM_MESSAGE)))
		return "cisco-ios";
	if (s->hmac || (!s->dont_fragment && counts_ids(s) && (!is_v3 || s->checksum_form == VRRP_CHECKSUM_PSEUDO)))
		return r->product == PRODUCT_NEWER || s->hmac ? "keepalived-2.4" : "keepalived-2.2";
	return "rfc";
}

/* --- nodes -------------------------------------------------------------------------------------------------- */

static void print_addresses(FILE *to, const char *key, const struct ip_addr *address, size_t count)
{
	char text[IP_TEXT];

	fprintf(to, "%s: %s", key, count > 1 ? "[" : "");
	for (size_t i = 0; i < count; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "", ip_format(text, &address[i]));
	fputs(count > 1 ? "]" : "", to);
}

/* Keys are nobody's: where only a digest was heard, the speakers of an ID have one, or each his own. */
static void print_auth(struct printing *p, const struct heard_speaker *s)
{
	size_t own = p->reading->keys_differ ? (size_t)(s - p->x->speaker) + 1 : 0;

	if (s->hmac)
		fprintf(p->to, ", auth: {hmac: hidden-hidden-hidden-hidden-hid-%03zu}", own);
	else if (s->at_first.auth == VRRP_AUTH_TEXT)
		fprintf(p->to, ", auth: {text: hidden%u}", (unsigned)s->at_first.word);
	else if (s->at_first.auth == VRRP_AUTH_AH)
		fprintf(p->to, ", auth: {ah: ah-key%.0zu}", own);
	else if (s->at_first.auth == VRRP_AUTH_CISCO_MD5)
		fprintf(p->to, ", auth: {md5: md5-key%.0zu}", own);
}

static void print_habits(struct printing *p, const struct heard_speaker *s, const char *product)
{
	FILE *to = p->to;
	bool is_virtual = uses_virtual_mac(s);

	if (strncmp(product, "keepalived", 10) == 0) {
		if (is_virtual)
			fputs(", use_vmac: true", to);
		return;
	}
	if (strcmp(product, "rfc") != 0 && is_virtual)
		return;
	if (!is_virtual || strcmp(product, "rfc") == 0) {
		fprintf(to, ", behaviour: {advert_mac: %s", is_virtual ? "virtual" : "physical");
		if (!is_virtual)
			fputs(", announce_mac: physical, reply_mac: physical", to);
		if (strcmp(product, "rfc") == 0 && s->has_ip_id)
			fprintf(to, ", tos: 0x%02x, dont_fragment: %s, id_counts: %s", (unsigned)s->tos,
				s->dont_fragment ? "true" : "false", counts_ids(s) ? "true" : "false");
		fputs("}", to);
	}
	if (strcmp(product, "rfc") == 0 && s->version == 3 && s->ip.family == IP_V4)
		fprintf(to, ", checksum: %s", s->checksum_form == VRRP_CHECKSUM_PSEUDO ? "pseudo" : "message");
}

static void print_vrrp(struct printing *p, const struct plan_node *n, const struct heard_speaker *s, const char *product)
{
	struct ip_addr made_up;
	char text[EXPECT_TIME];
	bool near = s->address_count == 0;

	fprintf(p->to, "{vrid: %u, version: %u, priority: %u, interval: %s, ", (unsigned)s->id, (unsigned)s->version,
		(unsigned)s->at_first.priority, expect_time(text, s->at_first.interval));
	if (s->address_count > 0) {
		print_addresses(p->to, "vip", s->address, s->address_count);
		near = ip_in_prefix(&s->address[0], s->ip.family == IP_V4 ? &p->net[n->place] : &p->net6[n->place]);
	} else {
		made_up = make_up(p, n->place);
		print_addresses(p->to, "vip", &made_up, 1);
	}
	if (!near)
		fputs(", interface: eth0", p->to);
	if (s->unicast_to.family != IP_NONE)
		print_addresses(p->to, ", peers", &s->unicast_to, 1);
	print_auth(p, s);
	print_habits(p, s, product);
	fputs("}", p->to);
}

/* CARP hides its addresses; who announces one with its MAC has it. */
static struct ip_addr carp_address(struct printing *p, const struct plan_node *n, const struct heard_speaker *s)
{
	for (size_t i = 0; i < p->x->claim_count; i++) {
		const struct heard_claim *c = &p->x->claim[i];
		bool is_own = ip_equal(&c->ip, &s->ip) || c->ip.family != s->ip.family;
		if (!is_own && c->place.interface == s->place.interface && c->announcements + c->answers > 0 &&
		    (mac_equal(c->mac, s->own_mac) || mac_equal(c->mac, s->mac)) && ip_in_prefix(&c->ip, &p->net[n->place]))
			return c->ip;
	}
	return make_up(p, n->place);
}

static void print_carp(struct printing *p, const struct plan_node *n, const struct heard_speaker *s)
{
	struct ip_addr vip = carp_address(p, n, s);
	char text[IP_TEXT];

	fprintf(p->to, "{vhid: %u, advbase: %u, advskew: %u, vip: %s, password: carp-key-%u", (unsigned)s->id,
		(unsigned)s->advbase, (unsigned)s->advskew, ip_format(text, &vip), (unsigned)s->id);
	if (p->reading->keys_differ)
		fprintf(p->to, "-%zu", (size_t)(s - p->x->speaker) + 1);
	fputs("}", p->to);
}

static void print_group(struct printing *p, const struct heard_speaker *s)
{
	char text[EXPECT_TIME], ip[IP_TEXT];

	fprintf(p->to, "{group: %u", (unsigned)s->id);
	if (s->class != FINDING_GLBP)
		fprintf(p->to, ", version: %u", (unsigned)s->version);
	fprintf(p->to, ", priority: %u, hello: %s", (unsigned)s->at_first.priority, expect_time(text, s->at_first.interval));
	fprintf(p->to, ", hold: %s", expect_time(text, s->hold));
	if (s->address_count > 0)
		fprintf(p->to, ", vip: %s", ip_format(ip, &s->address[0]));
	if (s->coups)
		fputs(", preempt: true", p->to);
	if (s->at_first.auth == VRRP_AUTH_TEXT)
		fprintf(p->to, ", auth_text: hidden%u", (unsigned)s->at_first.word);
	else if (s->at_first.auth != VRRP_AUTH_NONE)
		fprintf(p->to, ", %s: md5-key", s->class == FINDING_GLBP ? "auth_text" : "auth_md5");
	fputs(", interface: eth0}", p->to);
}

bool incident_is_left_out(const struct printing *p, const struct plan_node *n)
{
	return n->role == ROLE_ASKER && p->reading->no_askers;
}

static void print_list(struct printing *p, const struct plan_node *n, enum finding_class class, const char *product)
{
	static const char *const key[] = {[FINDING_VRRP] = "vrrp", [FINDING_CARP] = "carp", [FINDING_HSRP] = "hsrp",
					  [FINDING_GLBP] = "glbp"};
	bool any = false;

	for (size_t i = 0; i < n->speaker_count; i++) {
		const struct heard_speaker *s = &p->x->speaker[n->speaker[i]];
		if (s->class != class && !(class == FINDING_HSRP && s->class == FINDING_HSRP2))
			continue;
		if (!any)
			fprintf(p->to, ", %s: [", key[class]);
		else
			fputs(", ", p->to);
		any = true;
		if (class == FINDING_CARP)
			print_carp(p, n, s);
		else if (class != FINDING_VRRP)
			print_group(p, s);
		else
			print_vrrp(p, n, s, product);
	}
	fputs(any ? "]" : "", p->to);
}

/* Refuses what the Active says and takes over; what it advertised itself was not heard. */
static void print_rival(struct printing *p, const struct plan_node *n)
{
	const struct heard_speaker *s = n->rival;

	fprintf(p->to, ", vrrp: [{vrid: %u, version: 2, interval: %llus, ", (unsigned)s->id,
		(unsigned long long)(s->at_first.interval < VL_S ? 1 : s->at_first.interval / VL_S));
	print_addresses(p->to, "vip", &n->claim->ip, 1);
	fputs(", auth: {text: unheard}", p->to);
	if (n->claim->burst_most != 5)
		fprintf(p->to, ", announce: {count: %u, repeat_count: 0%s}",
			(unsigned)(n->claim->burst_most < 60 ? n->claim->burst_most : 60),
			n->claim->announces_by_reply ? ", operation: reply" : "");
	fputs("}]", p->to);
}

bool incident_is_host(const struct printing *p, const struct plan_node *n)
{
	if (n->role != ROLE_HOLDER)
		return n->role != ROLE_SPEAKER;
	return p->reading->holders == HOLDERS_HOSTS ||
	       (p->reading->holders == HOLDERS_AS_HEARD && n->claim->first_burst == VL_NEVER);
}

bool incident_has_hosts(const struct incident *x, const struct reading *reading)
{
	const struct printing p = {.x = x, .reading = reading};

	for (size_t i = 0; i < x->plan.node_count; i++)
		if (x->plan.node[i].role == ROLE_HOLDER && incident_is_host(&p, &x->plan.node[i]))
			return true;
	return false;
}

static const char *kind_of(const struct printing *p, const struct plan_node *n)
{
	if (n->role == ROLE_ASKER)
		return "client";
	if (n->role == ROLE_PEER)
		return "host";
	if (n->role == ROLE_HOLDER)
		return incident_is_host(p, n) ? "host" : "keepalived-2.2";
	for (size_t i = 0; i < n->speaker_count; i++)
		if (incident_is_fhrp(&p->x->speaker[n->speaker[i]]))
			return "cisco-ios";
	/* A box that speaks both is what its VRRP says. */
	for (size_t i = 0; i < n->speaker_count; i++)
		if (p->x->speaker[n->speaker[i]].class == FINDING_VRRP)
			return product_of(p->x, &p->x->speaker[n->speaker[i]], p->reading);
	return product_of(p->x, &p->x->speaker[n->speaker[0]], p->reading);
}

void incident_print_node(struct printing *p, const struct plan_node *n)
{
	const struct plan *plan = &p->x->plan;
	const char *kind = kind_of(p, n);
	char text[IP_TEXT], mac[MAC_TEXT], at[EXPECT_TIME];
	struct ip_addr ip[2] = {n->ip};
	size_t count = n->ip.family != IP_NONE;

	if (count == 0 && n->role != ROLE_SPEAKER) {
		ip[count++] = make_up(p, n->place);
		fprintf(p->to, "  # %s: its own address was not heard\n", n->name);
	}
	if (n->role == ROLE_HOLDER && incident_is_host(p, n))
		ip[count++] = n->claim->ip;
	fprintf(p->to, "  %s: {kind: %s, on: ", n->name, kind);
	if (plan->segment_count > 1)
		fprintf(p->to, "if%u", (unsigned)plan->interface[n->place]);
	else
		fputs("lan", p->to);
	if (count > 0)
		print_addresses(p->to, ", ip", ip, count);
	if (n->ip6.family != IP_NONE)
		fprintf(p->to, ", ip6: %s", ip_format(text, &n->ip6));
	if (!mac_equal(n->mac, MAC_ZERO))
		fprintf(p->to, ", mac: %s", mac_format(mac, n->mac));
	if (n->vlan != 0)
		fprintf(p->to, ", vlan: %u", (unsigned)n->vlan);
	if (n->start > 0 && !incident_is_host(p, n))
		fprintf(p->to, ", start: %s", expect_time(at, n->start));
	print_list(p, n, FINDING_VRRP, kind);
	print_list(p, n, FINDING_CARP, kind);
	print_list(p, n, FINDING_HSRP, kind);
	print_list(p, n, FINDING_GLBP, kind);
	if (n->role == ROLE_HOLDER && !incident_is_host(p, n))
		print_rival(p, n);
	fputs("}\n", p->to);
}
