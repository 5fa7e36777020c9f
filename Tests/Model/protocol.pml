/* The way of one run through a queue, as Sources/SpoolQueue/Moves.swift and its callers make it: agents
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

/* --- The directory. */

#define AWAY 0              /* runs/RUN/N/job.json */
#define QUEUED 1            /* queued/NAME.json */
#define PARKED 2            /* queued/NAME.json.held */
#define STARTING 3          /* starting/NAME@CLAIM.json */
#define RUNNING 4           /* running/NAME@CLAIM.json */

#define FINISHED 1          /* end.json, "next": "done" */
#define CRASHED 2
#define KILLED 3
#define AGAIN 4             /* end.json, "next": "queued" */

byte place = QUEUED;        /* where the job file is */
byte owner = NOBODY;        /* the claim in its name */
byte claims;                /* how many names for claims were used */
byte folders;               /* runs/RUN/1 … */
byte start[FOLDERS];        /* start.json: the claim in it, and 1; 0: none */
byte end[FOLDERS];          /* end.json */
byte done;                  /* done/RUN.json: the folder of whose end.json it is a link, and 1 */
bool request;               /* runs/RUN/kill */

/* --- Processes. */

#define UNBORN 0
#define ALIVE 1
#define DEAD 2

#define NONE 0              /* no command */
#define GATED 1             /* forked, waits for its byte */
#define LIVE 2              /* let go */
#define OVER 3

byte runner[CLAIMS];
byte command[CLAIMS];
byte host[CLAIMS];
bool orphan[CLAIMS];        /* the agent of that claim died */
bool asked[CLAIMS];         /* a request stood when the run entered running/ */
bool ran[FOLDERS];          /* the command of that attempt was let go */
bool killer_is_dead;

bool crash_agent[2];
bool crash_recoverer[2];
bool crash_killer;
byte crashes = CRASHES;
byte breaks = BREAKS;
byte lost = LOST;
#if HOLDS_RUN > 0
byte holds = HOLDS_RUN;
#endif

#ifdef CLAIM_NAME_TWICE
#define NAME(c) 0
#else
#define NAME(c) (c)
#endif
#define AT(p, name) (place == (p) && owner == (name))
#define IS_FINAL(o) ((o) == FINISHED || (o) == CRASHED || (o) == KILLED)

/* --- Time, where a lease counts: a lease is 3 ticks, the fence stands at 2. */

#if VERDICT == LEASE
#define WHOLE 3
#define FENCE 2
byte age;                   /* of the owner's heartbeat, by the server's clock */
byte since[CLAIMS];         /* since the last good beat began */
byte since_began[CLAIMS];   /* since the beat under way began */
byte beat[CLAIMS];          /* 0: none under way, 1: begun, 2: start.json was touched */
bool suspended[2];
byte suspensions = SUSPENSIONS;
#define UP(h) (!suspended[h])
#ifdef NO_FENCE
#define IS_DUE(c) 0
#else
#define IS_DUE(c) (since[c] >= FENCE)
#endif
/* The fence kills as soon as its host is awake: a command behind it does nothing more. */
#define LIVES(c) (command[c] == LIVE && !suspended[host[c]] && !(runner[c] == ALIVE && IS_DUE(c)))
#else
#define UP(h) 1
#define IS_DUE(c) 0
#define LIVES(c) (command[c] == LIVE)
#endif

#if CLAIMS == 2
#define COMMANDS (LIVES(0) + LIVES(1))
#elif CLAIMS == 3
#define COMMANDS (LIVES(0) + LIVES(1) + LIVES(2))
#else
#define COMMANDS (LIVES(0) + LIVES(1) + LIVES(2) + LIVES(3))
#endif

#if FOLDERS == 3
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN))
#elif FOLDERS == 4
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1 \
  || start[3] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]) + IS_FINAL(end[3]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN) + (end[3] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN) + (ran[3] && end[3] != AGAIN))
#elif FOLDERS == 5
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1 \
  || start[3] == name + 1 || start[4] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]) + IS_FINAL(end[3]) \
  + IS_FINAL(end[4]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN) + (end[3] == AGAIN) \
  + (end[4] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN) + (ran[3] && end[3] != AGAIN) + (ran[4] && end[4] != AGAIN))
#else
#error "FOLDERS"
#endif

/* --- The moves. */

/* A call that was made reports ENOENT or EEXIST. */
inline lose(ok) { if :: ok && lost > 0 -> lost--; ok = false :: true fi }

