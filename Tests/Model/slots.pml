/* Two agents on one host that serve one queue, and runs that each take one slot: at most SLOTS commands live.
   Each agent counts what any agent has in starting/ and running/, claims, and counts again, in two listings;
   others move between them. One agent is killed at any moment, and another takes its place: what it had in
   starting/ is given back, what runs goes on. Run 0 is tried again. max_running and a sweep's limit are the
   same count of other files.

   A command ends, then what it has left, then its runner tells its agent and writes the record: that agent counts
   the run no more, and only it. An agent in its place has heard nothing and counts all files.

   The numbers of HOLDS are those of "What holds at every moment" in Protocol.md.
   A rule is left out by defining its name. */

#ifndef RUNS
#define RUNS 3
#endif
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif

#define HOLDS(number, what) assert((what) || !(number))

#define QUEUED 0
#define STARTING 1
#define RUNNING 2
#define DONE 3

byte place[RUNS];
byte holder[RUNS];          /* the agent of the claim: 1 or 2 */
byte lives[RUNS];           /* 2: its command; 1: what that has left; 0: neither */
bool told[RUNS];            /* the agent of the claim has heard that neither lives */
bool announced[3];          /* its file is in agents/ */
byte changes;               /* of agents/: what its modification time tells */
bool killed[3];
byte crashes = CRASHES;

#define OTHER(a) (3 - (a))
/* What an agent leaves out of its counts. */
#define FREE(a, r) (told[r] && holder[r] == a)

inline count_commands() {
  i = 0; many = 0;
  do :: i < RUNS -> many = many + (lives[i] != 0); i++ :: else -> break od;
  i = 0
}

/* Takes any run that waits: files are dropped with any name at any time. */
inline claim_one() {
  atomic {
    if
    :: place[0] == QUEUED -> r = 0
    :: RUNS > 1 && place[1] == QUEUED -> r = 1
    :: RUNS > 2 && place[RUNS - 1] == QUEUED -> r = RUNS - 1
    :: r = RUNS
    fi;
    if :: r < RUNS -> place[r] = STARTING; holder[r] = a; told[r] = false :: else fi
  }
}

/* The two listings, and what they say: 0 within the limit, 1 this claim is one of the last, 2 over the limit. */
inline count_again() {
  atomic {
    i = 0; starting = 0;
    do
    :: i < RUNS -> if :: place[i] == STARTING && !FREE(a, i) -> starting = starting | (1 << i) :: else fi; i++
    :: else -> break
    od;
    i = 0
  };
  atomic {
    i = 0; many = 0;
    do
    :: i < RUNS ->
       if
       :: place[i] == RUNNING && !FREE(a, i) -> starting = starting & (255 - (1 << i)); many++
       :: else -> if :: (starting & (1 << i)) != 0 -> many++ :: else fi
       fi;
       i++
    :: else -> break
    od;
    verdict = (many > SLOTS -> 2 : 0);
    do
    :: i > 0 && many > SLOTS ->
       i--;
       if
       :: (starting & (1 << i)) == 0
       :: else -> if :: i == r -> verdict = 1; break :: else -> many-- fi
       fi
    :: else -> break
    od;
    i = 0; many = 0; starting = 0
  }
}

proctype Agent(byte a) {
  byte r, i, many, starting, verdict, before;
  bool alone;
again:
  {
    do
    :: atomic { announced[a] = true; changes++ };
       do
       :: before = changes;
          atomic {
            i = 0; many = 0;
            do
            :: i < RUNS ->
               if :: (place[i] == STARTING || place[i] == RUNNING) && !FREE(a, i) -> many++ :: else fi;
               i++
            :: else -> break
            od;
            i = 0;
            if :: many >= SLOTS -> many = 0; goto round :: else -> many = 0 fi
          };
#ifdef ALONE_ASKED_BEFORE
          atomic { alone = !announced[OTHER(a)] && before == changes };
#endif
          claim_one();
          if :: r == RUNS -> goto round :: else fi;
          /* An agent that is alone need not count again: nobody is there, and nobody came and left meanwhile. */
#ifdef ALONE_ASKED_BEFORE
#elif defined(GUESTS_FORGOTTEN)
          alone = !announced[OTHER(a)];
#else
          atomic { alone = !announced[OTHER(a)] && before == changes };
#endif
#ifndef NO_RECOUNT
          if
          :: alone
          :: else ->
             do
             :: count_again();
                if
                :: verdict == 0 -> break
                :: verdict == 1 -> goto back
#ifdef NAME_RULE
                :: verdict == 2 -> break
#else
                :: verdict == 2                 /* it waits and counts again … */
                :: verdict == 2 -> goto back    /* … until it has waited for long */
#endif
                fi
             od
          fi;
#endif
          /* To its runner: into running/, and the gate is opened. */
          atomic {
            if
            :: place[r] == STARTING && holder[r] == a ->
               place[r] = RUNNING; lives[r] = 2; count_commands(); HOLDS(13, many <= SLOTS); many = 0
            :: else
            fi
          };
          goto round;
back:     atomic { if :: place[r] == STARTING && holder[r] == a -> place[r] = QUEUED :: else fi };
round:    atomic { r = 0; verdict = 0; before = 0; alone = false }
       od
    od
  } unless { killed[a] };
  /* Recovery, by whomever; then an agent in its place. */
  atomic {
    killed[a] = false; announced[a] = false; changes++; i = 0;
    do
    :: i < RUNS ->
       if :: place[i] == STARTING && holder[i] == a -> place[i] = QUEUED :: else fi;
       if
#ifdef PREDECESSOR_FORGOTTEN
       :: place[i] == RUNNING && holder[i] == a -> told[i] = true
#else
       :: holder[i] == a -> told[i] = false
#endif
       :: else
       fi;
       i++
    :: else -> break
    od;
    r = 0; i = 0; many = 0; starting = 0; verdict = 0; before = 0; alone = false
  };
  goto again
}

proctype Runner(byte r) {
  do
  :: atomic {
       place[r] == RUNNING && lives[r] == 2 -> lives[r] = 1;
#ifdef FREE_AT_EXIT
       told[r] = true
#endif
     }
  :: atomic { place[r] == RUNNING && lives[r] == 1 -> lives[r] = 0 }
  /* Its agent hears it at any time; the record is written meanwhile. */
  :: atomic { place[r] == RUNNING && lives[r] == 0 && !told[r] -> told[r] = true }
  :: atomic {
       place[r] == RUNNING && lives[r] == 0 ->
       if :: place[r] = DONE :: r == 0 -> place[r] = QUEUED fi;
       told[r] = false
     }
  od
}

init {
  byte r;
  atomic {
    run Agent(1); run Agent(2);
    do :: r < RUNS -> run Runner(r); r++ :: else -> break od
  };
  do
  :: atomic { crashes > 0 -> crashes--; if :: killed[1] = true :: killed[2] = true fi }
  :: crashes == 0 -> break
  od
}
