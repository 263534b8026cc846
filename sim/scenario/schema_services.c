// SPDX-License-Identifier: BSD-2-Clause
/* Virtual services of a LoadMaster and their real servers. Defaults that are not written here are the engine's:
 * sim/balancer/service.h. */
#include <string.h>

#include "sim/balancer/service.h"
#include "sim/scenario/schema_parts.h"
#include "sim/scenario/schema_value.h"
#include "sim/wire/ip.h"

/* --- types of their own ----------------------------------------------------------------------------------- */

#define EVERY_PORT "every"

/* "443", "8000-8099", "every". */
static bool parse_ports(const char *text, struct scenario_port_range *range)
{
	const char *dash = strchr(text, '-');
	size_t length = dash != NULL ? (size_t)(dash - text) : strlen(text);
	uint64_t first, last;
	char begin[8];

	*range = (struct scenario_port_range){0, 0};
	if (strcmp(text, EVERY_PORT) == 0)
		return true;
	if (length >= sizeof begin)
		return false;
	memcpy(begin, text, length);
	begin[length] = '\0';
	if (!value_parse_unsigned(begin, &first) || !value_parse_unsigned(dash != NULL ? dash + 1 : begin, &last))
		return false;
	*range = (struct scenario_port_range){(uint16_t)first, (uint16_t)last};
	return first >= 1 && first <= last && last <= UINT16_MAX;
}

static void read_ports(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_ports ports = {.count = 0};
	struct document **item;
	size_t count;

	if (!value_one_or_list(r, key, d, &item, &count))
		return;
	ports.item = arena_array(r->memory, count, sizeof *ports.item);
	for (size_t i = 0; i < count; i++)
		if (!parse_ports(item[i]->text, &ports.item[ports.count++]))
			mistakes_add(r->mistakes, item[i]->at, "%s: expected a port 1-65535, a range such as 8000-8099 or `%s', not %s",
				     key->name, EVERY_PORT, document_describe(r->mistakes, item[i]));
	memcpy(TARGET(base, key), &ports, sizeof ports);
}

static struct document *write_ports(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct document *d = value_list(memory);
	struct scenario_ports ports;

	memcpy(&ports, SOURCE(base, key), sizeof ports);
	for (size_t i = 0; i < ports.count; i++) {
		const struct scenario_port_range *p = &ports.item[i];
		const char *text = p->first == 0         ? EVERY_PORT
				   : p->first == p->last ? arena_print(memory, "%u", p->first)
							 : arena_print(memory, "%u-%u", p->first, p->last);
		document_append(memory, d, value_scalar(memory, text));
	}
	return ports.count == 0 ? NULL : ports.count == 1 ? d->item[0] : d;
}

const struct schema_type TYPE_PORTS = {"a port, a range or a list of them", read_ports, write_ports,
				       "{\"type\": [\"integer\", \"string\", \"array\"]}"};

static void read_scheduler(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct suggestion g;

	if (!value_is_scalar(r, key, d))
		return;
	memcpy(TARGET(base, key), &d->text, sizeof d->text);
	if (scheduler_find(d->text) != NULL)
		return;
	suggest_begin(&g, d->text);
	for (size_t i = 0; scheduler_at(i) != NULL; i++)
		suggest_word(&g, scheduler_at(i)->name);
	mistakes_add_suggesting(r->mistakes, d->at, &g, "%s: there is no %s (rr, wrr, lc, wlc, ...)", key->name,
				document_describe(r->mistakes, d));
}

static struct document *write_scheduler(struct arena *memory, const struct schema_key *key, const void *base)
{
	const char *text;

	memcpy(&text, SOURCE(base, key), sizeof text);
	return text != NULL ? value_scalar(memory, text) : NULL;
}

const struct schema_type TYPE_SCHEDULER = {"a scheduler", read_scheduler, write_scheduler, "{\"type\": \"string\"}"};

/* --- a real server ---------------------------------------------------------------------------------------- */

