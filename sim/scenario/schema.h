// SPDX-License-Identifier: BSD-2-Clause
/*
 * The language of scenario scripts as one table: sections, their keys, the type, range and default of each, a
 * line of help and an example. It is the only truth: the reader follows it, the mistakes quote it, the canonical
 * script of `viplab explain` is written by it, and so are the reference page and the JSON Schema for editors.
 * To add a word to the language is to add a row here (and to teach the runner what it means).
 *
 * A section says how a mapping of a script becomes a struct of the model: each key has a type, and the type
 * knows how to read a value into the struct and how to write it back (schema_types.c and its neighbours).
 */
#ifndef VL_SCENARIO_SCHEMA_H
#define VL_SCENARIO_SCHEMA_H

#include "sim/scenario/document.h"
#include "sim/scenario/scenario.h"

struct reader;
struct schema_key;

struct schema_type {
	const char *expected;           /* "a time such as 500ms or 1m30s" */
	/* Reads a value into the struct at `base`; reports a mistake when it is none. */
	void (*read)(struct reader *r, const struct schema_key *key, struct document *d, void *base);
	/* The value in the struct at `base` as it is written, NULL when it is not given. */
	struct document *(*write)(struct arena *memory, const struct schema_key *key, const void *base);
	const char *json;               /* JSON Schema of the value, when words and range do not say it */
};

struct schema_word {
	const char *word;
	int value;                      /* of several words for one value the first is the canonical one */
	const char *help;
};

enum schema_flag {
	SCHEMA_REQUIRED = 1,
	SCHEMA_MAYBE = 2,               /* the target is a struct maybe_...: not given stays not given */
	SCHEMA_SETTABLE = 4,            /* `set` may change it while the node runs */
	SCHEMA_LISTED = 8,              /* only in a list of the section, not where it is inlined */
};

struct schema_key {
	const char *name;
	const struct schema_type *type;
	unsigned flags;                         /* of enum schema_flag */
	size_t offset;                          /* of the target in the struct */
	size_t also;                            /* of a second target; the type says what */
	uint64_t low, high;                     /* of numbers; of times in ns; high 0: no range */
	const struct schema_word *words;        /* up to the one without a word; or NULL */
	const struct schema_section *section;   /* of nested mappings */
	const char *fallback;                   /* the default as it would be written, or NULL */
	const char *example;
	const char *help;
};

/* One of several forms of a section: a step's verb, an expectation's kind. Its first key names it. */
struct schema_variant {
	int tag;                                /* what goes into the struct's tag */
	const struct schema_key *key;           /* up to the one without a name */
	bool (*is)(const void *base);           /* when two variants have one tag: is it this? NULL: yes */
	const char *help;
};

struct schema_section {
	const char *name;                       /* "a node" */
	const char *help;
	size_t size;                            /* of the struct */
	const struct schema_key *key;           /* up to the one without a name */
	const struct schema_variant *variant;   /* up to the one without keys; or NULL */
	size_t tag_offset;                      /* of the variant's tag, an enum */
	bool has_place, has_text;
	size_t place_offset, text_offset;       /* struct scenario_place; const char *, the item on one line */
	/* A section whose keys may stand among this one's (an interface's in a node with one). */
	const struct schema_section *inlined;
	/* After reading: what one key alone cannot see. After writing: what the keys do not show. */
	void (*after_read)(struct reader *r, struct document *d, void *base);
	void (*after_write)(struct arena *memory, struct document *d, const void *base);
};

extern const struct schema_section schema_scenario;
extern const struct schema_section schema_segment;
extern const struct schema_section schema_node;
extern const struct schema_section schema_interface;
extern const struct schema_section schema_vrrp;
extern const struct schema_section schema_track;
extern const struct schema_section schema_carp;
extern const struct schema_section schema_ha;
extern const struct schema_section schema_service;
extern const struct schema_section schema_server;
extern const struct schema_section schema_hsrp;
extern const struct schema_section schema_glbp;
extern const struct schema_section schema_fgcp;
extern const struct schema_section schema_clusterxl;
extern const struct schema_section schema_nlb;
extern const struct schema_section schema_served;
extern const struct schema_section schema_population;
extern const struct schema_section schema_tcp;
extern const struct schema_section schema_nat;
extern const struct schema_section schema_step;
extern const struct schema_section schema_expectation;

/* The key of that name in the section (not in its variants), or NULL. */
const struct schema_key *schema_find(const struct schema_section *section, const char *name);
const struct schema_key *schema_variant_find(const struct schema_variant *variant, const char *name);
/* The variant that the struct at `base` is. */
const struct schema_variant *schema_variant_of(const struct schema_section *section, const void *base);

