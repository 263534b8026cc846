// SPDX-License-Identifier: BSD-2-Clause
/* Capabilities by their system calls (two of them, too few for a library), the filter by libseccomp. */
#include "probes/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sockios.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(PRIVILEGE_UNFILTERED)
#define FILTERED false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define FILTERED false
#else
#define FILTERED true
#endif
#else
#define FILTERED true
#endif

#define NOBODY 65534                    /* where the user database does not say */
#define STAT_OF_DESCRIPTOR 0x1000       /* AT_EMPTY_PATH: of fstat, not of a name */

struct capabilities {
	struct __user_cap_data_struct word[_LINUX_CAPABILITY_U32S_3];
};

static bool get_capabilities(struct capabilities *c)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return syscall(SYS_capget, &header, c->word) == 0;
}

static bool set_capabilities(const struct capabilities *c)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return syscall(SYS_capset, &header, c->word) == 0;
}

struct privilege_view privilege_look(void)
{
	struct privilege_view v = {.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
				   .bounded = prctl(PR_CAPBSET_READ, CAP_NET_RAW, 0, 0, 0) == 0};
	struct capabilities c;

	v.permitted = get_capabilities(&c) &&
		      (c.word[CAP_TO_INDEX(CAP_NET_RAW)].permitted & CAP_TO_MASK(CAP_NET_RAW)) != 0;
	return v;
}

bool privilege_raise(void)
{
	struct capabilities c;

	if (!get_capabilities(&c) || (c.word[CAP_TO_INDEX(CAP_NET_RAW)].permitted & CAP_TO_MASK(CAP_NET_RAW)) == 0)
		return false;
	c.word[CAP_TO_INDEX(CAP_NET_RAW)].effective |= CAP_TO_MASK(CAP_NET_RAW);
	return set_capabilities(&c);
}

bool privilege_renounce(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_capabilities(&(struct capabilities){0});
}

static bool add(int list[PRIVILEGE_DESCRIPTORS], size_t *count, int descriptor)
{
	if (*count == PRIVILEGE_DESCRIPTORS)
		return false;
	list[(*count)++] = descriptor;
	return true;
}

bool privilege_may_write(struct privilege_needs *n, int descriptor)
{
	return add(n->writes, &n->write_count, descriptor);
}

bool privilege_may_send(struct privilege_needs *n, int descriptor)
{
	return add(n->sends, &n->send_count, descriptor);
}

bool privilege_may_serve(struct privilege_needs *n, int descriptor)
{
	return privilege_may_write(n, descriptor) && add(n->serves, &n->serve_count, descriptor);
}

/* ---- identity ------------------------------------------------------------------------------------------------- */

static bool cannot(char error[PRIVILEGE_ERROR], const char *what)
{
	(void)snprintf(error, PRIVILEGE_ERROR, "%s: %s", what, strerror(errno));
	return false;
}

/* A user namespace may have no other user than its root, and a container may forbid changing: then root stays what
 * it is called, without anything that root may do. */
static bool refused_lawfully(void)
{
	return errno == EINVAL || errno == EPERM;
}

static bool drop_identity(const struct privilege_owner *owner, char error[PRIVILEGE_ERROR])
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (geteuid() != 0)
		return true;
	if (uid == 0 && owner != NULL) {
		uid = owner->user;
		gid = owner->group;
	} else if (uid == 0) {
		const struct passwd *nobody = getpwnam("nobody");
		uid = nobody != NULL ? nobody->pw_uid : NOBODY;
		gid = nobody != NULL ? nobody->pw_gid : NOBODY;
	}
	if (setgroups(0, NULL) != 0 && !refused_lawfully())
		return cannot(error, "setgroups");
	/* By root each sets the real, the effective and the saved one. */
	if (setgid(gid) != 0 && !refused_lawfully())
		return cannot(error, "setgid");
	if (setuid(uid) != 0 && !refused_lawfully())
		return cannot(error, "setuid");
	return true;
}

/* Before the identity changes, because changing it takes the right to do this. */
static void empty_bounding_set(void)
{
	for (unsigned long c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
		(void)prctl(PR_CAPBSET_DROP, c, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool has_none(void)
{
	struct capabilities c;

	if (!get_capabilities(&c))
		return false;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if ((c.word[i].permitted | c.word[i].effective | c.word[i].inheritable) != 0)
			return false;
	return true;
}

static bool limit_process(char error[PRIVILEGE_ERROR])
{
	const struct rlimit none = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return cannot(error, "no_new_privs");
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return cannot(error, "setrlimit");
	/* A sanitizer looks for leaks from a process of its own, which traces this one. */
	if (prctl(PR_SET_DUMPABLE, FILTERED ? 0 : 1, 0, 0, 0) != 0)
		return cannot(error, "dumpable");
	if (FILTERED && setrlimit(RLIMIT_NPROC, &none) != 0)
		return cannot(error, "setrlimit");
	return true;
}

/* ---- the filter ----------------------------------------------------------------------------------------------- */

/* Calls that are harmless whatever their arguments. */
static const int harmless[] = {
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg), SCMP_SYS(getsockopt), SCMP_SYS(getsockname),
	SCMP_SYS(setsockopt), SCMP_SYS(brk), SCMP_SYS(munmap),
	SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_gettime), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(close), SCMP_SYS(futex), SCMP_SYS(restart_syscall),
	SCMP_SYS(fsync), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(fstat), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
};

static bool allow(scmp_filter_ctx filter, int call)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);

	/* A call that this machine does not have at all. */
	return result == 0 || result == -EDOM;
}

