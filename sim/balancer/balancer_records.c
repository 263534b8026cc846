// SPDX-License-Identifier: BSD-2-Clause
/* What the balancer has to say. */
#include "sim/balancer/balancer_parts.h"

const struct record_kind BALANCER_OPEN_KIND = {
	.name = "balancer.open",
	.level = RECORD_TRACE,
	.text = "{client}:{port} to {server} by {why}, which has {active} active",
	.field = {{"client", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"server", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"active", VALUE_NUMBER}},
};

const struct record_kind BALANCER_CLOSE_KIND = {
	.name = "balancer.close",
	.level = RECORD_TRACE,
	.text = "{client}:{port} to {server} ended, {why}: {lived}, {bytes_in} bytes in, {bytes_out} out; {active} active",
	.field = {{"client", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"server", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"lived", VALUE_TIME},
		  {"bytes_in", VALUE_NUMBER},
		  {"bytes_out", VALUE_NUMBER},
		  {"active", VALUE_NUMBER}},
};

const struct record_kind BALANCER_ACTIVITY_KIND = {
	.name = "balancer.activity",
	.level = RECORD_TRACE,
	.text = "{client}:{port} to {server} counts as {counted}, {active} active",
	.field = {{"client", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"server", VALUE_WORD},
		  {"counted", VALUE_WORD},
		  {"active", VALUE_NUMBER}},
};

const struct record_kind BALANCER_HEALTH_KIND = {
	.name = "balancer.health",
	.level = RECORD_NOTICE,
	.text = "{server} is {state} ({result})",
	.field = {{"server", VALUE_WORD}, {"state", VALUE_WORD}, {"result", VALUE_WORD}},
};

const struct record_kind BALANCER_SERVER_KIND = {
	.name = "balancer.server",
	.level = RECORD_NOTICE,
	.text = "{server}: {state}, {active} active",
	.field = {{"server", VALUE_WORD}, {"state", VALUE_WORD}, {"active", VALUE_NUMBER}},
};

const struct record_kind BALANCER_WEIGHT_KIND = {
	.name = "balancer.weight",
	.level = RECORD_TRACE,
	.text = "{server}: weight {now} of {weight}",
	.field = {{"server", VALUE_WORD}, {"now", VALUE_NUMBER}, {"weight", VALUE_NUMBER}},
};

const struct record_kind BALANCER_REFUSED_KIND = {
	.name = "balancer.refused",
	.level = RECORD_WARN,
	.text = "{client} refused: {why}",
	.field = {{"client", VALUE_IP}, {"why", VALUE_WORD}},
};

const struct record_kind BALANCER_ACTIVE_KIND = {
	.name = "balancer.active",
	.level = RECORD_NOTICE,
	.text = "{state}; {connections} connections forgotten, {held} held",
	.field = {{"state", VALUE_WORD}, {"connections", VALUE_NUMBER}, {"held", VALUE_NUMBER}},
};

const struct record_kind BALANCER_UPDATES_KIND = {
	.name = "balancer.updates",
	.level = RECORD_NOTICE,
	.text = "{what}; {sent} updates sent in {datagrams} datagrams, {bytes} bytes; {taken} taken, {held} connections held",
	.field = {{"what", VALUE_WORD},
		  {"sent", VALUE_NUMBER},
		  {"datagrams", VALUE_NUMBER},
		  {"bytes", VALUE_NUMBER},
		  {"taken", VALUE_NUMBER},
		  {"held", VALUE_NUMBER}},
};

const struct record_kind BALANCER_UPDATE_REFUSED_KIND = {
	.name = "balancer.update_refused",
	.level = RECORD_TRACE,
	.text = "{count} of the other unit's: {reason}",
	.field = {{"reason", VALUE_WORD}, {"count", VALUE_NUMBER}},
};

