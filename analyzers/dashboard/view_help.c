// SPDX-License-Identifier: BSD-2-Clause
/* Two pages of keys. */
#include "analyzers/dashboard/ui.h"

static const char *const page[2][19] = {
	{
		"VIEWS                                  TIME",
		" 1 F2   servers (distribution)          Space p   pause the display",
		" 2 F3   HA: who is Active               [ ]       one sample back / forward",
		" 3 F4   virtual IDs 1..255              { }       one minute back / forward",
		" 4 F5   events                          F  End    follow: back to now",
		" Tab    next view                       + -       slower / faster refresh",
		" v      next virtual service            < >       pace of what is recorded",
		" Enter  detail; on an event: go there   R         from the beginning again",
		"                                       SHOW",
		"MOVE                                    m         metric: new, active, bytes",
		" arrows, h j k l, PgUp PgDn, g G        s r       sort by / reverse",
		"                                        !         only what is not well",
		"FIND                                    a         IPv4 / IPv6 (views 2, 3)",
		" /      filter (Esc clears), a|b        c         colours: auto mono safe",
		" n N    next / previous match           t         text only (ASCII) / blocks",
		" L      level of events                 X  z      trends: log, fixed scale",
		"OUT                                    LEAVE",
		" e      export this moment; W settings  q  F10  Ctrl-C   quit",
		" x      a fault (simulations); M mouse  Ctrl-Z suspend   Esc back, never quits",
	},
	{
		"WHAT THE NUMBERS MEAN",
		" xFAIR  share of new connections over the fair one, which is effective weight over",
		"        the sum of those that may take new ones. = is within chance (99 %), + above,",
		"        - below. No alarm under 50 connections in the window.",
		" STORM  one server takes more than twice its fair share for 2 s; over below 1.3.",
		" PER    how many of the new ones came by persistence, not by the scheduler.",
		" ?      the source cannot know it.   ~  it is an estimate.",
		"",
		"WHAT THE WORDS MEAN",
		" up  ramp (slow start)  drain (persistent clients only)  maint  down",
		" Active! a second Active of one ID at the same time: a conflict",
		" silent  was heard and is no longer; off: its box does not run",
		"",
		"THE FIRST WORD OF LINE 2",
		" LIVE  PAUSED (behind)  REPLAY (of a record)  END (of it)  STALE (no answer)",
		"",
		"SOURCES",
		" sim:SCRIPT  journal:FILE  engine:[SOCKET]  pcap:FILE  if:INTERFACE  -",
		" haproxy:SOCKET|HOST:PORT",
	},
};

void view_help(struct grid *g, struct ui *u, struct band b)
{
	unsigned y = b.first;

	for (unsigned i = 0; i < 19 && y < b.last; i++)
		grid_text(g, 0, y++, PAINT_PLAIN, page[u->help_page][i]);
	if (y < b.last)
		grid_text(g, 0, b.last - 1, PAINT_TITLE, "No key changes anything on a balancer or router. viplab top only looks.");
}
