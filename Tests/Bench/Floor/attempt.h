// ---- attempt: claim, start, gate, finish ----

struct slot {
  pid_t pid;       // 0: free
  int attempt;     // runs/RUN/1, held open
  char run[NAME_SIZE];
  char claimed[NAME_SIZE + 64];
};

static struct slot slots[MAX_SLOTS];
static int starting_fd, running_fd, done_fd, null_fd;
static long claims;

// RUN out of [PP-][STAMP-]RUN.json.
static void run_of(const char *name, char *run) {
  const char *from = name;
  if (strlen(from) > 3 && from[2] == '-') from += 3;
  if (strlen(from) > 24 && from[8] == 'T' && from[22] == 'Z' && from[23] == '-') from += 24;
  snprintf(run, NAME_SIZE, "%.*s", (int)strlen(from) - 5, from);
}

// The strings of "command": [...], without escapes: the benchmark writes none.
static void command_of(char *job, char **argv, int room) {
  int count = 0;
  char *at = strstr(job, "\"command\"");
  at = at ? strchr(at, '[') : NULL;
  while (at && count < room - 1) {
    at += strcspn(at, "\"]");
    if (*at != '"') break;
    argv[count++] = ++at;
    at = strchr(at, '"');
    if (at) *at++ = 0;
  }
  argv[count] = NULL;
  if (!count) fail("a job without a command");
}

// The command in a session of its own, behind a gate; it dies with its runner.
static pid_t fork_gated(char **argv, int log, int gate[2]) {
  pid_t parent = getpid(), pid = fork();
  if (pid < 0) fail("fork");
  if (pid) return pid;
  char go;
  sigset_t none;
  sigemptyset(&none);
  setsid();
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  // The parent may have died before the request for its signal was made.
  if (getppid() != parent) _exit(127);
  close(gate[1]);
  dup2(null_fd, 0);
  dup2(log, 1);
  dup2(log, 2);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (read(gate[0], &go, 1) != 1) _exit(127);
  execvp(argv[0], argv);
  _exit(127);
}

// 0: another was first, the slot stays free.
static int start(struct slot *slot, const char *name) {
  char job[65536], text[RECORD_SIZE], path[PATH_SIZE], running[PATH_SIZE], *argv[16];
  int gate[2];
  if (!claim_one(name, claims++, job, sizeof job, slot->claimed)) return 0;
  run_of(name, slot->run);
  command_of(job, argv, 16);

  snprintf(path, sizeof path, "runs/%s/1", slot->run);
  if (mkdir(path, 0700)) fail(path);
  slot->attempt = open_directory(path);
  int log = openat(slot->attempt, "out.log", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (log < 0) fail("out.log");
  if (pipe(gate)) fail("pipe");
  fcntl(gate[0], F_SETFD, FD_CLOEXEC);
  fcntl(gate[1], F_SETFD, FD_CLOEXEC);
  slot->pid = fork_gated(argv, log, gate);
  close(log);
  close(gate[0]);

  padded(text, sizeof text, "{\"claim\":\"floor-0000\",\"host\":\"floor\"}");
  write_new(slot->attempt, ".start", text, sizeof text);
  if (renameat(slot->attempt, ".start", slot->attempt, "start.json")) fail("start.json");
  sync_fd(slot->attempt, path);
  snprintf(path, sizeof path, "runs/%s", slot->run);
  int run = open_directory(path);
  sync_fd(run, path);

  snprintf(path, sizeof path, "starting/%s", slot->claimed);
  snprintf(running, sizeof running, "running/%s", slot->claimed);
  if (rename(path, running)) fail(running);
  sync_fd(running_fd, "running");
  sync_fd(starting_fd, "starting");

  // A kill request is found by listing, never by asking for its name.
  DIR *listing = fdopendir(run);
  if (!listing) fail("runs");
  while (readdir(listing)) continue;
  closedir(listing);
  if (write(gate[1], "g", 1) != 1) fail("gate");
  close(gate[1]);
  return 1;
}

static void finish(struct slot *slot, int status) {
  char text[RECORD_SIZE], path[PATH_SIZE], brief[NAME_SIZE * 2];
  int ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  snprintf(brief, sizeof brief, "{\"run\":\"%s\",\"state\":\"%s\",\"next\":\"done\"}", slot->run,
           ok ? "finished" : "failed");
  padded(text, sizeof text, brief);
  write_new(slot->attempt, ".record", text, sizeof text);
  if (linkat(slot->attempt, ".record", slot->attempt, "end.json", 0)) fail("end.json");
  sync_fd(slot->attempt, "attempt");
  snprintf(path, sizeof path, "done/%s.json", slot->run);
  if (renameat(slot->attempt, ".record", AT_FDCWD, path)) fail(path);
  sync_fd(done_fd, "done");
  snprintf(path, sizeof path, "running/%s", slot->claimed);
  if (renameat(AT_FDCWD, path, slot->attempt, "job.json")) fail(path);
  close(slot->attempt);
  slot->pid = 0;
}
