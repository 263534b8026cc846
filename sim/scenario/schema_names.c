// SPDX-License-Identifier: BSD-2-Clause
/* Types of addresses and of names that refer to something. */
#include <string.h>

#include "sim/scenario/schema_value.h"
#include "sim/wire/vrrp.h"

/* --- addresses ------------------------------------------------------------------------------------------ */

static bool parse_ip(struct reader *r, const struct schema_key *key, const struct document *d,
		     struct ip_addr *out)
{
	struct ip_prefix prefix;

	if (ip_parse(d->text, out)) {
		if (key->low == 0 || out->family == key->low)
			return true;
		mistakes_add(r->mistakes, d->at, "%s: `%s' is an IPv%u address; it belongs under `%s'", key->name,
			     d->text, (unsigned)out->family, out->family == IP_V4 ? "ip" : "ip6");
		return false;
	}
	if (strchr(d->text, '/') != NULL && ip_prefix_parse(d->text, &prefix))
		mistakes_add(r->mistakes, d->at, "%s: `%s' has a prefix length; an address takes its segment's",
			     key->name, d->text);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected an address such as %s, not %s", key->name,
			     key->low == IP_V6 ? "2001:db8::1" : "192.0.2.1", document_describe(r->mistakes, d));
	return false;
}

static struct document *ip_document(struct arena *memory, const struct ip_addr *ip)
{
	char text[IP_TEXT];

	return value_scalar(memory, ip_format(text, ip));
}

static void read_ip(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct ip_addr ip;

	if (value_is_scalar(r, key, d) && value_find_word(key, d->text) == NULL && parse_ip(r, key, d, &ip))
		memcpy(TARGET(base, key), &ip, sizeof ip);
}

static struct document *write_ip(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct ip_addr ip;

	memcpy(&ip, SOURCE(base, key), sizeof ip);
	if (ip.family == IP_NONE)
		return key->words != NULL ? value_scalar(memory, key->words->word) : NULL;
	return ip_document(memory, &ip);
}

const struct schema_type TYPE_IP = {"an address", read_ip, write_ip, "{\"type\": \"string\"}"};

static void read_ips(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_ips ips = {0};
	struct document **item;
	size_t count;

	if (!value_one_or_list(r, key, d, &item, &count))
		return;
	ips.item = arena_array(r->memory, count, sizeof *ips.item);
	for (size_t i = 0; i < count; i++) {
		if (parse_ip(r, key, item[i], &ips.item[ips.count]))
			reader_note(r, &ips.item[ips.count++], item[i]);
	}
	memcpy(TARGET(base, key), &ips, sizeof ips);
}

static struct document *write_ips(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_ips ips;

	memcpy(&ips, SOURCE(base, key), sizeof ips);
	if (ips.count <= 1)
		return ips.count == 0 ? NULL : ip_document(memory, &ips.item[0]);
	struct document *d = value_list(memory);
	for (size_t i = 0; i < ips.count; i++)
		document_append(memory, d, ip_document(memory, &ips.item[i]));
	return d;
}

const struct schema_type TYPE_IPS = {"an address or a list of addresses", read_ips, write_ips,
				     ONE_OR_LIST("{\"type\": \"string\"}")};

static void read_prefix(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct ip_prefix p;

	if (!value_is_scalar(r, key, d))
		return;
	if (!ip_prefix_parse(d->text, &p) || strchr(d->text, '/') == NULL || p.addr.family != key->low) {
		mistakes_add(r->mistakes, d->at, "%s: expected a network such as %s, not %s", key->name,
			     key->example, document_describe(r->mistakes, d));
		return;
	}
	struct ip_prefix net = p;
	for (unsigned bit = p.length; bit < ip_size((enum ip_family)p.addr.family) * 8; bit++)
		net.addr.b[bit / 8] &= (uint8_t)~(0x80u >> (bit % 8));
	if (!ip_equal(&net.addr, &p.addr)) {
		char text[IP_PREFIX_TEXT];

		mistakes_add(r->mistakes, d->at, "%s: `%s' has bits behind its prefix length; write %s", key->name,
			     d->text, ip_prefix_format(text, &net));
	}
	memcpy(TARGET(base, key), &net, sizeof net);
}

static struct document *write_prefix(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct ip_prefix p;
	char text[IP_PREFIX_TEXT];

	memcpy(&p, SOURCE(base, key), sizeof p);
	return p.addr.family != IP_NONE ? value_scalar(memory, ip_prefix_format(text, &p)) : NULL;
}

const struct schema_type TYPE_PREFIX = {"a network", read_prefix, write_prefix, "{\"type\": \"string\"}"};

static bool parse_mac(const char *text, struct mac *out)
{
	uint64_t id;
	bool v4 = strncmp(text, "vrrp ", 5) == 0, v6 = strncmp(text, "vrrp6 ", 6) == 0;

	if (mac_parse(text, out))
		return true;
	if ((!v4 && !v6) || !value_parse_unsigned(text + (v6 ? 6 : 5), &id) || id < 1 || id > 255)
		return false;
	*out = vrrp_virtual_mac(v6 ? IP_V6 : IP_V4, (uint8_t)id);
	return true;
}

