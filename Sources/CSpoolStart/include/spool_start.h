// Starting a command: what Swift cannot say (fork, setsid, prctl) and nothing else.
#ifndef SPOOL_START_H
#define SPOOL_START_H

#include <sys/types.h>

// Where a start failed; written to `report` together with errno.
enum spool_step {
  SPOOL_STEP_DIRECTORY = 1,
  SPOOL_STEP_DESCRIPTORS = 2,
  SPOOL_STEP_EXEC = 3,
};

struct spool_report {
  int step;
  int error;
};

// A limit of setrlimit(2) that the child gets.
struct spool_limit {
  int resource;
  unsigned long long soft, hard;
};

struct spool_start {
  const char *program;      // searched in `search` when it has no slash
  const char *search;       // a PATH, NULL: `program` is a path
  char *const *argv;
  char *const *envp;
  const char *directory;    // NULL: where the caller stands
  int input, output, error; // become descriptors 0, 1 and 2
  int gate;                 // -1, or wait here for one byte; end of file: leave without a trace
  int gate_writer;          // -1, or the gate's other end: closed here, so that its end can come
  int report;               // -1, or write a spool_report here on failure; closed by exec
  int mask;                 // umask, -1: the caller's
  int dies_with_parent;     // KILL when the calling thread ends
  const struct spool_limit *limits; // set right before exec
  int limit_count;
  int adopts_orphans;       // descendants that lose their parent become this process's children
};

// Memory in which a child lives until it executes its program.
struct spool_room {
  void *base; // NULL: none
  size_t size;
};

// Makes a child that, in a new session, does what `start` says and runs the program.
// Returns its pid, or -1 with errno set.
//
// With a `room` the child shares the caller's memory until it executes: a copy of a large process costs more
// than all the rest. Give the room back once the child has executed or ended, and not before.
pid_t spool_start(const struct spool_start *start, struct spool_room *room);

void spool_give_back(struct spool_room *room);

#endif
