// SPDX-License-Identifier: BSD-2-Clause
/* Records to the bytes of one message (RFC 8446 5.1), these to its parts (RFC 5246 7.4.1, RFC 8446 4.1, 4.2). */
#include "sim/wire/tls_reader.h"

#include <string.h>

#include "sim/base/cursor.h"

#define RECORD_HEADER 5
#define RECORD_HANDSHAKE 22
#define RECORD_MOST 16384

/* Extensions (IANA TLS ExtensionType Values). */
enum {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_SESSION_TICKET = 35,
	EXTENSION_PRE_SHARED_KEY = 41,
	EXTENSION_SUPPORTED_VERSIONS = 43,
	EXTENSION_ENCRYPTED_HELLO = 0xfe0d,
};

enum step {
	STEP_TYPE,
	STEP_SIZE,
	STEP_VERSION,
	STEP_RANDOM,
	STEP_ID_SIZE,
	STEP_ID,
	STEP_SUITES_SIZE,
	STEP_SUITES,                    /* of a server: the one and its compression method */
	STEP_METHODS_SIZE,
	STEP_METHODS,
	STEP_EXTENSIONS_SIZE,
	STEP_EXTENSION,
	STEP_EXTENSION_SIZE,
	STEP_EXTENSION_DATA,
};

static const char *const REFUSAL[] = {
#define X(constant, text) text,
	TLS_REFUSALS(X)
#undef X
};

const char *tls_refusal_text(enum tls_refusal why)
{
	return (size_t)why < sizeof REFUSAL / sizeof REFUSAL[0] ? REFUSAL[why] : "?";
}

void tls_reader_begin(struct tls_reader *r, enum tls_kind kind)
{
	*r = (struct tls_reader){.hello.kind = kind, .step = STEP_TYPE, .part_left = 1, .message_left = 4};
}

/* --- extensions -------------------------------------------------------------------------------------------- */

/* The first host name of the list (RFC 6066 3). */
static void server_name(struct tls_hello *h, struct rd in)
{
	(void)rd_be16(&in);
	uint8_t type = rd_u8(&in);
	uint16_t length = rd_be16(&in);
	const uint8_t *name = rd_bytes(&in, length);

	if (name == NULL || type != 0 || length > TLS_NAME)
		return;
	memcpy(h->name, name, length);
	h->name_length = (uint8_t)length;
}

/* RFC 8446 4.2.1: of a client a list, of a server the one chosen. */
static void supported_versions(struct tls_hello *h, struct rd in)
{
	if (h->kind == TLS_CLIENT_HELLO)
		(void)rd_u8(&in);
	while (rd_left(&in) >= 2)
		if (rd_be16(&in) == 0x0304)
			h->tls_1_3 = true;
}

static void ticket_key(struct tls_hello *h, struct rd in)
{
	const uint8_t *name = rd_bytes(&in, TLS_TICKET_KEY);

	if (name != NULL)
		memcpy(h->ticket_key, name, TLS_TICKET_KEY);
}

static void take_extension(struct tls_reader *r, uint32_t length)
{
	struct tls_hello *h = &r->hello;
	struct rd in = rd_of(r->keep, r->kept);

	switch (r->extension) {
	case EXTENSION_SERVER_NAME:
		server_name(h, in);
		break;
	case EXTENSION_SUPPORTED_VERSIONS:
		supported_versions(h, in);
		break;
	case EXTENSION_SESSION_TICKET:
		h->takes_tickets = true;
		h->ticket = (uint16_t)length;
		ticket_key(h, in);
		break;
	case EXTENSION_PRE_SHARED_KEY:
		h->pre_shared_key = true;
		rd_skip(&in, 4);        /* lengths of the identities and of the first */
		ticket_key(h, in);
		break;
	case EXTENSION_ENCRYPTED_HELLO:
		h->encrypted_hello = true;
		break;
	default:
		break;
	}
}

/* --- parts ------------------------------------------------------------------------------------------------- */

static enum tls_refusal enter(struct tls_reader *r, enum step step, uint32_t length)
{
	r->step = (uint8_t)step;
	r->part_left = length;
	r->number = 0;
	r->kept = r->extension_length = 0;
	return length <= r->message_left ? TLS_FINE : TLS_MALFORMED;
}

/* What may be the end of the message. */
static enum tls_refusal enter_or_end(struct tls_reader *r, enum step step)
{
	r->done = r->message_left == 0;
	return r->done ? TLS_FINE : enter(r, step, 2);
}

