// The floor of spool-bench: what a queue in a directory must ask of the kernel, and nothing else.
// Every path is relative: the program begins with chdir(DIR), the shortest walk there is.
// It is one translation unit, so that the compiler sees the whole: cc -O2 floor.c.
#include "floor.h"
#include "queueing.h"
#include "attempt.h"
#include "agent.h"
#include "tools.h"

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
