// SPDX-License-Identifier: BSD-2-Clause
/* Who speaks for an ID, of whatever protocol, in one form for every output. */
#include <string.h>

#include "probes/scan.h"

/* VRRP and CARP on one ID share a list; the others have one of their own. */
static const struct conflict_speaker *next_speaker(const struct scan *s, const struct scan_id *id, uint16_t *at)
{
	const struct conflict_speaker *speaker;
	uint16_t next = *at == CONFLICT_NONE ? id->group->first_speaker : conflict_speaker_at(s->judge, *at)->next;

	while ((speaker = conflict_speaker_at(s->judge, next)) != NULL) {
		*at = next;
		if (speaker->class == id->class)
			return speaker;
		next = speaker->next;
	}
	return NULL;
}

static const char *vrrp_auth_word(const struct conflict_speaker *speaker)
{
	switch (speaker->auth_type) {
	case VRRP_AUTH_NONE:
		return speaker->hmac_trailer ? "keepalived-hmac" : "none";
	case VRRP_AUTH_TEXT:
		return "text";
	case VRRP_AUTH_AH:
		return "ah";
	case VRRP_AUTH_CISCO_MD5:
		return "cisco-md5";
	default:
		return "unknown";
	}
}

static const char *fhrp_auth_word(uint8_t auth)
{
	static const char *const word[] = {"none", "text", "md5", "md5-chain", "unknown"};

	return word[auth];
}

static void fill_speaker(struct scan_sender *out, const struct scan *s, const struct conflict_speaker *speaker)
{
	static const char *const form[] = {"wrong", "message", "pseudo-header"};
	bool is_carp = speaker->class == FINDING_CARP;

	*out = (struct scan_sender){
		.ip = speaker->ip,
		.mac = speaker->mac,
		.protocol = is_carp ? "carp"
			    : speaker->versions == (1u << 2 | 1u << 3) ? "vrrp23"
			    : speaker->version == 2 ? "vrrp2" : "vrrp3",
		.has_version = !is_carp,
		.version = speaker->version,
		.has_priority = true,
		.priority = is_carp ? speaker->advskew : speaker->priority,
		.priority_mark = is_carp ? "s" : "",
		.advbase = speaker->advbase,
		.interval = speaker->interval,
		.measured = speaker->gap_count > 0 ? speaker->gap_sum / speaker->gap_count : 0,
		.hidden = is_carp,
		.auth = is_carp ? NULL : vrrp_auth_word(speaker),
		.checksum = is_carp ? NULL : form[speaker->checksum_form],
		.ttl = speaker->ttl,
		.count = speaker->count + speaker->bad,
		.first = speaker->first,
		.last = speaker->last,
	};
	out->address = conflict_addresses(s->judge, speaker, &out->address_count);
}

static void fill_fhrp(struct scan_sender *out, const struct scan_id *id, const struct fhrp_speaker *speaker)
{
	bool is_router = id->class == FINDING_HSRP || id->class == FINDING_HSRP2 || id->class == FINDING_GLBP;

	*out = (struct scan_sender){
		.ip = speaker->ip,
		.mac = speaker->mac,
		.protocol = id->class == FINDING_HSRP2 ? "hsrp2" : finding_class_word(id->class),
		.has_version = id->class != FINDING_FGCP,
		.version = speaker->version,
		.has_priority = id->class != FINDING_FGCP,
		.priority = speaker->priority,
		.priority_mark = id->class == FINDING_CCP ? "m" : id->class == FINDING_NLB ? "h" : "",
		.state = is_router ? hsrp_state_word((enum hsrp_state)speaker->state) : NULL,
		.interval = speaker->interval,
		.hold = speaker->hold,
		.measured = speaker->gap_count > 0 ? speaker->gap_sum / speaker->gap_count : 0,
		.hidden = id->class == FINDING_FGCP || id->class == FINDING_CCP,
		.auth = is_router ? fhrp_auth_word(speaker->auth) : NULL,
		.ttl = speaker->ttl,
		.count = speaker->count,
		.malformed = speaker->malformed,
		.first = speaker->first,
		.last = speaker->last,
	};
	if (!ip_is_zero(&speaker->virtual_ip)) {
		out->address = &speaker->virtual_ip;
		out->address_count = 1;
	}
}

bool scan_next_sender(const struct scan *s, const struct scan_id *id, uint16_t *at, struct scan_sender *out)
{
	if (id->fhrp == NULL) {
		const struct conflict_speaker *speaker = next_speaker(s, id, at);
		if (speaker != NULL)
			fill_speaker(out, s, speaker);
		return speaker != NULL;
	}
	uint16_t next = *at == CONFLICT_NONE ? id->fhrp->first_speaker : fhrp_speaker_at(s->judge, *at)->next;
	const struct fhrp_speaker *speaker = fhrp_speaker_at(s->judge, next);
	if (speaker == NULL)
		return false;
	*at = next;
	fill_fhrp(out, id, speaker);
	return true;
}

const char *scan_protocol(const struct scan_id *id)
{
	return id->class == FINDING_HSRP2 ? "hsrp2" : finding_class_word(id->class);
}

struct mac scan_virtual_mac(const struct scan_id *id)
{
	enum ip_family family = (enum ip_family)id->place.family;

	switch (id->class) {
	case FINDING_HSRP:
		return hsrp_virtual_mac(1, family, id->place.id);
	case FINDING_HSRP2:
		return hsrp_virtual_mac(2, family, id->place.id);
	case FINDING_GLBP: /* it has several: the one that was seen */
	case FINDING_FGCP:
	case FINDING_CCP:
	case FINDING_NLB:
		return id->fhrp->mac;
	case FINDING_CARP:
		if (id->by_mac_only)
			return id->group->carp_mac;
		break;
	case FINDING_CLASS_NONE:
	case FINDING_VRRP:
	case FINDING_VRRP_AND_CARP:
		break;
	}
	return vrrp_virtual_mac(family, (uint8_t)id->place.id);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

char *scan_number(char text[SCAN_NUMBER], const struct scan_id *id)
{
	static const char *const letter[] = {[FINDING_HSRP] = "g", [FINDING_HSRP2] = "g", [FINDING_GLBP] = "g",
					     [FINDING_FGCP] = "g", [FINDING_CCP] = "c", [FINDING_NLB] = ""};

	if (!scan_is_numbered(id))
		(void)snprintf(text, SCAN_NUMBER, "-");
	else
		(void)snprintf(text, SCAN_NUMBER, "%s%u", id->fhrp != NULL ? letter[id->class] : "",
			       (unsigned)id->place.id);
	return text;
}

bool scan_is_numbered(const struct scan_id *id)
{
	return id->class != FINDING_NLB && !(id->fhrp != NULL && id->fhrp->unnumbered);
}
