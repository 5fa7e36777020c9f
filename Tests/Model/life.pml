/* Whether a runner lives: what one judge, wherever it looks from, may conclude. Protocol.md has the rules
   under "Who is dead"; each is left out by defining its name.

   The runner holds a lock on the inode of its start.json. The kernel ends it in two steps: it closes its
   files, and only then ends the command with it. The run may remove its folder, and somebody may put the file
   away; the runner then makes it anew, with another inode. What the command left behind lives on, until the
   agent of its namespace ends it.

   The judge looks from one place, chosen at first:
     HERE     another pid namespace of the same kernel, the same file
     COPIED   a copy of the queue, restored or made beside it
     BESIDE   the same file through another mount, which has locks of its own
     INSIDE   the runner's own namespace
     SHIFTED  the same, but for its clock: start times of processes are others there
     SERVER   the file server itself; the runner, on another host, lives by its lease
   When it has concluded that the runner is dead, another attempt may run: nothing of this one may. The
   numbers of HOLDS are those of "What holds at every moment" in Protocol.md. */

#define HOLDS(number, what) assert((what) || !(number))

#define FILES 3

mtype = { LIVES, CLOSES, GONE };
mtype = { HERE, COPIED, BESIDE, INSIDE, SHIFTED, SERVER };

mtype runner = LIVES;
mtype place;
bool command = true;
bool left;                  /* what the command left behind */
bool agent = true;          /* the agent of the runner's namespace */
bool fenced;                /* the lease is over: the fence has killed the command */
bool held[FILES + 1];       /* locked by the runner, by inode */
byte named = 1;             /* the inode that is start.json; 0: there is none */
byte made = 1;              /* the newest */

inline let_go(f) {
#ifdef LOCK_INHERITED
  held[f] = held[f] && (command || left)
#else
  held[f] = false
#endif
}

/* Everything here happens only to a runner that lives. */
proctype Runner() {
  byte old;
  do
  :: atomic { runner == LIVES && named != 0 -> named = 0 }
  :: atomic { runner == LIVES && command -> left = true }
#ifdef POSIX_LOCK
  /* It reads its own file, and closes it. */
  :: atomic { runner == LIVES && named != 0 -> held[named] = false }
#endif
  :: atomic { runner == LIVES && made < FILES -> old = made; made++ };
#ifdef LOCKED_AFTER_NAME
     atomic { runner == LIVES -> named = made };
     atomic { runner == LIVES -> held[made] = true };
     atomic { runner == LIVES -> let_go(old) }
#elif defined(CLOSED_BEFORE_NAME)
     atomic { runner == LIVES -> held[made] = true };
     atomic { runner == LIVES -> let_go(old) };
     atomic { runner == LIVES -> named = made }
#else
     atomic { runner == LIVES -> held[made] = true };
     atomic { runner == LIVES -> named = made };
     atomic { runner == LIVES -> let_go(old) }
#endif
  :: atomic { runner != LIVES -> break }
  od
}

/* What dies, at any moment; a container that ends is all of it, one process after the other. */
proctype Fate() {
  do
  :: atomic { runner == LIVES -> runner = CLOSES; let_go(1); let_go(2); let_go(3) }
  :: atomic { runner == CLOSES -> runner = GONE; command = false; let_go(1); let_go(2); let_go(3) }
  :: atomic { agent -> agent = false }
  :: atomic { agent && runner == GONE && left -> left = false; let_go(1); let_go(2); let_go(3) }
  :: atomic { place == SERVER && !fenced -> command = false; left = false; fenced = true }
  od
}

proctype Judge() {
  byte f;
  byte looks;
  bool dead;
  bool certain;             /* nothing that was alive when it looked could be harmed */
  if
  :: place = HERE
  :: place = COPIED
  :: place = BESIDE
  :: place = INSIDE
  :: place = SHIFTED
  :: place = SERVER
  fi;
  do
  :: place == INSIDE ->
     if
     :: runner == GONE -> left = false; goto over
     :: runner != GONE
     fi
#ifdef TIMES_UNCOMPARED
  :: place == SHIFTED -> goto over
#endif
  :: place == SERVER ->
#ifdef OWN_RULES
     /* The boot in the record is not its own. */
     goto over
#else
     if :: fenced -> goto over :: !fenced fi
#endif
  :: place == HERE || place == COPIED || place == BESIDE || place == SHIFTED ->
     atomic { named != 0 -> f = named; certain = runner == GONE && !agent && place == HERE };
     dead = (place == COPIED || place == BESIDE -> true : !held[f]);
#ifndef COPY_BELIEVED
     if :: place == COPIED -> dead = false :: else fi;
#endif
#ifndef MOUNT_BELIEVED
     if :: place == BESIDE -> dead = false :: else fi;
#endif
#ifndef NAME_UNLOOKED
     if :: named != f -> dead = false :: else fi;
#endif
#ifndef AGENT_UNASKED
     if :: agent -> dead = false :: else fi;
#endif
     HOLDS(12, dead || !certain);
     if :: dead -> looks++ :: !dead -> looks = 0 fi;
#ifdef ONE_LOOK
     if :: looks == 1 -> goto over :: else fi
#else
     if :: looks == 2 -> goto over :: else fi;
     /* A pause that is longer than the end of a process takes. */
     if :: looks == 1 -> runner != CLOSES :: else fi
#endif
  od;
over:
  HOLDS(4, !command && !(left && agent))
}

init {
  held[1] = true;
  atomic { run Runner(); run Fate(); run Judge() }
}