#define SCHEMA_NAME_LONGEST 32          /* characters of a node's, segment's or interface's name */
#define SCHEMA_LABEL_LONGEST 40         /* and of a word that a product chose: an option */

/* --- types (schema_types.c, schema_names.c, schema_collections.c) ----------------------------------------- */

extern const struct schema_type TYPE_TEXT;      /* const char * */
extern const struct schema_type TYPE_PASSWORD;  /* the same; anything a password may hold */
extern const struct schema_type TYPE_NAME;      /* const char *: letters, digits, - and _ */
extern const struct schema_type TYPE_NUMBER;    /* uint64_t or maybe_number; words stand for numbers */
extern const struct schema_type TYPE_SIGNED;    /* maybe_signed; low and high are magnitudes */
extern const struct schema_type TYPE_TIME;      /* vl_time or maybe_time; the word `never` if in words */
extern const struct schema_type TYPE_FLAG;      /* bool or maybe_flag; words, else true and false */
extern const struct schema_type TYPE_WORD;      /* enum: one of the words */
extern const struct schema_type TYPE_WORDS;     /* bool[]: any of the words */
extern const struct schema_type TYPE_IP;        /* struct ip_addr; words `all`: family IP_NONE */
extern const struct schema_type TYPE_IPS;       /* struct scenario_ips: one or a list; low 4 or 6: family */
extern const struct schema_type TYPE_PREFIX;    /* struct ip_prefix; low 4 or 6: family */
extern const struct schema_type TYPE_MAC;       /* struct mac or maybe_mac; also "vrrp 1", "vrrp6 1" */
extern const struct schema_type TYPE_LABELS;    /* struct scenario_names that refer to nothing */
extern const struct schema_type TYPE_NODE;      /* struct scenario_name; also: bool that is true without it */
extern const struct schema_type TYPE_NODES;     /* struct scenario_names: one or a list */
extern const struct schema_type TYPE_SEGMENT;   /* as TYPE_NODE */
extern const struct schema_type TYPE_PORT;      /* struct scenario_port */
extern const struct schema_type TYPE_COUNT;     /* struct comparison of each unit */
extern const struct schema_type TYPE_PERCENT;
extern const struct schema_type TYPE_DURATION;
extern const struct schema_type TYPE_MEASURE;   /* struct comparison of the unit in low, perhaps over all seeds */
extern const struct schema_type TYPE_SHARE;     /* uint32_t ppm: "10%" */
extern const struct schema_type TYPE_MATCH;     /* const char *; also: struct packet_match */
extern const struct schema_type TYPE_WINDOW;    /* struct scenario_window; low: its form */
extern const struct schema_type TYPE_SECTION;   /* a nested mapping into the same struct at offset;
						   also: bool that is true with it, or 0 */
extern const struct schema_type TYPE_LIST;      /* a list of mappings: pointer; also: count */
extern const struct schema_type TYPE_NAMED;     /* a mapping of names to mappings: pointer; also: count */
extern const struct schema_type TYPE_MAP;       /* a mapping of key[0] to key[1] of the section; the same */
extern const struct schema_type TYPE_EARLIER;   /* read by expand.c before; nothing to store */
/* traffic (schema_traffic_types.c) */
extern const struct schema_type TYPE_LAW;       /* struct law; LAW_NEVER: not given */
extern const struct schema_type TYPE_RATE;      /* struct scenario_rate */
extern const struct schema_type TYPE_ENDPOINT;  /* struct scenario_endpoint */
extern const struct schema_type TYPE_TRACE;     /* of a struct scenario_population */
extern const struct schema_type TYPE_SERVICE;   /* struct scenario_service_change: node and service */
/* of one key each (schema_special.c) */
extern const struct schema_type TYPE_KIND;
extern const struct schema_type TYPE_INTERFACES;
extern const struct schema_type TYPE_PATH;
extern const struct schema_type TYPE_RAW;
extern const struct schema_type TYPE_HEAL;
extern const struct schema_type TYPE_SIDES;
extern const struct schema_type TYPE_TRACKED;
extern const struct schema_type TYPE_VLANS;     /* struct scenario_vlans: one or a list */
extern const struct schema_type TYPE_PORTS;     /* struct scenario_ports: one or a list of N, N-M, `every' */
extern const struct schema_type TYPE_SCHEDULER; /* const char *, one of the balancer's */
extern const struct schema_type TYPE_ACTIVES;
extern const struct schema_type TYPE_NEVER;
extern const struct schema_type TYPE_CODES;     /* struct scenario_names of finding codes; low 1: just one */
extern const struct schema_type TYPE_REASON;
extern const struct schema_type TYPE_SEEDS;     /* uint64_t: "200 seeds" */
extern const struct schema_type TYPE_FIELDS;    /* struct scenario_field pointer; also: count */

#endif
