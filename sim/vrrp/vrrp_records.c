// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vrrp/vrrp_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {VRRP_STATES(X)};
static const char *const REASON_TEXT[] = {VRRP_REASONS(X)};
static const char *const DROP_TEXT[] = {VRRP_DROPS(X)};
static const char *const NOTE_TEXT[] = {VRRP_NOTES(X)};
#undef X

const char *vrrp_state_text(enum vrrp_state state)
{
	assert((unsigned)state < VRRP_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *vrrp_reason_text(enum vrrp_reason why)
{
	assert((unsigned)why < VRRP_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *vrrp_drop_text(enum vrrp_drop why)
{
	assert((unsigned)why < VRRP_DROP_COUNT);
	return DROP_TEXT[why];
}

const char *vrrp_note_text(enum vrrp_note note)
{
	assert((unsigned)note < VRRP_NOTE_COUNT);
	return NOTE_TEXT[note];
}

const char *vrrp_family_text(enum ip_family family)
{
	return family == IP_V6 ? "ipv6" : "ipv4";
}

#define WHO {"vrid", VALUE_NUMBER}, {"family", VALUE_WORD}, {"interface", VALUE_WORD}

const struct record_kind VRRP_STATE_KIND = {
	.name = "vrrp.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to} ({why}), priority {priority}",
	.field = {WHO,
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"priority", VALUE_NUMBER},
		  {"sender", VALUE_IP}},
};

const struct record_kind VRRP_DROP_KIND = {
	.name = "vrrp.drop",
	.level = RECORD_TRACE,
	.text = "packet from {sender} ({mac}) with priority {priority} dropped: {why}",
	.field = {WHO,
		  {"why", VALUE_WORD},
		  {"sender", VALUE_IP},
		  {"mac", VALUE_MAC},
		  {"priority", VALUE_NUMBER}},
};

const struct record_kind VRRP_WARNING_KIND = {
	.name = "vrrp.warning",
	.level = RECORD_WARN,
	.text = "{what}: {sender} ({mac})",
	.field = {WHO, {"what", VALUE_WORD}, {"sender", VALUE_IP}, {"mac", VALUE_MAC}},
};

const struct record_kind VRRP_LEARNED_KIND = {
	.name = "vrrp.learned",
	.level = RECORD_INFO,
	.text = "interval of the Active {sender}: {old} s -> {new} s",
	.field = {WHO, {"old", VALUE_TIME}, {"new", VALUE_TIME}, {"sender", VALUE_IP}},
};

const struct record_kind VRRP_TRACK_KIND = {
	.name = "vrrp.track",
	.level = RECORD_NOTICE,
	.text = "tracked object {object} up {up}, priority now {priority}",
	.field = {WHO, {"object", VALUE_WORD}, {"up", VALUE_FLAG}, {"priority", VALUE_NUMBER}},
};
