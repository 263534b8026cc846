// SPDX-License-Identifier: BSD-2-Clause
/* Two spaces an element; an element with text stays on its line. */
#include "analyzers/xml.h"

#include <assert.h>
#include <string.h>

/* Bytes of the UTF-8 character at `s`, 0 when there is none that XML may hold. */
static unsigned character(const unsigned char *s)
{
	static const struct {
		unsigned char mask, lead;
		unsigned length;
		uint32_t least;
	} form[] = {{0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}};

	if (s[0] < 0x80)
		return (s[0] >= 0x20 && s[0] != 0x7f) || s[0] == '\t' || s[0] == '\n' ? 1 : 0;
	for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
		if ((s[0] & form[i].mask) != form[i].lead)
			continue;
		uint32_t code = s[0] & (0xffU >> (form[i].length + 1));
		for (unsigned k = 1; k < form[i].length; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (s[k] & 0x3fU);
		}
		bool forbidden = code < form[i].least || (code >= 0xd800 && code < 0xe000) || code == 0xfffe ||
				 code == 0xffff || code > 0x10ffff || (code >= 0x80 && code < 0xa0);
		return forbidden ? 0 : form[i].length;
	}
	return 0;
}

void xml_escape(FILE *to, const char *text, bool in_attribute)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s != '\0') {
		unsigned length = character(s);
		if (length == 0)
			fputs("\xef\xbf\xbd", to);
		else if (*s == '&')
			fputs("&amp;", to);
		else if (*s == '<')
			fputs("&lt;", to);
		else if (*s == '>')
			fputs("&gt;", to);
		else if (*s == '"')
			fputs("&quot;", to);
		else if (in_attribute && (*s == '\n' || *s == '\t'))
			fprintf(to, "&#%d;", *s);
		else
			fwrite(s, 1, length, to);
		s += length == 0 ? 1 : length;
	}
}

void xml_begin(struct xml *x, FILE *to)
{
	*x = (struct xml){.to = to};
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", to);
}

void xml_begin_html(struct xml *x, FILE *to)
{
	*x = (struct xml){.to = to};
	fputs("<!DOCTYPE html>", to);
}

static void end_tag(struct xml *x)
{
	if (x->in_tag)
		putc('>', x->to);
	x->in_tag = false;
}

void xml_open(struct xml *x, const char *name)
{
	assert(x->depth < XML_DEPTH);
	end_tag(x);
	fprintf(x->to, "\n%*s<%s", (int)(2 * x->depth), "", name);
	x->open[x->depth++] = name;
	x->in_tag = true;
	x->flat = false;
}

void xml_attribute(struct xml *x, const char *name, const char *value)
{
	assert(x->in_tag);
	fprintf(x->to, " %s=\"", name);
	xml_escape(x->to, value, true);
	putc('"', x->to);
}

void xml_attribute_number(struct xml *x, const char *name, uint64_t value)
{
	assert(x->in_tag);
	fprintf(x->to, " %s=\"%llu\"", name, (unsigned long long)value);
}

void xml_attribute_seconds(struct xml *x, const char *name, uint64_t ns)
{
	assert(x->in_tag);
	fprintf(x->to, " %s=\"%llu.%03llu\"", name, (unsigned long long)(ns / 1000000000),
		(unsigned long long)(ns / 1000000 % 1000));
}

void xml_text(struct xml *x, const char *text)
{
	end_tag(x);
	xml_escape(x->to, text, false);
	x->flat = true;
}

void xml_close(struct xml *x)
{
	assert(x->depth > 0);
	const char *name = x->open[--x->depth];
	if (x->in_tag)
		fputs("/>", x->to);
	else if (x->flat)
		fprintf(x->to, "</%s>", name);
	else
		fprintf(x->to, "\n%*s</%s>", (int)(2 * x->depth), "", name);
	x->in_tag = false;
	x->flat = false;
}

void xml_end(struct xml *x)
{
	while (x->depth > 0)
		xml_close(x);
	putc('\n', x->to);
}