static const struct schema_word state_words[] = {
	{"enable", SERVER_ENABLED, NULL},
	{"drain", SERVER_DRAINED, "nobody new, but who is remembered"},
	{"disable", SERVER_OFF, "nobody new"},
	{"absent", SERVER_ABSENT, "not in the list until it is enabled"},
	{0},
};

static const struct schema_key server_keys[] = {
	{"ip", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_server, ip), .example = "198.51.100.11", .help = "its address"},
	{"port", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_server, port), .low = 1, .high = 65535, .example = "8080",
	 .help = "default the one that the client came for"},
	{"weight", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_server, weight), .low = 0, .high = 65535,
	 .example = "1000", .help = "default 1000, as KEMP's; 0: nobody new"},
	{"limit", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_server, limit), .low = 0, .high = UINT32_MAX,
	 .example = "500", .help = "Connection Limit, active ones; default 0: none"},
	{"resume", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_server, resume), .low = 0, .high = UINT32_MAX,
	 .example = "375", .help = "taken again at so many; default one less than the limit, with drain ipvs three quarters"},
	{"rate", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_server, rate), .low = 1, .high = UINT32_MAX, .example = "40",
	 .help = "Rate Limit, new connections a second; default none"},
	{"state", &TYPE_WORD, SCHEMA_SETTABLE, AT(scenario_server, state), .words = state_words, .fallback = "enable",
	 .example = "drain", .help = "what is done to it"},
	{"sorry", &TYPE_FLAG, 0, AT(scenario_server, sorry), .example = "true",
	 .help = "only when no other may have a connection; default false"},
	{"agent", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_server, agent), .low = 0, .high = 102,
	 .example = "40", .help = "what its adaptive agent says: 0 idle to 100, 101 failed, 102 disabled; default 0"},
	{0},
};

const struct schema_section schema_server = {
	.name = "a real server",
	.help = "`servers:` of a service maps names to them; the order counts.",
	.size = sizeof(struct scenario_server),
	.key = server_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_server, at),
};

/* --- its check -------------------------------------------------------------------------------------------- */

static const struct schema_word type_words[] = {
#define X(constant, word, port) {word, constant, NULL},
	HEALTH_KINDS(X)
#undef X
	{0},
};
static const struct schema_word profile_words[] = {
	{"kemp", HEALTH_KEMP, "9 s, 4 s, 2 retries"},
	{"haproxy", HEALTH_HAPROXY, "2 s, rise 2, fall 3"},
	{"keepalived", HEALTH_KEEPALIVED, "60 s, 5 s, 1 retry"},
	{0},
};

