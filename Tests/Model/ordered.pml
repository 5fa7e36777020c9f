/* The run of power.pml on a disk whose journal keeps the order in which names change (ext4, xfs): what a
   power cut leaves of the names is what they were at one moment, not before the last sync of anything. The
   bytes of a new file are no part of that order, unless they are synced before the file has its name.

   The journal may be written at any moment, whole (`commit`); a sync of any file or directory writes it. A
   file that has its name on disk and not its bytes is empty after a cut. Whoever lists done/ shows what is
   there at that moment; a run that is killed before its command ends without it.

   The numbers of HOLDS are those of "What holds at every moment" in Protocol.md; 0 is its promise that
   what was acknowledged survives. A sync is left out by defining its name. */

#ifndef RETRIES
#define RETRIES 1
#endif
#ifndef CUTS
#define CUTS 2
#endif
#define CLAIMS 3

#define HOLDS(number, what) assert((what) || !((number) + 1))

#define NOWHERE 0
#define QUEUED 1
#define STARTING 2
#define RUNNING 3
#define AWAY 4

#define FINISHED 1
#define CRASHED 2
#define AGAIN 3

/* The names, as they are seen and as the journal on disk has them. */
byte place = NOWHERE, disk_place = NOWHERE;
byte owner, disk_owner;
bool start[CLAIMS], disk_start[CLAIMS];
byte end[CLAIMS], disk_end[CLAIMS];
byte done, disk_done;       /* the claim of the outcome in done/, and 1 */

bool start_bytes[CLAIMS], end_bytes[CLAIMS];    /* on disk */

byte claims;
byte cuts;
bool launching;             /* launch lives, and has not printed the name */
bool acknowledged;
bool alive[CLAIMS];         /* the claim's runner */
bool entered[CLAIMS];       /* it has synced running/ */
bool ran[CLAIMS];           /* its command was let go: the world does not forget */
bool synced;                /* the folder of the owner's attempt, since its outcome was linked */
byte told, told_end;        /* the claim of the outcome that somebody has seen in done/, and 1; which it is */

#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN))

/* A sync of a directory, or of a file: all changes of names so far are on disk. */
inline commit() {
#ifdef ORDER_NOT_KEPT
  /* What was synced is there, and any of the rest. */
  if :: disk_place = place; disk_owner = owner :: true fi;
  if :: disk_start[0] = start[0] :: true fi;
  if :: disk_start[1] = start[1] :: true fi;
  if :: disk_start[2] = start[2] :: true fi;
  if :: disk_end[0] = end[0] :: true fi;
  if :: disk_end[1] = end[1] :: true fi;
  if :: disk_end[2] = end[2] :: true fi;
  if :: disk_done = done :: true fi
#else
  disk_place = place; disk_owner = owner; disk_done = done;
  disk_start[0] = start[0]; disk_start[1] = start[1]; disk_start[2] = start[2];
  disk_end[0] = end[0]; disk_end[1] = end[1]; disk_end[2] = end[2]
#endif
}

inline link_outcome(what) {
#ifdef OUTCOME_UNFLUSHED
  end_bytes[owner] = false;
#else
  commit(); end_bytes[owner] = true;
#endif
  end[owner] = what;
  synced = false
}

