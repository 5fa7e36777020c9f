// ---- list: what looking at done/ costs at least ----

static int list(const char *how) {
  int with_stat = !strcmp(how, "stat"), with_read = !strcmp(how, "read");
  char *buffer = malloc(1 << 20);
  long files = 0;
  long long bytes = 0;
  DIR *directory = opendir("done");
  if (!directory || !buffer) fail("done");
  for (struct dirent *entry; (entry = readdir(directory));) {
    struct stat status;
    if (!is_job(entry->d_name)) continue;
    files++;
    if (with_stat) {
      if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
        fail(entry->d_name);
      bytes += status.st_size;
    }
    if (with_read) {
      int fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      if (fd < 0) fail(entry->d_name);
      ssize_t length = read(fd, buffer, 1 << 20);
      if (length < 0) fail(entry->d_name);
      bytes += length;
      close(fd);
    }
  }
  printf("%ld %lld\n", files, bytes);
  return 0;
}

// ---- stamp: the command of the latency scene ----

static int stamp(const char *path) {
  int64_t now = monotonic_ns();
  char text[32];
  int length = snprintf(text, sizeof text, "%lld\n", (long long)now);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || write(fd, text, (size_t)length) != length) fail(path);
  return 0;
}

// ---- tree: runs a command and waits for it and for every process it left behind ----
//
// As child subreaper it becomes the parent of what daemonises, so nothing escapes the account
// (RUSAGE_CHILDREN: the descendants that were waited for) and nothing outlives the benchmark:
// on TERM, INT, HUP or the death of the benchmark it ends all of them. Into RESULT it writes
// "STATUS COMMAND_WALL_NS COMMAND_CPU_US TREE_WALL_NS TREE_CPU_US BEGAN_NS".

// Ends the children of this process; theirs become ours and are found the next time round.
static void kill_children(void) {
#ifdef __linux__
  char path[64], text[512];
  DIR *processes = opendir("/proc");
  if (!processes) fail("/proc");
  for (struct dirent *entry; (entry = readdir(processes));) {
    pid_t pid = (pid_t)atol(entry->d_name);
    if (pid <= 0) continue;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    // The name in parentheses may hold anything, so the fields begin behind the last one.
    char *fields = strrchr(text, ')');
    int parent = 0;
    if (fields && sscanf(fields, ") %*c %d", &parent) == 1 && parent == getpid())
      kill(pid, SIGKILL);
  }
  closedir(processes);
#endif
}

static int tree(const char *result, char **argv) {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  // Blocked and asked for by sigwait: no signal can fall between a look and a wait.
  sigprocmask(SIG_BLOCK, &set, &old);
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
  int64_t began = monotonic_ns(), command_wall = 0, command_cpu = 0;
  pid_t command = vfork();
  if (command < 0) fail("vfork");
  if (!command) {
    sigprocmask(SIG_SETMASK, &old, NULL);
    execvp(argv[0], argv);
    _exit(127);
  }
  int command_status = 0, ending = 0;
  for (;;) {
    int received = 0, status;
    struct rusage use;
    pid_t pid;
    if (!ending) sigwait(&set, &received);
    if (received && received != SIGCHLD) ending = 1;
    if (ending) {
      if (command_wall == 0) kill(command, SIGKILL);
      kill_children();
    }
    while ((pid = wait4(-1, &status, ending ? 0 : WNOHANG, &use)) > 0) {
      if (pid == command) {
        command_wall = monotonic_ns() - began;
        command_cpu = cpu_us(&use);
        command_status = status;
      }
      if (ending) kill_children();
    }
    if (pid < 0 && errno == ECHILD) break;
  }
  int64_t wall = monotonic_ns() - began;
  struct rusage all;
  getrusage(RUSAGE_CHILDREN, &all);
  FILE *out = fopen(result, "w");
  if (!out) fail(result);
  fprintf(out, "%d %lld %lld %lld %lld %lld\n", command_status, (long long)command_wall,
          (long long)command_cpu, (long long)wall, (long long)cpu_us(&all),
          (long long)began);
  return fclose(out) ? 1 : 0;
}
