// SPDX-License-Identifier: BSD-2-Clause
/* HA updates to and from bytes. */
#include "sim/wire/ha_update.h"

#include <assert.h>

#define MAGIC UINT32_C(0x564c4841)      /* "VLHA" */

enum {
	CLIENT_V6 = 0x01,
	SERVICE_V6 = 0x02,
	SERVER_V6 = 0x04,
	LOCAL_V6 = 0x08,
	HAS_LOCAL = 0x10,
};

bool ha_update_is(const uint8_t *payload, size_t length)
{
	return length >= 4 && get_be32(payload) == MAGIC;
}

bool ha_update_decode(struct ha_update_header *h, struct rd *in)
{
	uint32_t magic = rd_be32(in);

	h->version = rd_u8(in);
	h->type = rd_u8(in);
	h->id = rd_u8(in);
	h->flags = rd_u8(in);
	h->epoch = rd_be64(in);
	h->heard = rd_be64(in);
	h->sequence = rd_be32(in);
	h->records = rd_be16(in);
	h->length = rd_be16(in);
	if (in->bad || magic != MAGIC)
		return false;
	return h->version != HA_UPDATE_VERSION || rd_left(in) == (size_t)h->length + HA_UPDATE_DIGEST;
}

void ha_update_encode(const struct ha_update_header *h, struct wr *out)
{
	wr_be32(out, MAGIC);
	wr_u8(out, h->version);
	wr_u8(out, h->type);
	wr_u8(out, h->id);
	wr_u8(out, h->flags);
	wr_be64(out, h->epoch);
	wr_be64(out, h->heard);
	wr_be32(out, h->sequence);
	wr_be16(out, h->records);
	wr_be16(out, h->length);
}

/* --- records ---------------------------------------------------------------------------------------------- */

static enum ip_family family(uint8_t families, uint8_t bit)
{
	return (families & bit) != 0 ? IP_V6 : IP_V4;
}

static void read_connection(struct ha_connection *c, uint8_t families, struct rd *in)
{
	c->protocol = rd_u8(in);
	c->state = rd_u8(in);
	c->marks = rd_u8(in);
	c->client_port = rd_be16(in);
	c->service_port = rd_be16(in);
	c->server_port = rd_be16(in);
	c->local_port = rd_be16(in);
	c->client_next = rd_be32(in);
	c->server_next = rd_be32(in);
	c->delta = rd_be32(in);
	c->idle_ms = rd_be32(in);
	c->age_ms = rd_be32(in);
	c->client = rd_ip(in, family(families, CLIENT_V6));
	c->service = rd_ip(in, family(families, SERVICE_V6));
	c->server = rd_ip(in, family(families, SERVER_V6));
	c->local = (families & HAS_LOCAL) != 0 ? rd_ip(in, family(families, LOCAL_V6)) : (struct ip_addr){.family = IP_NONE};
}

static void read_end(struct ha_end *e, uint8_t families, struct rd *in)
{
	e->protocol = rd_u8(in);
	e->why = rd_u8(in);
	rd_skip(in, 1);
	e->client_port = rd_be16(in);
	e->service_port = rd_be16(in);
	e->client = rd_ip(in, family(families, CLIENT_V6));
	e->service = rd_ip(in, family(families, SERVICE_V6));
}

static void read_entry(struct ha_entry *e, uint8_t families, struct rd *in)
{
	e->protocol = rd_u8(in);
	e->key_length = rd_u8(in);
	rd_skip(in, 1);
	e->service_port = rd_be16(in);
	e->left_ms = rd_be32(in);
	e->service = rd_ip(in, family(families, SERVICE_V6));
	e->server = rd_ip(in, family(families, SERVER_V6));
	if (e->key_length == 0 || e->key_length > HA_UPDATE_KEY) {
		in->bad = true;
		return;
	}
	const uint8_t *key = rd_bytes(in, e->key_length);
	if (key != NULL)
		memcpy(e->key, key, e->key_length);
}

