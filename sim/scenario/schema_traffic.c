// SPDX-License-Identifier: BSD-2-Clause
/* Services of real servers, client populations, SNAT gateways. Defaults that are not written here are the engines':
 * real_server.h, client_population.h, snat_gateway.h in sim/hosts, tcp_endpoint.h in sim/stack. */
#include "sim/hosts/client_population.h"
#include "sim/hosts/real_server.h"
#include "sim/hosts/snat_gateway.h"
#include "sim/scenario/schema_parts.h"

#define HOUR (3600 * S)
#define DAY (24 * HOUR)

static const struct schema_word talk_words[] = {
#define X(constant, word) {word, constant, NULL},
	TALKS(X)
#undef X
	{0},
};

static const struct schema_word resumption_words[] = {
#define X(constant, word, help) {word, constant, help},
	TALK_RESUMPTIONS(X)
#undef X
	{0},
};

/* --- services of a real server ------------------------------------------------------------------------------------- */

const struct schema_word schema_service_states[] = {
	{"up", SERVICE_UP, NULL},
	{"fail-fast", SERVICE_FAIL_FAST, "answers health checks, resets users at their first request"},
	{"crashed", SERVICE_CRASHED, "its connections are reset, its port is closed"},
	{"hung", SERVICE_HUNG, "accepts nothing, answers nothing"},
	{"dead", SERVICE_DEAD, "accepts and reads, answers nothing"},
	{0},
};

static const struct schema_key served_keys[] = {
	{"port", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_served, port), .low = 1, .high = 65535, .example = "443",
	 .help = "one service for each"},
	{"protocol", &TYPE_WORD, 0, AT(scenario_served, protocol), .words = talk_words, .fallback = "http",
	 .example = "smtp", .help = "what it speaks; tls: records behind a handshake, without cryptography; opaque: "
				  "without one; rdp: a connection request, then as tls; silent: never answers"},
	{"address", &TYPE_IP, 0, AT(scenario_served, address), .example = "192.0.2.21",
	 .help = "that it listens on; default every address of the host"},
	{"answer", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_served, answer), .low = 0, .high = TALK_ANSWER_MOST,
	 .example = "5000", .help = "bytes of an answer of http and opaque, without its head; default 0"},
	{"status", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_served, status), .low = 100, .high = 599,
	 .example = "503", .help = "http: of every answer; default 200"},
	{"backlog", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_served, backlog), .low = 1, .high = 65535, .example = "128",
	 .help = "connections that wait to be accepted, half-open ones too; then SYNs are dropped; default 128"},
	{"accept_rate", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_served, accept_rate), .low = 0,
	 .high = 1000000, .example = "40", .help = "connections accepted in a second; default 0: at once"},
	{"concurrent", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_served, concurrent), .low = 0,
	 .high = 10000000, .example = "500", .help = "connections that it holds at a time; default 0: no limit"},
	{"service_time", &TYPE_LAW, SCHEMA_SETTABLE, AT(scenario_served, service_time), .example = "exponential 20ms",
	 .help = "of a request; default none"},
	{"capacity", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_served, capacity), .low = 0,
	 .high = 10000000, .example = "50",
	 .help = "requests at a time that it serves at full speed; beyond, service times grow in proportion; default 0: any"},
	{"warmup", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_served, warmup), .high = DAY, .example = "60s",
	 .help = "after it came up, service times fall from `cold' in a straight line; default 0s"},
	{"cold", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_served, cold), .low = 100, .high = 100000, .example = "500",
	 .help = "percent of its service time just after it came up; default 100"},
	{"idle", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_served, idle), .high = DAY, .example = "120s",
	 .help = "closes connections that ask nothing for so long; default 0s: never"},
	{"check", &TYPE_TEXT, 0, AT(scenario_served, check), .example = "/health",
	 .help = "http: a path of health checks besides HEAD and OPTIONS, for fail-fast"},
	{"cookie", &TYPE_TEXT, 0, AT(scenario_served, cookie), .example = "JSESSIONID",
	 .help = "http: it sets a cookie of this name, another value each time, for a request that has none; default none"},
	{"tls_1_3", &TYPE_FLAG, 0, AT(scenario_served, tls_1_3), .fallback = "true", .example = "false",
	 .help = "tls: it speaks TLS 1.3 with clients that do; otherwise 1.2"},
	{"resumption", &TYPE_WORD, 0, AT(scenario_served, resumption), .words = resumption_words, .fallback = "session-id",
	 .example = "tickets", .help = "tls, rdp: how sessions of TLS 1.2 are resumed; none: nor those of 1.3"},
	{"shared_ticket_key", &TYPE_FLAG, 0, AT(scenario_served, shared_ticket_key), .fallback = "false", .example = "true",
	 .help = "tls: services of this name and port take each other's tickets"},
	{"load", &TYPE_NUMBER, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_served, load), .low = 0, .high = 102,
	 .example = "40",
	 .help = "agent: its answer, 101 failed, 102 disabled; default requests in service per hundred of its capacity"},
	{"state", &TYPE_WORD, 0, AT(scenario_served, state), .words = schema_service_states, .fallback = "up",
	 .example = "fail-fast", .help = "at the start; the step `service' changes it"},
	{0},
};

