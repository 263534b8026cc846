// SPDX-License-Identifier: BSD-2-Clause
/*
 * What authentication remembers between packets: sequence numbers sent and seen. Lost when the box restarts.
 */
#ifndef VL_VRRP_VRRP_AUTH_STATE_H
#define VL_VRRP_VRRP_AUTH_STATE_H

#include "sim/base/addr.h"

#define VRRP_REPLAY_SENDERS 4           /* of auth_hmac, as keepalived: the least recently heard is forgotten */

struct vrrp_replay {
	struct ip_addr sender;
	uint64_t sequence;              /* the highest accepted */
	uint64_t used;                  /* rank of the last use; 0: empty */
};

struct vrrp_auth_state {
	/* keepalived has one counter for both directions: the last sent, or the highest accepted */
	uint32_t ah_sequence;
	uint64_t hmac_sequence;         /* the last sent */
	uint64_t rank;
	struct vrrp_replay replay[VRRP_REPLAY_SENDERS];
};

#endif
