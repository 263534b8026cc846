// SPDX-License-Identifier: BSD-2-Clause
/* A field of a SIP message in a datagram (RFC 3261 7, 18.1.1): whole in one piece, nothing to reassemble. */
#ifndef VL_BALANCER_SIP_HEAD_H
#define VL_BALANCER_SIP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of the first field of that name, without white space around it and without what is folded behind it; its
 * one-letter form is known for Call-ID, From, To, Via and Contact (7.3.3). False: not SIP, or no such field. */
bool sip_value(const uint8_t *datagram, size_t length, const char *name, const uint8_t **value, size_t *value_length);

#endif
