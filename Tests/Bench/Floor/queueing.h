// ---- launch: mkdir, open, write, fsync, fstat, close, rename, fsync of the directory ----

static uint64_t random_state;
static void random_name(char *run) {
  if (!random_state) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    random_state = (uint64_t)t.tv_nsec * 2654435761u ^ (uint64_t)t.tv_sec << 20 ^
                   (uint64_t)getpid() << 40 ^ 1;
  }
  strcpy(run, "true-");
  for (int i = 5; i < 13; i++) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    run[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[random_state % 36];
  }
  run[13] = 0;
}

static void stamp_text(char *out, size_t size, const struct timespec *t) {
  struct tm parts;
  gmtime_r(&t->tv_sec, &parts);
  snprintf(out, size, "%04u%02u%02uT%02u%02u%02u.%06uZ", (unsigned)parts.tm_year + 1900,
           (unsigned)parts.tm_mon + 1, (unsigned)parts.tm_mday, (unsigned)parts.tm_hour,
           (unsigned)parts.tm_min, (unsigned)parts.tm_sec, (unsigned)(t->tv_nsec / 1000));
}

static void launch_one(const char *job, char *run) {
  char directory[PATH_SIZE], file[PATH_SIZE], queued[PATH_SIZE], stamp[64];
  struct stat status;
  do {
    random_name(run);
    snprintf(directory, sizeof directory, "runs/%s", run);
    if (!mkdir(directory, 0700)) break;
  } while (errno == EEXIST);
  snprintf(file, sizeof file, "runs/%s/job.json", run);
  int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail(file);
  if (write(fd, job, JOB_SIZE) != JOB_SIZE) fail(file);
  sync_fd(fd, file);
  // The time in the name is the file server's, so it is asked for, not read from a clock.
  if (fstat(fd, &status)) fail(file);
  close(fd);
  stamp_text(stamp, sizeof stamp, &status.st_mtim);
  snprintf(queued, sizeof queued, "queued/50-%s-%s.json", stamp, run);
  if (rename(file, queued)) fail(queued);
  sync_directory("queued");
}

static int launch(long count) {
  char job[JOB_SIZE], run[NAME_SIZE];
  padded(job, sizeof job, "{\"command\":[\"true\"]}");
  if (count == 1) {
    launch_one(job, run);
    puts(run);
    return 0;
  }
  begin_loop();
  for (long i = 0; i < count; i++) launch_one(job, run);
  end_loop(count);
  return 0;
}

// ---- claim: one listing, sorted, kept and walked; then open, fstat, read, close, rename ----

static char **names;
static size_t name_count, name_next, name_room;

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int is_job(const char *name) {
  size_t length = strlen(name);
  return name[0] != '.' && length > 5 && length < NAME_SIZE &&
         !strcmp(name + length - 5, ".json");
}

static void scan_queued(void) {
  for (size_t i = 0; i < name_count; i++) free(names[i]);
  name_count = name_next = 0;
  DIR *directory = opendir("queued");
  if (!directory) fail("queued");
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!is_job(entry->d_name)) continue;
    if (name_count == name_room) {
      name_room = name_room ? name_room * 2 : 1024;
      names = realloc(names, name_room * sizeof *names);
      if (!names) fail("realloc");
    }
    if (!(names[name_count++] = strdup(entry->d_name))) fail("strdup");
  }
  closedir(directory);
  qsort(names, name_count, sizeof *names, by_name);
}

// Takes queued/NAME.json to starting/NAME@CLAIM.json. 0: another was first.
static int claim_one(const char *name, long number, char *job, size_t size, char *claimed) {
  char queued[PATH_SIZE], starting[PATH_SIZE];
  struct stat status;
  snprintf(queued, sizeof queued, "queued/%s", name);
  int fd = open(queued, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return 0;
  if (fd < 0 || fstat(fd, &status)) fail(queued);
  ssize_t length = read(fd, job, size - 1);
  if (length < 0) fail(queued);
  job[length] = 0;
  close(fd);
  snprintf(claimed, NAME_SIZE + 64, "%.*s@floor-0000.%ld.json", (int)strlen(name) - 5, name,
           number);
  snprintf(starting, sizeof starting, "starting/%s", claimed);
  if (rename(queued, starting)) {
    if (errno == ENOENT) return 0;
    fail(starting);
  }
  return 1;
}

static int claim(long count) {
  char job[65536], claimed[NAME_SIZE + 64];
  long won = 0;
  begin_loop();
  scan_queued();
  while (won < count && name_next < name_count)
    won += claim_one(names[name_next++], won, job, sizeof job, claimed);
  end_loop(won);
  return 0;
}
