// SPDX-License-Identifier: BSD-2-Clause
/* The messages of handshakes (RFC 5246 7.4, RFC 8446 4, RFC 5077 3, MS-RDPBCGR 2.2.1). What would be encrypted, signed or
 * random is filler. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/hosts/talk_parts.h"
#include "sim/hosts/talk_tls_parts.h"

#define FLIGHT 2560                     /* the longest message or flight */
#define TICKET 176                      /* bytes, as OpenSSL's without a client's certificate */
#define POINT 65                        /* of P-256, not compressed */
#define HYBRID_SHARE 1216               /* X25519MLKEM768 */

/* Self-signed, P-256, CN=example.org; its key was thrown away. */
static const uint8_t CERTIFICATE[] = {
	0x30, 0x82, 0x01, 0x15, 0x30, 0x81, 0xbc, 0x02, 0x01, 0x01, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
	0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x30, 0x16, 0x31, 0x14, 0x30, 0x12, 0x06, 0x03, 0x55, 0x04,
	0x03, 0x0c, 0x0b, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x30, 0x20,
	0x17, 0x0d, 0x32, 0x36, 0x31, 0x32, 0x30, 0x31, 0x30, 0x35, 0x33, 0x31, 0x31, 0x39, 0x5a, 0x18,
	0x0f, 0x32, 0x31, 0x32, 0x36, 0x31, 0x31, 0x30, 0x37, 0x30, 0x35, 0x33, 0x31, 0x31, 0x39, 0x5a,
	0x30, 0x16, 0x31, 0x14, 0x30, 0x12, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x0b, 0x65, 0x78, 0x61,
	0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86,
	0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03,
	0x42, 0x00, 0x04, 0xb9, 0xe3, 0xc4, 0xb0, 0x96, 0x2e, 0xb8, 0x77, 0x2d, 0x9a, 0x21, 0x69, 0x0a,
	0xeb, 0xc2, 0x85, 0xbe, 0xfa, 0x73, 0x25, 0xe1, 0x6d, 0xa4, 0x4d, 0x8b, 0xb1, 0x70, 0xd6, 0x42,
	0x15, 0xad, 0xe9, 0x1d, 0xf6, 0x06, 0xd3, 0xe4, 0x74, 0x00, 0x55, 0x13, 0x84, 0xdb, 0x87, 0xff,
	0xc2, 0xc8, 0x05, 0xc9, 0x75, 0x79, 0x83, 0xf5, 0x8b, 0xfa, 0x0c, 0x39, 0x5e, 0x4f, 0xb0, 0xd3,
	0x1a, 0x50, 0x49, 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x03,
	0x48, 0x00, 0x30, 0x45, 0x02, 0x21, 0x00, 0xea, 0xd6, 0xe2, 0x18, 0x90, 0xb4, 0xbc, 0xbb, 0xa6,
	0x61, 0x47, 0x50, 0x7a, 0x45, 0x13, 0xb1, 0xb3, 0x5b, 0x8e, 0x08, 0xb4, 0xb2, 0xe5, 0x62, 0x1f,
	0x00, 0x8b, 0xe2, 0xa6, 0x88, 0x30, 0xdf, 0x02, 0x20, 0x3a, 0x81, 0xde, 0x20, 0x8c, 0xe6, 0x7a,
	0x20, 0x87, 0xdd, 0x3b, 0x61, 0xca, 0x51, 0x1b, 0x53, 0xee, 0xee, 0x43, 0x69, 0x68, 0x88, 0x66,
	0x9d, 0x54, 0xcf, 0xd6, 0xd4, 0xa0, 0x1b, 0x6c, 0x4e,
};

/* --- parts ------------------------------------------------------------------------------------------------------- */

static void filler(struct wr *w, size_t n, uint64_t secret, const char *purpose)
{
	uint8_t *at = wr_room(w, n);

	if (at != NULL)
		talk_filler(at, n, secret, purpose);
}

/* Something with its length, of 2 bytes, before it: where it begins. */
static uint8_t *open16(struct wr *w)
{
	return wr_room(w, 2);
}

static void close16(const struct wr *w, uint8_t *at)
{
	if (!w->bad)
		put_be16(at, (uint16_t)(w->at - at - 2));
}

static uint8_t *open_record(struct wr *w, uint8_t type)
{
	wr_u8(w, type);
	wr_be16(w, 0x0303);
	return open16(w);
}

/* A handshake message in a record of its own. */
struct handshake {
	uint8_t *record, *length;
};

static struct handshake open_message(struct wr *w, uint8_t type)
{
	struct handshake m = {.record = open_record(w, 22)};