inline look_at_place() {
  HOLDS(1, (place == AWAY) <= (done != 0));
  HOLDS(1, done == 0 || place == AWAY || (place == RUNNING && start[done - 1] == owner + 1));
  HOLDS(6, place != RUNNING || has_start(owner))
}

/* A rename of the job file. */
inline move(to, name) {
  place = to;
  owner = name;
  look_at_place()
}

/* mkdir runs/RUN/N, the number after the last one; EEXIST: the next. */
inline reserve_attempt(n, ok) {
  if
  :: n == folders -> folders++; ok = true; lose(ok)
  :: else -> ok = false
  fi;
#ifdef FOLDER_SHARED
  ok = true
#endif
}

/* rename N/.start.CLAIM to N/start.json. */
inline publish_start(n, name) {
  start[n] = name + 1;
#if VERDICT == LEASE && !defined(OLD_HEARTBEAT)
  if :: owner == name -> age = 0 :: else fi
#endif
}

/* link N/.end to N/end.json; whose it is, end.json says. */
inline publish_outcome(n, name, o) {
  if
#ifdef OUTCOME_RENAMED
  :: true ->
#else
  :: end[n] == 0 ->
#endif
     HOLDS(7, AT(RUNNING, name));
     HOLDS(3, end[n] == 0 || end[n] == o);
     end[n] = o;
     HOLDS(3, FINALS <= 1);
     HOLDS(11, AGAINS <= RETRIES)
  :: else
  fi
}

/* rename a link of N/end.json to done/RUN.json. */
inline publish_record(n) {
  HOLDS(8, IS_FINAL(end[n]));
  HOLDS(3, done == 0 || done == n + 1);
  done = n + 1;
  look_at_place()
}

/* rename running/NAME@CLAIM to N/job.json; gone: it was done. */
inline retire(name) {
  if
  :: AT(RUNNING, name) -> move(AWAY, NOBODY)
#ifdef KILL_OUT_OF_STARTING
  :: AT(STARTING, name) -> move(AWAY, NOBODY)
#endif
  :: else
  fi
}

/* rename running/NAME@CLAIM to queued/NAME. */
inline requeue(name) { if :: AT(RUNNING, name) -> move(QUEUED, NOBODY) :: else fi }

/* Takes the run where its outcome says; by anyone, any number of times. */
inline carry_on(n, name, guard) {
  if
#ifdef RETIRED_FIRST
  :: atomic { guard && IS_FINAL(end[n]) -> retire(name) };
     atomic { guard -> publish_record(n) }
#else
  :: atomic { guard && IS_FINAL(end[n]) };
     atomic { guard -> publish_record(n) };
     atomic { guard -> retire(name) }
#endif
  :: atomic { guard && end[n] == AGAIN };
     atomic { guard -> requeue(name) }
  fi
}

/* --- Who makes them. */

proctype Agent(byte h) {
  byte c = NOBODY;
  bool ok;
  do
  :: { do
       :: atomic { UP(h) && place == QUEUED && claims < CLAIMS };
          /* claim */
          atomic {
            UP(h) -> ok = false;
            if
            :: place == QUEUED && claims < CLAIMS ->
               c = claims;
               claims++;
               host[c] = h;
               move(STARTING, NAME(c));
               ok = true;
               lose(ok)
            :: else
            fi
          };
          /* After an error a fresh listing of starting/; then the claim is handed to a runner. */
          atomic {
            UP(h) ->
            if :: !ok && c != NOBODY && AT(STARTING, NAME(c)) -> ok = true :: else fi;
            if :: ok -> runner[c] = ALIVE :: else fi;
            ok = false;
            c = NOBODY
          }
       od } unless { crash_agent[h] };
     atomic { crash_agent[h] = false; ok = false; c = NOBODY }
  od
}

#define GOES UP(host[c])

