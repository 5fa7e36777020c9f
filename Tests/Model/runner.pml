/* Who brings the run of protocol.pml forward: agents, and a runner for each claim. */

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
