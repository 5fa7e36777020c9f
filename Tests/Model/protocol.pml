/* The way of one run through a queue, as SpoolProtocol/Moves.swift and its callers make it: agents
   claim, runners start, beat and finish, recoverers mend, `spool kill` stops. Each atomic step is one
   system call of theirs, or one look; between any two of them anybody else may make theirs.

   How it is checked (Tests/Model/check has the configurations):

     VERDICT=ANY    anybody may be taken for dead at any moment; no time
     VERDICT=RIGHT  one host's kernel tells who is dead; agents, runners, recoverers and `spool kill`
                    crash between any two steps; at the end nothing may be left undone
     VERDICT=LEASE  two hosts on a network file system: age tells, runners have a fence, hosts are
                    suspended and crash; no two commands may live

   The numbers of HOLDS are those of "What holds at every moment" in Protocol.md. A rule is left out
   by defining its name, to see which of these fails. */

#define ANY 1
#define RIGHT 2
#define LEASE 3
#ifndef VERDICT
#define VERDICT ANY
#endif
#ifndef CLAIMS
#define CLAIMS 2            /* of agents; `spool kill` has one more */
#endif
#ifndef RETRIES
#define RETRIES 1           /* how often the job's file asks for another attempt */
#endif
#ifndef AGENTS
#define AGENTS 2
#endif
#ifndef RECOVERERS
#define RECOVERERS 2
#endif
#ifndef KILLERS
#define KILLERS 1
#endif
#ifndef LOST
#define LOST 1              /* replies of the file server */
#endif
#ifndef CRASHES
#define CRASHES 1           /* of agents, runners, spool kill or hosts */
#endif
#ifndef BREAKS
#define BREAKS 1            /* of recoverers */
#endif
#ifndef SUSPENSIONS
#define SUSPENSIONS 1
#endif
#ifndef HOLDS_RUN
#define HOLDS_RUN 0         /* how often a person holds the run */
#endif

#define KILLER CLAIMS
#define NOBODY (CLAIMS + 1)
#define FOLDERS (CLAIMS + 1 + LOST)
#define NOWHERE FOLDERS

/* What the invariant with that number says holds here. */
#define HOLDS(number, what) assert((what) || !(number))

#include "directory.pml"
#include "moves.pml"
#include "runner.pml"
#include "recoverer.pml"

/* What comes over them. */
proctype Fate() {
  byte h;
  byte c;
  do
#if VERDICT != ANY
  :: atomic {
       /* A runner. */
       crashes > 0 -> c = 0;
       do :: c < CLAIMS - 1 -> c++ :: break od;
       if
       :: runner[c] == ALIVE -> crashes--; runner[c] = DEAD;
#ifndef COMMAND_OUTLIVES_RUNNER
          command[c] = NONE         /* the kernel sees to that */
#endif
       :: else
       fi;
       c = 0
     }
  :: atomic {
       /* An agent: another starts in its place, under another name. */
       crashes > 0 -> crashes--; if :: h = 0 :: h = 1 fi;
       crash_agent[h] = true;
       c = 0; do :: c < claims -> if :: host[c] == h -> orphan[c] = true :: else fi; c++ :: else -> break od;
       h = 0; c = 0
     }
  :: atomic {
       /* A host. */
       crashes > 0 -> crashes--; if :: h = 0 :: h = 1 fi;
       crash_agent[h] = true;
       crash_recoverer[h] = true;
       c = 0;
       do
       :: c < claims ->
          if :: host[c] == h -> orphan[c] = true; runner[c] = DEAD; command[c] = NONE :: else fi; c++
       :: else -> break
       od;
#if VERDICT == LEASE
       suspended[h] = false;
#endif
       h = 0; c = 0
     }
#if KILLERS > 0
  :: atomic { crashes > 0 && !killer_is_dead -> crashes--; crash_killer = true }
#endif
#endif
  :: atomic { breaks > 0 -> breaks--; if :: h = 0 :: h = 1 fi; crash_recoverer[h] = true; h = 0 }
#if VERDICT == LEASE
  :: atomic { suspensions > 0 -> suspensions--; if :: h = 0 :: h = 1 fi; suspended[h] = true; h = 0 }
  :: atomic { suspended[0] -> suspended[0] = false; HOLDS(4, COMMANDS <= 1) }
  :: atomic { suspended[1] -> suspended[1] = false; HOLDS(4, COMMANDS <= 1) }
#endif
#if HOLDS_RUN > 0
  :: atomic { holds > 0 && place == QUEUED -> holds--; move(PARKED, NOBODY) }
  :: atomic { place == PARKED -> move(QUEUED, NOBODY) }
#endif
#ifdef REQUEST_REMOVED
  :: atomic { request && place == RUNNING -> request = false }
#endif
  od
}

#if VERDICT == LEASE
#define TICKS(c) (runner[c] == ALIVE && (since[c] < FENCE || since_began[c] < FENCE))
/* No fence is due on a host that is awake: it kills before time goes on. */
#ifdef NO_FENCE
#define FIRES(c) 0
#else
#define FIRES(c) (runner[c] == ALIVE && !suspended[host[c]] && command[c] == LIVE && since[c] >= FENCE)
#endif
#if CLAIMS == 2
#define SOME_TICK (TICKS(0) || TICKS(1))
#define SOME_FIRE (FIRES(0) || FIRES(1))
#elif CLAIMS == 3
#define SOME_TICK (TICKS(0) || TICKS(1) || TICKS(2))
#define SOME_FIRE (FIRES(0) || FIRES(1) || FIRES(2))
#else
#define SOME_TICK (TICKS(0) || TICKS(1) || TICKS(2) || TICKS(3))
#define SOME_FIRE (FIRES(0) || FIRES(1) || FIRES(2) || FIRES(3))
#endif

proctype Clock() {
  byte c;
  do
  :: atomic {
       !SOME_FIRE && (age < WHOLE || SOME_TICK) ->
       if :: age < WHOLE -> age++ :: else fi;
       c = 0;
       do
       :: c < CLAIMS ->
          if
          :: runner[c] == ALIVE && since[c] < FENCE && (command[c] == LIVE || command[c] == GATED) -> since[c]++
          :: else
          fi;
          if :: runner[c] == ALIVE && beat[c] != 0 && since_began[c] < FENCE -> since_began[c]++ :: else fi;
          c++
       :: else -> break
       od;
       c = 0
     }
  od
}
#endif

#if VERDICT == RIGHT
/* When nobody has anything left to do, the run is over, or there was no claim left to go on with. */
active proctype Rest() {
  timeout -> HOLDS(12, (place == AWAY && done != 0) || (place == QUEUED && claims == CLAIMS))
}
#endif

init {
  atomic {
    run Agent(0);
#if AGENTS > 1
    run Agent(1);
#endif
    run Recoverer(1);
#if RECOVERERS > 1
    run Recoverer(0);
#endif
    run Runner(0);
    run Runner(1);
#if CLAIMS > 2
    run Runner(2);
#endif
#if CLAIMS > 3
    run Runner(3);
#endif
#if KILLERS > 0
    run Killer();
#else
    killer_is_dead = true;
#endif
    run Fate();
#if VERDICT == LEASE
    run Clock()
#endif
  }
}
