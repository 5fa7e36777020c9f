/* The locks of one gpu. RUNNERS runners take the whole gpu or a share of it, PARTS parts in place of eight, as
   their agents have chosen: two agents may choose at the same moment, and serve queues of which the other knows
   nothing. A gpu has two names; a runner of an agent that knows numbers alone locks under the first name only.

   Whole: the exclusive lock of each name, as in every version. A share: the shared lock of each name, and then
   parts, each with its exclusive lock under each name. A lock that another has is not waited for: all are given
   back, and taken anew. A runner that dies gives back all of its locks at once.

   The numbers of HOLDS are those of "What holds at every moment" in Protocol.md.
   A rule is left out by defining its name. */

#define HOLDS(number, what) assert((what) || !(number))

#ifndef RUNNERS
#define RUNNERS 3
#endif
#ifndef PARTS
#define PARTS 3
#endif

byte exclusive[2];          /* the runner that has it, from 1; 0: none */
byte shared[2];             /* how many have it */
byte part[2 * PARTS];       /* the runner that has it, by name and part */
byte uses;                  /* the parts that commands use, a whole gpu all of them */

inline give_back() {
  atomic {
    if :: exclusive[0] == me -> exclusive[0] = 0 :: else fi;
    if :: exclusive[1] == me -> exclusive[1] = 0 :: else fi;
    shared[0] = shared[0] - mine[0]; mine[0] = 0;
    shared[1] = shared[1] - mine[1]; mine[1] = 0;
    i = 0;
    do
    :: i < 2 * PARTS -> if :: part[i] == me -> part[i] = 0 :: else fi; i++
    :: else -> break
    od;
    i = 0; n = 0; got = 0
  }
}

proctype Runner(byte me) {
  byte names;               /* 1 or 2 */
  byte size;                /* parts; PARTS: the whole gpu */
  byte mine[2];             /* the shared locks that it has */
  byte i, n, got;
  if :: names = 1 :: names = 2 fi;
  if :: size = 1 :: size = PARTS - 1 :: size = PARTS fi;
again:
  if
  :: size == PARTS ->
     do
     :: atomic { n < names && exclusive[n] == 0 && shared[n] == 0 -> exclusive[n] = me; n++ }
     :: atomic { n < names && (exclusive[n] != 0 || shared[n] != 0) -> n = names + 1 }
     :: n >= names -> break
     od;
     if :: n > names -> give_back(); goto again :: else fi
  :: else ->
#ifndef NO_MAIN
     do
     :: atomic { n < names && exclusive[n] == 0 -> shared[n]++; mine[n] = 1; n++ }
     :: atomic { n < names && exclusive[n] != 0 -> n = names + 1 }
     :: n >= names -> break
     od;
     if :: n > names -> give_back(); goto again :: else fi;
#endif
#ifdef LOOKED_ONLY
     atomic { shared[0] = shared[0] - mine[0]; mine[0] = 0; shared[1] = shared[1] - mine[1]; mine[1] = 0 };
#endif
     do
     :: i < PARTS && got < size ->
        n = 0;
#ifdef ONE_NAME
        n = names - 1;
#endif
        do
        :: atomic { n < names && part[n * PARTS + i] == 0 -> part[n * PARTS + i] = me; n++ }
        :: atomic { n < names && part[n * PARTS + i] != 0 -> n = names + 1 }
        :: n >= names -> break
        od;
        atomic {
          if
          :: n == names -> got++
          /* The lock under the first name, if it was given, goes back. */
          :: n > names && part[i] == me -> part[i] = 0
          :: n > names && part[i] != me
          fi;
          i++
        }
     :: else -> break
     od;
     if :: got < size -> give_back(); goto again :: else fi
  fi;
  atomic { uses = uses + size; HOLDS(13, uses <= PARTS) };
  /* The command ends, or its runner dies with it. */
  atomic { uses = uses - size };
  give_back();
  goto again
}

init { atomic { run Runner(1); run Runner(2); if :: RUNNERS > 2 -> run Runner(3) :: else fi } }
