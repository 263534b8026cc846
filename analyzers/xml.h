// SPDX-License-Identifier: BSD-2-Clause
/*
 * XML (and what HTML and SVG share with it) onto a stream: elements, attributes, text, escaped and never ill-formed.
 * What XML 1.0 cannot hold (control characters, bytes that are no UTF-8) becomes U+FFFD.
 */
#ifndef VL_ANALYZERS_XML_H
#define VL_ANALYZERS_XML_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define XML_DEPTH 32

struct xml {
	FILE *to;
	const char *open[XML_DEPTH];    /* borrowed names of the elements that are open */
	unsigned depth;
	bool in_tag;                    /* attributes may still come */
	bool flat;                      /* the innermost element holds text: no line breaks of ours in it */
};

/* Begins a document: the declaration. */
void xml_begin(struct xml *x, FILE *to);
/* The same of HTML: its document type. An element that may have content needs xml_text, if only of "". */
void xml_begin_html(struct xml *x, FILE *to);
/* `name` is kept until the element is closed. */
void xml_open(struct xml *x, const char *name);
void xml_close(struct xml *x);
/* Right after xml_open. */
void xml_attribute(struct xml *x, const char *name, const char *value);
void xml_attribute_number(struct xml *x, const char *name, uint64_t value);
/* Seconds with three decimals. */
void xml_attribute_seconds(struct xml *x, const char *name, uint64_t ns);
void xml_text(struct xml *x, const char *text);
/* Closes what is open. */
void xml_end(struct xml *x);

/* The text with &, <, >, " escaped, valid UTF-8 and no control character but tab and newline. In an attribute those
 * two are escaped as well: parsers would make spaces of them. */
void xml_escape(FILE *to, const char *text, bool in_attribute);

#endif
