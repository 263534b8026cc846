// SPDX-License-Identifier: BSD-2-Clause
/*
 * The profiles, one a file: vendor_<kind>.c. A new one is a file, a line here and one in the list of vendor.c.
 * Fields that a profile leaves out are zero, which is what the newest RFC says (vrrp_config.h).
 */
#ifndef VL_VENDORS_PROFILES_H
#define VL_VENDORS_PROFILES_H

#include "sim/vendors/vendor.h"

extern const struct vendor VENDOR_RFC;
extern const struct vendor VENDOR_KEEPALIVED_2_2, VENDOR_KEEPALIVED_2_4;
extern const struct vendor VENDOR_FRR;
extern const struct vendor VENDOR_UVRRPD;
extern const struct vendor VENDOR_CISCO_IOS, VENDOR_CISCO_IOS_XE, VENDOR_NX_OS;
extern const struct vendor VENDOR_JUNOS;
extern const struct vendor VENDOR_FORTIGATE;
extern const struct vendor VENDOR_CHECKPOINT_GAIA;
extern const struct vendor VENDOR_HUAWEI, VENDOR_H3C;
extern const struct vendor VENDOR_UCARP, VENDOR_PFSENSE;

#endif
