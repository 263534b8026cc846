// SPDX-License-Identifier: BSD-2-Clause
/*
 * One CARP host: virtual host id, password and shared addresses on one interface, as ucarp, KEMP's HA and the
 * BSDs run it. A part of a box, like vrrp_router: packets come from the stack, which answers ARP and ND for
 * what is claimed; frames and records go to the box's outbox.
 *
 * Advertises every advbase + advskew/256 s as master; the more frequent master wins; a backup takes over
 * after dead_ratio * advbase + advskew/256 s of silence.
 */
#ifndef VL_CARP_CARP_HOST_H
#define VL_CARP_CARP_HOST_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/carp/carp_config.h"
#include "sim/carp/carp_records.h"
#include "sim/stack/stack.h"

struct carp_host;

/* The configuration is copied, the password too; stack and outbox are borrowed and outlive the host. NULL:
 * no memory. carp_config_check must have said yes. */
struct carp_host *carp_host_new(const struct carp_config *config, struct stack *stack,
				struct outbox *outbox);
void carp_host_free(struct carp_host *h);

/* Waits in init for initial_wait (and for the interface), then goes to backup. */
void carp_host_startup(struct carp_host *h, vl_time now);
void carp_host_shutdown(struct carp_host *h, vl_time now);
/* The box lost power: stops at once without a word and without a record; the stack is reset by its owner. */
void carp_host_crash(struct carp_host *h);

/* Any packet that the stack passed on (STACK_REDUNDANCY): one for another interface or family is ignored,
 * one for another id is counted, and neither touches anything. */
void carp_host_receive(struct carp_host *h, const struct packet *p, unsigned interface, vl_time now);

void carp_host_timeout(struct carp_host *h, vl_time now);
vl_time carp_host_deadline(const struct carp_host *h);
void carp_host_interface_changed(struct carp_host *h, vl_time now);     /* after stack_link */

/* COMMAND_SET: vhid or id (1-255; starts again under the new one), advbase (1-255), advskew (0-254),
 * preempt, password (1-20 bytes, never in a record). VL_UNKNOWN for anything else, VL_INVALID with the range; accepted ones are recorded
 * ("config.set" of sim/base/setting.h). */
struct vl_status carp_host_control(struct carp_host *h, const struct command *command, vl_time now);

/* --- facts --------------------------------------------------------------------------------------------- */

enum carp_state carp_host_state(const struct carp_host *h);
const struct carp_config *carp_host_config(const struct carp_host *h);  /* as it is now */
const char *carp_host_name(const struct carp_host *h);                  /* "carp 1 ipv4" */
/* The Ethernet source of its advertisements. */
struct mac carp_host_mac(const struct carp_host *h);
uint64_t carp_host_dropped(const struct carp_host *h, enum carp_drop why); /* CARP_DROP_NONE: accepted */
uint64_t carp_host_sent(const struct carp_host *h);                     /* advertisements */
vl_time carp_host_master_down_at(const struct carp_host *h);            /* VL_NEVER: not armed */
vl_time carp_host_advert_at(const struct carp_host *h);

#endif