	wr_u8(w, type);
	wr_u8(w, 0);
	m.length = open16(w);
	return m;
}

static void close_message(const struct wr *w, struct handshake m)
{
	close16(w, m.length);
	close16(w, m.record);
}

static void change_cipher_spec(struct wr *w)
{
	wr_bytes(w, (const uint8_t[]){20, 3, 3, 0, 1, 1}, 6);
}

static void encrypted(struct wr *w, uint8_t type, size_t length, uint64_t nonce, const char *purpose)
{
	uint8_t *record = open_record(w, type);

	filler(w, length, nonce, purpose);
	close16(w, record);
}

static void point(struct wr *w, uint64_t nonce)
{
	wr_u8(w, 4);
	filler(w, POINT - 1, nonce, "point");
}

static void ticket_bytes(struct wr *w, const uint8_t start[TALK_SESSION_KEPT])
{
	wr_bytes(w, start, TALK_SESSION_KEPT);
	filler(w, TICKET - TALK_SESSION_KEPT, (uint64_t)get_be32(start + TALK_TICKET_NAME) << 32 |
						      get_be32(start + TALK_TICKET_NAME + 4), "sealed");
}

static void new_ticket_start(uint8_t start[TALK_SESSION_KEPT], uint64_t secret, uint64_t nonce)
{
	talk_filler(start, TALK_TICKET_NAME, secret, "ticket key");
	talk_filler(start + TALK_TICKET_NAME, TALK_SESSION_KEPT - TALK_TICKET_NAME, nonce, "ticket");
}

/* --- the client's ------------------------------------------------------------------------------------------------ */

static void server_name(struct wr *w, const char *host)
{
	size_t n = strlen(host);

	wr_be16(w, 0);
	wr_be16(w, (uint16_t)(n + 5));
	wr_be16(w, (uint16_t)(n + 3));
	wr_u8(w, 0);
	wr_be16(w, (uint16_t)n);
	wr_bytes(w, host, n);
}

static void session_ticket(struct wr *w, const struct talk_session *offered)
{
	wr_be16(w, 35);
	uint8_t *length = open16(w);
	if (offered->how == TALK_OLD_TICKET)
		ticket_bytes(w, offered->bytes);
	close16(w, length);
}

static void pre_shared_key(struct wr *w, const struct talk_shake *k)
{
	wr_be16(w, 41);
	uint8_t *length = open16(w), *identities = open16(w), *identity = open16(w);
	ticket_bytes(w, k->offered.bytes);
	close16(w, identity);
	filler(w, 4, k->nonce, "age");
	close16(w, identities);
	wr_be16(w, 33);
	wr_u8(w, 32);
	filler(w, 32, k->nonce, "binder");
	close16(w, length);
}

static void extensions_of_1_3(struct wr *w, const struct talk_shake *k)
{
	wr_bytes(w, (const uint8_t[]){0, 43, 0, 5, 4, 3, 4, 3, 3}, 9);          /* supported_versions: 1.3, 1.2 */
	wr_bytes(w, (const uint8_t[]){0, 45, 0, 2, 1, 1}, 6);                   /* psk_key_exchange_modes */
	wr_be16(w, 51);
	uint8_t *length = open16(w), *shares = open16(w);
	wr_be16(w, 0x11ec);
	wr_be16(w, HYBRID_SHARE);
	filler(w, HYBRID_SHARE, k->nonce, "hybrid");
	wr_be16(w, 29);
	wr_be16(w, 32);
	filler(w, 32, k->nonce, "share");
	close16(w, shares);
	close16(w, length);
	if (k->offered.how == TALK_OLD_PSK)
		pre_shared_key(w, k);   /* the last one (RFC 8446 4.2.11) */
}

static void client_extensions(struct wr *w, const struct talk_shake *k, const struct talk_tls_client *c)
{
	uint8_t *length = open16(w);

	if (c->host != NULL)
		server_name(w, c->host);
	wr_bytes(w, (const uint8_t[]){0, 23, 0, 0}, 4);                         /* extended_master_secret */
	wr_bytes(w, (const uint8_t[]){0xff, 1, 0, 1, 0}, 5);                    /* renegotiation_info */
	if (c->tls_1_3)
		wr_bytes(w, (const uint8_t[]){0, 10, 0, 8, 0, 6, 0x11, 0xec, 0, 29, 0, 23}, 12); /* supported_groups */
	else
		wr_bytes(w, (const uint8_t[]){0, 10, 0, 6, 0, 4, 0, 29, 0, 23}, 10);
	wr_bytes(w, (const uint8_t[]){0, 11, 0, 2, 1, 0}, 6);                   /* ec_point_formats */
	wr_bytes(w, (const uint8_t[]){0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1}, 12);/* signature_algorithms */
	if (c->takes_tickets)
		session_ticket(w, &k->offered);
	if (c->tls_1_3)
		extensions_of_1_3(w, k);
	close16(w, length);
}

