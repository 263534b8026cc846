// SPDX-License-Identifier: BSD-2-Clause
/*
 * One virtual router: the state machine of RFC 9568 6.4 (RFC 5798, RFC 3768), its receive checks (7.1) and
 * its transmission (7.2), on one interface, one VRID, one family, one version.
 *
 * It is a part of a box: the stack gives it packets and answers ARP and ND for what it claims, frames and
 * records go to the box's outbox, the box calls timeout at the deadline. What real routers do otherwise
 * than the RFC is a field of struct vrrp_config.
 */
#ifndef VL_VRRP_VRRP_ROUTER_H
#define VL_VRRP_VRRP_ROUTER_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/stack/stack.h"
#include "sim/vrrp/vrrp_config.h"
#include "sim/vrrp/vrrp_records.h"

struct vrrp_router;

/* The configuration is copied; its names, the stack and the outbox are borrowed and outlive the router.
 * NULL: no memory. vrrp_config_check must have said yes. */
struct vrrp_router *vrrp_router_new(const struct vrrp_config *config, struct stack *stack,
				    struct outbox *outbox);
void vrrp_router_free(struct vrrp_router *r);

/* Startup event of 6.4.1. With its interface down or in fault it waits in Initialize and starts by itself
 * when that ends. Does nothing when already started. */
void vrrp_router_startup(struct vrrp_router *r, vl_time now);
/* Shutdown event: an Active says goodbye with priority 0. Does nothing when not started. */
void vrrp_router_shutdown(struct vrrp_router *r, vl_time now);
/* The box lost power: stops at once without a word and without a record; the stack is reset by its owner.
 * vrrp_router_startup starts it again. Tracked objects are as they were. */
void vrrp_router_crash(struct vrrp_router *r);

/* A packet that the stack passed on (STACK_REDUNDANCY) on any interface. Every router of the box is given
 * every such packet: one for another interface or family is ignored, one for another VRID is counted, and
 * neither touches anything. */
void vrrp_router_receive(struct vrrp_router *r, const struct packet *p, unsigned interface, vl_time now);

void vrrp_router_timeout(struct vrrp_router *r, vl_time now);
vl_time vrrp_router_deadline(const struct vrrp_router *r);

/* After stack_link: the router looks at its interface and at the tracked ones. */
void vrrp_router_interface_changed(struct vrrp_router *r, vl_time now);

/* COMMAND_SET with a field below the router's own name:
 *   vrid, id        number 1-255: goodbye under the old one, startup under the new one
 *   priority        number 1-255
 *   interval        time, in the version's unit and range
 *   preempt         flag
 *   preempt_delay   time 0-1000 s
 *   accept          flag: Accept_Mode; in version 2, that packets are taken without being owner
 *   lower_prio_no_advert   flag
 *   auth            word: none, or a method (text, md5, ah, hmac), a space and its key
 *   password        word: another key of the same method. Neither is ever in a record
 * COMMAND_TRACK: an object of struct vrrp_track_config, up or down.
 * COMMAND_LISTEN: an Active becomes a Backup without a word, and a Backup's timer starts again.
 * VL_UNKNOWN for any other field, object or verb, VL_INVALID with the range for a wrong value. What is
 * accepted is recorded ("config.set" of sim/base/setting.h, "vrrp.track"). */
struct vl_status vrrp_router_control(struct vrrp_router *r, const struct command *command, vl_time now);

/* The frame in which this router would say goodbye after `advert`, which it has sent: to the same, with priority 0,
 * authenticated as the next one of its sequence. The router is as it was. Returns the length, at most `room`. 0: another one's
 * advertisement, or no room. */
size_t vrrp_router_goodbye(const struct vrrp_router *r, const struct packet *advert, uint8_t *out, size_t room);

/* --- facts --------------------------------------------------------------------------------------------- */

enum vrrp_state vrrp_router_state(const struct vrrp_router *r);
const struct vrrp_config *vrrp_router_config(const struct vrrp_router *r);      /* as it is now */
/* "vrrp 10 ipv4": the part in its records. Lives as long as the router. */
const char *vrrp_router_name(const struct vrrp_router *r);
uint8_t vrrp_router_priority(const struct vrrp_router *r);      /* with what tracking takes off */
struct mac vrrp_router_mac(const struct vrrp_router *r);        /* the virtual router's MAC */
uint64_t vrrp_router_dropped(const struct vrrp_router *r, enum vrrp_drop why); /* VRRP_DROP_NONE: accepted */
uint64_t vrrp_router_sent(const struct vrrp_router *r);         /* advertisements */
/* Timers, VL_NEVER when not armed. */
vl_time vrrp_router_active_down_at(const struct vrrp_router *r);
vl_time vrrp_router_adver_at(const struct vrrp_router *r);
/* Active_Adver_Interval: the own interval, or the one learned. */
vl_time vrrp_router_active_adver_interval(const struct vrrp_router *r);

#endif