#define CHECK(member) AT(scenario_check, member)
static const struct schema_key check_keys[] = {
	{"type", &TYPE_WORD, SCHEMA_REQUIRED, CHECK(type), .words = type_words, .example = "http",
	 .help = "Real Server Check Method"},
	{"profile", &TYPE_WORD, 0, CHECK(profile), .words = profile_words, .fallback = "kemp", .example = "haproxy",
	 .help = "whose rules and defaults"},
	{"interval", &TYPE_TIME, SCHEMA_MAYBE, CHECK(interval), .low = 100 * MS, .high = 86400 * S, .example = "9s",
	 .help = "Check Interval; default the profile's"},
	{"timeout", &TYPE_TIME, SCHEMA_MAYBE, CHECK(timeout), .low = 10 * MS, .high = 3600 * S, .example = "4s",
	 .help = "Connect Timeout; default the profile's"},
	{"fast_interval", &TYPE_TIME, SCHEMA_MAYBE, CHECK(fast_interval), .low = 10 * MS, .high = 86400 * S,
	 .example = "500ms", .help = "HAProxy's fastinter; default interval"},
	{"down_interval", &TYPE_TIME, SCHEMA_MAYBE, CHECK(down_interval), .low = 10 * MS, .high = 86400 * S,
	 .example = "10s", .help = "HAProxy's downinter; default interval"},
	{"retry_delay", &TYPE_TIME, SCHEMA_MAYBE, CHECK(retry_delay), .low = 10 * MS, .high = 86400 * S, .example = "1s",
	 .help = "keepalived's delay_before_retry"},
	{"retries", &TYPE_NUMBER, SCHEMA_MAYBE, CHECK(retries), .low = 0, .high = 15, .example = "2",
	 .help = "Retry Count; default the profile's"},
	{"rise", &TYPE_NUMBER, SCHEMA_MAYBE, CHECK(rise), .low = 1, .high = 255, .example = "2", .help = "HAProxy's"},
	{"fall", &TYPE_NUMBER, SCHEMA_MAYBE, CHECK(fall), .low = 1, .high = 255, .example = "3", .help = "HAProxy's"},
	{"port", &TYPE_NUMBER, SCHEMA_MAYBE, CHECK(port), .low = 1, .high = 65535, .example = "80",
	 .help = "Checked Port; default the server's"},
	{"down_at_start", &TYPE_FLAG, SCHEMA_MAYBE, CHECK(down_at_start), .example = "true",
	 .help = "until the first check is passed; default false"},
	{"method", &TYPE_NAME, 0, CHECK(method), .example = "HEAD", .help = "of HTTP; default the profile's"},
	{"url", &TYPE_TEXT, 0, CHECK(url), .example = "/owa", .help = "of HTTP; default /"},
	{"host", &TYPE_TEXT, 0, CHECK(host), .example = "mail.example.com", .help = "of HTTP; with it HTTP/1.1"},
	{"status", &TYPE_PORTS, 0, CHECK(status), .example = "[200-299, 401]",
	 .help = "of HTTP: good codes; default the profile's"},
	{"pattern", &TYPE_TEXT, 0, CHECK(pattern), .example = "OK", .help = "of HTTP: what the body must hold"},
	{"query", &TYPE_TEXT, 0, CHECK(query), .example = "example.com", .help = "of DNS: the name asked for; default ."},
	{0},
};
#undef CHECK

static const struct schema_section schema_check = {
	.name = "a check",
	.help = "How real servers are checked.",
	.size = sizeof(struct scenario_check),
	.key = check_keys,
};

/* --- a virtual service ------------------------------------------------------------------------------------ */

static const struct schema_word protocol_words[] = {{"tcp", IP_PROTOCOL_TCP, NULL}, {"udp", IP_PROTOCOL_UDP, NULL}, {0}};
static const struct schema_word forwarding_words[] = {
	{"nat", FORWARD_NAT, "transparent: servers see clients; the LoadMaster is their gateway"},
	{"snat", FORWARD_SNAT, "full NAT: servers see the LoadMaster"},
	{"dsr", FORWARD_DSR, "direct server return: only the MAC changes, answers pass by"},
	{"tunnel", FORWARD_TUNNEL, "IP in IP to the server, answers pass by"},
	{0},
};
static const struct schema_word snat_words[] = {
	{"service", SNAT_SERVICE, "the virtual address"},
	{"interface", SNAT_INTERFACE, "Subnet Originating Requests: the address on the server's net"},
	{"pool", SNAT_POOL, "the addresses of `local`"},
	{0},
};
static const struct schema_word check_persistence_words[] = {
	{"first", CHECK_FIRST, "No: the first request decides for its connection"},
	{"always", CHECK_ALWAYS, "Yes: a request that is remembered elsewhere goes there"},
	{"accept", CHECK_ACCEPT, "Yes - Accept Changes: and one that is not is remembered here"},
	{0},
};
static const struct schema_word tls_words[] = {
	{"none", 0, "the clients speak in the clear"},
	{"pass", 1, "the clients speak TLS to the servers; the LoadMaster reads no more than its hellos"},
	{0},
};
/* In the order of the balancer's list (a test holds them together). */
static const struct schema_word persistence_words[] = {
	{"none", 0, NULL},
	{"source-ip", 1, "Source IP Address"},
	{"super-http", 2, "Super HTTP"},
	{"super-http-and-source-ip", 3, "Super HTTP and Source IP Address"},
	{"server-cookie", 4, "Server Cookie"},
	{"server-cookie-or-source-ip", 5, "Server Cookie or Source IP"},
	{"active-cookie", 6, "Active Cookie"},
	{"active-cookie-or-source-ip", 7, "Active Cookie or Source IP"},
	{"hash-all-cookies", 8, "Hash All Cookies"},
	{"hash-all-cookies-or-source-ip", 9, "Hash All Cookies or Source IP"},
	{"url-hash", 10, "URL Hash"},
	{"host-header", 11, "HTTP Host Header"},
	{"query-item", 12, "Hash of HTTP Query Item"},
	{"selected-header", 13, "Selected Header"},
	{"ssl-session-id", 14, "SSL Session ID"},
	{"sip-call-id", 15, "UDP Session Initiation Protocol"},
	{"rdp-login", 16, "RDP Login Cookie"},
	{"rdp-login-or-source-ip", 17, "RDP Login Cookie or Source IP"},
	{"rdp-session-broker", 18, "RDP Session Broker"},
	{"rdp-session-broker-or-source-ip", 19, "RDP Session Broker or Source IP"},
	{0},
};
static const struct schema_word law_words[] = {
	{"linear", SLOW_START_LINEAR + 1, NULL},
	{"haproxy", SLOW_START_HAPROXY + 1, "16 steps, and the limit with it"},
	{"envoy", SLOW_START_ENVOY + 1, "a power of time above a floor"},
	{"f5", SLOW_START_F5 + 1, "linear, once a second"},
	{"none", SLOW_START_NONE + 1, NULL},
	{0},
};
static const struct schema_word drain_words[] = {
	{"kemp", DRAIN_KEMP, "remembered clients come until drain_time"},
	{"haproxy", DRAIN_HAPROXY, "remembered clients come without end; disable: nobody"},
	{"ipvs", DRAIN_IPVS, "weight 0; disable: deleted"},
	{0},
};