static void client_id(struct wr *w, const struct talk_shake *k, const struct talk_tls_client *c)
{
	uint8_t id[TLS_SESSION_ID];

	if (k->offered.how == TALK_OLD_ID) {
		wr_u8(w, k->offered.length);
		wr_bytes(w, k->offered.bytes, k->offered.length);
	} else if (k->offered.how == TALK_OLD_TICKET || c->tls_1_3) {
		wr_u8(w, TLS_SESSION_ID);
		if (k->offered.how == TALK_OLD_TICKET)
			talk_ticket_id(&k->offered, id);
		else
			talk_filler(id, sizeof id, k->nonce, "compatible");     /* RFC 8446 D.4 */
		wr_bytes(w, id, sizeof id);
	} else {
		wr_u8(w, 0);
	}
}

static void client_hello(struct wr *w, const struct talk_shake *k, const struct talk_tls_client *c)
{
	struct handshake m = open_message(w, TLS_CLIENT_HELLO);

	wr_be16(w, 0x0303);
	filler(w, 32, k->nonce, "random");
	client_id(w, k, c);
	if (c->tls_1_3)
		wr_bytes(w, (const uint8_t[]){0, 10, 0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2b, 0xc0, 0x2c}, 12);
	else
		wr_bytes(w, (const uint8_t[]){0, 4, 0xc0, 0x2b, 0xc0, 0x2c}, 6);
	wr_be16(w, 0x0100);             /* no compression */
	client_extensions(w, k, c);
	close_message(w, m);
}

/* MS-RDPBCGR 2.2.1.1: TPKT, X.224, a cookie with the login, the security that the client knows (TLS and CredSSP). */
static void connection_request(struct wr *w, uint32_t who)
{
	char cookie[64];

	(void)snprintf(cookie, sizeof cookie, "Cookie: mstshash=u%08u\r\n", (unsigned)(who % 100000000));
	size_t n = strlen(cookie);
	wr_be16(w, 0x0300);
	wr_be16(w, (uint16_t)(4 + 7 + n + 8));
	wr_u8(w, (uint8_t)(6 + n + 8));
	wr_u8(w, 0xe0);
	wr_zero(w, 5);
	wr_bytes(w, cookie, n);
	wr_bytes(w, (const uint8_t[]){1, 0, 8, 0, 3, 0, 0, 0}, 8);
}

static void client_exchange(struct wr *w, const struct talk_shake *k)
{
	struct handshake m = open_message(w, 16);

	wr_u8(w, POINT);
	point(w, k->nonce);
	close_message(w, m);
	change_cipher_spec(w);
	encrypted(w, 22, 40, k->nonce, "finished");
}

static size_t message(const struct talk_shake *k, const struct talk_tls_client *c, uint32_t who, uint8_t to[FLIGHT])
{
	struct wr w = wr_of(to, FLIGHT);

	switch ((enum talk_step)k->step) {
	case STEP_RDP:
		connection_request(&w, who);
		break;
	case STEP_HELLO:
		client_hello(&w, k, c);
		break;
	case STEP_EXCHANGE:
		client_exchange(&w, k);
		break;
	case STEP_PREFIX:
		change_cipher_spec(&w);
		encrypted(&w, k->tls_1_3 ? 23 : 22, k->tls_1_3 ? 53 : 40, k->nonce, "finished");
		break;
	case STEP_OPEN:
	case STEP_FAILED:
		break;
	}
	assert(!w.bad);
	return wr_length(&w);
}

uint32_t talk_shake_length(const struct talk_shake *k, const struct talk_tls_client *c, uint32_t who)
{
	uint8_t bytes[FLIGHT];

	return (uint32_t)message(k, c, who, bytes);
}

void talk_shake_write(const struct talk_shake *k, const struct talk_tls_client *c, uint32_t who, uint64_t offset, uint8_t *to,
		      size_t length)
{
	uint8_t bytes[FLIGHT];

	talk_copy(bytes, message(k, c, who, bytes), 0, offset, to, length);
}

/* --- the server's ------------------------------------------------------------------------------------------------- */

