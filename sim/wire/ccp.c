// SPDX-License-Identifier: BSD-2-Clause
/* Check Point CCP: a header of ten 16-bit fields, and MY_STATE behind it. */
#include "sim/wire/ccp.h"

#include <assert.h>

bool ccp_is(const uint8_t *payload, size_t length)
{
	return length >= 2 && (payload[0] << 8 | payload[1]) == CCP_MAGIC;
}

const char *ccp_opcode_word(uint16_t opcode)
{
	static const char *const word[] = {
		[CCP_MY_STATE] = "MY_STATE",
		[CCP_QUERY_STATE] = "QUERY_STATE",
		[CCP_IF_PROBE_REQUEST] = "IF_PROBE_REQ",
		[CCP_IF_PROBE_REPLY] = "IF_PROBE_RPLY",
		[CCP_IFCONF_REQUEST] = "IFCONF_REQ",
		[CCP_IFCONF_REPLY] = "IFCONF_RPLY",
		[CCP_LB_CONF] = "LB_CONF",
		[CCP_LB_CONFIRM] = "LB_CONFIRM",
		[CCP_POLICY_CHANGE] = "POLICY_CHANGE",
		[CCP_SYNC] = "SYNC",
	};

	return opcode >= CCP_MY_STATE && opcode <= CCP_SYNC ? word[opcode] : "unknown";
}

struct mac ccp_source_mac(uint8_t magic, uint8_t member)
{
	return (struct mac){{0, 0, 0, 0, magic, member}};
}

bool ccp_of_source_mac(struct mac m, uint8_t *magic, uint8_t *member)
{
	*magic = m.b[4];
	*member = m.b[5];
	return m.b[0] == 0 && m.b[1] == 0 && m.b[2] == 0 && m.b[3] == 0 && m.b[4] != 0;
}

static bool read_state(struct ccp_message *m, struct rd *in)
{
	m->member_count = rd_be16(in);
	m->report = rd_be16(in);
	m->ha_mode = rd_be16(in);
	m->time_unit_ms = rd_be16(in);
	if ((m->report & CCP_REPORTS_STATES) != 0)
		m->member_state = rd_bytes(in, m->member_count);
	m->has_state = !in->bad;
	return m->has_state;
}

bool ccp_decode(struct ccp_message *m, struct rd *in)
{
	*m = (struct ccp_message){0};
	if (rd_be16(in) != CCP_MAGIC)
		return false;
	m->version = rd_be16(in);
	m->cluster = rd_be16(in);
	m->opcode = rd_be16(in);
	m->source_interface = rd_be16(in);
	m->random_id = rd_be16(in);
	m->source_machine = rd_be16(in);
	m->destination_machine = rd_be16(in);
	m->policy = rd_be16(in);
	m->filler = rd_be16(in);
	if (in->bad || (m->opcode == CCP_MY_STATE && !read_state(m, in)))
		return false;
	m->rest_length = rd_left(in);
	m->rest = rd_bytes(in, m->rest_length);
	return true;
}

void ccp_encode(const struct ccp_message *m, struct wr *out)
{
	assert(m->has_state == (m->opcode == CCP_MY_STATE));
	wr_be16(out, CCP_MAGIC);
	wr_be16(out, m->version);
	wr_be16(out, m->cluster);
	wr_be16(out, m->opcode);
	wr_be16(out, m->source_interface);
	wr_be16(out, m->random_id);
	wr_be16(out, m->source_machine);
	wr_be16(out, m->destination_machine);
	wr_be16(out, m->policy);
	wr_be16(out, m->filler);
	if (m->has_state) {
		wr_be16(out, m->member_count);
		wr_be16(out, m->report);
		wr_be16(out, m->ha_mode);
		wr_be16(out, m->time_unit_ms);
		if ((m->report & CCP_REPORTS_STATES) != 0)
			wr_bytes(out, m->member_state, m->member_count);
	}
	wr_bytes(out, m->rest, m->rest_length);
}
