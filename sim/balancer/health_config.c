// SPDX-License-Identifier: BSD-2-Clause
/* What a health check's configuration leaves open, by profile, and what is refused. */
#include <string.h>

#include "sim/balancer/health_parts.h"

/* balancer.md 3.1-3.3. Timeout 0: the interval. */
static const struct {
	vl_time interval, timeout, retry_delay;
	uint32_t retries;
	const char *method;
	uint16_t last_status;
} DEFAULT[] = {
	[HEALTH_KEMP] = {9 * VL_S, 4 * VL_S, 0, 2, "HEAD", 299},
	[HEALTH_HAPROXY] = {2 * VL_S, 0, 0, 0, "OPTIONS", 399},
	[HEALTH_KEEPALIVED] = {60 * VL_S, 5 * VL_S, VL_S, 1, "GET", 299},
};

static const uint16_t DEFAULT_PORT[] = {
#define X(constant, word, port) [constant] = port,
	HEALTH_KINDS(X)
#undef X
};

#define KEMP_TIMEOUT_MOST (60 * VL_S)
#define KEMP_RETRIES_MOST 15
#define KEMP_INTERVAL_MOST (901 * VL_S)
#define RISE_MOST 65535

void health_config_init(struct health_config *c, enum health_kind kind, enum health_profile profile)
{
	*c = (struct health_config){.kind = kind, .profile = profile, .retries = UINT32_MAX};
}

static bool is_http(enum health_kind k)
{
	return k == HEALTH_HTTP || k == HEALTH_AGENT;
}

void health_resolve(struct health_config *c)
{
	bool keepalived = c->profile == HEALTH_KEEPALIVED;

	if (c->interval == 0)
		c->interval = DEFAULT[c->profile].interval;
	if (c->timeout == 0)
		c->timeout = DEFAULT[c->profile].timeout != 0 ? DEFAULT[c->profile].timeout : c->interval;
	if (c->retries == UINT32_MAX)
		c->retries = keepalived && c->kind == HEALTH_DNS ? 3 : DEFAULT[c->profile].retries;
	if (c->retry_delay == 0)
		c->retry_delay = !keepalived || !is_http(c->kind) ? DEFAULT[c->profile].retry_delay : 3 * VL_S;
	if (keepalived && c->kind == HEALTH_DNS && c->retry_delay == VL_S)
		c->retry_delay = c->interval;
	if (c->fast_interval == 0)
		c->fast_interval = c->interval;
	if (c->down_interval == 0)
		c->down_interval = c->interval;
	if (c->rise == 0)
		c->rise = 2;
	if (c->fall == 0)
		c->fall = 3;
	if (c->port == 0)
		c->port = DEFAULT_PORT[c->kind];
	if (c->method == NULL) /* HEAD has no body to look at, OPTIONS seldom one */
		c->method = c->pattern != NULL || c->kind == HEALTH_AGENT ? "GET" : DEFAULT[c->profile].method;
	if (c->url == NULL)
		c->url = c->kind == HEALTH_AGENT ? "/load" : "/";
	if (c->query == NULL)
		c->query = ".";
	if (c->status_count == 0) {
		c->status_count = 1;
		c->status[0].first = 200;
		c->status[0].last = DEFAULT[c->profile].last_status;
	}
}

bool health_status_passes(const struct health_config *c, unsigned status)
{
	for (size_t i = 0; i < c->status_count; i++)
		if (status >= c->status[i].first && status <= c->status[i].last)
			return true;
	return false;
}

/* --- refusals -------------------------------------------------------------------------------------------- */

static struct vl_status check_kemp(const struct health_config *c)
{
	if (c->timeout > KEMP_TIMEOUT_MOST)
		return vl_refuse(VL_INVALID, "health timeout: a KEMP waits 60 s at most");
	if (c->retries < 1 || c->retries > KEMP_RETRIES_MOST)
		return vl_refuse(VL_INVALID, "health retries: `%u' is not in 1-%d", c->retries, KEMP_RETRIES_MOST);
	if (c->interval < c->retries * c->timeout + VL_S || c->interval > KEMP_INTERVAL_MOST)
		return vl_refuse(VL_INVALID, "health interval: a KEMP wants retries * timeout + 1 s (here %llu s) to 901 s",
				 (unsigned long long)((c->retries * c->timeout + VL_S) / VL_S));
	return vl_status_ok();
}

