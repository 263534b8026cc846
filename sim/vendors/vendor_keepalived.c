// SPDX-License-Identifier: BSD-2-Clause
/*
 * keepalived on Linux. Source: measured with 2.2.7 and 2.4.3; source of 2.2.x and 2.4.x.
 *
 *      Timers: 1 s, Active_Down_Interval as the RFC; takes over at once as address owner
 *      advert_timer_on_receive: after ANY packet of its id, refused ones too, an Active puts its next
 *              advertisement off by one interval (measured): refused adverts starve its own
 *      takeover_slack: addresses and gratuitous ARP come between the first advertisement and the arming of the
 *              timer: the second is due 2 ms late (measured 2.3-24 ms). Of two that refuse and so starve each
 *              other, the newcomer is muted with its first advertisement, for ever (measured). What comes meanwhile
 *              waits: a Backup that takes over by mistake announces in full before it yields, and the kernel of
 *              the Active answers each announcement (measured); so with use_vmac the MAC moves twelve times
 *      claim_delay: the addresses are there, and announced, 1 ms after the advertisement (measured 0.5-3.8 ms)
 *      address list: up to 2.3.2 a difference drops, in both versions and from an owner too; since 2.3.3 it
 *              is warned of once and processed
 *      losing advert: answered at once, also in version 2, and announced as at a takeover (measured: 5 gratuitous ARP
 *              after the answer, 5 more 5 s later), with a line in the log each time. So a Backup that is deaf gets
 *              10 a second, and answers each (measured: 440 moves of the MAC in 20 s)
 *      announcements: 5 gratuitous ARP requests 0.2 ms apart (measured 0.03 to 1.2), 5 more after 5 s, target
 *              hardware ff:ff:..
 *      MACs: physical for everything; use_vmac: virtual for adverts, announcements and ARP replies
 *      answers pings to the addresses although not owner; TOS 0xc0, no DF, IPv4 ID 1, 2, 3, ...
 *      version 3 over IPv4: checksum with pseudo-header, sent and demanded
 *
 * Since 2.4 two owners settle it between themselves: the lower address yields; where it does not, the other waits
 * for two more of its adverts and lowers itself to 254 (which advert counts as the first is inferred).
 *
 * Options, as in its configuration file: use_vmac, vmac_xmit_base, lower_prio_no_advert,
 * v3_checksum_as_v2, state_master, skip_check_adv_addr (of the Active followed so far the list is not compared;
 * up to 2.3.2 nor is the count), owner_ignore_adverts (2.4); and igmp_from_vmac, which is no setting but a build
 * without nftables (measured: reports from the virtual MAC of a Backup at start and stop).
 *
 * Not modelled: two starving each other may also take turns, as the scheduling of the two machines jitters (seen
 * once: one advertisement a second, its sender alternating; here the one that is muted stays so);
 * higher_prio_send_advert, announcements repeated by garp_master_refresh, before 2.0.0 the Backup's timer that refused
 * adverts re-arm (a script's `behaviour: {down_timer: rearm}` does that), unicast_src_ip lists, min_ttl and max_ttl of unicast peers.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_KEEPALIVED, .owner_receive = VRRP_OWNER_PROCESS,              \
	.length_check = VRRP_LENGTH_PLAIN, .losing_advert = VRRP_LOSING_ANNOUNCE,               \
	.advert_timer_on_receive = VRRP_TIMER_REARM, .takeover_slack = 2 * VL_MS,               \
	.claim_delay = VL_MS,                                                                   \
	.down_timer_on_refused = VRRP_TIMER_KEEP,                                               \
	.checksum_send = VRRP_CHECKSUM_PSEUDO, .checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO, \
	.advert_mac = VRRP_MAC_PHYSICAL, .announce_mac = VRRP_MAC_PHYSICAL,                     \
	.reply_mac = VRRP_MAC_PHYSICAL, .accept_always = true,                                  \
	.ip = {.tos = 0xc0, .id_counts = true},                                                 \
	.announce = {.operation = ARP_REQUEST, .target = VRRP_GARP_TARGET_BROADCAST,            \
		     .count = 5, .gap = 200 * VL_US, .repeat_count = 5, .repeat_after = 5 * VL_S}

#define OLD COMMON, .address_check = VRRP_ADDRESS_DROP, .log = VRRP_LOG_EVERY
#define NEW COMMON, .address_check = VRRP_ADDRESS_LOG, .log = VRRP_LOG_ONCE, .owners_settle = true

static const struct vrrp_config OLD_V2 = {OLD, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config OLD_V3 = {OLD, .interval_check = VRRP_INTERVAL_LOG};
static const struct vrrp_config NEW_V2 = {NEW, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config NEW_V3 = {NEW, .interval_check = VRRP_INTERVAL_LOG};

static void use_vmac(struct vrrp_config *c)
{
	c->advert_mac = c->announce_mac = c->reply_mac = VRRP_MAC_VIRTUAL;
}

static void vmac_xmit_base(struct vrrp_config *c)
{
	c->announce_mac = c->reply_mac = VRRP_MAC_VIRTUAL;
	c->advert_mac = VRRP_MAC_PHYSICAL;
}

static void lower_prio_no_advert(struct vrrp_config *c)
{
	c->lower_prio_no_advert = true;
}

static void v3_checksum_as_v2(struct vrrp_config *c)
{
	c->checksum_send = VRRP_CHECKSUM_MESSAGE;
	c->checksum_receive = VRRP_CHECKSUM_UNCHECKED;
}

static void state_master(struct vrrp_config *c)
{
	c->startup_wait = c->interval;
}

static void owner_ignore_adverts(struct vrrp_config *c)
{
	c->owner_receive = VRRP_OWNER_DISCARD;
}

static void skip_check_old(struct vrrp_config *c)
{
	c->skip_list_of_active = c->skip_count_of_active = true;
}

static void skip_check_new(struct vrrp_config *c)
{
	c->skip_list_of_active = true;
}

static void igmp_from_vmac(struct vrrp_config *c)
{
	c->igmp_from_vmac = true;
}

#define OPTIONS                                                                                   \
	{"use_vmac", "the virtual MAC in adverts, announcements and ARP replies", use_vmac},      \
	{"vmac_xmit_base", "use_vmac, but adverts from the physical MAC", vmac_xmit_base},        \
	{"lower_prio_no_advert", "no answer to a lower priority; ends the starvation",            \
	 lower_prio_no_advert},                                                                   \
	{"v3_checksum_as_v2", "version 3 IPv4: checksum without pseudo-header, not checked",      \
	 v3_checksum_as_v2},                                                                      \
	{"state_master", "`state MASTER': waits one interval at startup", state_master},          \
	{"igmp_from_vmac", "a Backup joins the group from the virtual MAC", igmp_from_vmac}

#define SKIP_HELP "the address list of the Active followed so far is not compared again"

#define NOT_MODELLED                                                                              \
	"higher_prio_send_advert, garp_master_refresh, TTL limits of unicast peers, two that starve " \
	"each other taking turns"

const struct vendor VENDOR_KEEPALIVED_2_2 = {
	.kind = "keepalived-2.2",
	.title = "keepalived up to 2.3.2: a differing address list drops the advertisement",
	.version = 2,
	.vrrp_v2 = &OLD_V2,
	.vrrp_v3_ipv4 = &OLD_V3,
	.vrrp_v3_ipv6 = &OLD_V3,
	.option = {OPTIONS, {"skip_check_adv_addr", SKIP_HELP, skip_check_old}},
	.auth = VENDOR_AUTH_TEXT | VENDOR_AUTH_AH,
	.product = VENDOR_PRODUCT_KEEPALIVED_OLD,
	.sources = "measured with 2.2.7 (Debian 12); source of 2.3.2",
	.not_modelled = NOT_MODELLED,
};

const struct vendor VENDOR_KEEPALIVED_2_4 = {
	.kind = "keepalived-2.4",
	.title = "keepalived since 2.3.3: a differing address list is warned of once, the advertisement counts",
	.version = 2,
	.vrrp_v2 = &NEW_V2,
	.vrrp_v3_ipv4 = &NEW_V3,
	.vrrp_v3_ipv6 = &NEW_V3,
	.option = {OPTIONS,
		   {"skip_check_adv_addr", SKIP_HELP, skip_check_new},
		   {"owner_ignore_adverts", "an owner discards what others advertise", owner_ignore_adverts}},
	.auth = VENDOR_AUTH_TEXT | VENDOR_AUTH_AH | VENDOR_AUTH_HMAC,
	.product = VENDOR_PRODUCT_KEEPALIVED_NEW,
	.sources = "measured with 2.4.3; source of 2.3.3 and 2.4.x",
	.not_modelled = NOT_MODELLED,
};
