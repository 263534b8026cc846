// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/resolve.h"

#include <string.h>

#include "sim/stack/stack.h"

void resolve(struct reader *r, struct scenario *s)
{
	const struct scenario_place nowhere = {.file = s->path};

	resolve_names(r, s);
	resolve_trunks(r, s);
	resolve_interfaces(r, s);
	resolve_redundancy(r, s);
	resolve_clusters(r, s);
	resolve_traffic(r, s);
	resolve_steps(r, s);
	resolve_expectations(r, s);
	if (s->suspended[PROMISE_UNIQUE_ADDRESSES] && !r->shares_addresses && !r->incomplete)
		mistakes_add(r->mistakes, reader_place(r, &s->suspended, s->segment_count > 0 ? s->segment[0].at : nowhere),
			     "suspends: unique-addresses: no address is given twice");
}

struct scenario_node *resolve_node(const struct scenario *s, const struct scenario_name *name)
{
	return name->text != NULL && name->index < s->node_count ? &s->node[name->index] : NULL;
}

struct scenario_segment *resolve_segment(const struct scenario *s, const struct scenario_name *name)
{
	return name->text != NULL && name->index < s->segment_count ? &s->segment[name->index] : NULL;
}

const char *resolve_time(struct reader *r, vl_time t)
{
	char text[COMPARISON_TEXT];

	comparison_value_format(text, COMPARISON_TIME, t);
	return arena_text(r->memory, text, strlen(text));
}

bool resolve_timeline_sets_id(const struct scenario *s, const struct scenario_node *n, uint64_t id)
{
	for (size_t i = 0; i < s->step_count; i++) {
		const struct scenario_step *step = &s->step[i];

		if (step->verb != STEP_SET)
			continue;
		for (size_t j = 0; j < step->set.count; j++) {
			const struct scenario_setting *set = &step->set.item[j];
			const char *key = set->field != NULL ? strrchr(set->field, '.') : NULL;

			if (key != NULL && (n == NULL || resolve_node(s, &set->path) == n) &&
			    set->type == VALUE_NUMBER && set->value.number == id &&
			    (strcmp(key, ".vrid") == 0 || strcmp(key, ".vhid") == 0 || strcmp(key, ".id") == 0 ||
			     strcmp(key, ".group") == 0 || strcmp(key, ".magic") == 0))
				return true;
		}
	}
	return false;
}

/* --- names ----------------------------------------------------------------------------------------------- */

static unsigned node_named(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->node_count; i++)
		if (strcmp(s->node[i].name, name) == 0)
			return (unsigned)i;
	return RESOLVE_NOWHERE;
}

static unsigned segment_named(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->segment_count; i++)
		if (strcmp(s->segment[i].name, name) == 0)
			return (unsigned)i;
	return RESOLVE_NOWHERE;
}

static void suggest_nodes(struct suggestion *g, const struct scenario *s)
{
	for (size_t i = 0; i < s->node_count; i++)
		suggest_word(g, s->node[i].name);
}

static void suggest_segments(struct suggestion *g, const struct scenario *s)
{
	for (size_t i = 0; i < s->segment_count; i++)
		suggest_word(g, s->segment[i].name);
}

unsigned resolve_interface_named(struct reader *r, const struct scenario_node *n, const char *name,
				 struct scenario_place at)
{
	struct suggestion g;

	suggest_begin(&g, name);
	for (size_t i = 0; i < n->interface_count; i++) {
		if (n->interface[i].name == NULL)
			continue;
		if (strcmp(n->interface[i].name, name) == 0)
			return (unsigned)i;
		suggest_word(&g, n->interface[i].name);
	}
	mistakes_add_suggesting(r->mistakes, at, &g, "node `%s' has no interface `%s'", n->name,
				mistakes_quote(r->mistakes, name));
	return RESOLVE_NOWHERE;
}

static void look_up(struct reader *r, struct scenario *s, struct reference *ref)
{
	struct scenario_name *name = ref->name;
	bool is_segment = ref->kind == REFERENCE_SEGMENT;
	struct suggestion g;

	name->index = is_segment ? segment_named(s, name->text) : node_named(s, name->text);
	if (name->index != RESOLVE_NOWHERE)
		return;
	/* With none that was understood there is nothing to compare with: another mistake said why. */
	if ((is_segment ? s->segment_count : s->node_count) == 0)
		return;
	suggest_begin(&g, name->text);
	if (is_segment)
		suggest_segments(&g, s);
	else
		suggest_nodes(&g, s);
	unsigned other = is_segment ? node_named(s, name->text) : segment_named(s, name->text);
	if (other != RESOLVE_NOWHERE)
		mistakes_add(r->mistakes, name->at, "`%s' is a %s, not a %s", name->text,
			     is_segment ? "node" : "segment", is_segment ? "segment" : "node");
	else
		mistakes_add_suggesting(r->mistakes, name->at, &g, "there is no %s `%s'",
					is_segment ? "segment" : "node", mistakes_quote(r->mistakes, name->text));
}

