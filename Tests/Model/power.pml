/* One run on a local disk whose power is cut. What a directory was told reaches the disk at any time and
   in any order, unless it is synced; a rename reaches it whole. After a cut what is on disk is true,
   and nobody lives. Each atomic step is one of the calls of Queue+Launch.swift, Queue+Start.swift and
   Queue+Finish.swift, or a sync; who makes it does not matter.

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

byte place = NOWHERE, disk_place = NOWHERE;
byte owner, disk_owner;
bool start[CLAIMS], disk_start[CLAIMS];
byte end[CLAIMS], disk_end[CLAIMS];
byte done, disk_done;       /* the claim of the outcome in done/, and 1 */

byte claims;
byte cuts;
bool launching;             /* launch lives, and has not printed the name */
bool acknowledged;
bool alive[CLAIMS];         /* the claim's runner */
bool entered[CLAIMS];       /* it has synced running/ and starting/ */
bool ran[CLAIMS];           /* its command was let go: the world does not forget */
bool synced;                /* the folder of the owner's attempt, since its outcome was linked */
byte told;                  /* the outcome that is on disk in done/ for certain */

#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN))

inline sync_place() { disk_place = place; disk_owner = owner }

inline write_back() {
  if :: sync_place() :: true fi;
  if :: disk_start[0] = start[0] :: true fi;
  if :: disk_start[1] = start[1] :: true fi;
  if :: disk_start[2] = start[2] :: true fi;
  if :: disk_end[0] = end[0] :: true fi;
  if :: disk_end[1] = end[1] :: true fi;
  if :: disk_end[2] = end[2] :: true fi;
  if :: disk_done = done :: true fi
}

active proctype Everybody() {
  byte i;
  do
  :: atomic { place == NOWHERE && !acknowledged && cuts == 0 -> place = QUEUED; launching = true }
  :: atomic {
       launching -> launching = false; acknowledged = true;
#ifndef LAUNCH_UNSYNCED
       sync_place()
#endif
     }
  :: atomic {
       place == QUEUED && claims < CLAIMS ->
       HOLDS(1, done == 0);
       place = STARTING; owner = claims; alive[claims] = true; claims++
     }
  :: atomic { place == STARTING -> place = QUEUED }
  :: atomic {
       place == STARTING && alive[owner] && !start[owner] -> start[owner] = true;
#ifndef START_UNSYNCED
       disk_start[owner] = true
#endif
     }
  :: atomic { place == STARTING && alive[owner] && start[owner] -> place = RUNNING; synced = false }
  :: atomic {
       place == RUNNING && alive[owner] && !entered[owner] -> entered[owner] = true;
#ifndef RUNNING_UNSYNCED
       sync_place()
#endif
     }
  :: atomic {
       place == RUNNING && alive[owner] && entered[owner] && !ran[owner] && end[owner] == 0 ->
       HOLDS(11, UNASKED == 0);
       ran[owner] = true
     }
  /* The runner's outcome. */
  :: atomic {
       place == RUNNING && end[owner] == 0 && alive[owner] && ran[owner] ->
       if
       :: end[owner] = FINISHED
       :: AGAINS < RETRIES -> end[owner] = AGAIN
       :: AGAINS >= RETRIES -> end[owner] = CRASHED
       fi;
       synced = false
     }
  :: atomic { place == RUNNING && end[owner] == 0 && alive[owner] -> alive[owner] = false }
  /* Recovery's: the runner may have died before it synced running/ and starting/. */
  :: atomic {
       place == RUNNING && end[owner] == 0 && !alive[owner] ->
#ifndef RECOVERY_UNSYNCED
       sync_place();
#endif
       if
       :: AGAINS < RETRIES -> end[owner] = AGAIN
       :: AGAINS >= RETRIES -> end[owner] = CRASHED
       fi;
       synced = false
     }
  /* Who carries on syncs the attempt's folder first, since who linked it may have died before. */
  :: atomic {
       place == RUNNING && end[owner] != 0 && !synced -> synced = true;
#ifndef OUTCOME_UNSYNCED
       disk_end[owner] = end[owner]
#endif
     }
  :: atomic {
       place == RUNNING && (end[owner] == FINISHED || end[owner] == CRASHED) && synced && done == 0 ->
       done = owner + 1
     }
  :: atomic {
       place == RUNNING && done == owner + 1 && told == 0 -> told = end[owner];
#ifndef RECORD_UNSYNCED
       disk_done = done
#endif
     }
  :: atomic { place == RUNNING && done == owner + 1 && told != 0 -> place = AWAY }
  :: atomic { place == RUNNING && end[owner] == AGAIN && synced -> place = QUEUED }
  /* The disk works, and the power goes. */
  :: atomic { cuts < CUTS -> write_back() }
  :: atomic {
       cuts < CUTS -> cuts++;
       write_back();
       place = disk_place; owner = disk_owner; done = disk_done;
       i = 0;
       do
       :: i < CLAIMS ->
          start[i] = disk_start[i]; end[i] = disk_end[i]; alive[i] = false; entered[i] = false; i++
       :: else -> break
       od;
       i = 0; launching = false; synced = false;
       HOLDS(0, !acknowledged || place != NOWHERE);
       HOLDS(1, (place == AWAY) <= (done != 0));
       HOLDS(1, done == 0 || place == AWAY || place == RUNNING);
       HOLDS(3, told == 0 || (done != 0 && end[done - 1] == told));
       HOLDS(6, place != RUNNING || start[owner])
     }
  od
}