/* Visible ASCII without spaces: what a request line or header is made of. */
static bool is_word(const char *s)
{
	size_t length = 0;

	for (; s[length] != '\0'; length++)
		if (s[length] <= ' ' || s[length] >= 0x7f)
			return false;
	return length > 0;
}

static struct vl_status check_http(const struct health_config *c)
{
	if (!is_word(c->method) || !is_word(c->url) || c->url[0] != '/' || (c->host != NULL && !is_word(c->host)))
		return vl_refuse(VL_INVALID, "health method, url, host: words without spaces, the URL from its `/' on");
	if (strlen(c->method) + strlen(c->url) + (c->host != NULL ? strlen(c->host) : 0) > HEALTH_REQUEST - 64)
		return vl_refuse(VL_INVALID, "health request: longer than %d bytes", HEALTH_REQUEST - 64);
	if (c->status_count > HEALTH_STATUS_RANGES)
		return vl_refuse(VL_INVALID, "health status: more than %d ranges", HEALTH_STATUS_RANGES);
	for (size_t i = 0; i < c->status_count; i++)
		if (c->status[i].first < 100 || c->status[i].last > 599 || c->status[i].first > c->status[i].last)
			return vl_refuse(VL_INVALID, "health status: `%u-%u' is not a range within 100-599",
					 c->status[i].first, c->status[i].last);
	if (c->pattern == NULL)
		return vl_status_ok();
	if (c->pattern[0] == '\0' || strlen(c->pattern) > HEALTH_PATTERN)
		return vl_refuse(VL_INVALID, "health pattern: 1 to %d bytes", HEALTH_PATTERN);
	if (strcmp(c->method, "HEAD") == 0)
		return vl_refuse(VL_INVALID, "health pattern: an answer to HEAD has no body; use GET");
	return vl_status_ok();
}

/* RFC 1035 2.3.4: labels of 1-63 bytes, 255 in all; "." is the root. */
static struct vl_status check_query(const char *name)
{
	size_t label = 0, length = strlen(name);
	bool bad = length == 0 || length > 253;

	if (strcmp(name, ".") == 0)
		return vl_status_ok();
	for (const char *p = name; *p != '\0' && !bad; p++) {
		bool ends = *p == '.';
		bad = (ends && label == 0) || *p <= ' ' || *p >= 0x7f || (!ends && label == 63);
		label = ends ? 0 : label + 1;
	}
	if (bad)
		return vl_refuse(VL_INVALID, "health query: not a domain name");
	return vl_status_ok();
}

struct vl_status health_check_config(const struct health_config *config)
{
	struct health_config c = *config;

	if ((unsigned)c.kind >= HEALTH_KIND_COUNT)
		return vl_refuse(VL_INVALID, "health: no such check");
	if ((unsigned)c.profile > HEALTH_KEEPALIVED)
		return vl_refuse(VL_INVALID, "health: no such profile");
	if (c.kind == HEALTH_NONE)
		return vl_status_ok();
	health_resolve(&c);
	if (c.interval < 10 * VL_MS || c.timeout < VL_MS || c.fast_interval < 10 * VL_MS || c.down_interval < 10 * VL_MS)
		return vl_refuse(VL_INVALID, "health: intervals are at least 10 ms, timeouts 1 ms");
	if (c.rise > RISE_MOST || c.fall > RISE_MOST)
		return vl_refuse(VL_INVALID, "health rise, fall: 1-%d", RISE_MOST);
	struct vl_status s = c.profile == HEALTH_KEMP ? check_kemp(&c) : vl_status_ok();
	if (vl_ok(&s) && is_http(c.kind))
		s = check_http(&c);
	if (vl_ok(&s) && c.kind == HEALTH_DNS)
		s = check_query(c.query);
	return s;
}
