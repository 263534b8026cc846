// SPDX-License-Identifier: BSD-2-Clause
/* Virtual MACs of HSRP, GLBP and FGCP in ordinary traffic: a group is there, though not who has it. */
#include "analyzers/fhrp_state.h"

/* The group that a MAC belongs to. False: none. */
static bool read_mac(struct fhrp_key *key, struct mac mac, bool is_ipv6)
{
	enum ip_family family;
	uint16_t group;
	uint8_t part;
	uint8_t version = hsrp_of_virtual_mac(mac, &family, &group);

	if (version != 0) {
		key->class = version == 1 ? FINDING_HSRP : FINDING_HSRP2;
	} else if (glbp_of_virtual_mac(mac, &group, &part)) {
		key->class = FINDING_GLBP;
		family = is_ipv6 ? IP_V6 : IP_V4; /* one MAC for both */
	} else if (fgcp_of_virtual_mac(mac, &group, &part)) {
		key->class = FINDING_FGCP;
		family = IP_NONE;
	} else {
		return false;
	}
	key->place.family = (uint8_t)family;
	key->place.id = group;
	return true;
}

void fhrp_note_mac(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place, struct mac mac)
{
	struct fhrp_key key = {.place = place};

	if (!read_mac(&key, mac, f->packet->network == NETWORK_IPV6))
		return;
	struct fhrp_group *g = fhrp_group_get(j, &key, true);
	if (g == NULL)
		return;
	g->seen_by_mac = true;
	g->mac = mac;
	g->last = f->at;
	if (g->messages == 0)
		(void)fhrp_note_group(j, f, g, NULL);
}

bool fhrp_is_notable(const uint8_t mac[6])
{
	struct fhrp_key key;
	struct mac m;

	if (mac[0] != 0x00 && mac[0] != 0xe0)
		return false; /* nearly all */
	memcpy(m.b, mac, sizeof m.b);
	return read_mac(&key, m, false);
}