const struct schema_section schema_served = {
	.name = "a service of a server",
	.help = "What a real server offers on one port, apart from the host, which lives on when it does not.",
	.size = sizeof(struct scenario_served),
	.key = served_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_served, at),
};

/* --- client populations ---------------------------------------------------------------------------------------------- */

static const struct schema_key source_keys[] = {
	{"first", &TYPE_IP, 0, AT(scenario_source, first), .example = "192.0.2.100",
	 .help = "the address, or the first of `count'"},
	{"in", &TYPE_PREFIX, 0, AT(scenario_source, in), .low = 4, .example = "198.18.0.0/15",
	 .help = "or: addresses drawn from this IPv4 network, others for each seed"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_source, count), .low = 1, .high = POPULATION_ADDRESSES, .fallback = "1",
	 .example = "64", .help = "how many"},
	{"weight", &TYPE_NUMBER, 0, AT(scenario_source, weight), .low = 1, .high = 10000, .fallback = "1", .example = "10",
	 .help = "how much of the users each of them has, beside the others"},
	{0},
};
static const struct schema_section schema_source = {
	.name = "a source of users",
	.help = "Addresses that users come from. The box need not have them itself.",
	.size = sizeof(struct scenario_source),
	.key = source_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_source, at),
};

static const struct schema_key burst_keys[] = {
	{"count", &TYPE_NUMBER, SCHEMA_REQUIRED, AT(scenario_burst, count), .low = 1, .high = 1000000, .example = "50",
	 .help = "how many users"},
	{"every", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_burst, every), .low = MS, .high = 30 * DAY, .example = "10s",
	 .help = "again and again; default once"},
	{"within", &TYPE_TIME, 0, AT(scenario_burst, within), .high = DAY, .fallback = "0s", .example = "1s",
	 .help = "spread evenly over so long"},
	{0},
};
static const struct schema_section schema_arrival_burst = {
	.name = "a burst of users", .size = sizeof(struct scenario_burst), .key = burst_keys,
	.help = "Users who come together."};

