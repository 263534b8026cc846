// SPDX-License-Identifier: BSD-2-Clause
/* Types of values that traffic is described with: laws of chance, rates, address and port, a node's service. */
#include <string.h>

#include "sim/scenario/schema_value.h"

/* --- laws: "30s", "exponential 30s", "15m-30m" --------------------------------------------------------------------- */

static bool parse_part(const char *text, size_t length, vl_time *out)
{
	char part[32];

	if (length == 0 || length >= sizeof part)
		return false;
	memcpy(part, text, length);
	part[length] = '\0';
	return vl_time_parse(part, out);
}

static bool parse_law(const char *text, struct law *l)
{
	static const char exponential[] = "exponential ";
	const char *dash = strchr(text, '-');
	vl_time low, high;

	if (strncmp(text, exponential, strlen(exponential)) == 0) {
		if (!vl_time_parse(text + strlen(exponential), &low) || low > LAW_LONGEST)
			return false;
		*l = law_exponential(low);
		return true;
	}
	if (dash == NULL) {
		if (!vl_time_parse(text, &low))
			return false;
		*l = law_fixed(low);
		return true;
	}
	if (!parse_part(text, (size_t)(dash - text), &low) || !vl_time_parse(dash + 1, &high) || low > high)
		return false;
	*l = law_uniform(low, high);
	return true;
}

static void read_law(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct law law;

	if (!value_is_scalar(r, key, d))
		return;
	if (parse_law(d->text, &law))
		memcpy(TARGET(base, key), &law, sizeof law);
	else
		mistakes_add(r->mistakes, d->at,
			     "%s: expected a time such as 30s, `exponential 30s', or a range such as 15m-30m, not %s",
			     key->name, document_describe(r->mistakes, d));
}

static struct document *write_law(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct law law;

	memcpy(&law, SOURCE(base, key), sizeof law);
	switch (law.kind) {
	case LAW_NEVER:
		break;
	case LAW_FIXED:
		return value_scalar(memory, value_time_text(memory, law.mean));
	case LAW_EXPONENTIAL:
		return value_scalar(memory, arena_print(memory, "exponential %s", value_time_text(memory, law.mean)));
	case LAW_UNIFORM:
		return value_scalar(memory, arena_print(memory, "%s-%s", value_time_text(memory, law.low),
							value_time_text(memory, law.high)));
	}
	return NULL;
}

const struct schema_type TYPE_LAW = {"a time, `exponential TIME', or TIME-TIME", read_law, write_law,
				     "{\"type\": \"string\"}"};

/* --- rates: "100/s", or "10ms", the time between -------------------------------------------------------------------------------------------------- */

static const struct {
	const char *unit;
	vl_time per;
} UNIT[] = {{"s", VL_S}, {"min", 60 * VL_S}, {"h", 3600 * VL_S}};

static bool parse_rate(const char *text, struct scenario_rate *rate)
{
	const char *slash = strchr(text, '/');
	char digits[16];

	if (slash == NULL) {            /* the mean time between them */
		rate->number = 1;
		return vl_time_parse(text, &rate->per) && rate->per > 0 && rate->per <= LAW_LONGEST;
	}
	if (slash == text || (size_t)(slash - text) >= sizeof digits)
		return false;
	memcpy(digits, text, (size_t)(slash - text));
	digits[slash - text] = '\0';
	if (!value_parse_unsigned(digits, &rate->number) || rate->number < 1 || rate->number > 1000000)
		return false;
	for (size_t i = 0; i < sizeof UNIT / sizeof UNIT[0]; i++)
		if (strcmp(slash + 1, UNIT[i].unit) == 0) {
			rate->per = UNIT[i].per;
			return true;
		}
	return false;
}

static void read_rate(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_rate rate;

	if (!value_is_scalar(r, key, d))
		return;
	if (parse_rate(d->text, &rate))
		memcpy(TARGET(base, key), &rate, sizeof rate);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected a rate such as 100/s, 90/min or 40/h, or the time between, not %s", key->name,
			     document_describe(r->mistakes, d));
}

static struct document *write_rate(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_rate rate;

	memcpy(&rate, SOURCE(base, key), sizeof rate);
	for (size_t i = 0; i < sizeof UNIT / sizeof UNIT[0] && rate.number > 0; i++)
		if (UNIT[i].per == rate.per)
			return value_scalar(memory, arena_print(memory, "%llu/%s", (unsigned long long)rate.number,
								UNIT[i].unit));
	return rate.number > 0 ? value_scalar(memory, value_time_text(memory, rate.per)) : NULL;
}

const struct schema_type TYPE_RATE = {"a rate such as 100/s", read_rate, write_rate, "{\"type\": \"string\"}"};

