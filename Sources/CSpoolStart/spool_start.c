#define _GNU_SOURCE
#include "spool_start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/prctl.h>
#endif

#include "raw_calls.h"

// Everything in the child, from here to exec, runs beside threads that hold locks, and mostly in the memory
// of a caller that goes on: only calls of raw_calls.h, no allocation, nothing written but its own stack.
// (A compiler may make memcpy and strlen of a loop. They are bound by then: make_room has called them.)

static void give_up(const struct spool_start *start, int step, long error) {
  struct spool_report report = {step, (int)-error};
  if (start->report >= 0) raw_write(start->report, &report, sizeof report);
  raw_exit(127);
}

// Ignored signals and blocked masks outlive exec; a command expects neither.
static void forget_signals(void) {
  static const int ours[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM,
                             SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ, SIGXCPU};
  for (unsigned i = 0; i < sizeof ours / sizeof *ours; i++) raw_forget_signal(ours[i]);
  raw_unblock_signals();
}

static void close_the_rest_on_exec(void) {
  if (raw_close_range_on_exec(3) == 0) return;
  for (int fd = 3; fd < 1024; fd++) raw_fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// Moves `from` to the number `to`, which exec then leaves open.
static long put(int from, int to) {
  return from == to ? raw_fcntl(from, F_SETFD, 0) : raw_dup2(from, to);
}

// Returns why the program cannot be executed.
static long run(const struct spool_start *start, const char *path) {
  long error = raw_execve(path, start->argv, start->envp);
  if (error != -ENOEXEC) return error;
  // A script without a first line that names its interpreter: the shell's, as execvp has it.
  char *argv[512];
  size_t n = 0;
  argv[n++] = "/bin/sh";
  argv[n++] = (char *)path;
  for (size_t i = 1; start->argv[0] && start->argv[i]; i++) {
    if (n + 1 == sizeof argv / sizeof *argv) return -E2BIG;
    argv[n++] = start->argv[i];
  }
  argv[n] = NULL;
  return raw_execve(argv[0], argv, start->envp);
}

static long search_and_run(const struct spool_start *start) {
  const char *program = start->program;
  size_t name = 0;
  while (program[name] && program[name] != '/') name++;
  if (!start->search || program[name]) return run(start, program);
  int refused = 0;
  for (const char *at = start->search;;) {
    size_t length = 0;
    while (at[length] && at[length] != ':') length++;
    char path[PATH_MAX];
    if (length + name + 3 < sizeof path) {
      size_t n = 0;
      if (length == 0) path[n++] = '.'; // an empty entry of PATH is the directory itself
      while (n < length) path[n] = at[n], n++;
      path[n++] = '/';
      for (size_t i = 0; i <= name; i++) path[n++] = program[i];
      long error = run(start, path);
      if (error == -EACCES) refused = 1;
      else if (error != -ENOENT && error != -ENOTDIR) return error;
    }
    if (!at[length]) break;
    at += length + 1;
  }
  return refused ? -EACCES : -ENOENT;
}

// What the child works with, and where: at the end of its stack.
struct child {
  struct spool_start start;
  pid_t parent;
};

static int live(void *argument) {
  const struct child *child = argument;
  const struct spool_start *start = &child->start;
  raw_setsid();
#ifdef __linux__
  if (start->dies_with_parent) {
    raw_prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (raw_getppid() != child->parent) raw_exit(127); // it ended before the line above
  }
  if (start->adopts_orphans) raw_prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  forget_signals();
  if (start->gate_writer >= 0) raw_close(start->gate_writer);
  if (start->gate >= 0) {
    char byte;
    long got;
    do got = raw_read(start->gate, &byte, 1);
    while (got == -EINTR);
    if (got != 1) raw_exit(127);
  }
  if (start->mask >= 0) raw_umask(start->mask);
  long error = start->directory ? raw_chdir(start->directory) : 0;
  if (error < 0) give_up(start, SPOOL_STEP_DIRECTORY, error);
  // The three may overlap with 0, 1 and 2; lift them out of the way first.
  int lifted[3] = {start->input, start->output, start->error};
  for (int i = 0; i < 3; i++) {
    if (lifted[i] >= 3) continue;
    error = raw_fcntl(lifted[i], F_DUPFD_CLOEXEC, 3);
    if (error < 0) give_up(start, SPOOL_STEP_DESCRIPTORS, error);
    lifted[i] = (int)error;
  }
  for (int i = 0; i < 3; i++) {
    error = put(lifted[i], i);
    if (error < 0) give_up(start, SPOOL_STEP_DESCRIPTORS, error);
  }
  close_the_rest_on_exec();
  // What the caller allowed itself is not the child's; a limit that is refused stays the caller's.
  for (int i = 0; i < start->limit_count; i++)
    raw_set_limit(start->limits[i].resource, start->limits[i].soft, start->limits[i].hard);
  give_up(start, SPOOL_STEP_EXEC, search_and_run(start));
  return 127;
}

#if SPOOL_SHARES_MEMORY
// run() and search_and_run() have 4 KiB each on it.
enum { stack_size = 32 * 1024, page_size = 64 * 1024 };

static size_t size_of(const char *text) { return text ? strlen(text) + 1 : 0; }

static char *copy(const char *text, char **to) {
  if (!text) return NULL;
  size_t size = size_of(text);
  char *at = memcpy(*to, text, size);
  *to += size;
  return at;
}

static char **copy_all(char *const *texts, char ***pointers, char **to) {
  char **at = *pointers;
  while (*texts) *(*pointers)++ = copy(*texts++, to);
  *(*pointers)++ = NULL;
  return at;
}

// A page that cannot be touched, the child's stack, and above it copies of all that it is given.
static struct child *make_room(const struct spool_start *start, struct spool_room *room) {
  size_t count = 2, text = size_of(start->program) + size_of(start->search) + size_of(start->directory);
  for (char *const *at = start->argv; *at; at++) count++, text += size_of(*at);
  for (char *const *at = start->envp; *at; at++) count++, text += size_of(*at);
  size_t limits = sizeof *start->limits * (size_t)start->limit_count;
  size_t size = page_size + stack_size + sizeof(struct child) + limits + count * sizeof(char *) + text;
  char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return NULL;
  room->base = base;
  room->size = size;
  mprotect(base, page_size, PROT_NONE);
  struct child *child = (struct child *)(base + page_size + stack_size);
  child->start = *start;
  struct spool_limit *limit = (struct spool_limit *)(child + 1);
  for (int i = 0; i < start->limit_count; i++) limit[i] = start->limits[i];
  child->start.limits = limit;
  char **pointers = (char **)(limit + start->limit_count);
  char *to = (char *)(pointers + count);
  child->start.argv = copy_all(start->argv, &pointers, &to);
  child->start.envp = copy_all(start->envp, &pointers, &to);
  child->start.program = copy(start->program, &to);
  child->start.search = copy(start->search, &to);
  child->start.directory = copy(start->directory, &to);
  return child;
}
#endif

void spool_give_back(struct spool_room *room) {
  if (room->base) munmap(room->base, room->size);
  room->base = NULL;
}

pid_t spool_start(const struct spool_start *start, struct spool_room *room) {
  struct child own = {*start, getpid()};
  // A handler of ours must not run in the child: everything is blocked until it is forgotten.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t pid = -1;
#if SPOOL_SHARES_MEMORY
  struct child *child = room ? make_room(start, room) : NULL;
  if (child) {
    child->parent = own.parent;
    pid = clone(live, child, CLONE_VM | SIGCHLD, child);
    if (pid < 0) spool_give_back(room);
  }
#else
  (void)room;
#endif
  // A copy of this process, if there is no room or the kernel refused the child.
  if (pid < 0) pid = fork();
  if (pid == 0) raw_exit(live(&own));
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return pid;
}