static void name_interfaces(struct reader *r, struct scenario_node *n)
{
	for (size_t i = 0; i < n->interface_count; i++) {
		struct scenario_interface *itf = &n->interface[i];

		if (itf->name == NULL)
			itf->name = arena_print(r->memory, "eth%zu", i);
		for (size_t j = 0; j < i; j++)
			if (strcmp(n->interface[j].name, itf->name) == 0)
				mistakes_add(r->mistakes, itf->at, "node `%s' has two interfaces named `%s'", n->name,
					     itf->name);
	}
}

void resolve_names(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];

		name_interfaces(r, n);
		/* `heal` takes nodes, segments and `all`: they share one space of names. */
		if (segment_named(s, n->name) != RESOLVE_NOWHERE)
			mistakes_add(r->mistakes, n->at, "`%s' is the name of a segment, too; name one of them anew",
				     n->name);
		if (strcmp(n->name, "all") == 0)
			mistakes_add(r->mistakes, n->at, "`all' means everything; name the node otherwise");
	}
	for (size_t i = 0; i < r->reference_count; i++) {
		struct reference *ref = &r->reference[i];

		look_up(r, s, ref);
		const struct scenario_node *n =
			ref->kind == REFERENCE_PORT ? resolve_node(s, ref->name) : NULL;
		if (n != NULL && ref->port->interface_name != NULL)
			ref->port->interface =
				resolve_interface_named(r, n, ref->port->interface_name, ref->name->at);
	}
}

/* --- segments and interfaces ------------------------------------------------------------------------------ */

static bool overlap(const struct ip_prefix *a, const struct ip_prefix *b)
{
	if (a->addr.family == IP_NONE || a->addr.family != b->addr.family)
		return false;
	return a->length < b->length ? ip_in_prefix(&b->addr, a) : ip_in_prefix(&a->addr, b);
}

static void check_segments(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->segment_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (s->segment[j].domain == s->segment[i].domain)
				continue;
			const struct ip_prefix *nets[][2] = {{&s->segment[i].net, &s->segment[j].net},
							     {&s->segment[i].net6, &s->segment[j].net6}};

			for (size_t k = 0; k < 2; k++) {
				char a[IP_PREFIX_TEXT], b[IP_PREFIX_TEXT];

				if (overlap(nets[k][0], nets[k][1]))
					mistakes_add(r->mistakes, reader_place(r, nets[k][0], s->segment[i].at),
						     "%s overlaps %s of segment `%s'",
						     ip_prefix_format(a, nets[k][0]), ip_prefix_format(b, nets[k][1]),
						     s->segment[j].name);
			}
		}
	}
}

/* Interfaces of a node with VLAN tags on one segment share its port; every other one has its own. */
static void deal_ports(struct reader *r, struct scenario_node *n)
{
	n->port_count = 0;
	for (size_t i = 0; i < n->interface_count; i++) {
		struct scenario_interface *itf = &n->interface[i];
		bool shared = false;

		for (size_t j = 0; j < i; j++) {
			const struct scenario_interface *other = &n->interface[j];

			if (!itf->vlan.given || !other->vlan.given || itf->on.text == NULL ||
			    other->on.index != itf->on.index || shared)
				continue;
			itf->port = other->port;
			shared = true;
			if (itf->mac.given && other->mac.given && !mac_equal(itf->mac.value, other->mac.value))
				mistakes_add(r->mistakes, reader_place(r, &itf->mac, itf->at),
					     "`%s' shares the port of `%s', and so its MAC", itf->name, other->name);
			if (!itf->mac.given)
				itf->mac = other->mac;
		}
		for (size_t j = 0; j < i; j++)
			if (shared && n->interface[j].port == itf->port &&
			    n->interface[j].vlan.value == itf->vlan.value)
				mistakes_add(r->mistakes, itf->at, "`%s' and `%s' are in one VLAN of one port",
					     n->interface[j].name, itf->name);
		if (!shared)
			itf->port = n->port_count++;
	}
}

static bool mac_taken(const struct scenario *s, struct mac m)
{
	for (size_t i = 0; i < s->node_count; i++)
		for (size_t j = 0; j < s->node[i].interface_count; j++)
			if (s->node[i].interface[j].mac.given && mac_equal(s->node[i].interface[j].mac.value, m))
				return true;
	return false;
}

static void deal_macs(struct scenario *s)
{
	unsigned number = 0;

	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];

		for (size_t j = 0; j < n->interface_count; j++) {
			struct maybe_mac *mac = &n->interface[j].mac;

			for (size_t k = 0; k < j && !mac->given; k++)
				if (n->interface[k].port == n->interface[j].port)
					*mac = n->interface[k].mac;
			while (!mac->given) {
				number++;
				struct mac m = {{0x02, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
						 (uint8_t)number}};

				if (!mac_taken(s, m))
					*mac = (struct maybe_mac){.given = true, .value = m};
			}
		}
	}
}

static const struct ip_prefix LINK_LOCAL6 = {.addr = {.family = IP_V6, .b = {0xfe, 0x80}}, .length = 64};