/* --- address and port: "192.0.2.10:443", "[2001:db8::10]:443" ------------------------------------------------------- */

static bool parse_endpoint(const char *text, struct scenario_endpoint *e)
{
	const char *colon = strrchr(text, ':');
	char address[IP_TEXT + 2];
	uint64_t port;

	if (colon == NULL || (size_t)(colon - text) >= sizeof address || !value_parse_unsigned(colon + 1, &port) ||
	    port < 1 || port > UINT16_MAX)
		return false;
	size_t length = (size_t)(colon - text);
	bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';
	memcpy(address, text + bracketed, length - 2u * bracketed);
	address[length - 2u * bracketed] = '\0';
	if (!ip_parse(address, &e->address) || (e->address.family == IP_V6) != bracketed)
		return false;
	e->port = (uint16_t)port;
	return true;
}

static void read_endpoint(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_endpoint e;

	if (!value_is_scalar(r, key, d))
		return;
	if (parse_endpoint(d->text, &e))
		memcpy(TARGET(base, key), &e, sizeof e);
	else
		mistakes_add(r->mistakes, d->at,
			     "%s: expected an address and a port such as 192.0.2.10:443 or \"[2001:db8::10]:443\", not %s",
			     key->name, document_describe(r->mistakes, d));
}

static struct document *write_endpoint(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_endpoint e;
	char text[IP_TEXT];

	memcpy(&e, SOURCE(base, key), sizeof e);
	if (e.address.family == IP_NONE)
		return NULL;
	bool v6 = e.address.family == IP_V6;
	struct document *d = value_scalar(memory, arena_print(memory, "%s%s%s:%u", v6 ? "[" : "",
							      ip_format(text, &e.address), v6 ? "]" : "",
							      (unsigned)e.port));
	d->quoted = true;
	return d;
}

const struct schema_type TYPE_ENDPOINT = {"an address and a port such as 192.0.2.10:443", read_endpoint, write_endpoint,
					  "{\"type\": \"string\"}"};

/* --- traces: a file of moments, or the moments themselves, which is how they are printed ---------------------------- */

static void read_trace(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_population *p = base;
	vl_time before = 0;

	if (d->kind != DOCUMENT_SEQUENCE) {
		if (value_is_scalar(r, key, d))
			p->trace = d->text;
		return;
	}
	p->trace = "";
	p->moment = arena_array(r->memory, d->count, sizeof *p->moment);
	for (size_t i = 0; i < d->count; i++) {
		vl_time moment;
		if (d->item[i]->kind != DOCUMENT_SCALAR || !vl_time_parse(d->item[i]->text, &moment)) {
			mistakes_add(r->mistakes, d->item[i]->at, "%s: expected a time such as 1.5s, not %s", key->name,
				     document_describe(r->mistakes, d->item[i]));
			return;
		}
		if (moment < before) {
			mistakes_add(r->mistakes, d->item[i]->at, "%s: %s is before the one in front of it", key->name,
				     d->item[i]->text);
			return;
		}
		p->moment[p->moment_count++] = before = moment;
	}
	if (d->count == 0)
		mistakes_add(r->mistakes, d->at, "%s: the list is empty", key->name);
}

static struct document *write_trace(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_population *p = base;
	struct document *d = value_list(memory);

	(void)key;
	for (size_t i = 0; i < p->moment_count; i++)
		document_append(memory, d, value_scalar(memory, value_time_text(memory, p->moment[i])));
	return p->trace != NULL ? d : NULL;
}

const struct schema_type TYPE_TRACE = {"a file's name, or a list of times", read_trace, write_trace,
				       "{\"type\": [\"string\", \"array\"]}"};

/* --- NODE.SERVICE ------------------------------------------------------------------------------------------------------- */

static void read_service(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_service_change *c = base;
	const char *dot = strchr(d->text, '.');

	if (dot == NULL || dot == d->text || dot[1] == '\0') {
		mistakes_add(r->mistakes, d->at, "service: expected NODE.SERVICE such as %s, not %s", key->example,
			     document_describe(r->mistakes, d));
		return;
	}
	c->node = (struct scenario_name){.text = arena_text(r->memory, d->text, (size_t)(dot - d->text)), .at = d->at};
	c->name = dot + 1;
	reader_refer(r, REFERENCE_NODE, &c->node, NULL);
}

static struct document *write_service(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_service_change *c = base;

	(void)key;
	return value_scalar(memory, arena_print(memory, "%s.%s", c->node.text, c->name));
}

const struct schema_type TYPE_SERVICE = {"NODE.SERVICE", read_service, write_service, NULL};
