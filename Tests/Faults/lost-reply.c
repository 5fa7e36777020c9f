/* Makes one call as a client of NFS does whose first answer was lost: twice. The caller is told what
   the second found. So a rename, unlink or rmdir that was done reports ENOENT, and a link or mkdir
   EEXIST.

   A library for LD_PRELOAD. Its environment:

       SPOOL_LOST_IN      the directory; calls with a path in it are counted, each that succeeds
       SPOOL_LOST_NUMBER  which of them loses its reply, from 1; 0: none
       SPOOL_LOST_TRACE   a file that gets a line for each: NUMBER CALL PATH…, and "lost" behind the one

   Only the process that was started with it is meant, not its children. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char inside[4096];
static long number;
static int trace = -1;
static atomic_long count;

__attribute__((constructor)) static void begin(void) {
  const char *directory = getenv("SPOOL_LOST_IN");
  const char *wanted = getenv("SPOOL_LOST_NUMBER");
  const char *file = getenv("SPOOL_LOST_TRACE");
  if (!directory || !wanted || !file || strlen(directory) >= sizeof inside) {
    fputs("lost-reply: SPOOL_LOST_IN, _NUMBER and _TRACE must be set\n", stderr);
    _exit(125);
  }
  strcpy(inside, directory);
  number = strtol(wanted, NULL, 10);
  trace = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (trace < 0) {
    perror(file);
    _exit(125);
  }
  unsetenv("LD_PRELOAD");
}

/* Whether a path is in the directory, also one that is relative to an open directory. */
static int is_inside(int directory, const char *path) {
  size_t length = strlen(inside);
  char whole[4096];
  if (path[0] != '/' && directory != AT_FDCWD) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t size = readlink(link, whole, sizeof whole - 1);
    if (size < 0) return 0;
    whole[size] = '\0';
    path = whole;
  }
  return strncmp(path, inside, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Takes note of a call that was made; whether it is the one that is made again. */
static int is_lost(
    const char *call, int from, const char *source, int to, const char *target) {
  if (!inside[0]) return 0;
  if (!is_inside(from, source) && !(target && is_inside(to, target))) return 0;
  int error = errno;
  long now = atomic_fetch_add(&count, 1) + 1;
  char line[16384];
  int size = snprintf(
      line, sizeof line, "%ld %s %s %s%s\n", now, call, source, target ? target : "",
      now == number ? " lost" : "");
  if (write(trace, line, (size_t)size) != size) _exit(125);
  errno = error;
  return now == number;
}

static int any_mkdir(int at, const char *path, mode_t mode) {
  int result = (int)syscall(SYS_mkdirat, at, path, mode);
  if (result == 0 && is_lost("mkdir", at, path, 0, NULL))
    return (int)syscall(SYS_mkdirat, at, path, mode);
  return result;
}

static int any_rename(int from, const char *source, int to, const char *target, unsigned flags) {
  int result = (int)syscall(SYS_renameat2, from, source, to, target, flags);
  if (result == 0 && is_lost("rename", from, source, to, target))
    return (int)syscall(SYS_renameat2, from, source, to, target, flags);
  return result;
}

static int any_link(int from, const char *source, int to, const char *target, int flags) {
  int result = (int)syscall(SYS_linkat, from, source, to, target, flags);
  if (result == 0 && is_lost("link", from, source, to, target))
    return (int)syscall(SYS_linkat, from, source, to, target, flags);
  return result;
}

static int any_unlink(int at, const char *path, int flags) {
  int result = (int)syscall(SYS_unlinkat, at, path, flags);
  if (result == 0 && is_lost(flags & AT_REMOVEDIR ? "rmdir" : "unlink", at, path, 0, NULL))
    return (int)syscall(SYS_unlinkat, at, path, flags);
  return result;
}

int mkdir(const char *path, mode_t mode) { return any_mkdir(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return any_mkdir(at, path, mode); }
int rename(const char *source, const char *target) {
  return any_rename(AT_FDCWD, source, AT_FDCWD, target, 0);
}
int renameat(int from, const char *source, int to, const char *target) {
  return any_rename(from, source, to, target, 0);
}
int renameat2(int from, const char *source, int to, const char *target, unsigned flags) {
  return any_rename(from, source, to, target, flags);
}
int link(const char *source, const char *target) {
  return any_link(AT_FDCWD, source, AT_FDCWD, target, 0);
}
int linkat(int from, const char *source, int to, const char *target, int flags) {
  return any_link(from, source, to, target, flags);
}
int unlink(const char *path) { return any_unlink(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return any_unlink(at, path, flags); }
int rmdir(const char *path) { return any_unlink(AT_FDCWD, path, AT_REMOVEDIR); }