static void server_hello(struct wr *w, const struct talk_shake *k)
{
	struct handshake m = open_message(w, TLS_SERVER_HELLO);

	wr_be16(w, 0x0303);
	filler(w, 32, k->nonce, "random");
	wr_u8(w, k->id_length);
	wr_bytes(w, k->id, k->id_length);
	wr_be16(w, k->tls_1_3 ? 0x1301 : 0xc02b);
	wr_u8(w, 0);
	uint8_t *length = open16(w);
	if (k->tls_1_3) {
		wr_bytes(w, (const uint8_t[]){0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32}, 14);
		filler(w, 32, k->nonce, "share");
		if (k->resumed == TALK_OLD_PSK)
			wr_bytes(w, (const uint8_t[]){0, 41, 0, 2, 0, 0}, 6);
	} else {
		wr_bytes(w, (const uint8_t[]){0, 23, 0, 0, 0xff, 1, 0, 1, 0, 0, 11, 0, 2, 1, 0}, 15);
		if (k->gives_ticket && k->resumed == TALK_FULL)
			wr_bytes(w, (const uint8_t[]){0, 35, 0, 0}, 4);
	}
	close16(w, length);
	close_message(w, m);
}

static void certificate(struct wr *w)
{
	struct handshake m = open_message(w, 11);

	wr_u8(w, 0);
	wr_be16(w, sizeof CERTIFICATE + 3);
	wr_u8(w, 0);
	wr_be16(w, sizeof CERTIFICATE);
	wr_bytes(w, CERTIFICATE, sizeof CERTIFICATE);
	close_message(w, m);
}

static void server_exchange(struct wr *w, const struct talk_shake *k)
{
	struct handshake m = open_message(w, 12);

	wr_bytes(w, (const uint8_t[]){3, 0, 23, POINT}, 4);
	point(w, k->nonce);
	wr_be16(w, 0x0403);
	wr_be16(w, 71);
	filler(w, 71, k->nonce, "signature");
	close_message(w, m);
	close_message(w, open_message(w, 14));
}

static void hello_answer(struct wr *w, const struct talk_shake *k)
{
	server_hello(w, k);
	if (!k->tls_1_3 && k->resumed == TALK_FULL) {
		certificate(w);
		server_exchange(w, k);
		return;
	}
	change_cipher_spec(w);
	if (k->tls_1_3)         /* EncryptedExtensions, [Certificate, CertificateVerify,] Finished */
		encrypted(w, 23, 42 + 17 + (k->resumed == TALK_FULL ? sizeof CERTIFICATE + 92 : 0), k->nonce, "flight");
	else
		encrypted(w, 22, 40, k->nonce, "finished");
}

static void finished_answer(struct wr *w, const struct talk_shake *k, const struct talk_tls_server *s)
{
	uint8_t start[TALK_SESSION_KEPT];

	new_ticket_start(start, s->ticket_secret, k->nonce);
	if (k->tls_1_3) {
		uint8_t *record = open_record(w, 23);
		ticket_bytes(w, start);
		filler(w, 42, k->nonce, "tag");
		close16(w, record);
		return;
	}
	if (k->gives_ticket) {
		struct handshake m = open_message(w, 4);
		wr_be32(w, 7200);       /* lifetime, s */
		uint8_t *length = open16(w);
		ticket_bytes(w, start);
		close16(w, length);
		close_message(w, m);
	}
	change_cipher_spec(w);
	encrypted(w, 22, 40, k->nonce, "finished");
}

static size_t answer(const struct talk_shake *k, const struct talk_tls_server *s, enum talk_shake_ask ask, uint8_t to[FLIGHT])
{
	struct wr w = wr_of(to, FLIGHT);

	if (ask == TALK_ASKS_CONNECTION)        /* MS-RDPBCGR 2.2.1.2: TLS it is */
		wr_bytes(&w, (const uint8_t[]){3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0}, 19);
	else if (ask == TALK_ASKS_HELLO)
		hello_answer(&w, k);
	else if (ask == TALK_ASKS_FINISHED)
		finished_answer(&w, k, s);
	else
		wr_bytes(&w, (const uint8_t[]){21, 3, 3, 0, 2, 2, 40}, 7);      /* fatal: handshake_failure */
	assert(!w.bad);
	return wr_length(&w);
}

uint32_t talk_shake_answer_length(const struct talk_shake *k, const struct talk_tls_server *s, enum talk_shake_ask ask)
{
	uint8_t bytes[FLIGHT];

	return (uint32_t)answer(k, s, ask, bytes);
}

void talk_shake_answer_write(const struct talk_shake *k, const struct talk_tls_server *s, enum talk_shake_ask ask, uint64_t offset,
			     uint8_t *to, size_t length)
{
	uint8_t bytes[FLIGHT];

	talk_copy(bytes, answer(k, s, ask, bytes), 0, offset, to, length);
}
