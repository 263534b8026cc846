// SPDX-License-Identifier: BSD-2-Clause
#include "sim/balancer/rdp_request.h"

#include "sim/base/cursor.h"

#define TPKT_HEADER 4
#define X224_REQUEST 0xe0
#define X224_FIXED 7                    /* bytes before the text: length, code, two references, class */

/* Digits up to a mark, which is taken, too. */
static bool number(struct rd *in, uint8_t mark, uint64_t most, uint64_t *value)
{
	size_t digits = 0;

	*value = 0;
	for (uint8_t byte; (byte = rd_u8(in)) != mark; digits++) {
		if (in->bad || byte < '0' || byte > '9' || digits == 10)
			return false;
		*value = *value * 10 + (uint64_t)(byte - '0');
	}
	return digits > 0 && *value <= most;
}

static void token(struct rdp_request *r, const uint8_t *text, size_t length)
{
	struct rd in = rd_of(text, length);
	uint64_t address, port;

	if (!number(&in, '.', UINT32_MAX, &address) || !number(&in, '.', UINT16_MAX, &port))
		return;
	r->has_token = true;
	r->server = ip4((uint8_t)address, (uint8_t)(address >> 8), (uint8_t)(address >> 16), (uint8_t)(address >> 24));
	r->port = (uint16_t)(port >> 8 | port << 8);
}

/* The line is ended by CR LF; what follows it is the negotiation. */
static void line(struct rdp_request *r, const uint8_t *text, size_t length)
{
	static const char USER[] = "Cookie: mstshash=", TOKEN[] = "Cookie: msts=";
	const uint8_t *end = memchr(text, '\r', length);

	if (end == NULL)
		return;
	length = (size_t)(end - text);
	if (length > sizeof USER - 1 && memcmp(text, USER, sizeof USER - 1) == 0) {
		r->user = text + sizeof USER - 1;
		r->user_length = length - (sizeof USER - 1);
	} else if (length > sizeof TOKEN - 1 && memcmp(text, TOKEN, sizeof TOKEN - 1) == 0) {
		token(r, text + sizeof TOKEN - 1, length - (sizeof TOKEN - 1));
	}
}

enum rdp_said rdp_read(const uint8_t *bytes, size_t length, struct rdp_request *r)
{
	struct rd in = rd_of(bytes, length);

	*r = (struct rdp_request){.user = NULL};
	if (length > 0 && bytes[0] != 3)
		return RDP_READ_NONE;
	rd_skip(&in, 2);
	uint16_t size = rd_be16(&in);
	if (in.bad)
		return RDP_READ_MORE;
	if (size < TPKT_HEADER + X224_FIXED || size > RDP_REQUEST_MOST)
		return RDP_READ_NONE;
	if (length < size)
		return RDP_READ_MORE;
	rd_skip(&in, 1);
	if ((rd_u8(&in) & 0xf0) != X224_REQUEST)
		return RDP_READ_NONE;
	line(r, bytes + TPKT_HEADER + X224_FIXED, (size_t)size - (TPKT_HEADER + X224_FIXED));
	return RDP_READ_DONE;
}
