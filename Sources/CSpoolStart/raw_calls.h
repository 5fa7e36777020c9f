// System calls that leave errno alone: a child that shares the memory of its parent shares that, too. Each
// returns -errno where it fails.
#ifndef RAW_CALLS_H
#define RAW_CALLS_H

#ifdef __linux__
#include <sys/syscall.h>

#if defined(__x86_64__)
#define SPOOL_SHARES_MEMORY 1
static inline long raw_call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define SPOOL_SHARES_MEMORY 1
static inline long raw_call(long number, long a, long b, long c, long d) {
  register long first __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  register long eighth __asm__("x8") = number;
  __asm__ volatile("svc 0"
                   : "+r"(first)
                   : "r"(second), "r"(third), "r"(fourth), "r"(eighth)
                   : "memory");
  return first;
}
#else
// Another machine: the child is a copy, with an errno of its own.
#define SPOOL_SHARES_MEMORY 0
static inline long raw_call(long number, long a, long b, long c, long d) {
  long result = syscall(number, a, b, c, d);
  return result < 0 ? -errno : result;
}
#endif

#define RAW(name, a, b, c, d) raw_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d))

static inline long raw_write(int fd, const void *from, size_t n) { return RAW(write, fd, from, n, 0); }
static inline long raw_read(int fd, void *to, size_t n) { return RAW(read, fd, to, n, 0); }
static inline long raw_close(int fd) { return RAW(close, fd, 0, 0, 0); }
static inline long raw_fcntl(int fd, int what, int value) { return RAW(fcntl, fd, what, value, 0); }
static inline long raw_dup2(int from, int to) { return RAW(dup3, from, to, 0, 0); }
static inline long raw_chdir(const char *path) { return RAW(chdir, path, 0, 0, 0); }
static inline long raw_umask(int mask) { return RAW(umask, mask, 0, 0, 0); }
static inline long raw_setsid(void) { return RAW(setsid, 0, 0, 0, 0); }
static inline long raw_getppid(void) { return RAW(getppid, 0, 0, 0, 0); }
static inline long raw_prctl(int what, long value) { return RAW(prctl, what, value, 0, 0); }
static inline void raw_exit(int status) { RAW(exit_group, status, 0, 0, 0); }

static inline long raw_execve(const char *path, char *const *argv, char *const *envp) {
  return RAW(execve, path, argv, envp, 0);
}

// The kernel's own structures, whose sets of signals have 64 bits.
static inline void raw_forget_signal(int number) {
  static const struct {
    void *handler;
    unsigned long flags;
    void *restorer;
    unsigned long mask;
  } plain;
  RAW(rt_sigaction, number, &plain, 0, 8);
}

static inline void raw_unblock_signals(void) {
  static const unsigned long none = 0;
  RAW(rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
}

static inline void raw_set_limit(int resource, unsigned long long soft, unsigned long long hard) {
  unsigned long long limit[2] = {soft, hard};
  RAW(prlimit64, 0, resource, limit, 0);
}

static inline long raw_close_range_on_exec(unsigned first) {
#ifdef SYS_close_range
  return RAW(close_range, first, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */, 0);
#else
  return -ENOSYS;
#endif
}

#else

// Elsewhere the child is a copy.
#define SPOOL_SHARES_MEMORY 0

static inline long raw_result(long result) { return result < 0 ? -errno : result; }
static inline long raw_write(int fd, const void *from, size_t n) { return raw_result(write(fd, from, n)); }
static inline long raw_read(int fd, void *to, size_t n) { return raw_result(read(fd, to, n)); }
static inline long raw_close(int fd) { return raw_result(close(fd)); }
static inline long raw_fcntl(int fd, int what, int value) { return raw_result(fcntl(fd, what, value)); }
static inline long raw_dup2(int from, int to) { return raw_result(dup2(from, to)); }
static inline long raw_chdir(const char *path) { return raw_result(chdir(path)); }
static inline long raw_umask(int mask) { return umask((mode_t)mask); }
static inline long raw_setsid(void) { return raw_result(setsid()); }
static inline void raw_exit(int status) { _exit(status); }

static inline long raw_execve(const char *path, char *const *argv, char *const *envp) {
  return raw_result(execve(path, argv, envp));
}

static inline void raw_forget_signal(int number) { signal(number, SIG_DFL); }

static inline void raw_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static inline void raw_set_limit(int resource, unsigned long long soft, unsigned long long hard) {
  struct rlimit limit = {(rlim_t)soft, (rlim_t)hard};
  setrlimit(resource, &limit);
}

static inline long raw_close_range_on_exec(unsigned first) {
  (void)first;
  return -ENOSYS;
}

#endif
#endif
