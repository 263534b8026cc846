// SPDX-License-Identifier: BSD-2-Clause
/* Between http_reader.c (bytes to lines, bodies) and http_lines.c (what the lines of a head say). For these only. */
#ifndef VL_BALANCER_HTTP_PARTS_H
#define VL_BALANCER_HTTP_PARTS_H

#include "sim/balancer/http_reader.h"

/* tchar (RFC 9110 5.6.2). */
bool http_is_token(uint8_t byte);
/* Equal but for the case of ASCII letters. */
bool http_same(const uint8_t *text, size_t length, const char *word);

/* A complete line of a head, without its CRLF: where it stands in the head. HTTP_FINE, or what is wrong with it. */
enum http_refusal http_start_line(struct http_reader *r, size_t at, size_t end);
enum http_refusal http_field_line(struct http_reader *r, size_t at, size_t end);
/* The empty line: what the fields mean together. */
enum http_refusal http_head_ends(struct http_reader *r);

#endif
