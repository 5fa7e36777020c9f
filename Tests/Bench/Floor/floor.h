// What every part of the floor program needs.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#endif
#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

enum { NAME_SIZE = 256, PATH_SIZE = 768, JOB_SIZE = 300, RECORD_SIZE = 1024, MAX_SLOTS = 64 };

// Whether the promise of the queue is kept: each step fsynced before the next.
static int sync_wanted;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cpu_us(const struct rusage *u) {
  return ((int64_t)u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 + u->ru_utime.tv_usec +
         u->ru_stime.tv_usec;
}

static void sync_fd(int fd, const char *what) {
  if (sync_wanted && fsync(fd)) fail(what);
}

static int open_directory(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail(path);
  return fd;
}

static void sync_directory(const char *path) {
  if (!sync_wanted) return;
  int fd = open_directory(path);
  if (fsync(fd)) fail(path);
  close(fd);
}

// Text padded with spaces to SIZE bytes, its last byte a newline: JSON does not mind.
static void padded(char *out, size_t size, const char *text) {
  size_t length = strlen(text);
  memset(out, ' ', size);
  memcpy(out, text, length < size ? length : size - 1);
  out[size - 1] = '\n';
}

static void write_new(int directory, const char *name, const char *bytes, size_t size) {
  int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail(name);
  if (write(fd, bytes, size) != (ssize_t)size) fail(name);
  sync_fd(fd, name);
  close(fd);
}

// What a loop inside the process cost: "ITEMS WALL_NS CPU_US".
static int64_t loop_began;
static struct rusage loop_usage;
static void begin_loop(void) {
  getrusage(RUSAGE_SELF, &loop_usage);
  loop_began = monotonic_ns();
}
static void end_loop(long items) {
  int64_t wall = monotonic_ns() - loop_began;
  struct rusage now;
  getrusage(RUSAGE_SELF, &now);
  printf("%ld %lld %lld\n", items, (long long)wall,
         (long long)(cpu_us(&now) - cpu_us(&loop_usage)));
}
