// ---- agent: as many attempts at a time as there are slots, all in this one process ----

static struct slot *free_slot(int count) {
  for (int i = 0; i < count; i++)
    if (!slots[i].pid) return &slots[i];
  return NULL;
}

// Finishes what has ended; the number of attempts that ended.
static int reap(int count, int options) {
  int status, ended = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, options)) > 0; ended++, options = WNOHANG)
    for (int i = 0; i < count; i++)
      if (slots[i].pid == pid) finish(&slots[i], status);
  return ended;
}

static int watch_fd = -1, child_fd = -1;

// Armed before the first scan, so that no drop falls between the two.
static void arm_watch(void) {
#ifdef __linux__
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &child, NULL)) fail("sigprocmask");
  child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (child_fd < 0 || watch_fd < 0) fail("watch");
  if (inotify_add_watch(watch_fd, "queued", IN_MOVED_TO | IN_CLOSE_WRITE) < 0) fail("queued");
#else
  errno = ENOTSUP;
  fail("watch");
#endif
}

// 1: something may have come into queued/.
static int wait_for_event(void) {
  char buffer[4096];
  struct pollfd fds[2] = {{watch_fd, POLLIN, 0}, {child_fd, POLLIN, 0}};
  if (poll(fds, 2, -1) < 0) return 0;
  if (fds[1].revents && read(child_fd, buffer, sizeof buffer) < 0 && errno != EAGAIN)
    fail("signalfd");
  if (!fds[0].revents) return 0;
  while (read(watch_fd, buffer, sizeof buffer) > 0) continue;
  return 1;
}

static int agent(int count, int watch) {
  if (count < 1 || count > MAX_SLOTS) return 2;
  starting_fd = open_directory("starting");
  running_fd = open_directory("running");
  done_fd = open_directory("done");
  null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null_fd < 0) fail("/dev/null");
  if (watch) arm_watch();

  int busy = 0, stale = 1;
  for (;;) {
    if (stale && name_next == name_count) {
      scan_queued();
      stale = 0;
    }
    for (struct slot *slot; name_next < name_count && (slot = free_slot(count));)
      busy += start(slot, names[name_next++]);
    if (watch) {
      // With names still in hand, only the end of a run can make room.
      stale |= wait_for_event();
      busy -= reap(count, WNOHANG);
    } else if (busy) {
      busy -= reap(count, 0);
      stale |= !busy && name_next == name_count;
    } else {
      return 0;
    }
  }
}
