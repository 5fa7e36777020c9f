/// The C program that spool is measured against: the same system calls and nothing else.
///
/// It is compiled when the benchmark starts, so that both sides of every ratio come from the same
/// machine, the same minute and the same file system. `spool-bench --floor-source` prints it.
enum FloorProgram {
  /// The whole program, in the order in which a reader wants it.
  static let source = [
    common, FloorSource.queueing, FloorSource.attempt, FloorSource.agent, FloorSource.tools,
    entry,
  ].joined(separator: "\n")

  private static let common = #"""
    // The floor of spool-bench: what a queue in a directory must ask of the kernel, and nothing else.
    // Every path is relative: the program begins with chdir(DIR), the shortest walk there is.
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
    """#

  private static let entry = #"""
    // ---- entry ----

    static int usage(void) {
      fputs("usage: floor launch DIR COUNT [sync]\n"
            "       floor claim DIR COUNT\n"
            "       floor agent DIR SLOTS [sync] [watch]\n"
            "       floor list DIR names|stat|read\n"
            "       floor stamp FILE\n"
            "       floor tree RESULT COMMAND...\n", stderr);
      return 2;
    }

    int main(int argc, char **argv) {
      // Before anything else: this is the first instruction whose time the latency scene asks for.
      if (argc == 3 && !strcmp(argv[1], "stamp")) return stamp(argv[2]);
      if (argc < 4) return usage();
      if (!strcmp(argv[1], "tree")) return tree(argv[2], argv + 3);

      int watch = 0;
      for (int i = 4; i < argc; i++) {
        if (!strcmp(argv[i], "sync")) sync_wanted = 1;
        else if (!strcmp(argv[i], "watch")) watch = 1;
        else return usage();
      }
      if (chdir(argv[2])) fail(argv[2]);
      if (!strcmp(argv[1], "launch")) return launch(atol(argv[3]));
      if (!strcmp(argv[1], "claim")) return claim(atol(argv[3]));
      if (!strcmp(argv[1], "agent")) return agent(atoi(argv[3]), watch);
      if (!strcmp(argv[1], "list")) return list(argv[3]);
      return usage();
    }
    """#
}
