// SPDX-License-Identifier: BSD-2-Clause
/* One table of options: the reader walks it and the help is printed from it. */
#include "probes/scan_options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char name[] = "viplab scan";

/* An option's work: false when the value is wrong, after saying so. */
typedef bool option_reader(struct scan_options *o, const char *value, FILE *talk);

struct option {
	char letter;
	const char *word;
	const char *value;              /* its name in the help; NULL: takes none */
	option_reader *read;
	const char *help;               /* NULL: accepted for habit, not shown */
};

static bool is_digits(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* A number from `low` to `high` at the start of the text, which ends up behind it. */
static bool number(const char **text, unsigned long low, unsigned long high, unsigned long *out)
{
	size_t digits = strspn(*text, "0123456789");

	if (digits == 0 || digits > 9)
		return false;
	*out = strtoul(*text, NULL, 10);
	*text += digits;
	return *out >= low && *out <= high;
}

/* An argument as it may be shown: without bytes that a terminal would obey. */
static const char *shown(char *text, size_t room, const char *argument)
{
	size_t i;

	for (i = 0; i + 1 < room && argument[i] != '\0'; i++)
		text[i] = argument[i] >= 0x20 && argument[i] < 0x7f ? argument[i] : '?';
	text[i] = '\0';
	return text;
}

static bool read_file(struct scan_options *o, const char *value, FILE *talk)
{
	if (o->file != NULL) {
		(void)fprintf(talk, "%s: one capture at a time\n", name);
		return false;
	}
	o->file = value;
	return true;
}

static bool read_format(struct scan_options *o, const char *value, FILE *talk)
{
	static const char *const word[] = {"table", "json", "jsonl", "tsv", "openmetrics", "check"};

	for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
		if (strcmp(value, word[i]) == 0) {
			o->format = (enum scan_format)i;
			return true;
		}
	char text[64];
	(void)fprintf(talk, "%s: format `%s' is not one of table, json, jsonl, tsv, openmetrics, check\n", name,
		      shown(text, sizeof text, value));
	return false;
}

static bool read_output(struct scan_options *o, const char *value, FILE *talk)
{
	static const struct {
		const char *extension;
		enum scan_format format;
	} kind[] = {{".json", SCAN_JSON}, {".jsonl", SCAN_JSONL}, {".tsv", SCAN_TSV}, {".om", SCAN_OPENMETRICS},
		    {".txt", SCAN_TABLE}};
	const char *dot = strrchr(value, '.');

	if (o->output_count == SCAN_OUTPUTS) {
		(void)fprintf(talk, "%s: more than %d output files\n", name, SCAN_OUTPUTS);
		return false;
	}
	for (size_t i = 0; dot != NULL && i < sizeof kind / sizeof kind[0]; i++)
		if (strcmp(dot, kind[i].extension) == 0) {
			o->output[o->output_count++] =
				(struct scan_output){.format = kind[i].format, .path = value};
			return true;
		}
	(void)fprintf(talk, "%s: --output: the name must end in .json, .jsonl, .tsv, .om or .txt\n", name);
	return false;
}

static bool read_want(struct scan_options *o, const char *value, FILE *talk)
{
	const char *at = value;

	for (;;) {
		unsigned long first, last;
		if (!number(&at, 1, ID_LAST, &first))
			break;
		last = first;
		if (*at == '-') {
			at++;
			if (!number(&at, first, ID_LAST, &last))
				break;
		}
		for (; first <= last; first++)
			o->want.has[first] = true;
		if (*at == '\0') {
			o->wants = true;
			return true;
		}
		if (*at++ != ',')
			break;
	}
	(void)fprintf(talk, "%s: --want: `%s' is not a list of IDs from 1 to 255 such as 51,147-158\n", name, value);
	return false;
}

static bool read_rules(struct scan_rule *rule, size_t *count, const char *value, const char *option, FILE *talk)
{
	char word[64];

	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",:");
		unsigned long id = 0;
		if (length >= sizeof word || *count == SCAN_RULES) {
			(void)fprintf(talk, "%s: %s: too much\n", name, option);
			return false;
		}
		memcpy(word, at, length);
		word[length] = '\0';
		const struct finding_code *code = finding_find(word);
		if (code == NULL) {
			const char *near = finding_nearest(word);
			(void)fprintf(talk, "%s: %s: no finding is called `%s'%s%s%s\n", name, option, word,
				      near != NULL ? "; did you mean `" : "", near != NULL ? near : "",
				      near != NULL ? "'?" : "");
			return false;
		}
		at += length;
		if (*at == ':') {
			at++;
			if (!number(&at, 1, UINT16_MAX, &id)) { /* groups of HSRP go beyond 255 */
				(void)fprintf(talk, "%s: %s: the ID behind `%s:' is not from 1 to 65535\n", name, option,
					      word);
				return false;
			}
		}
		rule[(*count)++] = (struct scan_rule){.code = code, .id = (uint16_t)id};
		if (*at == '\0')
			return true;
		if (*at != ',') {
			(void)fprintf(talk, "%s: %s: `%s' is not a list of CODE or CODE:ID\n", name, option, value);
			return false;
		}
	}
}