#define WHOLE UINT32_MAX                /* all bits of an int argument; the kernel ignores what is above */

/* Only when these bits of an argument (from 0) have this value. */
static bool allow_if(scmp_filter_ctx filter, int call, unsigned argument, uint32_t mask, uint32_t value)
{
	const struct scmp_arg_cmp condition = {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask,
					       .datum_b = value};

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

static bool allow_descriptors(scmp_filter_ctx filter, const struct privilege_needs *n)
{
	static const int writing[] = {SCMP_SYS(write), SCMP_SYS(writev)};
	static const int sending[] = {SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg)};
	bool ok = true;

	for (size_t i = 0; i < n->write_count; i++)
		for (size_t k = 0; k < sizeof writing / sizeof writing[0]; k++)
			ok &= allow_if(filter, writing[k], 0, WHOLE, (uint32_t)n->writes[i]);
	for (size_t i = 0; i < n->send_count; i++)
		for (size_t k = 0; k < sizeof sending / sizeof sending[0]; k++)
			ok &= allow_if(filter, sending[k], 0, WHOLE, (uint32_t)n->sends[i]);
	for (size_t i = 0; i < n->serve_count; i++)
		ok &= allow_if(filter, SCMP_SYS(dup3), 1, WHOLE, (uint32_t)n->serves[i]);
	if (n->serve_count > 0)
		ok &= allow_if(filter, SCMP_SYS(accept4), 0, WHOLE, (uint32_t)n->listening);
	/* libnet asks for the number of its interface before each frame. */
	if (n->send_count > 0)
		ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, SIOCGIFINDEX);
	return ok;
}

static bool allow_with_conditions(scmp_filter_ctx filter)
{
	static const int memory[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
	bool ok = true;

	for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
		ok &= allow_if(filter, memory[i], 2, PROT_EXEC, 0);
	/* What kind of file a stream writes to; never a file by its name. */
	ok &= allow_if(filter, SCMP_SYS(newfstatat), 3, WHOLE, STAT_OF_DESCRIPTOR);
	ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, TCGETS);
	ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, TIOCGWINSZ);
	/* What libpcap asks when an interface went down: whether it still is. */
	ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, SIOCGIFNAME);
	ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, SIOCGIFFLAGS);
	ok &= allow_if(filter, SCMP_SYS(fcntl), 1, WHOLE, F_GETFL);
	ok &= allow_if(filter, SCMP_SYS(fcntl), 1, WHOLE, F_SETFL);
	/* pcap_stats looks for two files in /sys each time and does without. */
	ok &= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) == 0;
	int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 0);
	return ok && (result == 0 || result == -EDOM);
}

/* Modes of the terminal, and raise(): a signal of the process to itself. */
static bool allow_terminal(scmp_filter_ctx filter)
{
	static const uint32_t request[] = {TCSETS, TCSETSW, TCSETSF, TCFLSH};
	bool ok = allow_if(filter, SCMP_SYS(tgkill), 0, WHOLE, (uint32_t)getpid());

	for (size_t i = 0; i < sizeof request / sizeof request[0]; i++)
		ok &= allow_if(filter, SCMP_SYS(ioctl), 1, WHOLE, request[i]);
	return ok;
}

static bool allow_removal(scmp_filter_ctx filter)
{
	return allow(filter, SCMP_SYS(unlinkat)) && allow(filter, SCMP_SYS(newfstatat));
}

static bool enter_filter(const struct privilege_needs *n, char error[PRIVILEGE_ERROR])
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (filter == NULL)
		return cannot(error, "seccomp");
	bool ok = allow_with_conditions(filter) && allow_descriptors(filter, n) && (!n->terminal || allow_terminal(filter)) &&
		  (!n->waits || allow(filter, SCMP_SYS(wait4))) && (n->removes == NULL || allow_removal(filter));
	for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
		ok = ok && allow(filter, harmless[i]);
	/* A build that must do without still shows that there are such rules. */
	int result = !ok ? -EINVAL : FILTERED ? seccomp_load(filter) : 0;
	seccomp_release(filter);
	if (result == 0)
		return true;
	errno = -result;
	return cannot(error, "seccomp");
}

bool privilege_drop(const struct privilege_needs *n, char error[PRIVILEGE_ERROR])
{
	empty_bounding_set();
	if (!drop_identity(n->removes, error))
		return false;
	if (!set_capabilities(&(struct capabilities){0}))
		return cannot(error, "capset");
	if (!limit_process(error))
		return false;
	if (!has_none()) {
		(void)snprintf(error, PRIVILEGE_ERROR, "capabilities are still there");
		return false;
	}
	return enter_filter(n, error);
}

bool privilege_is_filtered(void)
{
	return FILTERED;
}
