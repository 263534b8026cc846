// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a GLBP group. For sim/vendors/glbp_*.c only.
 *
 *      glbp_config.c     defaults and what is refused
 *      glbp_group.c      the virtual gateway: states, timers, startup and shutdown
 *      glbp_forwarder.c  the forwarders: who has which MAC, takeover, redirect and timeout
 *      glbp_answer.c     the AVG's answers to ARP
 *      glbp_receive.c    the receive checks, and what a message does
 *      glbp_transmit.c   messages
 *      glbp_control.c    settings and tracked objects while it runs
 *      glbp_records.c    words and kinds of record
 *      glbp_part.c       all groups of a box
 */
#ifndef VL_VENDORS_GLBP_STATE_H
#define VL_VENDORS_GLBP_STATE_H

#include "sim/base/label.h"
#include "sim/vendors/glbp_group.h"

/* A forwarder's priority, of which three values are known (glbp_config.h). */
enum {
	FORWARDER_BASE = 7,
	FORWARDER_OWNER = 32,
	FORWARDER_WEIGHTY = 128,
};

enum glbp_warning {
	GLBP_WARN_AUTH,
	GLBP_WARN_ADDRESS,
	GLBP_WARNINGS
};

struct forwarder {
	enum glbp_group_state state;            /* initial: not known; listen; active: we are it */
	struct mac owner;                       /* the router that it was given to; zero: not heard yet */
	/* the other that is Active, while active_at is armed */
	struct ip_addr active_ip;
	uint8_t active_priority, active_weight;
	vl_time active_at;                      /* listen: it was silent for too long */
	vl_time preempt_at;
	/* armed while a stand-in is Active */
	vl_time redirect_at;                    /* hosts are told of it until then */
	vl_time timeout_at;                     /* it is given up then */
	bool told;                              /* the AVG tells hosts of it */
	int64_t credit;                         /* of weighted answers */
};

struct glbp_group {
	struct glbp_group_config config;        /* .text points to the copy below; timers as learned */
	char text[GLBP_TEXT + 1];
	vl_time own_hello, own_hold;            /* as configured */
	vl_time own_redirect, own_timeout;
	struct stack *stack;
	struct outbox *outbox;
	struct labels names;                    /* one for each number it ever had: records point to them */
	const char *name;
	enum glbp_group_state state;
	bool started;                           /* between startup and shutdown of the box */
	bool track_down[GLBP_TRACKS];
	bool sufficient;                        /* the weighting */
	/* timers; VL_NEVER: not armed */
	vl_time active_at;                      /* as HSRP's Active and Standby timers */
	vl_time standby_at;
	vl_time hello_at;
	vl_time preempt_at;
	/* the AVG that was heard last */
	struct ip_addr active_ip;
	uint8_t active_priority;
	uint8_t hellos_since;                   /* of ours, since it was first heard */
	bool refused;                           /* it had no forwarder left */
	/* forwarders */
	uint8_t own;                            /* number of ours; 0: none */
	struct forwarder forwarder[GLBP_FORWARDERS];    /* [number - 1] */
	/* the AVG's answers */
	struct stack_chooser chooser;
	bool claimed;
	struct mac claimed_mac;
	uint8_t last_told;                      /* index, of round-robin */
	vl_time warned[GLBP_WARNINGS];          /* VL_NEVER: not yet */
	uint64_t dropped[GLBP_DROP_COUNT];
	uint64_t sent;
};

struct ip_addr glbp_source(const struct glbp_group *g);
struct mac glbp_own_mac(const struct glbp_group *g);            /* the physical one */
struct record *glbp_record(struct glbp_group *g, const struct record_kind *kind, vl_time now);
bool glbp_is_better(const struct glbp_group *g, uint8_t priority, const struct ip_addr *ip);

/* glbp_group.c; sender NULL: no message caused it */
void glbp_start_active_timer(struct glbp_group *g, vl_time now);
void glbp_start_standby_timer(struct glbp_group *g, vl_time now);
void glbp_to_listen(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now);
void glbp_to_speak(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now);
void glbp_to_standby(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now);
void glbp_to_active(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now);
void glbp_begin(struct glbp_group *g, enum glbp_reason why, vl_time now);
void glbp_leave(struct glbp_group *g, enum glbp_reason why, vl_time now);
bool glbp_name_set(struct glbp_group *g, uint16_t group);       /* false: no memory */

/* glbp_forwarder.c; numbers from 1 */
struct mac forwarder_mac(const struct glbp_group *g, unsigned number);
uint8_t forwarder_priority(const struct glbp_group *g, unsigned number);        /* ours, if we were it */
/* The AVG: the number of this router's forwarder, given to it when it has none; 0: all are given. */
unsigned forwarder_assign(struct glbp_group *g, struct mac owner, vl_time now);
void forwarder_given(struct glbp_group *g, unsigned number, vl_time now);       /* to us, by the AVG */
void forwarder_heard(struct glbp_group *g, const struct glbp_message *m, const struct glbp_forwarder *f,
		     const struct ip_addr *src, vl_time now);
void forwarders_timeout(struct glbp_group *g, vl_time now);
vl_time forwarders_deadline(const struct glbp_group *g);
void forwarders_leave(struct glbp_group *g, enum glbp_reason why, vl_time now);
void forwarders_forget(struct glbp_group *g);

/* glbp_control.c: tracked interfaces as they are at the start. */
void glbp_look_at_tracks(struct glbp_group *g);

/* glbp_answer.c */
void glbp_settle_answers(struct glbp_group *g);         /* after anything that decides who answers and with what */
bool forwarder_is_usable(const struct forwarder *f);    /* somebody is Active for it, and hosts are told */

/* glbp_transmit.c */
void glbp_send_hello(struct glbp_group *g, vl_time now);        /* with all our forwarders; arms the timer */
void glbp_send_forwarder(struct glbp_group *g, unsigned number, vl_time now);
void glbp_send_request(struct glbp_group *g, vl_time now);
void glbp_send_response(struct glbp_group *g, unsigned number, const struct ip_addr *to, vl_time now);
void glbp_send_goodbye(struct glbp_group *g, vl_time now);

#endif
