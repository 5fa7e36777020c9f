/* When may an agent that drains leave? Other agents move three runs about: the first is claimed, given back,
   tried again and held; the second waits for its end, whatever it is; the third is of a sweep that was decided
   and is being queued. The agent looks: four modification times, then single listings, then the times again.
   Others move in between. It must not leave while a run can still come to run.

   The times have a grain: what changes twice within one tick has one time. `since` is the tick in which the
   agent saw the times first, by its own clock: it waits for a tick to pass, and compares the two clocks
   nowhere. The numbers of HOLDS are those of "What holds at every moment" in Protocol.md. A rule is left out
   by defining its name. */

#ifndef MOVES
#define MOVES 3
#endif
#ifndef TICKS
#define TICKS 3
#endif

#define HOLDS(number, what) assert((what) || !(number))

#define QUEUED 0
#define STARTING 1
#define RUNNING 2
#define SWEEPS 3
#define DONE 4
#define HELD 5

byte place[3];
byte changed[4];            /* the time of queued/, starting/, running/ and sweeps/ */
byte tick;
byte moves = MOVES;
byte holds = 1;

#define FOLDER(p) ((p) == HELD -> QUEUED : (p))
#define BUSY(p) ((p) == STARTING || (p) == RUNNING || (p) == SWEEPS)
#define FIRST_CAN (place[0] == QUEUED || BUSY(place[0]))
#define SECOND_CAN (BUSY(place[1]) || (place[1] == QUEUED && (place[0] == DONE || FIRST_CAN)))
#define THIRD_CAN (place[2] == QUEUED || BUSY(place[2]))

/* One rename, which changes the times of both folders; done/ is not looked at. */
inline move(which, to) {
  if :: place[which] != DONE -> changed[FOLDER(place[which])] = tick :: else fi;
  place[which] = to;
  if :: to != DONE -> changed[FOLDER(to)] = tick :: else fi
}

proctype Others() {
  do
  :: atomic { tick < TICKS -> tick++ }
  :: atomic { moves > 0 && place[0] == QUEUED -> moves--; move(0, STARTING) }
  :: atomic { place[0] == STARTING -> if :: true -> move(0, QUEUED) :: true -> move(0, RUNNING) fi }
  :: atomic { place[0] == RUNNING -> if :: true -> move(0, QUEUED) :: true -> move(0, DONE) fi }
  :: atomic { holds > 0 && place[0] == QUEUED -> holds--; move(0, HELD) }
  :: atomic { moves > 0 && place[1] == QUEUED && place[0] == DONE -> moves--; move(1, STARTING) }
  :: atomic { place[1] == STARTING -> if :: true -> move(1, QUEUED) :: true -> move(1, RUNNING) fi }
  :: atomic { place[1] == RUNNING -> move(1, DONE) }
  :: atomic { place[2] == SWEEPS -> move(2, QUEUED) }
  :: atomic { moves > 0 && place[2] == QUEUED -> moves--; move(2, STARTING) }
  :: atomic { place[2] == STARTING -> if :: true -> move(2, QUEUED) :: true -> move(2, RUNNING) fi }
  :: atomic { place[2] == RUNNING -> move(2, DONE) }
  od
}

/* The four times, one after the other; are they as they were? */
inline look_at_times() {
  same = true;
  look_at_time(0); look_at_time(1); look_at_time(2); look_at_time(3)
}

inline look_at_time(folder) {
  atomic { if :: seen[folder] != changed[folder] -> same = false; seen[folder] = changed[folder] :: else fi }
}

proctype Drainer() {
  byte seen[4] = 255;
  byte since;
  bool same, still, busy, waits;
#ifdef STALE_LOOK
  bool knew;
#endif
  do
  :: look_at_times();
     atomic {
       if
       :: !same -> since = tick; still = false
       :: else -> still = (tick > since)
       fi;
#ifdef COARSE
       still = true;
#endif
       busy = false; waits = false; same = false
     };
     atomic { if :: place[0] == STARTING || place[1] == STARTING || place[2] == STARTING -> busy = true :: else fi };
     atomic { if :: place[0] == RUNNING || place[1] == RUNNING || place[2] == RUNNING -> busy = true :: else fi };
#ifndef NO_SWEEPS
     atomic { if :: place[2] == SWEEPS -> busy = true :: else fi };
#endif
     atomic {
       if :: place[0] == QUEUED || place[2] == QUEUED -> busy = true :: else fi;
       waits = (place[1] == QUEUED)
     };
#ifdef NO_DEPENDENTS
#elif defined(STALE_LOOK)
     if :: waits && knew -> busy = true :: else fi;
#else
     /* The run that it waits for is looked up now: it is over, or on its way. */
     atomic { if :: waits && (place[0] == DONE || FIRST_CAN) -> busy = true :: else fi };
#endif
#ifdef STALE_LOOK
     knew = (place[0] == DONE);
#endif
#ifdef NO_STAMP
     /* As 0.1.0 does: a second look at the two folders. */
     atomic { if :: place[0] == STARTING || place[1] == STARTING || place[2] == STARTING -> busy = true :: else fi };
     atomic { if :: place[0] == RUNNING || place[1] == RUNNING || place[2] == RUNNING -> busy = true :: else fi };
     same = true; still = true;
#else
     look_at_times();
#endif
     atomic {
       if
       :: !busy && same && still -> HOLDS(14, !FIRST_CAN && !SECOND_CAN && !THIRD_CAN); break
       :: else -> if :: !same -> since = tick :: else fi
       fi;
       busy = false; waits = false; same = false; still = false
     }
  od
}

init {
  atomic {
    place[2] = SWEEPS;
    run Others(); run Drainer()
  }
}