proctype Runner(byte c) {
  byte n;
  byte o;
  bool ok;
  bool killed;
  {
    atomic { runner[c] == ALIVE && GOES -> n = folders };
again:
    atomic {
      GOES -> reserve_attempt(n, ok);
      if :: !ok -> n = folders; goto again :: else fi;
      ok = false
    };
    /* First look for a request; the command is forked behind its gate. */
    atomic { GOES -> killed = request; if :: !killed -> command[c] = GATED :: else fi };
#ifdef KILL_OUT_OF_STARTING
    if :: killed -> atomic { GOES -> publish_start(n, NAME(c)) }; o = KILLED; goto publish :: else fi;
#endif
#if VERDICT == LEASE
    atomic { GOES -> since_began[c] = 0; beat[c] = 1 };
#endif
#ifndef START_AFTERWARDS
    atomic { GOES -> publish_start(n, NAME(c)) };
#endif
    /* enterRunning */
    atomic {
      GOES -> ok = false;
#if VERDICT == LEASE
      since[c] = since_began[c];
      since_began[c] = 0;
      beat[c] = 0;
#endif
      if
      :: AT(STARTING, NAME(c)) ->
         move(RUNNING, NAME(c));
         asked[c] = request;
         ok = true;
         lose(ok)
      :: else
      fi
    };
    atomic {
      GOES -> if :: !ok && AT(RUNNING, NAME(c)) -> ok = true :: else fi;
#ifndef LOSS_IGNORED
      if :: !ok -> goto leave :: else fi;
#endif
      ok = false
    };
#ifdef START_AFTERWARDS
    atomic { GOES -> publish_start(n, NAME(c)) };
#endif
#ifndef NO_SECOND_LOOK
    atomic { GOES -> if :: request -> killed = true :: else fi };
#endif
    if :: killed -> o = KILLED; goto publish :: else fi;
#ifdef LEASE_FROM_GATE
    atomic { GOES -> since[c] = 0 };
#endif
#if VERDICT == LEASE
    atomic { GOES -> if :: since[c] >= FENCE -> goto leave :: else fi };
#endif
    /* The gate. */
    atomic {
      GOES && !IS_DUE(c) ->
      command[c] = LIVE;
      HOLDS(9, !asked[c]);
#if VERDICT != ANY
      HOLDS(4, COMMANDS <= 1);
      HOLDS(4, !LIVES(c) || (end[n] == 0 && done == 0));
      HOLDS(11, UNASKED == 0);
#endif
      ran[n] = true
    };
    do
#if VERDICT == LEASE
    :: atomic { GOES && !IS_DUE(c) && beat[c] == 0 && since[c] > 0 -> beat[c] = 1; since_began[c] = 0 }
    :: atomic { GOES && beat[c] == 1 -> if :: owner == NAME(c) -> age = 0 :: else fi; beat[c] = 2 }
    :: atomic {
         GOES && beat[c] == 2 -> beat[c] = 0;
#ifdef BEAT_FROM_REPLY
         since_began[c] = 0;
#else
         if :: since[c] >= FENCE -> command[c] = NONE; goto leave :: else fi;
#endif
         if
         :: AT(RUNNING, NAME(c)) -> since[c] = since_began[c]
         :: else -> command[c] = NONE; goto leave
         fi;
         since_began[c] = 0
       }
#ifndef NO_FENCE
    :: atomic { GOES && since[c] >= FENCE -> command[c] = NONE; goto leave }
#endif
#else
    :: atomic { !AT(RUNNING, NAME(c)) -> command[c] = NONE; goto leave }
#endif
    :: atomic { GOES && !IS_DUE(c) -> command[c] = OVER; if :: o = FINISHED :: o = AGAIN fi; break }
    :: atomic { GOES && !IS_DUE(c) && request -> command[c] = OVER; o = KILLED; break }
    od;
publish:
#if VERDICT == LEASE
    atomic { beat[c] = 0; since[c] = 0; since_began[c] = 0 };
#endif
    /* The record is written, with where the run goes. */
    atomic {
      GOES ->
#ifndef RETRIES_UNCOUNTED
      if :: o == AGAIN && (AGAINS >= RETRIES || request) -> o = CRASHED :: else fi
#endif
    };
#ifdef RECORD_BEFORE_OUTCOME
    atomic { GOES && IS_FINAL(o) -> done = n + 1 };
#endif
#ifdef REQUEUED_BEFORE_OUTCOME
    if :: o == AGAIN -> atomic { GOES -> requeue(NAME(c)) } :: else fi;
#endif
    atomic { GOES -> publish_outcome(n, NAME(c), o); o = 0 };
    carry_on(n, NAME(c), GOES);
leave:
    runner[c] = DEAD
  } unless { runner[c] == DEAD };
  atomic {
    n = 0; o = 0; ok = false; killed = false;
#if VERDICT == LEASE
    since[c] = 0; since_began[c] = 0; beat[c] = 0;
#endif
#ifndef COMMAND_OUTLIVES_RUNNER
    command[c] = NONE
#endif
  }
}