static void read_mac(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct maybe_mac m = {.given = true};

	if (!value_is_scalar(r, key, d))
		return;
	if (!parse_mac(d->text, &m.value)) {
		mistakes_add(r->mistakes, d->at, "%s: expected a MAC address such as 02:00:00:00:00:0b, not %s",
			     key->name, document_describe(r->mistakes, d));
		return;
	}
	if (mac_is_group(m.value) || mac_equal(m.value, MAC_ZERO)) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is no station's address", key->name, d->text);
		return;
	}
	if ((key->flags & SCHEMA_MAYBE) != 0)
		memcpy(TARGET(base, key), &m, sizeof m);
	else
		memcpy(TARGET(base, key), &m.value, sizeof m.value);
}

static struct document *write_mac(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct maybe_mac m = {.given = true};
	char text[MAC_TEXT];

	if ((key->flags & SCHEMA_MAYBE) != 0)
		memcpy(&m, SOURCE(base, key), sizeof m);
	else
		memcpy(&m.value, SOURCE(base, key), sizeof m.value);
	return m.given ? value_scalar(memory, mac_format(text, m.value)) : NULL;
}

const struct schema_type TYPE_MAC = {"a MAC address", read_mac, write_mac, "{\"type\": \"string\"}"};

/* --- names that refer ----------------------------------------------------------------------------------- */

static void read_names(struct reader *r, const struct schema_key *key, struct document *d, void *base,
		       bool refers)
{
	struct scenario_names names = {0};
	struct document **item;
	size_t count;

	if (!value_one_or_list(r, key, d, &item, &count))
		return;
	names.item = arena_array(r->memory, count, sizeof *names.item);
	for (size_t i = 0; i < count; i++) {
		if (!(refers ? value_check_name : value_check_label)(r, key, item[i]))
			continue;
		for (size_t j = 0; j < names.count; j++)
			if (strcmp(names.item[j].text, item[i]->text) == 0)
				mistakes_add(r->mistakes, item[i]->at, "%s: `%s' is there twice", key->name,
					     item[i]->text);
		names.item[names.count++] = (struct scenario_name){.text = item[i]->text, .at = item[i]->at};
	}
	for (size_t i = 0; refers && i < names.count; i++)
		reader_refer(r, REFERENCE_NODE, &names.item[i], NULL);
	memcpy(TARGET(base, key), &names, sizeof names);
}

static void read_labels(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_names(r, key, d, base, false);
}

static void read_nodes(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_names(r, key, d, base, true);
}

static struct document *write_names(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_names names;

	memcpy(&names, SOURCE(base, key), sizeof names);
	if (names.count <= 1)
		return names.count == 0 ? NULL : value_scalar(memory, names.item[0].text);
	struct document *d = value_list(memory);
	for (size_t i = 0; i < names.count; i++)
		document_append(memory, d, value_scalar(memory, names.item[i].text));
	return d;
}

const struct schema_type TYPE_LABELS = {"a word or a list of words", read_labels, write_names,
					ONE_OR_LIST(LABEL_JSON)};
const struct schema_type TYPE_NODES = {"a node or a list of nodes", read_nodes, write_names,
				       ONE_OR_LIST(NAME_JSON)};

/* With no document: it is absent, and the flag at `also` says so. */
static void read_reference(struct reader *r, const struct schema_key *key, struct document *d, void *base,
			   enum reference_kind kind)
{
	struct scenario_name *name = (struct scenario_name *)(void *)TARGET(base, key);

	if (d == NULL) {
		if (key->also != 0)
			*(bool *)((char *)base + key->also) = true;
		return;
	}
	if (!value_check_name(r, key, d))
		return;
	*name = (struct scenario_name){.text = d->text, .at = d->at};
	reader_refer(r, kind, name, NULL);
}

static void read_node(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_reference(r, key, d, base, REFERENCE_NODE);
}

static void read_segment(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_reference(r, key, d, base, REFERENCE_SEGMENT);
}

static struct document *write_reference(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_name name;

	memcpy(&name, SOURCE(base, key), sizeof name);
	return name.text != NULL ? value_scalar(memory, name.text) : NULL;
}

const struct schema_type TYPE_NODE = {"the name of a node", read_node, write_reference, NAME_JSON};
const struct schema_type TYPE_SEGMENT = {"the name of a segment", read_segment, write_reference, NAME_JSON};

static void read_port(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_port *port = (struct scenario_port *)(void *)TARGET(base, key);

	if (!value_is_scalar(r, key, d))
		return;
	const char *dot = strchr(d->text, '.');
	size_t n = dot != NULL ? (size_t)(dot - d->text) : strlen(d->text);
	port->node = (struct scenario_name){.text = arena_text(r->memory, d->text, n), .at = d->at};
	port->interface_name = dot != NULL ? dot + 1 : NULL;
	port->interface = SCENARIO_EVERY_INTERFACE;
	reader_refer(r, REFERENCE_PORT, &port->node, port);
}

static struct document *write_port(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_port port;

	memcpy(&port, SOURCE(base, key), sizeof port);
	if (port.interface_name == NULL)
		return value_scalar(memory, port.node.text);
	return value_scalar(memory, arena_print(memory, "%s.%s", port.node.text, port.interface_name));
}

const struct schema_type TYPE_PORT = {"NODE or NODE.INTERFACE", read_port, write_port, "{\"type\": \"string\"}"};

