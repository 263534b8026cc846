// SPDX-License-Identifier: BSD-2-Clause
/* XML is well formed whatever the text is. */
#include "analyzers/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *escaped(const char *text, bool in_attribute)
{
	char *out = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&out, &length);

	assert_non_null(to);
	xml_escape(to, text, in_attribute);
	fclose(to);
	return out;
}

static void gives(const char *text, const char *want)
{
	char *out = escaped(text, false);

	assert_string_equal(out, want);
	free(out);
}

static void markup_is_text(void **state)
{
	gives("a <b> & \"c\"", "a &lt;b&gt; &amp; &quot;c&quot;");
	gives("]]>", "]]&gt;");
}

static void control_characters_become_the_replacement(void **state)
{
	gives("a\033[31mb", "a\xef\xbf\xbd[31mb");
	gives("a\r\n\tb\x7f", "a\xef\xbf\xbd\n\tb\xef\xbf\xbd");
	gives("\xc2\x85", "\xef\xbf\xbd\xef\xbf\xbd"); /* U+0085: some readers take it for a line end */
}

static void utf8_stays_and_what_is_none_does_not(void **state)
{
	gives("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
	gives("\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd");                     /* overlong */
	gives("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");     /* a surrogate */
	gives("\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");     /* U+FFFF */
	gives("x\xe2\x82", "x\xef\xbf\xbd\xef\xbf\xbd");                   /* cut off */
	gives("\xff", "\xef\xbf\xbd");
}

static void attributes_keep_their_line_breaks(void **state)
{
	char *out = escaped("a\nb\tc", true);

	assert_string_equal(out, "a&#10;b&#9;c");
	free(out);
}

static void elements_nest_and_close(void **state)
{
	char *out = NULL;
	size_t length = 0;
	struct xml x;

	xml_begin(&x, open_memstream(&out, &length));
	xml_open(&x, "a");
	xml_attribute(&x, "n", "1 < 2");
	xml_attribute_seconds(&x, "t", 1234567890);
	xml_open(&x, "b");
	xml_close(&x);
	xml_open(&x, "c");
	xml_text(&x, "text");
	xml_end(&x);
	fclose(x.to);
	assert_string_equal(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a n=\"1 &lt; 2\" t=\"1.234\">\n  <b/>\n"
				 "  <c>text</c>\n</a>\n");
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_text),
		cmocka_unit_test(control_characters_become_the_replacement),
		cmocka_unit_test(utf8_stays_and_what_is_none_does_not),
		cmocka_unit_test(attributes_keep_their_line_breaks),
		cmocka_unit_test(elements_nest_and_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