static void add_address(struct reader *r, const struct scenario *s, struct scenario_interface *itf,
			const struct ip_addr *ip)
{
	const struct scenario_segment *segment = resolve_segment(s, &itf->on);
	struct scenario_place at = reader_place(r, ip, itf->at);
	char text[IP_TEXT], net_text[IP_PREFIX_TEXT];

	if (segment == NULL)
		return;
	bool v6 = ip->family == IP_V6;
	const struct ip_prefix *net = v6 && ip_is_link_local(ip) ? &LINK_LOCAL6
				      : v6			 ? &segment->net6
								 : &segment->net;
	ip_format(text, ip);
	if (net->addr.family == IP_NONE) {
		mistakes_add(r->mistakes, at, "%s: segment `%s' has no %s", text, segment->name,
			     v6 ? "net6" : "net");
		return;
	}
	ip_prefix_format(net_text, net);
	if (!ip_in_prefix(ip, net))
		mistakes_add(r->mistakes, at, "%s is not in %s, the network of `%s'", text, net_text, segment->name);
	else if (ip_is_subnet_broadcast(ip, net) || (net->length < 31 && !v6 && ip_equal(ip, &net->addr)))
		mistakes_add(r->mistakes, at, "%s is the %s address of %s", text,
			     ip_equal(ip, &net->addr) ? "network" : "broadcast", net_text);
	itf->addresses.item = arena_grow(r->memory, itf->addresses.item, itf->addresses.count,
					 sizeof *itf->addresses.item);
	itf->addresses.item[itf->addresses.count++] = (struct ip_prefix){.addr = *ip, .length = net->length};
}

/* One segment, or two that trunks join. */
static bool same_wire(const struct scenario *s, const struct scenario_name *a, const struct scenario_name *b)
{
	const struct scenario_segment *x = resolve_segment(s, a), *y = resolve_segment(s, b);

	return x != NULL && y != NULL ? x->domain == y->domain : a->index == b->index;
}

/* Whoever had the address before on the same wire. */
static void check_duplicate(struct reader *r, const struct scenario *s, size_t node, size_t interface,
			    const struct ip_addr *ip)
{
	const struct scenario_interface *itf = &s->node[node].interface[interface];

	for (size_t i = 0; i <= node; i++) {
		for (size_t j = 0; j < s->node[i].interface_count && (i < node || j <= interface); j++) {
			const struct scenario_interface *other = &s->node[i].interface[j];
			const struct scenario_ips *ips = ip->family == IP_V4 ? &other->ip : &other->ip6;
			char text[IP_TEXT];

			if (!same_wire(s, &other->on, &itf->on) || other->vlan.value != itf->vlan.value ||
			    (i != node && resolve_same_fgcp(s, &s->node[i], &s->node[node])))
				continue;
			for (size_t k = 0; k < ips->count && &ips->item[k] != ip; k++)
				if (ip_equal(&ips->item[k], ip) && s->suspended[PROMISE_UNIQUE_ADDRESSES])
					r->shares_addresses = true;
				else if (ip_equal(&ips->item[k], ip))
					mistakes_add(r->mistakes, reader_place(r, ip, itf->at),
						     "%s is the address of `%s' already (line %u)", ip_format(text, ip),
						     s->node[i].name, reader_place(r, &ips->item[k], other->at).line);
		}
	}
}

static void resolve_addresses(struct reader *r, struct scenario *s, size_t node, size_t interface)
{
	struct scenario_interface *itf = &s->node[node].interface[interface];
	const struct scenario_ips *lists[] = {&itf->ip, &itf->ip6};

	for (size_t l = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			add_address(r, s, itf, &lists[l]->item[i]);
			check_duplicate(r, s, node, interface, &lists[l]->item[i]);
		}
	}
	if (itf->addresses.count > STACK_ADDRESSES)
		mistakes_add(r->mistakes, itf->at, "an interface has at most %d addresses", STACK_ADDRESSES);
	if (itf->ip6.count > 0 && itf->mtu.given && itf->mtu.value < IPV6_LEAST_MTU)
		mistakes_add(r->mistakes, reader_place(r, &itf->mtu, itf->at),
			     "mtu: with IPv6 at least %d (RFC 8200 section 5), not `%llu'", IPV6_LEAST_MTU,
			     (unsigned long long)itf->mtu.value);
}

void resolve_interfaces(struct reader *r, struct scenario *s)
{
	check_segments(r, s);
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];

		n->started = n->start != VL_NEVER;
		if (n->interface_count > STACK_INTERFACES)
			mistakes_add(r->mistakes, n->at, "a node has at most %d interfaces", STACK_INTERFACES);
		deal_ports(r, n);
		for (size_t j = 0; j < n->interface_count; j++)
			resolve_addresses(r, s, i, j);
		if (n->started && s->until > 0 && n->start >= s->until)
			mistakes_add(r->mistakes, reader_place(r, &n->start, n->at),
				     "start: `%s' is not before the end of the run (until: %s)",
				     resolve_time(r, n->start), resolve_time(r, s->until));
	}
	deal_macs(s);
}
