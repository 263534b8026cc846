// SPDX-License-Identifier: BSD-2-Clause
#include "probes/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
	int fd;                         /* its place, for good; see vacant */
	bool present;
	bool at_end;                    /* it sends nothing more: goes when its answer is sent */
	size_t length;                  /* of what it sent and was not answered */
	char line[CONTROL_LINE];
	char *answer;                   /* what is left to send */
	size_t answer_length, sent;
};

struct control_socket {
	int listening;
	int vacant;                     /* nothing: stands in the place of a client who is not there */
	uid_t owner;
	struct client client[CONTROL_CLIENTS];
};

bool control_default_path(char path[CONTROL_PATH])
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	if (folder == NULL || folder[0] != '/')
		folder = geteuid() == 0 ? "/run" : NULL;
	if (folder == NULL)
		return false;
	int n = snprintf(path, CONTROL_PATH, "%s/viplab.sock", folder);
	return n > 0 && n < CONTROL_PATH;
}

static bool cannot(char error[CONTROL_ERROR], const char *path, const char *why)
{
	snprintf(error, CONTROL_ERROR, "%.120s: %.150s", path, why);
	return false;
}

static bool address_of(struct sockaddr_un *a, const char *path, char error[CONTROL_ERROR])
{
	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof a->sun_path)
		return cannot(error, path, "too long for the path of a socket (107 characters)");
	memcpy(a->sun_path, path, strlen(path) + 1);
	return true;
}

int control_connect(const char *path, char error[CONTROL_ERROR])
{
	struct sockaddr_un a;

	if (!address_of(&a, path, error))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	switch (errno) {
	case ENOENT:
		cannot(error, path, "nobody listens there; is `viplab live' running with --control?");
		break;
	case ECONNREFUSED:
		cannot(error, path, "whoever listened there is gone; start `viplab live' again");
		break;
	case EACCES:
		cannot(error, path, "it belongs to another user; be that user");
		break;
	default:
		cannot(error, path, strerror(errno));
		break;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A socket that a killed run left is in the way; one that is answered, or a file of another kind, stays. */
static bool make_room(const char *path, char error[CONTROL_ERROR])
{
	struct stat found;
	char why[CONTROL_ERROR];

	if (lstat(path, &found) != 0)
		return errno == ENOENT || cannot(error, path, strerror(errno));
	if (!S_ISSOCK(found.st_mode))
		return cannot(error, path, "is there already, and no socket");
	int fd = control_connect(path, why);
	if (fd >= 0) {
		close(fd);
		return cannot(error, path, "somebody listens there already; say another path with --control");
	}
	if (errno != ECONNREFUSED)
		return cannot(error, path, strerror(errno));
	return unlink(path) == 0 || cannot(error, path, strerror(errno));
}

static bool bind_to(struct control_socket *c, const char *path, char error[CONTROL_ERROR])
{
	struct sockaddr_un a;

	if (!address_of(&a, path, error) || !make_room(path, error))
		return false;
	c->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->listening < 0)
		return cannot(error, path, strerror(errno));
	mode_t before = umask(0177); /* the file is born as 0600 */
	int bound = bind(c->listening, (const struct sockaddr *)&a, sizeof a);
	umask(before);
	if (bound != 0 || listen(c->listening, CONTROL_CLIENTS) != 0)
		return cannot(error, path, strerror(errno));
	return true;
}

static bool set_places_aside(struct control_socket *c, char error[CONTROL_ERROR])
{
	c->vacant = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (c->vacant < 0)
		return cannot(error, "/dev/null", strerror(errno));
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		c->client[i].fd = fcntl(c->vacant, F_DUPFD_CLOEXEC, 3);
		if (c->client[i].fd < 0)
			return cannot(error, "places for clients", strerror(errno));
	}
	return true;
}

struct control_socket *control_listen(const char *path, char error[CONTROL_ERROR])
{
	struct control_socket *c = calloc(1, sizeof *c);

	if (c == NULL) {
		cannot(error, path, "out of memory");
		return NULL;
	}
	c->listening = c->vacant = -1;
	c->owner = geteuid();
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		c->client[i].fd = -1;
	if (bind_to(c, path, error) && set_places_aside(c, error))
		return c;
	control_close(c);
	return NULL;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void control_close(struct control_socket *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		close_one(c->client[i].fd);
		free(c->client[i].answer);
	}
	close_one(c->listening);
	close_one(c->vacant);
	free(c);
}