static enum tls_refusal begin_message(struct tls_reader *r)
{
	r->message_left = r->number;
	return r->number > TLS_HELLO_MOST ? TLS_TOO_LONG : enter(r, STEP_VERSION, 2);
}

static enum tls_refusal session_id(struct tls_reader *r)
{
	r->hello.session_id_length = (uint8_t)r->number;
	return r->number > TLS_SESSION_ID ? TLS_MALFORMED : enter(r, STEP_ID, r->number);
}

static enum tls_refusal part_ended(struct tls_reader *r)
{
	bool is_client = r->hello.kind == TLS_CLIENT_HELLO;
	uint32_t number = r->number;

	switch ((enum step)r->step) {
	case STEP_TYPE:
		return number == (uint32_t)r->hello.kind ? enter(r, STEP_SIZE, 3) : TLS_NOT_HELLO;
	case STEP_SIZE:
		return begin_message(r);
	case STEP_VERSION:
		r->hello.version = (uint16_t)number;
		return enter(r, STEP_RANDOM, 32);
	case STEP_RANDOM:
		return enter(r, STEP_ID_SIZE, 1);
	case STEP_ID_SIZE:
		return session_id(r);
	case STEP_ID:
		return is_client ? enter(r, STEP_SUITES_SIZE, 2) : enter(r, STEP_METHODS, 3);
	case STEP_SUITES_SIZE:
		return enter(r, STEP_SUITES, number);
	case STEP_SUITES:
		return enter(r, STEP_METHODS_SIZE, 1);
	case STEP_METHODS_SIZE:
		return enter(r, STEP_METHODS, number);
	case STEP_METHODS:
		return enter_or_end(r, STEP_EXTENSIONS_SIZE);
	case STEP_EXTENSIONS_SIZE:
		return number == r->message_left ? enter_or_end(r, STEP_EXTENSION) : TLS_MALFORMED;
	case STEP_EXTENSION:
		r->extension = (uint16_t)number;
		return enter(r, STEP_EXTENSION_SIZE, 2);
	case STEP_EXTENSION_SIZE:
		if (number == 0)
			take_extension(r, 0);
		return number == 0 ? enter_or_end(r, STEP_EXTENSION) : enter(r, STEP_EXTENSION_DATA, number);
	case STEP_EXTENSION_DATA:
		return enter_or_end(r, STEP_EXTENSION);
	}
	return TLS_MALFORMED;
}

static enum tls_refusal message_byte(struct tls_reader *r, uint8_t byte)
{
	enum tls_refusal why = TLS_FINE;

	r->message_left--;
	r->part_left--;
	r->number = r->number << 8 | byte;
	if (r->step == STEP_ID)
		r->hello.session_id[r->kept++] = byte;
	if (r->step == STEP_EXTENSION_DATA) {
		if (r->kept < sizeof r->keep)
			r->keep[r->kept++] = byte;
		r->extension_length++;
		if (r->part_left == 0)
			take_extension(r, r->extension_length);
	}
	while (r->part_left == 0 && !r->done && why == TLS_FINE)
		why = part_ended(r);
	return why;
}

/* --- records ----------------------------------------------------------------------------------------------- */

static enum tls_refusal record_byte(struct tls_reader *r, uint8_t byte)
{
	switch (r->record_header++) {
	case 0:
		return byte == RECORD_HANDSHAKE ? TLS_FINE : r->had_record ? TLS_NOT_HANDSHAKE : TLS_NOT_TLS;
	case 1:
		return byte == 3 ? TLS_FINE : TLS_NOT_TLS;
	case 2:
		return TLS_FINE;
	case 3:
		r->record_left = (uint16_t)(byte << 8);
		return TLS_FINE;
	default:
		r->record_left |= byte;
		r->had_record = true;
		return r->record_left >= 1 && r->record_left <= RECORD_MOST ? TLS_FINE : TLS_RECORD_LENGTH;
	}
}

static enum tls_refusal take_byte(struct tls_reader *r, uint8_t byte)
{
	if (r->record_header < RECORD_HEADER)
		return record_byte(r, byte);
	if (--r->record_left == 0)
		r->record_header = 0;
	return message_byte(r, byte);
}

enum tls_said tls_read(struct tls_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	size_t i = 0;

	while (i < length && !r->done && r->refused == TLS_FINE) {
		r->refused = take_byte(r, bytes[i]);
		i += r->refused == TLS_FINE;
	}
	*used = i;
	return r->refused != TLS_FINE ? TLS_READ_REFUSED : r->done ? TLS_READ_DONE : TLS_READ_MORE;
}
