// SPDX-License-Identifier: BSD-2-Clause
/*
 * ucarp 1.5.2, CARP in user space. Source: measured; source of ucarp. Its habits are what carp_config_init
 * says: adverts from 00:00:5e:00:00:vhid, everything else with the physical MAC, one gratuitous ARP and one
 * more 2 s later, TOS 0x10, DF, random ID, no preemption, ties by the last octet.
 *
 * Not modelled: the scripts it runs to put the address up (here the address is there at once; the measured
 * 3.98 s from start to master at advbase 1 contain them), its poll granularity.
 */
#include "sim/vendors/profiles.h"

const struct vendor VENDOR_UCARP = {
	.kind = "ucarp",
	.title = "ucarp: CARP in user space",
	.carp = carp_config_init,
	.product = VENDOR_PRODUCT_UCARP,
	.sources = "measured with 1.5.2; source of ucarp",
	.not_modelled = "scripts that configure the address, poll granularity",
};
