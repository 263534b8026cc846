// SPDX-License-Identifier: BSD-2-Clause
/*
 * The parent that outlives the engine. It holds the sockets and the goodbyes that the engine laid down, gives up
 * everything else as the engine does, reads no frame, and waits. The engine that ends by itself has said what it had to
 * say; one that was killed has not, and then the parent says it. Nothing else is left behind: no address, route or mode of
 * the terminal was ever changed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probes/cmd_live_parts.h"

uint64_t live_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * VL_S + (uint64_t)t.tv_nsec;
}

/* Says goodbye for whom the engine left. */
static void say_goodbye(struct live *l)
{
	char ip[IP_TEXT];

	for (size_t i = 0; i < LAST_WORDS; i++) {
		const struct last_word *s = last_words_at(l->words, i, live_clock());
		if (s == NULL || s->port >= l->port_count)
			continue;
		bool sent = wire_send_now(l->port[s->port], s->bytes, s->length);
		fprintf(stderr, "viplab live: %s: %s goodbye for %s %u of %s\n", wire_name(l->port[s->port]),
			sent ? "said" : "could not say", s->carp ? "CARP" : "VRRP", s->id, ip_format(ip, &s->src));
	}
}

static int status_of(struct live *l, int how)
{
	if (WIFEXITED(how))
		return WEXITSTATUS(how);
	int number = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
	fprintf(stderr, "viplab live: the engine was killed by signal %d\n", number);
	say_goodbye(l);
	return 128 + number;
}

/* Signals to us are for the engine, which ends politely. */
static void pass_on(struct live *l)
{
	struct signalfd_siginfo s;

	while (read(l->signals, &s, sizeof s) == (ssize_t)sizeof s) {
		uint8_t number = (uint8_t)s.ssi_signo;
		if (s.ssi_signo != SIGCHLD && write(l->leash[1], &number, 1) != 1)
			continue; /* it is gone: we shall hear of it */
	}
}

static int wait_for_engine(struct live *l, pid_t engine)
{
	struct pollfd p = {.fd = l->signals, .events = POLLIN};
	int how = 0;

	for (;;) {
		pid_t who = waitpid(engine, &how, WNOHANG);
		if (who == engine)
			return status_of(l, how);
		if (who < 0 && errno != EINTR)
			return live_cannot("waitpid", strerror(errno));
		(void)poll(&p, 1, -1);
		pass_on(l);
	}
}

static int supervise(struct live *l, pid_t engine)
{
	struct privilege_needs needs = {.waits = true};
	char error[PRIVILEGE_ERROR];
	bool ok = privilege_may_write(&needs, STDERR_FILENO) && privilege_may_write(&needs, l->leash[1]);

	(void)close(l->leash[0]);
	output_files_let_go(&l->files);
	for (size_t i = 0; i < l->port_count; i++)
		ok = ok && wire_permit(l->port[i], &needs);
	if (!ok || !privilege_drop(&needs, error)) {
		(void)close(l->leash[1]);       /* the engine ends */
		return live_cannot("cannot give up privileges", ok ? error : "too many interfaces");
	}
	return wait_for_engine(l, engine);
}

bool live_split(struct live *l, int *status)
{
	l->words = last_words_new();
	if (l->words == NULL || pipe(l->leash) != 0 || !live_sweep_begin(l)) {
		*status = live_cannot("cannot start", strerror(errno));
		return false;
	}
	(void)fflush(NULL);
	pid_t engine = fork();
	if (engine < 0) {
		*status = live_cannot("fork", strerror(errno));
		return false;
	}
	if (engine == 0) {
		(void)close(l->leash[1]);
		l->leash[1] = -1;
		*status = 0;
		return true;
	}
	*status = supervise(l, engine);
	live_sweep_end(l);
	/* Files and the rest are the engine's: what is open here only closes. */
	_exit(*status);
}
