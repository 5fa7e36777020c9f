/* The moves of protocol.pml, and what must hold at each: those of Moves.swift, whose names moves.txt has. */

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