static bool read_only(struct scan_options *o, const char *value, FILE *talk)
{
	return read_rules(o->only, &o->only_count, value, "--only", talk);
}

static bool read_ignore(struct scan_options *o, const char *value, FILE *talk)
{
	return read_rules(o->ignore, &o->ignore_count, value, "--ignore", talk);
}

static bool read_vlan(struct scan_options *o, const char *value, FILE *talk)
{
	unsigned long vlan;
	const char *at = value;

	if (strcmp(value, "all") == 0) {
		o->one_vlan = false;
		return true;
	}
	if (!number(&at, 0, 4094, &vlan) || *at != '\0') {
		(void)fprintf(talk, "%s: --vlan: `%s' is not `all', 0 (untagged) or a number to 4094\n", name, value);
		return false;
	}
	o->one_vlan = true;
	o->vlan = (uint16_t)vlan;
	return true;
}

static bool read_time(struct scan_options *o, const char *value, FILE *talk)
{
	char seconds[32];

	/* A bare number is seconds. */
	bool bare = is_digits(value) && strlen(value) < sizeof seconds - 1;
	(void)snprintf(seconds, sizeof seconds, "%.29ss", bare ? value : "");
	if (vl_time_parse(bare ? seconds : value, &o->most_time) && o->most_time > 0)
		return true;
	(void)fprintf(talk, "%s: --time: `%s' is not a length of time such as 10s, 2m or 1h30m\n", name, value);
	return false;
}

static bool read_count(struct scan_options *o, const char *value, FILE *talk)
{
	unsigned long n;
	const char *at = value;

	if (!number(&at, 1, 999999999, &n) || *at != '\0') {
		(void)fprintf(talk, "%s: --count: `%s' is not a number from 1\n", name, value);
		return false;
	}
	o->most_adverts = n;
	return true;
}

static bool read_strict(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->strict = true;
	return true;
}

static bool read_quiet(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->verbosity--;
	return true;
}

static bool read_verbose(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->verbosity++;
	return true;
}

static bool read_scenario(struct scan_options *o, const char *value, FILE *talk)
{
	size_t length = strlen(value);

	if (length < 6 || strcmp(value + length - 5, ".yaml") != 0) {
		(void)fprintf(talk, "%s: --to-scenario: the name must end in .yaml\n", name);
		return false;
	}
	o->to_scenario = value;
	return true;
}

static bool read_force(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->force = true;
	return true;
}

static bool read_nothing(struct scan_options *o, const char *value, FILE *talk)
{
	(void)o, (void)value, (void)talk;
	return true;
}

static bool read_free(struct scan_options *o, const char *value, FILE *talk)
{
	unsigned long n = 0;
	const char *at = value;

	if (value != NULL && (!number(&at, 1, ID_LAST, &n) || *at != '\0')) {
		(void)fprintf(talk, "%s: --free: `%s' is not a number from 1 to 255\n", name, value);
		return false;
	}
	o->lists_free = true;
	o->free_most = (unsigned)n;
	return true;
}

static bool read_interface(struct scan_options *o, const char *value, FILE *talk)
{
	if (o->interface_count == SCAN_INTERFACES) {
		(void)fprintf(talk, "%s: more than %d interfaces\n", name, SCAN_INTERFACES);
		return false;
	}
	for (size_t i = 0; i < o->interface_count; i++)
		if (strcmp(o->interface[i], value) == 0)
			return true;
	o->interface[o->interface_count++] = value;
	return true;
}

static bool read_list_interfaces(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->lists_interfaces = true;
	return true;
}

static bool read_write(struct scan_options *o, const char *value, FILE *talk)
{
	const char *dot = strrchr(value, '.');

	if (dot == NULL || (strcmp(dot, ".pcap") != 0 && strcmp(dot, ".pcapng") != 0)) {
		(void)fprintf(talk, "%s: --write: the name must end in .pcap or .pcapng\n", name);
		return false;
	}
	o->write = value;
	return true;
}

static bool read_watch(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->watch = true;
	return true;
}

static bool read_probe(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->probe = true;
	return true;
}

