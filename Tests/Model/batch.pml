/* Runs that are queued together, the points of a sweep or the lines of a file: a maker that may die or sleep
   anywhere, recovery, the same command typed again, an agent that starts runs as they come, and power cuts.

   Without KEEPS_ORDER the disk gets the changes of unsynced directories in any order, and of a rename the new name
   perhaps before the old one is gone. With it, a sync of anything puts all names on disk, and a cut leaves them as they were at one
   moment.

   The numbers of HOLDS are those of "What holds at every moment" in Protocol.md; 0 is its promise: what was told
   survives, and of runs that are queued together there are all or none. A rule is left out by defining its name. */

#ifndef CUTS
#define CUTS 2
#endif
#define RUNS 2

#define HOLDS(number, what) assert((what) || !((number) + 1))

/* The folder in sweeps/. */
#define NONE 0
#define MAKING 1
#define DECIDED 2
#define SWEPT 3

byte folder, disk_folder;
bool inside[RUNS], disk_inside[RUNS];   /* the job file is in the folder */
bool queued[RUNS], disk_queued[RUNS];
bool begun[RUNS], disk_begun[RUNS];     /* the run has an attempt */
bool bytes[RUNS];                       /* of the job file, on disk */

bool maker = true;
bool isDecided;             /* the maker saw its rename succeed */
byte written;               /* so many job files the maker has written */
bool told;
byte ran[RUNS];             /* the world does not forget */
byte cuts;

#define QUEUED_OR_MORE(r) (queued[r] || begun[r])
#define SAFE(r) (QUEUED_OR_MORE(r) || (inside[r] && folder == DECIDED))

inline holds() {
  /* All, or none. */
  HOLDS(0, !(QUEUED_OR_MORE(0) || QUEUED_OR_MORE(1)) || (SAFE(0) && SAFE(1)));
  HOLDS(0, !told || (SAFE(0) && SAFE(1)));
  HOLDS(11, ran[0] <= 1 && ran[1] <= 1)
}

inline commit() {
  disk_folder = folder;
  disk_inside[0] = inside[0]; disk_inside[1] = inside[1];
  disk_queued[0] = queued[0]; disk_queued[1] = queued[1];
  disk_begun[0] = begun[0]; disk_begun[1] = begun[1]
}

/* A sync of one directory. */
inline sync_sweeps() {
#ifdef KEEPS_ORDER
  skip
#else
  disk_folder = folder
#endif
}
inline sync_folder() {
#ifdef KEEPS_ORDER
  skip
#else
  disk_inside[0] = inside[0]; disk_inside[1] = inside[1]
#endif
}
inline sync_queued() {
#ifdef KEEPS_ORDER
  commit()
#else
  disk_queued[0] = queued[0]; disk_queued[1] = queued[1]
#endif
}

/* One file goes from the folder to queued/. Who does not know that nobody was there before looks whether the run has
   begun: a cut may have brought the name in the folder back. */
inline deliver(r, isRecovery) {
#ifndef ATTEMPTS_UNLOOKED
  if
  :: isRecovery && begun[r] -> inside[r] = false
  :: else -> inside[r] = false; queued[r] = true
  fi
#else
  inside[r] = false; queued[r] = true
#endif
}

active proctype Everybody() {
  byte i;
  do
  /* The maker. */
  :: atomic { maker && written == 0 && folder == NONE && !isDecided && cuts == 0 -> folder = MAKING; written = 1 }
  :: atomic {
       maker && (written == 1 || written == 2) ->
       /* Recovery may have taken the folder; then no file can be made. */
       if
       :: folder == MAKING ->
          inside[written - 1] = true;
#ifndef BYTES_UNSYNCED
          bytes[written - 1] = true;
#ifdef KEEPS_ORDER
          commit();
#endif
#endif
          written++
       :: else -> maker = false
       fi
     }
#ifdef DECIDED_EARLY
  :: atomic { maker && written == 2 && folder == MAKING -> folder = DECIDED; isDecided = true; written = 3 }
#endif
  :: atomic {
       maker && written == 3 && !isDecided ->
       if
       :: folder == MAKING ->
#ifndef FOLDER_UNSYNCED
          sync_folder();
#endif
          folder = DECIDED; isDecided = true;
#ifndef DECISION_UNSYNCED
          sync_sweeps()
#endif
       :: else -> maker = false
       fi
     }
  :: atomic { maker && isDecided && inside[0] -> deliver(0, false) }
  :: atomic { maker && isDecided && !inside[0] && inside[1] -> deliver(1, false) }
#ifdef TOLD_EARLY
  :: atomic { maker && written == 3 && !told -> told = true }
#endif
  :: atomic {
       maker && isDecided && !inside[0] && !inside[1] && !told ->
#ifndef TOLD_UNSYNCED
       sync_queued();
       /* The names of the folder that are left do not matter: who finds one looks whether the run has begun. */
#endif
       told = true
     }
  :: atomic { maker && told && folder == DECIDED && !inside[0] && !inside[1] -> folder = NONE; maker = false }
  :: atomic { maker -> maker = false }

  /* Recovery, and the same command typed again; any of them at any time. */
  :: atomic { folder == DECIDED && inside[0] -> deliver(0, true) }
  :: atomic { folder == DECIDED && inside[1] -> deliver(1, true) }
  :: atomic {
       folder == DECIDED && !maker && !inside[0] && !inside[1] && !told && (queued[0] || begun[0]) ->
       sync_queued(); told = true
     }
#ifdef REMOVED_IN_PLACE
  :: atomic { folder == MAKING && inside[0] -> inside[0] = false }
#endif
  :: atomic { folder == MAKING -> folder = SWEPT }
  :: atomic { folder == SWEPT -> inside[0] = false; inside[1] = false; folder = NONE }

  /* An agent claims, and begins. Its own syncs are those of power.pml and ordered.pml. */
  :: atomic {
       queued[0] -> queued[0] = false; begun[0] = true; ran[0]++; disk_queued[0] = false;
#ifdef KEEPS_ORDER
       commit()
#else
       disk_begun[0] = true
#endif
     }
  :: atomic {
       queued[1] -> queued[1] = false; begun[1] = true; ran[1]++; disk_queued[1] = false;
#ifdef KEEPS_ORDER
       commit()
#else
       disk_begun[1] = true
#endif
     }

  /* The disk works, and the power goes. */
#ifdef KEEPS_ORDER
  :: atomic { cuts < CUTS -> commit() }
#else
  :: atomic { cuts < CUTS -> disk_folder = folder }
  :: atomic { cuts < CUTS && (inside[0] || disk_queued[0] || disk_begun[0]) -> disk_inside[0] = inside[0] }
  :: atomic { cuts < CUTS && (inside[1] || disk_queued[1] || disk_begun[1]) -> disk_inside[1] = inside[1] }
  :: atomic { cuts < CUTS -> disk_queued[0] = queued[0] }
  :: atomic { cuts < CUTS -> disk_queued[1] = queued[1] }
#endif
  :: atomic {
       cuts < CUTS -> cuts++; maker = false;
       folder = disk_folder;
       i = 0;
       do
       :: i < RUNS ->
          inside[i] = disk_inside[i]; queued[i] = disk_queued[i]; begun[i] = disk_begun[i];
          HOLDS(8, !(queued[i] || (inside[i] && folder == DECIDED)) || bytes[i]);
          i++
       :: else -> break
       od;
       i = 0
     }
  :: atomic { true -> holds() } /* Looked at between any two steps. */
  od
}