void balancer_say_open(struct balancer *b, const struct connection *c, vl_time now)
{
	const struct virtual_service *v = service_of(b, c);
	const struct real_server *s = server_of(b, c);
	struct record *r = outbox_record(b->outbox, &BALANCER_OPEN_KIND, v->config.name, now);

	r->value[0].ip = client_of(c);
	r->value[1].number = c->client_port;
	r->value[2].word = s->config.name;
	r->value[3].word = (c->flags & CONNECTION_PERSISTENT) != 0 ? "persistence"
			   : s->config.sorry                       ? "sorry"
								   : v->config.scheduler->name;
	r->value[4].number = s->active;
}

void balancer_say_close(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_CLOSE_KIND, service_of(b, c)->config.name, now);

	r->value[0].ip = client_of(c);
	r->value[1].number = c->client_port;
	r->value[2].word = server_of(b, c)->config.name;
	r->value[3].word = connection_end_word(why);
	r->value[4].time = now - c->opened;
	r->value[5].number = c->bytes_in;
	r->value[6].number = c->bytes_out;
	r->value[7].number = server_of(b, c)->active;
}

void balancer_say_activity(struct balancer *b, const struct connection *c, vl_time now)
{
	const struct real_server *s = server_of(b, c);
	struct record *r = outbox_record(b->outbox, &BALANCER_ACTIVITY_KIND, service_of(b, c)->config.name, now);

	r->value[0].ip = client_of(c);
	r->value[1].number = c->client_port;
	r->value[2].word = s->config.name;
	r->value[3].word = connection_is_active((enum connection_state)c->state) ? "active" : "inactive";
	r->value[4].number = s->active;
}

void balancer_say_server(struct balancer *b, const struct virtual_service *v, const struct real_server *s,
			 const char *state, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_SERVER_KIND, v->config.name, now);

	r->value[0].word = s->config.name;
	r->value[1].word = state;
	r->value[2].number = s->active;
}

void balancer_say_weight(struct balancer *b, const struct virtual_service *v, struct real_server *s, vl_time now)
{
	uint32_t effective = virtual_service_weight(v, s, now);

	if (effective == s->said_now && s->config.weight == s->said_weight)
		return;
	s->said_now = effective;
	s->said_weight = s->config.weight;
	struct record *r = outbox_record(b->outbox, &BALANCER_WEIGHT_KIND, v->config.name, now);
	r->value[0].word = s->config.name;
	r->value[1].number = effective;
	r->value[2].number = s->config.weight;
}

void balancer_say_health(struct balancer *b, const struct virtual_service *v, const struct real_server *s, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_HEALTH_KIND, v->config.name, now);

	r->value[0].word = s->config.name;
	r->value[1].word = s->down ? "down" : "up";
	r->value[2].word = health_result_word(s->health);
}

void balancer_say_refused(struct balancer *b, const struct virtual_service *v, const struct ip_addr *client,
			  enum balancer_drop why, vl_time now)
{
	balancer_say_refused_word(b, v, client, balancer_drop_text(why), now);
}

void balancer_say_refused_word(struct balancer *b, const struct virtual_service *v, const struct ip_addr *client,
			       const char *why, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_REFUSED_KIND, v->config.name, now);

	r->value[0].ip = *client;
	r->value[1].word = why;
}

void balancer_say_active(struct balancer *b, uint64_t forgotten, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_ACTIVE_KIND, NULL, now);

	r->value[0].word = b->active ? "active" : "passive";
	r->value[1].number = forgotten;
	r->value[2].number = connection_count(b->table);
}

void balancer_say_updates(struct balancer *b, const char *what, vl_time now)
{
	const struct sync_counters *c = sync_counters(b->sync);
	struct record *r = outbox_record(b->outbox, &BALANCER_UPDATES_KIND, NULL, now);

	r->value[0].word = what;
	r->value[1].number = c->records_sent;
	r->value[2].number = c->datagrams_sent;
	r->value[3].number = c->bytes_sent;
	r->value[4].number = c->records_taken;
	r->value[5].number = connection_count(b->table);
}

void balancer_say_update_refused(struct balancer *b, const char *why, uint64_t count, vl_time now)
{
	struct record *r = outbox_record(b->outbox, &BALANCER_UPDATE_REFUSED_KIND, NULL, now);

	r->value[0].word = why;
	r->value[1].number = count;
}