static bool read_join(struct scan_options *o, const char *value, FILE *talk)
{
	(void)value, (void)talk;
	o->join = true;
	return true;
}

static bool read_baseline(struct scan_options *o, const char *value, FILE *talk)
{
	(void)talk;
	o->baseline = value;
	return true;
}

static bool read_max_drop(struct scan_options *o, const char *value, FILE *talk)
{
	unsigned long percent;
	const char *at = value;

	if (!number(&at, 0, 100, &percent) || (strcmp(at, "%") != 0 && *at != '\0')) {
		(void)fprintf(talk, "%s: --max-drop: `%s' is not a percentage from 0 to 100\n", name, value);
		return false;
	}
	o->max_drop = (unsigned)percent;
	return true;
}

static const struct option options[] = {
	{'i', "interface", "IF", read_interface, "listen on this interface; repeatable"},
	{'r', "read", "FILE", read_file, "read this capture (pcap, pcapng; - is standard input)"},
	{'t', "time", "DUR", read_time, "listen so long (12s): 10s, 2m, 1h30m; of a capture, its first part"},
	{'c', "count", "N", read_count, "stop after N advertisements"},
	{'w', "write", "FILE", read_write, "keep the frames that were read: .pcap, .pcapng"},
	{0, "watch", NULL, read_watch, "go on, and print each change when it comes"},
	{0, "probe", NULL, read_probe, "ask for the virtual addresses: sends ARP and ND"},
	{0, "join", NULL, read_join, "join the protocols' groups: the kernel sends IGMP and MLD"},
	{0, "baseline", "FILE", read_baseline, "what changed since this earlier JSON document"},
	{0, "max-drop", "PERCENT", read_max_drop, "more frames lost than this: no conclusion (10)"},
	{'D', "list-interfaces", NULL, read_list_interfaces, "list the interfaces"},
	{'f', "format", "FORMAT", read_format, "table (default), json, jsonl, tsv, openmetrics, check"},
	{'o', "output", "FILE", read_output, "write a file, too: .json, .jsonl, .tsv, .om, .txt; repeatable"},
	{0, "want", "ID[,ID-ID]", read_want, "exit 0 if all of these are free, 1 if one is taken"},
	{0, "free", "[N]", read_free, "print only free IDs, best first"},
	{0, "only", "CODE,...", read_only, "only these findings"},
	{0, "ignore", "CODE[:ID],...", read_ignore, "not these findings"},
	{0, "strict", NULL, read_strict, "warnings, too, make the exit status 1"},
	{0, "vlan", "all|N", read_vlan, "only what is tagged with N (0: untagged)"},
	{0, "to-scenario", "FILE.yaml", read_scenario, "write a scenario that rebuilds what was heard"},
	{0, "force", NULL, read_force, "write it over a file that is there"},
	{'q', "quiet", NULL, read_quiet, "less talk"},
	{'v', "verbose", NULL, read_verbose, "more: also information"},
	{'n', "numeric", NULL, read_nothing, NULL},
	{0, "plain", NULL, read_nothing, NULL},
	{0, "color", "WHEN", read_nothing, NULL},
};
#define OPTIONS (sizeof options / sizeof options[0])

static void help(FILE *result)
{
	(void)fprintf(result, "usage: viplab scan [-i IF]... [OPTION]... [FILTER...]\n"
			      "       viplab scan -r FILE [OPTION]... [FILTER...]\n"
			      "Says which virtual router IDs are in use on a segment or in a capture, what is in conflict, and\n"
			      "which are free. Sends nothing unless --probe or --join asks for it.\n\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];
		char left[64];
		if (o->help == NULL)
			continue;
		(void)snprintf(left, sizeof left, "%c%c%s --%s%s%s", o->letter != 0 ? '-' : ' ',
			       o->letter != 0 ? o->letter : ' ', o->letter != 0 ? "," : " ", o->word,
			       o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
		(void)fprintf(result, "  %-28s %s\n", left, o->help);
	}
	(void)fprintf(result, "\nFILTER is a pcap filter (inside a VLAN tag: `vlan and ...'). Exit status: 0 no conflict, 1 conflict, 2 usage, 3 could not look.\n");
}

static const struct option *find(const char *word, size_t length, char letter)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (letter != 0 && options[i].letter == letter)
			return &options[i];
		if (letter == 0 && strlen(options[i].word) == length && strncmp(options[i].word, word, length) == 0)
			return &options[i];
	}
	return NULL;
}

static bool add_filter(struct scan_options *o, const char *word, FILE *talk)
{
	size_t used = strlen(o->filter);

	if (used + strlen(word) + 2 > sizeof o->filter) {
		(void)fprintf(talk, "%s: the filter is too long\n", name);
		return false;
	}
	(void)snprintf(o->filter + used, sizeof o->filter - used, "%s%s", used > 0 ? " " : "", word);
	return true;
}

