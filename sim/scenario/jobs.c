// SPDX-License-Identifier: BSD-2-Clause
/* Processes for pieces of work: one pipe each, one poll loop, answers kept until their turn comes. */
#include "sim/scenario/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum piece_state {
	PIECE_WAITING = 0,
	PIECE_RUNNING,
	PIECE_ENDED,            /* its answer waits for its turn */
	PIECE_HANDED_OVER,
};

struct piece {
	enum piece_state state;
	pid_t process;
	int from;               /* the reading end of its pipe */
	uint64_t started_at;
	bool stopped;           /* we killed it: the limit */
	size_t room;
	struct job_answer answer;
};

struct loop {
	const struct job_list *list;
	struct piece *piece;
	struct pollfd *wait;    /* as many as run at a time */
	size_t *whose;          /* the piece behind each of them */
	size_t next;            /* the first piece not started */
	size_t turn;            /* the first piece not handed over */
	size_t running;
};

uint64_t jobs_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

size_t jobs_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (size_t)n : 1;
}

static _Noreturn void child(const struct job_list *list, size_t index, int to)
{
	FILE *answer = fdopen(to, "w");
	int status = JOB_NO_MEMORY;

	if (answer != NULL) {
		status = list->work(list->context, index, answer);
		if (fclose(answer) != 0)
			status = JOB_NO_MEMORY;
	}
	exit(status);
}

static bool start_piece(struct loop *l)
{
	struct piece *p = &l->piece[l->next];
	int end[2];

	if (pipe(end) != 0)
		return false;
	fflush(NULL);           /* what is buffered is the parent's to write, once */
	p->started_at = jobs_clock();
	p->process = fork();
	if (p->process == 0) {
		close(end[0]);
		child(l->list, l->next, end[1]);
	}
	close(end[1]);
	if (p->process < 0) {
		int why = errno;
		close(end[0]);
		errno = why;
		return false;
	}
	p->from = end[0];
	p->state = PIECE_RUNNING;
	l->running++;
	l->next++;
	return true;
}

/* Room for `more` bytes and a NUL behind what is there. */
static bool make_room(struct piece *p, size_t more)
{
	size_t need = p->answer.length + more + 1;

	if (need <= p->room)
		return true;
	size_t room = p->room * 2 > need ? p->room * 2 : need;
	char *text = realloc(p->answer.text, room);
	if (text == NULL)
		return false;
	p->answer.text = text;
	p->room = room;
	return true;
}

static void end_piece(struct loop *l, struct piece *p)
{
	int status = 0;

	close(p->from);
	while (waitpid(p->process, &status, 0) < 0 && errno == EINTR)
		continue;
	p->answer.wall_ns = jobs_clock() - p->started_at;
	if (p->stopped)
		p->answer.end = JOB_TOO_SLOW;
	else if (WIFSIGNALED(status))
		p->answer.end = JOB_DIED, p->answer.number = 128 + WTERMSIG(status);
	else if (WEXITSTATUS(status) != 0)
		p->answer.end = JOB_DIED, p->answer.number = WEXITSTATUS(status);
	if (p->answer.text != NULL)
		p->answer.text[p->answer.length] = '\0';
	p->state = PIECE_ENDED;
	l->running--;
}

/* Reads what is there; the end of the pipe is the end of the piece. False: no memory. */
static bool hear(struct loop *l, struct piece *p)
{
	if (!make_room(p, 65536))
		return false;
	ssize_t n = read(p->from, p->answer.text + p->answer.length, 65536);
	if (n > 0)
		p->answer.length += (size_t)n;
	else if (n == 0 || errno != EINTR)
		end_piece(l, p);
	return true;
}

/* Milliseconds until the first limit of a running piece, -1 without one; what is over its limit is killed. */
static int watch_limits(struct loop *l)
{
	uint64_t limit = l->list->limit_ns, now = jobs_clock(), first = UINT64_MAX;

	if (limit == 0)
		return -1;
	for (size_t i = l->turn; i < l->next; i++) {
		struct piece *p = &l->piece[i];
		if (p->state != PIECE_RUNNING || p->stopped)
			continue;
		uint64_t lived = now - p->started_at;
		if (lived >= limit) {
			p->stopped = true;
			kill(p->process, SIGKILL);
		} else if (limit - lived < first) {
			first = limit - lived;
		}
	}
	return first == UINT64_MAX ? -1 : first / 1000000 > 3600000 ? 3600000 : (int)(first / 1000000) + 1;
}

static bool wait_for_some(struct loop *l)
{
	nfds_t n = 0;
	int timeout = watch_limits(l);

	for (size_t i = l->turn; i < l->next; i++) {
		if (l->piece[i].state != PIECE_RUNNING)
			continue;
		l->wait[n] = (struct pollfd){.fd = l->piece[i].from, .events = POLLIN};
		l->whose[n++] = i;
	}
	if (poll(l->wait, n, timeout) < 0)
		return errno == EINTR;
	for (nfds_t i = 0; i < n; i++)
		if (l->wait[i].revents != 0 && !hear(l, &l->piece[l->whose[i]]))
			return false;
	return true;
}

/* Hands over what is ready and has its turn. False: the caller wants no more. */
static bool hand_over(struct loop *l)
{
	bool more = true;

	while (more && l->turn < l->next && l->piece[l->turn].state == PIECE_ENDED) {
		struct piece *p = &l->piece[l->turn];
		more = l->list->done(l->list->context, l->turn, &p->answer);
		free(p->answer.text);
		p->answer.text = NULL;
		p->state = PIECE_HANDED_OVER;
		l->turn++;
	}
	return more;
}

static void stop_all(struct loop *l)
{
	for (size_t i = l->turn; i < l->next; i++) {
		struct piece *p = &l->piece[i];
		if (p->state == PIECE_RUNNING) {
			kill(p->process, SIGKILL);
			end_piece(l, p);
		}
		free(p->answer.text);
	}
}

bool jobs_run(const struct job_list *list)
{
	struct loop l = {.list = list};
	bool ok = true, more = true;

	l.piece = calloc(list->count + 1, sizeof *l.piece);
	l.wait = calloc(list->at_a_time, sizeof *l.wait);
	l.whose = calloc(list->at_a_time, sizeof *l.whose);
	ok = l.piece != NULL && l.wait != NULL && l.whose != NULL;
	while (ok && more && l.turn < list->count && !(list->stop != NULL && *list->stop != 0)) {
		while (ok && l.running < list->at_a_time && l.next < list->count)
			ok = start_piece(&l);
		if (ok && l.running > 0)
			ok = wait_for_some(&l);
		/* who is interrupted from the keyboard, is so together with the pieces: how they end is no answer */
		more = !(list->stop != NULL && *list->stop != 0) && hand_over(&l);
	}
	int why = errno;
	if (l.piece != NULL)
		stop_all(&l);
	free(l.piece);
	free(l.wait);
	free(l.whose);
	errno = why;
	return ok;
}