bool ha_record_decode(struct ha_record *r, struct rd *in)
{
	*r = (struct ha_record){.kind = rd_u8(in)};
	uint8_t length = rd_u8(in);

	if (in->bad || length < 2) {
		in->bad = true;
		return false;
	}
	struct rd body = rd_sub(in, length - 2u);
	switch (r->kind) {
	case HA_RECORD_CONNECTION:
		read_connection(&r->connection, rd_u8(&body), &body);
		break;
	case HA_RECORD_END:
		read_end(&r->end, rd_u8(&body), &body);
		break;
	case HA_RECORD_ENTRY:
		read_entry(&r->entry, rd_u8(&body), &body);
		break;
	default:
		return !body.bad;
	}
	return !body.bad && rd_left(&body) == 0;
}

static uint8_t bit_of(const struct ip_addr *a, uint8_t bit)
{
	return a->family == IP_V6 ? bit : 0;
}

static void write_connection(const struct ha_connection *c, struct wr *out)
{
	bool local = c->local.family != IP_NONE;

	wr_u8(out, (uint8_t)(bit_of(&c->client, CLIENT_V6) | bit_of(&c->service, SERVICE_V6) |
			     bit_of(&c->server, SERVER_V6) | bit_of(&c->local, LOCAL_V6) | (local ? HAS_LOCAL : 0)));
	wr_u8(out, c->protocol);
	wr_u8(out, c->state);
	wr_u8(out, c->marks);
	wr_be16(out, c->client_port);
	wr_be16(out, c->service_port);
	wr_be16(out, c->server_port);
	wr_be16(out, c->local_port);
	wr_be32(out, c->client_next);
	wr_be32(out, c->server_next);
	wr_be32(out, c->delta);
	wr_be32(out, c->idle_ms);
	wr_be32(out, c->age_ms);
	wr_ip(out, &c->client);
	wr_ip(out, &c->service);
	wr_ip(out, &c->server);
	if (local)
		wr_ip(out, &c->local);
}

static void write_end(const struct ha_end *e, struct wr *out)
{
	wr_u8(out, (uint8_t)(bit_of(&e->client, CLIENT_V6) | bit_of(&e->service, SERVICE_V6)));
	wr_u8(out, e->protocol);
	wr_u8(out, e->why);
	wr_u8(out, 0);
	wr_be16(out, e->client_port);
	wr_be16(out, e->service_port);
	wr_ip(out, &e->client);
	wr_ip(out, &e->service);
}

static void write_entry(const struct ha_entry *e, struct wr *out)
{
	wr_u8(out, (uint8_t)(bit_of(&e->service, SERVICE_V6) | bit_of(&e->server, SERVER_V6)));
	wr_u8(out, e->protocol);
	wr_u8(out, e->key_length);
	wr_u8(out, 0);
	wr_be16(out, e->service_port);
	wr_be32(out, e->left_ms);
	wr_ip(out, &e->service);
	wr_ip(out, &e->server);
	wr_bytes(out, e->key, e->key_length);
}

void ha_record_encode(const struct ha_record *r, struct wr *out)
{
	uint8_t *start = wr_room(out, 2);

	switch ((enum ha_record_kind)r->kind) {
	case HA_RECORD_CONNECTION:
		write_connection(&r->connection, out);
		break;
	case HA_RECORD_END:
		write_end(&r->end, out);
		break;
	case HA_RECORD_ENTRY:
		write_entry(&r->entry, out);
		break;
	}
	if (out->bad)
		return;
	assert(out->at - start <= HA_UPDATE_RECORD);
	start[0] = r->kind;
	start[1] = (uint8_t)(out->at - start);
}

const char *ha_update_type_word(uint8_t type)
{
	static const char *const word[] = {[HA_UPDATE_HELLO] = "hello", [HA_UPDATE_UPDATES] = "updates", [HA_UPDATE_COPY] = "copy"};

	return type >= HA_UPDATE_HELLO && type <= HA_UPDATE_COPY ? word[type] : "unknown";
}