/* Whether a claim in starting/, a runner in running/ is taken for dead from host h. */
#if VERDICT == RIGHT
#define NOBODY_STARTS(name) (name == KILLER || orphan[name] || runner[name] == DEAD)
#define IS_DEAD(h, name) ((name == KILLER && killer_is_dead) \
  || (name < CLAIMS && runner[name] == DEAD))
#elif VERDICT == LEASE
#define NOBODY_STARTS(name) 1
#define IS_DEAD(h, name) (name == KILLER \
  || (name < CLAIMS && (host[name] == h -> runner[name] == DEAD : age >= WHOLE)))
#else
#define NOBODY_STARTS(name) 1
#define IS_DEAD(h, name) 1
#endif

/* The attempt of a claim. */
inline find(name, n) {
  n = 0;
#ifdef NEWEST_FOLDER
  n = folders - 1
#else
  do :: n < FOLDERS && start[n] != name + 1 -> n++ :: else -> break od
#endif
}

proctype Recoverer(byte h) {
  byte name = NOBODY;
  byte n = NOWHERE;
  byte o;
  do
  :: { do
       :: atomic { UP(h) && place == STARTING && NOBODY_STARTS(owner) -> name = owner };
          /* giveBack */
          atomic {
            UP(h) ->
            if :: AT(STARTING, name) -> move(QUEUED, NOBODY) :: else fi;
            name = NOBODY
          }
       :: atomic { UP(h) && place == RUNNING -> name = owner; find(name, n);
            if
            :: n < FOLDERS && end[n] != 0 -> o = AGAIN
            :: n < FOLDERS && end[n] == 0 && IS_DEAD(h, name) -> o = CRASHED
            :: else -> o = 0
            fi };
          if
          :: o == 0
          :: o == AGAIN -> o = 0; carry_on(n, name, UP(h))
          :: o == CRASHED ->
             /* What is left of its command here is killed and seen gone. */
             atomic {
               UP(h) ->
#if VERDICT == LEASE
               if
               :: name < CLAIMS && host[name] == h && runner[name] == DEAD -> command[name] = NONE
               :: else
               fi
#elif VERDICT == RIGHT
               if :: name < CLAIMS -> command[name] = NONE :: else fi
#endif
             };
#ifdef GIVEN_BACK_FROM_RUNNING
             atomic { UP(h) -> requeue(name); o = 0 };
#else
             atomic {
               UP(h) ->
               if
               :: request -> o = KILLED
#ifdef RETRIES_UNCOUNTED
               :: !request -> o = AGAIN
#else
               :: !request && AGAINS < RETRIES -> o = AGAIN
               :: !request && AGAINS >= RETRIES -> o = CRASHED
#endif
               fi
             };
             atomic {
               UP(h) -> publish_outcome(n, name, o);
#if VERDICT == LEASE
               if :: name < CLAIMS -> HOLDS(4, !LIVES(name)) :: else fi;
#endif
               o = 0
             };
             carry_on(n, name, UP(h))
#endif
          fi;
          atomic { name = NOBODY; n = NOWHERE }
       od } unless { crash_recoverer[h] };
     atomic { crash_recoverer[h] = false; name = NOBODY; n = NOWHERE; o = 0 }
  od
}

/* spool kill: the request, then what waits is ended by the caller itself, like by a runner without a
   command. */
proctype Killer() {
  byte n;
  bool ok;
  {
    if :: true :: goto leave fi;
    request = true;
    if :: place == QUEUED || place == PARKED :: else -> goto leave fi;
    atomic {
      if
      :: place == QUEUED || place == PARKED -> move(STARTING, KILLER); ok = true; lose(ok)
      :: else
      fi
    };
    atomic { if :: !ok && AT(STARTING, KILLER) -> ok = true :: else fi; if :: !ok -> goto leave :: else fi };
    n = folders;
again:
    atomic {
      reserve_attempt(n, ok);
      if :: !ok -> n = folders; goto again :: else fi
    };
    atomic { publish_start(n, KILLER) };
#ifndef KILL_OUT_OF_STARTING
    atomic { ok = false; if :: AT(STARTING, KILLER) -> move(RUNNING, KILLER); ok = true; lose(ok) :: else fi };
    atomic { if :: !ok && AT(RUNNING, KILLER) -> ok = true :: else fi; if :: !ok -> goto leave :: else fi };
#endif
    atomic { publish_outcome(n, KILLER, KILLED) };
    carry_on(n, KILLER, true)
  } unless { crash_killer };
leave:
  atomic { killer_is_dead = true; ok = false; n = 0; crash_killer = false }
}

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