static const struct schema_key population_keys[] = {
	{"to", &TYPE_ENDPOINT, SCHEMA_REQUIRED, AT(scenario_population, to), .example = "\"192.0.2.10:443\"",
	 .help = "the service they use"},
	{"protocol", &TYPE_WORD, 0, AT(scenario_population, protocol), .words = talk_words, .fallback = "http",
	 .example = "opaque", .help = "what they speak, as the server does; silent: connections that are only held"},
	{"host", &TYPE_TEXT, 0, AT(scenario_population, host), .example = "mail.example.org",
	 .help = "http: Host, default the address; tls: the name in its hello, default none; dns: the name asked for, default example.org"},
	{"path", &TYPE_TEXT, 0, AT(scenario_population, path), .example = "\"/owa/?user={user}\"",
	 .help = "http: default /. In path, host, cookie and header {user} and {request} stand for eight digits: of the address "
		 "in `sources', of the request in its session"},
	{"request", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, request), .low = 1, .high = TALK_REQUEST_MOST,
	 .example = "500", .help = "bytes of a request; longer when it must be"},
	{"agent", &TYPE_TEXT, 0, AT(scenario_population, agent), .example = "Outlook/16",
	 .help = "http: User-Agent, the same for all, up to 120 characters; default none"},
	{"login", &TYPE_FLAG, 0, AT(scenario_population, login), .fallback = "false", .example = "true",
	 .help = "http: Authorization, another one for each address of `sources`"},
	{"cookies", &TYPE_FLAG, 0, AT(scenario_population, cookies), .fallback = "false", .example = "true",
	 .help = "http: each address keeps the cookie it is given (up to 28 characters) and sends it"},
	{"cookie", &TYPE_TEXT, 0, AT(scenario_population, cookie), .example = "\"theme=dark; seen={request}\"",
	 .help = "http: cookies that they have already, before the one that is kept; default none"},
	{"header", &TYPE_TEXT, 0, AT(scenario_population, header), .example = "\"X-Device: {user}\"",
	 .help = "http: a line more in each request; default none"},
	{"keep_alive", &TYPE_FLAG, 0, AT(scenario_population, keep_alive), .fallback = "true", .example = "false",
	 .help = "one connection for all requests of a session; false: one for each"},
	{"roams", &TYPE_FLAG, 0, AT(scenario_population, roams), .fallback = "false", .example = "true",
	 .help = "sip: each request comes from another port, as behind a NAT that soon forgets; otherwise all from 5060"},
	{"tls_1_3", &TYPE_FLAG, 0, AT(scenario_population, tls_1_3), .fallback = "true", .example = "false",
	 .help = "tls: they offer TLS 1.3, too"},
	{"resumes", &TYPE_FLAG, 0, AT(scenario_population, resumes), .fallback = "true", .example = "false",
	 .help = "tls, rdp: each address keeps its last session and resumes it"},
	{"tickets", &TYPE_FLAG, 0, AT(scenario_population, tickets), .fallback = "true", .example = "false",
	 .help = "tls, rdp: they take tickets in TLS 1.2 (RFC 5077)"},
	{"sources", &TYPE_LIST, 0, LIST_AT(scenario_population, source, source_count), .section = &schema_source,
	 .example = "[{first: 192.0.2.100, count: 20}]", .help = "where they come from; default the node's address"},
	{"poisson", &TYPE_RATE, SCHEMA_SETTABLE, AT(scenario_population, poisson), .example = "100/s",
	 .help = "new users come by chance, so many on average"},
	{"constant", &TYPE_RATE, SCHEMA_SETTABLE, AT(scenario_population, constant), .example = "100/s",
	 .help = "new users come evenly"},
	{"burst", &TYPE_SECTION, 0, AT(scenario_population, burst), ALSO(scenario_population, burst.given),
	 .section = &schema_arrival_burst, .example = "{count: 50, every: 10s}", .help = "new users come together"},
	{"trace", &TYPE_TRACE, 0, AT(scenario_population, trace), .example = "office.trace",
	 .help = "new users come when this file says: a time such as 1.5s in each line, in order, after `begin'; or a list of them"},
	{"users", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, users), .low = 1, .high = 1000000, .example = "250",
	 .help = "so many people, each of whom is there once"},
	{"spread", &TYPE_TIME, 0, AT(scenario_population, spread), .high = DAY, .fallback = "0s", .example = "60s",
	 .help = "these come first spread over so long"},
	{"at_start", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, at_start), .low = 1, .high = 1000000,
	 .example = "3000", .help = "sessions that are there when it begins"},
	{"at_start_within", &TYPE_TIME, 0, AT(scenario_population, at_start_within), .high = DAY, .fallback = "0s",
	 .example = "200ms", .help = "these begin spread over so long"},
	{"begin", &TYPE_TIME, 0, AT(scenario_population, begin), .fallback = "0s", .example = "8h",
	 .help = "nobody comes sooner"},
	{"end", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_population, end), .example = "18h",
	 .help = "nobody comes later, and whoever is there leaves"},
	{"length", &TYPE_LAW, 0, AT(scenario_population, length), .example = "exponential 30s",
	 .help = "of a session; default until its requests are made"},
	{"requests", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, requests), .low = 1, .high = 1000000,
	 .example = "10", .help = "of a session; default as many as its length holds"},
	{"think", &TYPE_LAW, 0, AT(scenario_population, think), .example = "exponential 90s",
	 .help = "between an answer and the next request; default none"},
	{"wait", &TYPE_LAW, 0, AT(scenario_population, wait), .example = "15m-30m",
	 .help = "long-poll: how long the server is to hold its answer, in whole seconds"},
	{"again", &TYPE_LAW, 0, AT(scenario_population, again), .example = "5m",
	 .help = "after a session the user comes back so much later; default never"},
	{"retry", &TYPE_LAW, 0, AT(scenario_population, retry), .example = "1s-5s",
	 .help = "after a session that failed or was cut, likewise; default never"},
	{"retries", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, retries), .low = 1, .high = 1000000,
	 .example = "5", .help = "so many in a row; default no end"},
	{"backoff", &TYPE_FLAG, 0, AT(scenario_population, backoff), .fallback = "false", .example = "true",
	 .help = "each retry after twice as long"},
	{"connect_timeout", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_population, connect_timeout), .low = MS, .high = DAY,
	 .example = "3s", .help = "a user's patience for a connection; default TCP's"},
	{"answer_timeout", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_population, answer_timeout), .low = MS, .high = DAY,
	 .example = "30s", .help = "and for an answer, besides what it is to be held; default no end"},
	{"concurrent", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_population, concurrent), .low = 1, .high = 1000000,
	 .example = "10000", .help = "users at a time; default those of `users' and `at_start', 4096 more when others come"},
	{0},
};

