// SPDX-License-Identifier: BSD-2-Clause
/*
 * tshark as the outside judge of HSRP, GLBP, CCP, NLB and FGCP: what it reads in our frames, field by field, is
 * what we read in them. One capture, one run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"
#include "tests/wire/fhrp_samples.h"

enum { ROUNDS = 20, CELL = TSHARK_CELL };

/* X(constant, tshark's name) */
#define FIELDS(X)                                       \
	X(F_MALFORMED, "_ws.malformed")                 \
	X(F_UDP_STATUS, "udp.checksum.status")          \
	X(F_ETH_TYPE, "eth.type")                       \
	X(F_HSRP_VERSION, "hsrp.version")               \
	X(F_HSRP_OPCODE, "hsrp.opcode")                 \
	X(F_HSRP_STATE, "hsrp.state")                   \
	X(F_HSRP_HELLO, "hsrp.hellotime")               \
	X(F_HSRP_HOLD, "hsrp.holdtime")                 \
	X(F_HSRP_PRIORITY, "hsrp.priority")             \
	X(F_HSRP_GROUP, "hsrp.group")                   \
	X(F_HSRP_IP, "hsrp.virt_ip")                    \
	X(F_HSRP_ADV_STATE, "hsrp.adv.state")           \
	X(F_HSRP_ADV_ACTIVE, "hsrp.adv.activegrp")      \
	X(F_HSRP_ADV_PASSIVE, "hsrp.adv.passivegrp")    \
	X(F_HSRP2_VERSION, "hsrp2.version")             \
	X(F_HSRP2_OPCODE, "hsrp2.opcode")               \
	X(F_HSRP2_STATE, "hsrp2.state")                 \
	X(F_HSRP2_IPVERSION, "hsrp2.ipversion")         \
	X(F_HSRP2_GROUP, "hsrp2.group")                 \
	X(F_HSRP2_IDENTIFIER, "hsrp2.identifier")       \
	X(F_HSRP2_PRIORITY, "hsrp2.priority")           \
	X(F_HSRP2_HELLO, "hsrp2.hellotime")             \
	X(F_HSRP2_HOLD, "hsrp2.holdtime")               \
	X(F_HSRP2_IP, "hsrp2.virt_ip")                  \
	X(F_HSRP2_IP6, "hsrp2.virt_ip_v6")              \
	X(F_HSRP2_ACTIVE, "hsrp2.active_groups")        \
	X(F_HSRP2_PASSIVE, "hsrp2.passive_groups")      \
	X(F_HSRP_TEXT, "hsrp.auth_data")                \
	X(F_HSRP2_TEXT, "hsrp2.auth_data")              \
	X(F_MD5_ALGORITHM, "hsrp2.md5_algorithm")       \
	X(F_MD5_SOURCE, "hsrp.md5_ip_address")          \
	X(F_MD5_KEY, "hsrp2.md5_key_id")                \
	X(F_MD5_DIGEST, "hsrp2.md5_auth_data")          \
	X(F_GLBP_GROUP, "glbp.group")                   \
	X(F_GLBP_OWNER, "glbp.ownerid")                 \
	X(F_GLBP_STATE, "glbp.hello.vgstate")           \
	X(F_GLBP_PRIORITY, "glbp.hello.priority")       \
	X(F_GLBP_HELLO, "glbp.hello.helloint")          \
	X(F_GLBP_HOLD, "glbp.hello.holdint")            \
	X(F_GLBP_REDIRECT, "glbp.hello.redirect")       \
	X(F_GLBP_TIMEOUT, "glbp.hello.timeout")         \
	X(F_GLBP_IP, "glbp.hello.virtualipv4")          \
	X(F_GLBP_IP6, "glbp.hello.virtualipv6")         \
	X(F_GLBP_FORWARDER, "glbp.reqresp.forwarder")   \
	X(F_GLBP_VF_STATE, "glbp.reqresp.vfstate")      \
	X(F_GLBP_VF_PRIORITY, "glbp.reqresp.priority")  \
	X(F_GLBP_VF_WEIGHT, "glbp.reqresp.weight")      \
	X(F_GLBP_VF_MAC, "glbp.reqresp.virtualmac")     \
	X(F_GLBP_AUTH, "glbp.auth.authtype")            \
	X(F_GLBP_AUTH_LENGTH, "glbp.auth.authlength")   \
	X(F_CCP_MAGIC, "cpha.magic_number")             \
	X(F_CCP_VERSION, "cpha.version")                \
	X(F_CCP_CLUSTER, "cpha.cluster_number")         \
	X(F_CCP_OPCODE, "cpha.opcode")                  \
	X(F_CCP_INTERFACE, "cpha.src_if")               \
	X(F_CCP_RANDOM, "cpha.random_id")               \
	X(F_CCP_SOURCE, "cpha.src_id")                  \
	X(F_CCP_DESTINATION, "cpha.dst_id")             \
	X(F_CCP_POLICY, "cpha.policy_id")               \
	X(F_CCP_MEMBERS, "cpha.id_num")                 \
	X(F_CCP_REPORT, "cpha.report_code")             \
	X(F_CCP_MODE, "cpha.ha_mode")                   \
	X(F_CCP_UNIT, "cpha.ha_time_unit")              \
	X(F_CCP_STATE, "cpha.state_node")               \
	X(F_NLB_SIGNATURE, "msnlb.signature")           \
	X(F_NLB_HOST, "msnlb.unique_host_id")           \
	X(F_NLB_CLUSTER, "msnlb.cluster_ip")            \
	X(F_NLB_NODE, "msnlb.host_ip")