#define MAYBE(member) SCHEMA_MAYBE, AT(scenario_service, member)
static const struct schema_key service_keys[] = {
	{"vip", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_service, vip), .example = "192.0.2.80", .help = "Virtual Address"},
	{"port", &TYPE_PORTS, SCHEMA_REQUIRED, AT(scenario_service, port), .example = "443",
	 .help = "one, a range or a list of up to 8; `every` port"},
	{"protocol", &TYPE_WORD, 0, AT(scenario_service, protocol), .words = protocol_words, .fallback = "tcp",
	 .example = "udp", .help = "of transport"},
	{"forwarding", &TYPE_WORD, 0, AT(scenario_service, forwarding), .words = forwarding_words, .fallback = "nat",
	 .example = "snat", .help = "how packets reach a server"},
	{"snat", &TYPE_WORD, 0, AT(scenario_service, snat), .words = snat_words, .fallback = "service",
	 .example = "interface", .help = "who stands for the clients, with forwarding snat"},
	{"local", &TYPE_IPS, 0, AT(scenario_service, local), .example = "[198.51.100.101, 198.51.100.102]",
	 .help = "addresses of the pool, up to 64"},
	{"snat_ports", &TYPE_PORTS, 0, AT(scenario_service, snat_ports), .example = "1024-65535",
	 .help = "ports of each of them; default 1024-65535"},
	{"scheduler", &TYPE_SCHEDULER, SCHEMA_SETTABLE, AT(scenario_service, scheduler), .fallback = "rr",
	 .example = "lc", .help = "Scheduling Method"},
	{"newest_first", &TYPE_FLAG, MAYBE(newest_first), .example = "true",
	 .help = "servers in the opposite order, as IPVS keeps them; default false"},
	{"table_size", &TYPE_NUMBER, MAYBE(table_size), .low = 1, .high = 5000011, .example = "65537",
	 .help = "of maglev (a prime; default 65537) and mh (one of the kernel's; default 4093)"},
	{"draws", &TYPE_NUMBER, MAYBE(draws), .low = 1, .high = 16, .example = "2", .help = "of random schedulers; default 2"},
	{"bounded_load", &TYPE_NUMBER, MAYBE(bounded_load), .low = 101, .high = 1000, .example = "125",
	 .help = "percent of its share that a server gets at most, with consistent hash; default unbounded"},
	{"hash_port", &TYPE_FLAG, MAYBE(hash_port), .example = "true", .help = "hashes take the client's port in; default false"},
	{"fallback", &TYPE_FLAG, MAYBE(fallback), .example = "true",
	 .help = "hashes look further when their server cannot; default false"},
	{"inclusive_draw", &TYPE_FLAG, MAYBE(inclusive_draw), .example = "true",
	 .help = "two-choices draws as the kernel's twos, which favours the first server; default false"},
	{"adaptive_minimum", &TYPE_NUMBER, MAYBE(adaptive_minimum), .low = 1, .high = 50, .example = "5",
	 .help = "Min. Control Variable Value: when all loads are under it the weights count as they are; default 5"},
	{"adaptive_floor", &TYPE_NUMBER, MAYBE(adaptive_floor), .low = 1, .high = 100, .example = "1",
	 .help = "percent of its weight that the most loaded server keeps; default 1"},
	{"adaptive_connections", &TYPE_FLAG, MAYBE(adaptive_connections), .example = "true",
	 .help = "adaptive weights divide connections, not turns; default false"},
	{"response_every", &TYPE_TIME, MAYBE(response_every), .low = S, .high = 3600 * S, .example = "15s",
	 .help = "how often response-time looks at the times; default 15s"},
	{"response_floor", &TYPE_NUMBER, MAYBE(response_floor), .low = 1, .high = 100, .example = "1",
	 .help = "percent of its weight that the slowest server keeps; default 1"},
	{"layer", &TYPE_NUMBER, MAYBE(layer), .low = 4, .high = 7, .example = "7",
	 .help = "4: packets pass; 7: the LoadMaster answers the client, reads, then chooses; default as persistence needs it"},
	{"tls", &TYPE_WORD, 0, AT(scenario_service, tls), .words = tls_words, .fallback = "none", .example = "pass",
	 .help = "whether it can read what clients say, with layer 7"},
	{"check_persistence", &TYPE_WORD, 0, AT(scenario_service, check_persistence), .words = check_persistence_words,
	 .fallback = "first", .example = "always", .help = "Always Check Persist: of which requests of a connection"},
	{"forwarded_for", &TYPE_FLAG, MAYBE(forwarded_for), .example = "true",
	 .help = "every request gets an X-Forwarded-For with the client's address; default false"},
	{"persistence", &TYPE_WORD, SCHEMA_SETTABLE, AT(scenario_service, persistence), .words = persistence_words,
	 .fallback = "none", .example = "source-ip", .help = "Persistence Mode"},
	{"persistence_name", &TYPE_TEXT, 0, AT(scenario_service, persistence_name), .example = "JSESSIONID",
	 .help = "of the cookie, header, query item or SIP header; needed where the kind has no usual one (LBCOOKIE, Call-ID)"},
	{"persistence_timeout", &TYPE_TIME, MAYBE(persistence_timeout), .low = S, .high = 604800 * S, .example = "20m",
	 .help = "Timeout of it; default 300s"},
	{"persistence_mask", &TYPE_NUMBER, MAYBE(persistence_mask), .low = 1, .high = 32, .example = "24",
	 .help = "bits of an IPv4 client that count; default 32"},
	{"persistence_mask6", &TYPE_NUMBER, MAYBE(persistence_mask6), .low = 1, .high = 128, .example = "64",
	 .help = "of an IPv6 client; default 128"},
	{"persistence_port", &TYPE_FLAG, MAYBE(persistence_port), .example = "true",
	 .help = "the client's port counts too, in active cookies as well (Add Port to Active Cookie); default false"},
	{"persistence_touch", &TYPE_FLAG, MAYBE(persistence_touch), .example = "false",
	 .help = "each connection starts the timeout again; default true"},
	{"persistence_group", &TYPE_NUMBER, MAYBE(persistence_group), .low = 1, .high = 65535, .example = "1",
	 .help = "Port Following: services of one group remember together"},
	{"slow_start", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_service, slow_start), .high = 3600 * S, .example = "60s",
	 .help = "how long a server that came back gets less; default 0s"},
	{"slow_start_law", &TYPE_WORD, 0, AT(scenario_service, slow_start_law), .words = law_words, .example = "envoy",
	 .help = "by which law; default linear"},
	{"slow_start_floor", &TYPE_NUMBER, MAYBE(slow_start_floor), .low = 1, .high = 100, .example = "10",
	 .help = "percent it begins with, with envoy; default 10"},
	{"slow_start_aggression", &TYPE_NUMBER, MAYBE(slow_start_aggression), .low = 100, .high = 10000, .example = "2000",
	 .help = "of envoy, in thousandths; default 1000"},
	{"drain", &TYPE_WORD, 0, AT(scenario_service, drain), .words = drain_words, .fallback = "kemp", .example = "ipvs",
	 .help = "what drain and disable mean"},
	{"drain_time", &TYPE_TIME, MAYBE(drain_time), .low = S, .high = 86400 * S, .example = "120s",
	 .help = "Drain Time, with kemp; default 300s"},
	{"drop_at_drain_end", &TYPE_FLAG, MAYBE(drop_at_drain_end), .example = "true",
	 .help = "Drop at Drain Time End; default false"},
	{"reset_on_failure", &TYPE_FLAG, MAYBE(reset_on_failure), .example = "true",
	 .help = "Drop Connections on RS failure; default false"},
	{"silent_strays", &TYPE_FLAG, MAYBE(silent_strays), .example = "true",
	 .help = "segments of no connection are dropped instead of reset; default false"},
	{"expire_quiescent", &TYPE_FLAG, MAYBE(expire_quiescent), .example = "true",
	 .help = "with ipvs: remembered clients do not come to weight 0 either; default false"},
	{"expire_nodest", &TYPE_FLAG, MAYBE(expire_nodest), .example = "true",
	 .help = "with ipvs: connections of a deleted server are reset; default false: their packets are dropped"},
	{"reuse", &TYPE_NUMBER, MAYBE(reuse), .low = 0, .high = 3, .example = "0",
	 .help = "conn_reuse_mode: 1: a port in TIME_WAIT is scheduled again, 2: in FIN_WAIT; default 1"},
	{"half_open", &TYPE_NUMBER, MAYBE(half_open), .low = 1, .high = UINT32_MAX, .example = "1000",
	 .help = "connections in their handshake; above it SYN cookies answer; default no limit"},
	{"syn_timeout", &TYPE_TIME, MAYBE(syn_timeout), .low = S, .high = 3600 * S, .example = "60s",
	 .help = "of a handshake; default 60s"},
	{"idle_timeout", &TYPE_TIME, MAYBE(idle_timeout), .low = S, .high = 604800 * S, .example = "660s",
	 .help = "Idle Connection Timeout; default 900s"},
	{"closing_timeout", &TYPE_TIME, MAYBE(closing_timeout), .low = S, .high = 3600 * S, .example = "10s",
	 .help = "of every state behind a FIN; default 120s, 60s and 30s as IPVS"},
	{"udp_timeout", &TYPE_TIME, MAYBE(udp_timeout), .low = S, .high = 604800 * S, .example = "30s",
	 .help = "of silent UDP; default 300s"},
	{"check", &TYPE_SECTION, 0, AT(scenario_service, check), ALSO(scenario_service, has_check), .section = &schema_check,
	 .example = "{type: http, url: /owa}", .help = "Real Server Check Parameters; default none"},
	{"servers", &TYPE_NAMED, SCHEMA_REQUIRED, LIST_AT(scenario_service, server, server_count), .section = &schema_server,
	 .example = "{rs1: {ip: 198.51.100.11}, rs2: {ip: 198.51.100.12}}", .help = "Real Servers, by name"},
	{0},
};
#undef MAYBE

const struct schema_section schema_service = {
	.name = "a virtual service",
	.help = "An address and ports of a LoadMaster, and the real servers behind them. `services:` maps names to them.",
	.size = sizeof(struct scenario_service),
	.key = service_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_service, at),
};
