// SPDX-License-Identifier: BSD-2-Clause
/*
 * The control socket of a live run: a Unix stream socket that only its own user may open (0600, and the peer's user is
 * asked for). A request is one line; what answers it is the caller's. The socket knows nothing of what is asked.
 *
 * A client that does not read its answer is asked nothing more until it does; one that sends no line for so long that its
 * buffer is full is put out. So a client costs CONTROL_LINE bytes and one answer, and there are CONTROL_CLIENTS at most.
 *
 * Everything is opened by control_listen, so that privilege_drop can come behind it: clients that come later get
 * descriptors that were set aside for them.
 */
#ifndef VL_PROBES_CONTROL_SOCKET_H
#define VL_PROBES_CONTROL_SOCKET_H

#include <poll.h>
#include <stdio.h>

#include "probes/privilege.h"

#define CONTROL_CLIENTS 8
#define CONTROL_LINE 1024               /* the longest request, its newline included */
#define CONTROL_ERROR 320
#define CONTROL_PATH 108                /* room for the path of a socket, its end included */

struct control_socket;

/* Writes the answer to a request, a line without its newline; what it writes is sent as it is. */
typedef void control_answer(void *context, const char *request, FILE *answer);

/* Where the socket is when nobody says: viplab.sock in $XDG_RUNTIME_DIR, or for root in /run. False: there is no such
 * place; say one. */
bool control_default_path(char path[CONTROL_PATH]);

/* A socket that nobody answers any more is replaced. NULL: error says why. */
struct control_socket *control_listen(const char *path, char error[CONTROL_ERROR]);
/* Does not remove the socket from the file system, for which the right may be gone: control_remove, or somebody who
 * kept it (cmd_live_sweep.c). */
void control_close(struct control_socket *c);
void control_remove(const char *path);

/* Names the descriptors to the filter. False: there are too many. */
bool control_needs(const struct control_socket *c, struct privilege_needs *needs);

/* What to wait for: fills in at most CONTROL_CLIENTS + 1 entries and returns how many. */
size_t control_wait(const struct control_socket *c, struct pollfd *wait);
/* Takes new clients, reads, answers, sends. Never waits. */
void control_serve(struct control_socket *c, control_answer *answer, void *context);

/* --- the other side --------------------------------------------------------------------------------------- */

/* Connects. -1: error says why, and what to do. */
int control_connect(const char *path, char error[CONTROL_ERROR]);

#endif