enum field {
#define X(constant, name) constant,
	FIELDS(X)
#undef X
	FIELD_COUNT
};

static const char *const field_name[] = {
#define X(constant, name) [constant] = name,
	FIELDS(X)
#undef X
};

/* A row of tshark's table; an empty cell is a field that the frame does not have. */
struct row {
	char cell[FIELD_COUNT][CELL];
};

static void number(struct row *r, enum field f, uint64_t v)
{
	snprintf(r->cell[f], CELL, "%llu", (unsigned long long)v);
}

static void text(struct row *r, enum field f, const char *s)
{
	snprintf(r->cell[f], CELL, "%s", s);
}

static void text_ip(struct row *r, enum field f, const struct ip_addr *a)
{
	ip_format(r->cell[f], a);
}

static void text_bytes(struct row *r, enum field f, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snprintf(r->cell[f] + 2 * i, CELL - 2 * i, "%02x", bytes[i]);
}

static void expect_md5(struct row *r, const struct hsrp_message *m)
{
	struct ip_addr source = ip4_from_u32(m->md5_source);

	number(r, F_MD5_ALGORITHM, m->md5_algorithm);
	text_ip(r, F_MD5_SOURCE, &source);
	number(r, F_MD5_KEY, m->md5_key_id);
	text_bytes(r, F_MD5_DIGEST, m->md5_digest, HSRP_DIGEST);
}

static void expect_hsrp1(struct row *r, const struct hsrp_message *m)
{
	number(r, F_HSRP_VERSION, 0);
	number(r, F_HSRP_OPCODE, m->opcode);
	if (m->has_interface) {
		number(r, F_HSRP_ADV_STATE, m->interface_state);
		number(r, F_HSRP_ADV_ACTIVE, m->active_groups);
		number(r, F_HSRP_ADV_PASSIVE, m->passive_groups);
		return;
	}
	number(r, F_HSRP_STATE, m->state);
	number(r, F_HSRP_HELLO, m->hello_ms / 1000);
	number(r, F_HSRP_HOLD, m->hold_ms / 1000);
	number(r, F_HSRP_PRIORITY, m->priority);
	number(r, F_HSRP_GROUP, m->group);
	text_ip(r, F_HSRP_IP, &m->virtual_ip);
	text(r, F_HSRP_TEXT, m->auth == HSRP_AUTH_TEXT ? "cisco" : tshark_any);
}

static void expect_hsrp2(struct row *r, const struct hsrp_message *m)
{
	if (m->has_interface) {
		number(r, F_HSRP2_ACTIVE, m->active_groups);
		number(r, F_HSRP2_PASSIVE, m->passive_groups);
		return;
	}
	number(r, F_HSRP2_VERSION, 2);
	number(r, F_HSRP2_OPCODE, m->opcode);
	number(r, F_HSRP2_STATE, m->state);
	number(r, F_HSRP2_IPVERSION, m->family);
	number(r, F_HSRP2_GROUP, m->group);
	mac_format(r->cell[F_HSRP2_IDENTIFIER], m->identifier);
	number(r, F_HSRP2_PRIORITY, m->priority);
	number(r, F_HSRP2_HELLO, m->hello_ms);
	number(r, F_HSRP2_HOLD, m->hold_ms);
	text_ip(r, m->family == IP_V6 ? F_HSRP2_IP6 : F_HSRP2_IP, &m->virtual_ip);
	if (m->auth == HSRP_AUTH_TEXT)
		text(r, F_HSRP2_TEXT, "cisco");
}

static void expect_glbp(struct row *r, const struct glbp_message *m)
{
	number(r, F_GLBP_GROUP, m->group);
	mac_format(r->cell[F_GLBP_OWNER], m->owner);
	number(r, F_GLBP_STATE, m->state);
	number(r, F_GLBP_PRIORITY, m->priority);
	number(r, F_GLBP_HELLO, m->hello_ms);
	number(r, F_GLBP_HOLD, m->hold_ms);
	number(r, F_GLBP_REDIRECT, m->redirect_s);
	number(r, F_GLBP_TIMEOUT, m->timeout_s);
	text_ip(r, m->virtual_ip.family == IP_V6 ? F_GLBP_IP6 : F_GLBP_IP, &m->virtual_ip);
	if (m->forwarder_count > 0) {
		number(r, F_GLBP_FORWARDER, m->forwarder[0].number);
		number(r, F_GLBP_VF_STATE, m->forwarder[0].state);
		number(r, F_GLBP_VF_PRIORITY, m->forwarder[0].priority);
		number(r, F_GLBP_VF_WEIGHT, m->forwarder[0].weight);
		mac_format(r->cell[F_GLBP_VF_MAC], m->forwarder[0].virtual_mac);
	}
	if (m->auth != GLBP_AUTH_NONE) {
		number(r, F_GLBP_AUTH, m->auth);
		number(r, F_GLBP_AUTH_LENGTH, m->auth_length);
	}
}

