/* A run whose starts fail before its command: who is to blame, and what becomes of it. Two agents, each on a
   host of its own that is sick or sound, claim it in turn. Its file kills each runner that reads it, or does
   not; now and then a runner of a good file is killed by chance. Whoever saw a start fail lets a fresh runner
   check its host, marks the start, gives the file back, and looks for a request to stop the run. An agent may
   be killed at any moment with its claim: recovery gives back what it had claimed, and looks as well. (An agent
   that is killed between the two leaves the request to the next claim.)

   The file may be edited while it waits: it is another file then. A user may ask to stop the run at any moment.
   After a mark the run waits until its pause is over. The numbers of HOLDS are those of "What holds at every moment" in
   Protocol.md. A rule is left out by defining its name. */

#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef PAUSES
#define PAUSES 5
#endif
#ifndef CHANCES
#define CHANCES 2
#endif

#define HOLDS(number, what) assert((what) || !(number))
#define LIMIT 3

mtype = { QUEUED, STARTING, STARTED, CRASHED, KILLED };

mtype place = QUEUED;
byte holder;                /* the agent of the claim; 0: none */
bool kills[2];              /* the file, and the edited one: whether it kills its runner */
byte version;               /* which of the two waits */
bool sick[3];               /* the host of each agent cannot start runs */
bool dead[3];               /* the agents that were killed */
byte marks[2];              /* on disk: failed starts of a file that count */
byte blamed[2];             /* what is true: starts that failed, and not for the host */
bool paused;
bool request;
byte crashes = CRASHES;
byte pauses = PAUSES;
byte chances = CHANCES;

/* The file back in queued/; then the look for a request, which whoever wrote it may have missed. */
inline give_back() {
  place = QUEUED; holder = 0
}
inline obey() {
#ifndef REQUEST_UNLOOKED
  atomic { if :: request && place == QUEUED -> place = KILLED :: else fi }
#else
  skip
#endif
}

proctype Agent(byte a) {
  bool counts;
  byte seen;
end:
  do
  :: atomic { !dead[a] && place == QUEUED && !paused ->
       place = STARTING; holder = a; counts = false }
     /* It looks for a request before it opens the file. */
     if
     :: atomic { dead[a] -> goto gone }
     :: atomic { !dead[a] && request -> place = KILLED; holder = 0; goto end }
     :: atomic { !dead[a] && !request -> seen = version }
     fi;
     if
     :: atomic { dead[a] -> goto gone }
     :: atomic { !dead[a] && !sick[a] && !kills[seen] -> place = STARTED; holder = 0; goto end }
     :: atomic { !dead[a] && sick[a] ->
#ifdef HOST_UNCHECKED
          counts = true
#endif
        }
     :: atomic { !dead[a] && !sick[a] && kills[seen] -> counts = true; blamed[seen]++ }
     :: atomic { !dead[a] && !sick[a] && !kills[seen] && chances > 0 ->
          chances--; counts = true; blamed[seen]++ }
     fi;
     if
     :: atomic { dead[a] -> goto gone }
     :: atomic { !dead[a] && counts && marks[seen] < LIMIT -> marks[seen]++; paused = true }
     :: atomic { !dead[a] && !(counts && marks[seen] < LIMIT) -> paused = true }
     fi;
     if
     :: atomic { dead[a] -> goto gone }
     :: atomic { !dead[a] && counts &&
#ifdef MARKS_OF_ALL_FILES
          marks[0] + marks[1] >= LIMIT
#else
          marks[seen] >= LIMIT
#endif
          -> HOLDS(15, blamed[seen] >= LIMIT); place = CRASHED; holder = 0; goto end }
     :: atomic { !dead[a] && !(counts &&
#ifdef MARKS_OF_ALL_FILES
          marks[0] + marks[1] >= LIMIT
#else
          marks[seen] >= LIMIT
#endif
          ) -> give_back() }
     fi;
     obey()
  :: dead[a] -> goto gone
  od;
gone:
  skip
}

/* One agent is killed; recovery comes by. */
proctype Crash() {
  byte a;
end:
  do
  :: atomic { crashes > 0 && holder != 0 -> crashes--; a = holder; dead[a] = true };
     atomic { if :: place == STARTING && holder == a -> give_back() :: else fi };
     obey()
  od
}

proctype User() {
  if
#ifdef LOOKED_BEFORE_REQUEST
  :: atomic { place == QUEUED -> place = KILLED }
  :: atomic { place != QUEUED -> skip }; request = true
#else
  :: request = true; obey()
#endif
  :: skip
  fi
}

/* Another file takes the run's place while it waits. */
proctype Editor() {
  if
  :: atomic { place == QUEUED -> version = 1; paused = false }
  :: skip
  fi
}

/* A pause is over. */
proctype Time() {
end:
  do
  :: atomic { paused && pauses > 0 -> pauses--; paused = false }
  od
}

/* Nothing more happens of itself: the run waits for the end of a pause, and no longer for that if it was to
   be stopped. */
proctype Still() {
  timeout -> HOLDS(12, !(request && place == QUEUED));
  HOLDS(12, place != STARTING)
}

init {
  atomic {
    if :: kills[0] = true :: skip fi;
    if :: kills[1] = true :: skip fi;
    if :: sick[1] = true :: skip fi;
    if :: sick[2] = true :: skip fi;
    run Agent(1); run Agent(2); run Crash(); run User(); run Editor(); run Time(); run Still()
  }
}