void control_remove(const char *path)
{
	struct stat found;

	if (lstat(path, &found) == 0 && S_ISSOCK(found.st_mode))
		unlink(path);
}

bool control_needs(const struct control_socket *c, struct privilege_needs *needs)
{
	needs->listening = c->listening;
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (!privilege_may_serve(needs, c->client[i].fd))
			return false;
	return true;
}

/* --- clients ---------------------------------------------------------------------------------------------- */

size_t control_wait(const struct control_socket *c, struct pollfd *wait)
{
	size_t n = 0, present = 0;

	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (c->client[i].present) {
			present++;
			wait[n++] = (struct pollfd){.fd = c->client[i].fd,
						    .events = c->client[i].answer != NULL ? POLLOUT : POLLIN};
		}
	if (present < CONTROL_CLIENTS)
		wait[n++] = (struct pollfd){.fd = c->listening, .events = POLLIN};
	return n;
}

static void put_out(struct control_socket *c, struct client *who)
{
	dup3(c->vacant, who->fd, O_CLOEXEC);
	free(who->answer);
	*who = (struct client){.fd = who->fd};
}

/* The mode of the file keeps others out; where it does not (a folder of one's own making), this does. Root may. */
static bool is_ours(const struct control_socket *c, int fd)
{
	struct ucred peer = {0};
	socklen_t length = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && (peer.uid == c->owner || peer.uid == 0);
}

static void take_clients(struct control_socket *c)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		struct client *place = &c->client[i];
		if (place->present)
			continue;
		int fd = accept4(c->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (is_ours(c, fd) && dup3(fd, place->fd, O_CLOEXEC) == place->fd)
			place->present = true;
		close(fd);
	}
}

/* False: nothing more can be sent now. */
static bool send_answer(struct control_socket *c, struct client *who)
{
	while (who->sent < who->answer_length) {
		ssize_t n = write(who->fd, who->answer + who->sent, who->answer_length - who->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			put_out(c, who);
		if (n < 0)
			return false;
		who->sent += (size_t)n;
	}
	free(who->answer);
	who->answer = NULL;
	who->answer_length = who->sent = 0;
	return true;
}

static void answer_line(struct control_socket *c, struct client *who, control_answer *answer, void *context)
{
	FILE *to = open_memstream(&who->answer, &who->answer_length);

	if (to == NULL) {
		put_out(c, who);
		return;
	}
	answer(context, who->line, to);
	if (fclose(to) != 0)
		put_out(c, who);
}

/* Answers the lines that came, one at a time: the next when the last answer is sent. False: the client is gone. */
static void answer_lines(struct control_socket *c, struct client *who, control_answer *answer, void *context)
{
	char *end;

	while (who->present && who->answer == NULL && (end = memchr(who->line, '\n', who->length)) != NULL) {
		size_t taken = (size_t)(end + 1 - who->line);
		*end = '\0';
		if (end > who->line && end[-1] == '\r')
			end[-1] = '\0';
		answer_line(c, who, answer, context);
		if (!who->present)
			return;
		memmove(who->line, who->line + taken, who->length - taken);
		who->length -= taken;
		if (!send_answer(c, who))
			return;
	}
}

static void serve_client(struct control_socket *c, struct client *who, control_answer *answer, void *context)
{
	if (who->answer != NULL && !send_answer(c, who))
		return;
	answer_lines(c, who, answer, context);
	while (who->present && who->answer == NULL && !who->at_end) {
		ssize_t n = who->length < sizeof who->line
				    ? read(who->fd, who->line + who->length, sizeof who->line - who->length)
				    : 0; /* a line too long */
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			who->at_end = true;
			break;
		}
		who->length += (size_t)n;
		answer_lines(c, who, answer, context);
	}
	if (who->present && who->answer == NULL && who->at_end)
		put_out(c, who);
}

void control_serve(struct control_socket *c, control_answer *answer, void *context)
{
	take_clients(c);
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (c->client[i].present)
			serve_client(c, &c->client[i], answer, context);
}
