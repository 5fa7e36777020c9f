#define _GNU_SOURCE
#include "spool_start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// Everything from here to exec runs in a forked child of a process that may have threads: only
// calls that are safe in a signal handler, no allocation.

static void give_up(const struct spool_start *start, int step) {
  struct spool_report report = {step, errno};
  if (start->report >= 0) {
    ssize_t written = write(start->report, &report, sizeof report);
    (void)written; // nobody left to tell
  }
  _exit(127);
}

// Ignored signals and blocked masks outlive exec; a command expects neither.
static void forget_signals(void) {
  struct sigaction plain;
  memset(&plain, 0, sizeof plain);
  plain.sa_handler = SIG_DFL;
  static const int ours[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM,
                             SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ, SIGXCPU};
  for (unsigned i = 0; i < sizeof ours / sizeof *ours; i++) sigaction(ours[i], &plain, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_the_rest_on_exec(void) {
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) == 0) return;
#endif
  for (int fd = 3; fd < 1024; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// Moves `from` to the number `to`, which exec then leaves open.
static int put(int from, int to) {
  if (from == to) return fcntl(from, F_SETFD, 0);
  return dup2(from, to) < 0 ? -1 : 0;
}

static void run(const struct spool_start *start, const char *path) {
  execve(path, start->argv, start->envp);
  if (errno != ENOEXEC) return;
  // A script without a first line that names its interpreter: the shell's, as execvp has it.
  char *argv[512];
  size_t n = 0;
  argv[n++] = "/bin/sh";
  argv[n++] = (char *)path;
  for (size_t i = 1; start->argv[0] && start->argv[i]; i++) {
    if (n + 1 == sizeof argv / sizeof *argv) {
      errno = E2BIG;
      return;
    }
    argv[n++] = start->argv[i];
  }
  argv[n] = NULL;
  execve(argv[0], argv, start->envp);
}

static void search_and_run(const struct spool_start *start) {
  if (!start->search || strchr(start->program, '/')) {
    run(start, start->program);
    return;
  }
  int refused = 0;
  size_t name = strlen(start->program);
  for (const char *at = start->search;;) {
    const char *end = strchr(at, ':');
    size_t length = end ? (size_t)(end - at) : strlen(at);
    char path[PATH_MAX];
    if (length + name + 3 < sizeof path) {
      size_t n = 0;
      if (length == 0) path[n++] = '.'; // an empty entry of PATH is the directory itself
      memcpy(path + n, at, length);
      n += length;
      path[n++] = '/';
      memcpy(path + n, start->program, name + 1);
      run(start, path);
      if (errno == EACCES) refused = 1;
      else if (errno != ENOENT && errno != ENOTDIR) return;
    }
    if (!end) break;
    at = end + 1;
  }
  errno = refused ? EACCES : ENOENT;
}

// What the caller allowed itself is not the child's.
static void set_limits(const struct spool_start *start) {
  for (int i = 0; i < start->limit_count; i++) {
    struct rlimit limit;
    limit.rlim_cur = (rlim_t)start->limits[i].soft;
    limit.rlim_max = (rlim_t)start->limits[i].hard;
    setrlimit(start->limits[i].resource, &limit); // refused: it keeps the caller's
  }
}

pid_t spool_start(const struct spool_start *start) {
  pid_t parent = getpid();
  // A handler of ours must not run in the child: everything is blocked until it is forgotten.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t pid = fork();
  if (pid != 0) {
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
  }
  setsid();
#ifdef __linux__
  if (start->dies_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(127); // it ended before the line above
  }
  if (start->adopts_orphans) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#else
  (void)parent;
#endif
  forget_signals();
  if (start->gate_writer >= 0) close(start->gate_writer);
  if (start->gate >= 0) {
    char byte;
    ssize_t got;
    do got = read(start->gate, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got != 1) _exit(127);
  }
  if (start->mask >= 0) umask((mode_t)start->mask);
  if (start->directory && chdir(start->directory) != 0) give_up(start, SPOOL_STEP_DIRECTORY);
  // The three may overlap with 0, 1 and 2; lift them out of the way first.
  int lifted[3] = {start->input, start->output, start->error};
  for (int i = 0; i < 3; i++) {
    if (lifted[i] < 3) lifted[i] = fcntl(lifted[i], F_DUPFD_CLOEXEC, 3);
    if (lifted[i] < 0) give_up(start, SPOOL_STEP_DESCRIPTORS);
  }
  for (int i = 0; i < 3; i++)
    if (put(lifted[i], i) != 0) give_up(start, SPOOL_STEP_DESCRIPTORS);
  close_the_rest_on_exec();
  set_limits(start);
  search_and_run(start);
  give_up(start, SPOOL_STEP_EXEC);
  return -1;
}
