// SPDX-License-Identifier: BSD-2-Clause
/*
 * One GLBP group on one interface: its virtual gateway (who is the AVG) and its forwarders, as Cisco runs them
 * (glbp_config.h says what comes from where). A part of a box, like hsrp_group. glbp_part.h holds all groups of a box.
 *
 * The AVG answers ARP for the one address with the MACs of all forwarders in turn: several MACs for one address by
 * design. A forwarder's MAC belongs to the router that is Active for it, which takes frames to it in.
 */
#ifndef VL_VENDORS_GLBP_GROUP_H
#define VL_VENDORS_GLBP_GROUP_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/stack/stack.h"
#include "sim/vendors/glbp_config.h"
#include "sim/vendors/glbp_records.h"

struct glbp_group;

/* The configuration is copied, the text too; stack and outbox are borrowed and outlive the group. NULL: no memory.
 * glbp_group_config_check must have said yes. */
struct glbp_group *glbp_group_new(const struct glbp_group_config *config, struct stack *stack,
				  struct outbox *outbox);
void glbp_group_free(struct glbp_group *g);

void glbp_group_startup(struct glbp_group *g, vl_time now);
void glbp_group_shutdown(struct glbp_group *g, vl_time now);
void glbp_group_crash(struct glbp_group *g);    /* stops at once, no word, no record */

/* One for another interface is passed over, one for another group is counted, and neither touches anything. */
void glbp_group_receive(struct glbp_group *g, const struct packet *p, unsigned interface, vl_time now);

void glbp_group_timeout(struct glbp_group *g, vl_time now);
vl_time glbp_group_deadline(const struct glbp_group *g);
void glbp_group_interface_changed(struct glbp_group *g, vl_time now);   /* its own and the tracked ones */

/* COMMAND_SET: group (starts again under the new one), priority (1-255), preempt, preempt_delay, weight (1-254; both
 * thresholds come down with it), balancing ("round-robin", "weighted", "host-dependent", "none"), auth_text (never in a
 * record). COMMAND_TRACK: an object that it tracks. VL_UNKNOWN for anything else. */
struct vl_status glbp_group_control(struct glbp_group *g, const struct command *command, vl_time now);

/* --- facts --------------------------------------------------------------------------------------------- */

enum glbp_group_state glbp_group_state(const struct glbp_group *g);     /* active: it is the AVG */
/* Of forwarder 1-4, here: active: this router has its MAC. */
enum glbp_group_state glbp_group_forwarder_state(const struct glbp_group *g, unsigned number);
unsigned glbp_group_own_forwarder(const struct glbp_group *g);          /* that it was given; 0: none */
const struct glbp_group_config *glbp_group_config(const struct glbp_group *g);  /* as it is now */
const char *glbp_group_name(const struct glbp_group *g);                /* "glbp 1 ipv4" */
uint8_t glbp_group_weight(const struct glbp_group *g);                  /* less what tracked objects take */
uint64_t glbp_group_dropped(const struct glbp_group *g, enum glbp_drop why); /* GLBP_DROP_NONE: accepted */
uint64_t glbp_group_sent(const struct glbp_group *g);

#endif