/* Reads the option at argv[*i]; *i ends up at the last argument used. given[]: which options were seen. */
static bool read_option(struct scan_options *o, int argc, char **argv, int *i, bool given[OPTIONS], FILE *talk)
{
	char *argument = argv[*i], text[64];
	bool is_long = argument[1] == '-';
	const char *word = argument + (is_long ? 2 : 1);
	size_t length = is_long ? strcspn(word, "=") : 1;
	const char *value = NULL;

	/* Letters without values may stand together: -qv. */
	for (;;) {
		const struct option *option = find(word, length, is_long ? '\0' : *word);
		if (option == NULL) {
			(void)fprintf(talk, "%s: unknown option `%s'\nTry `viplab scan --help'.\n", name,
				      shown(text, sizeof text, argument));
			return false;
		}
		given[option - options] = true;
		if (option->value == NULL) {
			if (is_long && word[length] == '=') {
				(void)fprintf(talk, "%s: --%s takes no value\n", name, option->word);
				return false;
			}
			if (!option->read(o, NULL, talk))
				return false;
			if (is_long || word[1] == '\0')
				return true;
			word++;
			continue;
		}
		if (word[length] != '\0')
			value = word + length + (is_long ? 1 : 0);
		else if (option->read == read_free)
			value = *i + 1 < argc && is_digits(argv[*i + 1]) ? argv[++*i] : NULL;
		else if (*i + 1 < argc)
			value = argv[++*i];
		else {
			(void)fprintf(talk, "%s: --%s wants %s\n", name, option->word, option->value);
			return false;
		}
		return option->read(o, value, talk);
	}
}

/* VIPLAB_SCAN_<OPTION> for each long option that the line does not give. Empty is unset. */
static bool read_environment(struct scan_options *o, const bool given[OPTIONS], FILE *talk)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		char variable[64] = "VIPLAB_SCAN_";
		size_t length = strlen(variable);
		for (const char *c = options[i].word; *c != '\0' && length + 1 < sizeof variable; c++)
			variable[length++] = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
		variable[length] = '\0';
		const char *value = given[i] ? NULL : getenv(variable);
		if (value == NULL || value[0] == '\0')
			continue;
		/* --free's number is optional: "all" stands for none. */
		if (options[i].read == read_free && strcmp(value, "all") == 0)
			value = NULL;
		if (!options[i].read(o, value, talk)) {
			(void)fprintf(talk, "%s: that is from the environment: %s\n", name, variable);
			return false;
		}
	}
	return true;
}

/* What does not go together. */
static bool is_sensible(struct scan_options *o, FILE *talk)
{
	const char *only_live = o->interface_count > 0 ? "-i" : o->write != NULL ? "-w" : o->probe ? "--probe"
				: o->join ? "--join" : NULL;

	if (o->file != NULL && only_live != NULL) {
		(void)fprintf(talk, "%s: %s listens to a wire, -r reads a file: one of them\n", name, only_live);
		return false;
	}
	if (o->watch && o->format != SCAN_TABLE && o->format != SCAN_JSONL) {
		(void)fprintf(talk, "%s: --watch prints lines as they come: -f table or jsonl\n", name);
		return false;
	}
	if (o->write != NULL && o->interface_count > 1 && strcmp(strrchr(o->write, '.'), ".pcapng") != 0) {
		(void)fprintf(talk, "%s: --write: frames of several interfaces need a name that ends in .pcapng\n", name);
		return false;
	}
	if (o->file == NULL && !o->watch && o->most_time == VL_NEVER)
		o->most_time = SCAN_WINDOW;
	return true;
}

enum scan_parsed scan_options_read(struct scan_options *o, int argc, char **argv, FILE *result, FILE *talk)
{
	bool options_end = false, given[OPTIONS] = {false};

	*o = (struct scan_options){.most_time = VL_NEVER, .max_drop = SCAN_MAX_DROP};
	for (int i = 1; i < argc; i++) {
		if (!options_end && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
			help(result);
			return SCAN_HELP;
		}
		if (!options_end && strcmp(argv[i], "--") == 0)
			options_end = true;
		else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (!read_option(o, argc, argv, &i, given, talk))
				return SCAN_USAGE;
		} else if (!add_filter(o, argv[i], talk)) {
			return SCAN_USAGE;
		}
	}
	if (!read_environment(o, given, talk))
		return SCAN_USAGE;
	return is_sensible(o, talk) ? SCAN_RUN : SCAN_USAGE;
}