const struct schema_section schema_population = {
	.name = "a client population",
	.help = "Users of one service, all in one box. A session is what one of them does until it leaves.",
	.size = sizeof(struct scenario_population),
	.key = population_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_population, at),
};

/* --- TCP of a box ------------------------------------------------------------------------------------------------------ */

static const struct schema_key tcp_keys[] = {
	{"connections", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, connections), .low = 16, .high = 4000000,
	 .example = "20000", .help = "room, TIME_WAIT included; default twice what clients and services hold"},
	{"mss", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, mss), .low = 88, .high = 65495, .example = "1460",
	 .help = "offered; default by the MTU"},
	{"window", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, window), .low = 1000, .high = 65535, .example = "65535",
	 .help = "offered, bytes; default 65535"},
	{"initial_window", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, initial_window), .low = 1, .high = 64,
	 .example = "10", .help = "segments; default 10 (RFC 6928)"},
	{"syn_retries", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, syn_retries), .low = 1, .high = 30, .example = "6",
	 .help = "default 6"},
	{"data_retries", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_tcp, data_retries), .low = 1, .high = 30, .example = "15",
	 .help = "default 15"},
	{"time_wait", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_tcp, time_wait), .low = MS, .high = 600 * S, .example = "60s",
	 .help = "default 60s"},
	{"keepalive", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_tcp, keepalive), .low = S, .high = DAY, .example = "2h",
	 .help = "idle time before the first probe; default none"},
	{"min_rto", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_tcp, min_rto), .low = 10 * MS, .high = 60 * S,
	 .example = "200ms", .help = "default 200ms"},
	{"ack_delay", &TYPE_TIME, SCHEMA_MAYBE, AT(scenario_tcp, ack_delay), .low = MS, .high = 500 * MS,
	 .example = "40ms", .help = "default 40ms"},
	{0},
};

const struct schema_section schema_tcp = {
	.name = "the TCP of a box",
	.help = "How its TCP departs from Linux.",
	.size = sizeof(struct scenario_tcp),
	.key = tcp_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_tcp, at),
};

/* --- SNAT --------------------------------------------------------------------------------------------------------------- */