static void expect_ccp(struct row *r, const struct ccp_message *m)
{
	number(r, F_CCP_MAGIC, CCP_MAGIC);
	number(r, F_CCP_VERSION, m->version);
	number(r, F_CCP_CLUSTER, m->cluster);
	number(r, F_CCP_OPCODE, m->opcode);
	number(r, F_CCP_INTERFACE, m->source_interface);
	number(r, F_CCP_RANDOM, m->random_id);
	number(r, F_CCP_SOURCE, m->source_machine);
	number(r, F_CCP_DESTINATION, m->destination_machine);
	number(r, F_CCP_POLICY, m->policy);
	if (m->has_state) {
		number(r, F_CCP_MEMBERS, m->member_count);
		number(r, F_CCP_REPORT, m->report);
		number(r, F_CCP_MODE, m->ha_mode);
		number(r, F_CCP_UNIT, m->time_unit_ms);
		number(r, F_CCP_STATE, m->member_state[0]);
	}
}

/* What we read in the frame, in tshark's columns. */
static struct row expected(const struct packet *p)
{
	struct row r = {0};

	switch ((int)p->transport) {
	case TRANSPORT_HSRP:
		if (p->hsrp.version == 1)
			expect_hsrp1(&r, &p->hsrp);
		else
			expect_hsrp2(&r, &p->hsrp);
		if (p->hsrp.auth == HSRP_AUTH_MD5)
			expect_md5(&r, &p->hsrp);
		break;
	case TRANSPORT_GLBP:
		expect_glbp(&r, &p->glbp);
		break;
	case TRANSPORT_CCP:
		expect_ccp(&r, &p->ccp);
		break;
	case TRANSPORT_NLB:
		number(&r, F_NLB_SIGNATURE, p->nlb.signature);
		number(&r, F_NLB_HOST, p->nlb.host_id);
		text_ip(&r, F_NLB_CLUSTER, &p->nlb.cluster_ip);
		text_ip(&r, F_NLB_NODE, &p->nlb.host_ip);
		break;
	default:
		break;
	}
	/* of stacked tags eth.type is the first's */
	if (p->ethernet.vlan_count == 0)
		number(&r, F_ETH_TYPE, p->ethernet.type);
	else
		text(&r, F_ETH_TYPE, tshark_any);
	return r;
}

static void tshark_reads_what_we_wrote(void **state)
{
	struct prng p = prng_stream(30, "fhrp tshark");
	static struct row want[ROUNDS * FHRP_KIND_COUNT];
	struct scratch_capture capture;
	size_t count = 0, rows = 0, faults = 0;
	struct row got;

	tshark_or_skip();
	scratch_capture_open(&capture);
	for (int round = 0; round < ROUNDS; round++)
		for (enum fhrp_kind kind = 0; kind < FHRP_KIND_COUNT; kind++) {
			uint8_t bytes[SAMPLE_ROOM];
			struct packet packet;
			size_t length = fhrp_sample(&p, kind, bytes);
			scratch_capture_add(&capture, 0, bytes, length);
			assert_true(packet_dissect(&packet, bytes, length, length));
			want[count++] = expected(&packet);
		}
	scratch_capture_close(&capture);
	FILE *tshark = tshark_start(capture.path, " -o udp.check_checksum:TRUE", field_name, FIELD_COUNT);
	for (; tshark_row(tshark, got.cell, FIELD_COUNT); rows++) {
		assert_in_range(rows, 0, count - 1);
		enum fhrp_kind kind = (enum fhrp_kind)(rows % FHRP_KIND_COUNT);
		for (enum field f = 0; f < FIELD_COUNT; f++) {
			bool fine = f == F_UDP_STATUS ? !tshark_says_bad(got.cell[f])
			/* its reader of NLB wants all of a heartbeat's 1496 bytes; the header is what we write */
			: f == F_MALFORMED && kind == FHRP_NLB ? true
							       : tshark_agrees(want[rows].cell[f], got.cell[f]);
			if (fine)
				continue;
			print_message("frame %zu (%s): %s: we read `%s', tshark `%s'\n", rows + 1, fhrp_name(kind),
				      field_name[f], want[rows].cell[f], got.cell[f]);
			faults++;
		}
	}
	tshark_finish(tshark);
	scratch_capture_remove(&capture);
	assert_int_equal(rows, count);
	assert_int_equal(faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tshark_reads_what_we_wrote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
