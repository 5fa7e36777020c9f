// Preloaded into linux.uml. Its kernel 6.1 keeps a guest's floating point state in 2,696 bytes. On a
// processor whose state is larger (AMX: 11,008 bytes) the host takes no buffer as short as that back,
// and the guest dies as it boots: "ptrace set fp regs failed". What is missing is filled up here; the
// guest never uses it.
#define _GNU_SOURCE
#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { xsave_header = 512, roomy = 1 << 16 };

// Bytes that the host's XSAVE area has.
static size_t full_size(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(0xd, 0, &a, &b, &c, &d) ? b : 0;
}

static long set_state(long request, long pid, const struct iovec *given) {
  static _Alignas(64) unsigned char state[roomy];
  size_t size = full_size();
  if (given->iov_len >= size || size > roomy)
    return syscall(SYS_ptrace, request, pid, NT_X86_XSTATE, given);
  memset(state, 0, size);
  memcpy(state, given->iov_base, given->iov_len);
  // Components that lie behind what was given are in their first state: bits 17 and 18, the tiles.
  state[xsave_header + 2] &= (unsigned char)~6;
  struct iovec filled = {.iov_base = state, .iov_len = size};
  return syscall(SYS_ptrace, request, pid, NT_X86_XSTATE, &filled);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list rest;
  va_start(rest, request);
  long pid = va_arg(rest, int);
  void *address = va_arg(rest, void *);
  void *data = va_arg(rest, void *);
  va_end(rest);
  switch ((int)request) {
    case PTRACE_PEEKTEXT:
    case PTRACE_PEEKDATA:
    case PTRACE_PEEKUSER: {
      // The system call stores the word; the C library returns it.
      long word = 0;
      if (syscall(SYS_ptrace, request, pid, address, &word) < 0) return -1;
      errno = 0;
      return word;
    }
    case PTRACE_SETREGSET:
      if ((long)address == NT_X86_XSTATE) return set_state(request, pid, data);
      break;
  }
  return syscall(SYS_ptrace, request, pid, address, data);
}