static const struct schema_key pool_keys[] = {
	{"from", &TYPE_PREFIX, 0, AT(scenario_nat_pool, from), .low = 4, .fallback = "0.0.0.0/0",
	 .example = "10.0.1.0/24", .help = "inside hosts; the first pool that has an address counts"},
	{"to", &TYPE_IP, SCHEMA_REQUIRED, AT(scenario_nat_pool, to), .example = "203.0.113.1",
	 .help = "the outside address, or the first of `count'"},
	{"count", &TYPE_NUMBER, 0, AT(scenario_nat_pool, count), .low = 1, .high = SNAT_ADDRESSES, .fallback = "1",
	 .example = "16", .help = "how many"},
	{"first_port", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_nat_pool, first_port), .low = 1, .high = 65535,
	 .example = "1024", .help = "default 1024"},
	{"last_port", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_nat_pool, last_port), .low = 1, .high = 65535,
	 .example = "2047", .help = "default 65535"},
	{0},
};
static const struct schema_section schema_nat_pool = {
	.name = "a pool of addresses",
	.help = "Outside addresses that inside hosts share.",
	.size = sizeof(struct scenario_nat_pool),
	.key = pool_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_nat_pool, at),
};

static const struct schema_word pooling_words[] = {
	{"paired", 0, "an inside host keeps one outside address (RFC 4787 REQ-2)"},
	{"arbitrary", 1, "each connection takes the next"},
	{0},
};

static const struct schema_key nat_keys[] = {
	{"outside", &TYPE_NAME, SCHEMA_REQUIRED, AT(scenario_nat, outside), .example = "wan",
	 .help = "the interface that packets leave by with other addresses"},
	{"pools", &TYPE_LIST, SCHEMA_REQUIRED, LIST_AT(scenario_nat, pool, pool_count), .section = &schema_nat_pool,
	 .example = "[{to: 203.0.113.1}]", .help = "outside addresses, by who uses them"},
	{"pooling", &TYPE_WORD, 0, AT(scenario_nat, pooling), .words = pooling_words, .fallback = "paired",
	 .example = "arbitrary", .help = "which address of a pool a connection gets"},
	{"preserve", &TYPE_FLAG, 0, AT(scenario_nat, preserve), .fallback = "false", .example = "true",
	 .help = "keeps inside ports where it can"},
	{"silent", &TYPE_FLAG, 0, AT(scenario_nat, silent), .fallback = "false", .example = "true",
	 .help = "no ICMP error when no port is left"},
	{"mappings", &TYPE_NUMBER, SCHEMA_MAYBE, AT(scenario_nat, mappings), .low = 16, .high = 4000000,
	 .example = "65536", .help = "at a time; default 65536"},
	{"established", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_nat, established), .low = MS,
	 .high = 7 * DAY, .example = "30m", .help = "idle time of an open TCP connection; default 2h4m"},
	{"transitory", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_nat, transitory), .low = MS, .high = DAY,
	 .example = "1m", .help = "of one that opens or closes; default 4m"},
	{"udp", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_nat, udp), .low = MS, .high = DAY,
	 .example = "30s", .help = "default 5m"},
	{"icmp", &TYPE_TIME, SCHEMA_MAYBE | SCHEMA_SETTABLE, AT(scenario_nat, icmp), .low = MS, .high = DAY,
	 .example = "30s", .help = "of echo requests; default 1m"},
	{0},
};

const struct schema_section schema_nat = {
	.name = "a SNAT gateway",
	.help = "NAPT: inside hosts share outside addresses, a port for each of their connections.",
	.size = sizeof(struct scenario_nat),
	.key = nat_keys,
	.has_place = true,
	.place_offset = offsetof(struct scenario_nat, at),
};

/* --- the step ------------------------------------------------------------------------------------------------------------ */

static const struct schema_key service_item_keys[] = {
	{"service", &TYPE_SERVICE, SCHEMA_REQUIRED, AT(scenario_service_change, node), .example = "web1.http"},
	{"state", &TYPE_WORD, SCHEMA_REQUIRED, AT(scenario_service_change, state), .words = schema_service_states,
	 .example = "crashed"},
	{0},
};
static const struct schema_section schema_service_item = {
	.name = "a service's state", .size = sizeof(struct scenario_service_change), .key = service_item_keys};

const struct schema_key schema_service_keys[] = {
	{"service", &TYPE_MAP, SCHEMA_REQUIRED, LIST_AT(scenario_step, service.item, service.count),
	 .section = &schema_service_item, .example = "{web1.http: crashed}",
	 .help = "a service of a server (NODE.SERVICE) is up, fail-fast, crashed, hung or dead"},
	{0},
};
