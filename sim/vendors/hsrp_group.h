// SPDX-License-Identifier: BSD-2-Clause
/*
 * One HSRP group on one interface: the state machine of RFC 2281 6.4 by its own names, as Cisco runs it (hsrp_config.h
 * says what comes from where). A part of a box, like carp_host: messages come from the stack, which answers ARP and
 * ND for what is claimed; frames and records go to the box's outbox. hsrp_part.h holds all groups of a box.
 *
 *      Initial   not running          Speak     sends hellos, may become Standby
 *      Learn     knows no address     Standby   takes over when the Active is silent
 *      Listen    hears the others     Active    owns address and virtual MAC
 */
#ifndef VL_VENDORS_HSRP_GROUP_H
#define VL_VENDORS_HSRP_GROUP_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/stack/stack.h"
#include "sim/vendors/hsrp_config.h"
#include "sim/vendors/hsrp_records.h"

struct hsrp_group;

/* The configuration is copied, the key too; stack and outbox are borrowed and outlive the group. NULL: no memory.
 * hsrp_group_config_check must have said yes. */
struct hsrp_group *hsrp_group_new(const struct hsrp_group_config *config, struct stack *stack,
				  struct outbox *outbox);
void hsrp_group_free(struct hsrp_group *g);

void hsrp_group_startup(struct hsrp_group *g, vl_time now);
void hsrp_group_shutdown(struct hsrp_group *g, vl_time now);    /* an Active resigns */
void hsrp_group_crash(struct hsrp_group *g);    /* stops at once, no word, no record */

/* A message of the group's protocol: one for another interface, family or version is passed over, one for another
 * group is counted, and neither touches anything. */
void hsrp_group_receive(struct hsrp_group *g, const struct packet *p, unsigned interface, vl_time now);

void hsrp_group_timeout(struct hsrp_group *g, vl_time now);
vl_time hsrp_group_deadline(const struct hsrp_group *g);
void hsrp_group_interface_changed(struct hsrp_group *g, vl_time now);   /* its own and the tracked ones */

/* COMMAND_SET: group (starts again under the new one), priority (0-255), preempt, preempt_delay, hello, hold, auth_text,
 * auth_md5 (never in a record). COMMAND_TRACK: an object that it tracks. VL_UNKNOWN for anything else. */
struct vl_status hsrp_group_control(struct hsrp_group *g, const struct command *command, vl_time now);

/* --- facts --------------------------------------------------------------------------------------------- */

enum hsrp_group_state hsrp_group_state(const struct hsrp_group *g);
const struct hsrp_group_config *hsrp_group_config(const struct hsrp_group *g);  /* as it is now */
const char *hsrp_group_name(const struct hsrp_group *g);        /* "hsrp 1 ipv4" */
uint8_t hsrp_group_priority(const struct hsrp_group *g);        /* less what tracked objects take */
struct mac hsrp_group_mac(const struct hsrp_group *g);          /* the virtual one */
uint64_t hsrp_group_dropped(const struct hsrp_group *g, enum hsrp_drop why); /* HSRP_DROP_NONE: accepted */
uint64_t hsrp_group_sent(const struct hsrp_group *g);           /* hellos, Coups and Resigns */

#endif
