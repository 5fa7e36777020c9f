/* Who ends the run of protocol.pml for others: recoverers, and spool kill. */

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