active proctype Everybody() {
  byte i;
  do
  :: atomic { place == NOWHERE && !acknowledged && cuts == 0 -> place = QUEUED; launching = true }
  :: atomic {
       launching -> launching = false; acknowledged = true;
#ifndef PRINTED_UNSYNCED
       commit();
#ifdef ORDER_NOT_KEPT
       disk_place = place; disk_owner = owner
#endif
#endif
     }
  :: atomic {
       place == QUEUED && claims < CLAIMS ->
       HOLDS(1, done == 0);
       place = STARTING; owner = claims; alive[claims] = true; claims++
     }
  :: atomic { place == STARTING -> place = QUEUED }
  :: atomic {
       place == STARTING && alive[owner] && !start[owner] ->
#ifndef START_UNFLUSHED
       commit(); start_bytes[owner] = true;
#endif
       start[owner] = true
     }
  :: atomic { place == STARTING && alive[owner] && start[owner] -> place = RUNNING; synced = false }
  /* Only for a command that is to be let go. */
  :: atomic {
       place == RUNNING && alive[owner] && !entered[owner] && end[owner] == 0 -> entered[owner] = true;
#ifndef GATE_UNSYNCED
       commit();
#ifdef ORDER_NOT_KEPT
       disk_place = place; disk_owner = owner
#endif
#endif
     }
  :: atomic {
       place == RUNNING && alive[owner] && entered[owner] && !ran[owner] && end[owner] == 0 ->
       HOLDS(11, UNASKED == 0);
       ran[owner] = true
     }
  /* The runner's outcome; of a run that is killed before its command, too. */
  :: atomic {
       place == RUNNING && end[owner] == 0 && alive[owner] ->
       if
       :: !ran[owner] -> link_outcome(CRASHED)
       :: ran[owner] -> link_outcome(FINISHED)
       :: ran[owner] && AGAINS < RETRIES -> link_outcome(AGAIN)
       fi
     }
  :: atomic { place == RUNNING && end[owner] == 0 && alive[owner] -> alive[owner] = false }
  /* Recovery's. */
  :: atomic {
       place == RUNNING && end[owner] == 0 && !alive[owner] ->
       if
       :: AGAINS < RETRIES -> link_outcome(AGAIN)
       :: AGAINS >= RETRIES -> link_outcome(CRASHED)
       fi
     }
  /* Who carries on syncs the attempt's folder first, since who linked it may have died before. */
  :: atomic {
       place == RUNNING && end[owner] != 0 && !synced -> synced = true;
#ifndef SHOWN_UNSYNCED
       commit();
#ifdef ORDER_NOT_KEPT
       disk_end[owner] = end[owner]
#endif
#endif
     }
#ifdef AWAY_UNRECORDED
  :: atomic { place == RUNNING && (end[owner] == FINISHED || end[owner] == CRASHED) && synced -> place = AWAY }
  :: atomic { place == AWAY && done == 0 -> done = owner + 1 }
#endif
  :: atomic {
       place == RUNNING && (end[owner] == FINISHED || end[owner] == CRASHED) && synced && done == 0 ->
       done = owner + 1
     }
  :: atomic { done != 0 && told == 0 -> told = done; told_end = end[done - 1] }
  :: atomic { place == RUNNING && done == owner + 1 -> place = AWAY }
  :: atomic { place == RUNNING && end[owner] == AGAIN && synced -> place = QUEUED }
  /* The disk works, and the power goes. */
  :: atomic { cuts < CUTS -> commit() }
  :: atomic { cuts < CUTS && start[owner] && !start_bytes[owner] -> start_bytes[owner] = true }
  :: atomic { cuts < CUTS && end[owner] != 0 && !end_bytes[owner] -> end_bytes[owner] = true }
  :: atomic {
       cuts < CUTS -> cuts++;
       place = disk_place; owner = disk_owner; done = disk_done;
       i = 0;
       do
       :: i < CLAIMS ->
          start[i] = disk_start[i]; end[i] = disk_end[i]; alive[i] = false; entered[i] = false;
          HOLDS(8, end[i] == 0 || end_bytes[i]);
          i++
       :: else -> break
       od;
       i = 0; launching = false; synced = false;
       HOLDS(0, !acknowledged || place != NOWHERE);
       HOLDS(1, (place == AWAY) <= (done != 0));
       HOLDS(1, done == 0 || place == AWAY || place == RUNNING);
       HOLDS(3, told == 0 || (end[told - 1] == told_end && (done == 0 || done == told)));
       HOLDS(6, place != RUNNING || (start[owner] && start_bytes[owner]));
       HOLDS(8, done == 0 || end[done - 1] != 0)
     }
  od
}
