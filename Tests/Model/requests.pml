/* The requests to a runner, to send its command a signal, to suspend it or to let it go on: at most once, to the
   attempt that was meant, and told truly. Protocol.md has the rules under "Ask the runner"; each is left out by
   defining its name.

   A request is a file whose name has the attempt's claim and an ID. The sender puts it into the run's folder, the
   runner takes it by a rename, carries it out, and puts its answer beside it. A sender that has waited for long enough
   takes the request back, and looks whether the runner was quicker. A runner dies at any moment; then another
   attempt of the run follows, on another host, with a runner of its own.

   A rename whose answer is lost is no step of its own: the taken name belongs to one request, and a listing that has it
   says that the rename was done. The numbers of HOLDS are those of "What holds at every moment" in Protocol.md. */

#define HOLDS(number, what) assert((what) || !(number))

#define REQUESTS 2
#define CLAIMS 2

mtype = { NONE, ASKED, TAKEN, ANSWERED };
mtype = { WAITS, SENT, NOT_SENT, UNKNOWN };

mtype file[REQUESTS + 1] = NONE;  /* by ID: under which name it is in the run's folder */
byte named[REQUESTS + 1];         /* the claim in that name */
byte within[REQUESTS + 1];        /* the request that is the file's content */
byte meant[REQUESTS + 1];         /* of a request: the attempt that it is for */
byte carried[REQUESTS + 1];       /* how often it was carried out */
mtype told[REQUESTS + 1] = WAITS; /* what its sender was told */
byte current = 1;                 /* the claim whose file is in running/; CLAIMS + 1: the run is over */
bool alive[CLAIMS + 1];

#ifdef NAME_SHARED
#define ID(request) 1
#else
#define ID(request) request
#endif

inline carry_out(c, id) {
  carried[within[id]]++;
  HOLDS(16, carried[within[id]] <= 1);
  HOLDS(16, meant[within[id]] == c);
  HOLDS(16, told[within[id]] == WAITS)
}

/* Everything here happens only to a runner that lives. */
proctype Runner(byte c) {
  byte id;
  bool has;
  do
  :: atomic {
       alive[c] && current == c ->
       /* What one listing has. */
       if
       :: file[1] == ASKED -> id = 1
       :: file[REQUESTS] == ASKED -> id = REQUESTS
       :: else -> id = 0
       fi;
#ifndef CLAIM_UNCOMPARED
       if :: id != 0 && named[id] != c -> id = 0 :: else fi
#endif
     };
     if
     :: id == 0
     :: id != 0 ->
#ifdef TAKEN_AFTERWARDS
        atomic { alive[c] -> carry_out(c, id) };
#endif
        atomic {
          alive[c] ->
          has = file[id] == ASKED;
          if :: has -> file[id] = TAKEN :: else fi
        };
        if
        :: !has
        :: has ->
#ifdef ANSWERED_FIRST
           atomic { alive[c] -> file[id] = ANSWERED };
#endif
#ifndef TAKEN_AFTERWARDS
           atomic { alive[c] -> carry_out(c, id) };
#endif
           atomic { alive[c] -> file[id] = ANSWERED }
        fi
     fi
  :: atomic { !alive[c] -> break }
  od
}

/* A runner dies, and what is in running/ afterwards is another attempt's; or the run ends. */
proctype Fate() {
  atomic { alive[1] = false };
  atomic { current = 2; alive[2] = true };
  atomic { alive[2] = false };
  atomic { current = CLAIMS + 1 }
}

proctype Sender(byte r) {
  mtype seen;
  bool over;
  atomic { current <= CLAIMS -> meant[r] = current };
  /* A rename, which replaces what has that name. */
  atomic { file[ID(r)] = ASKED; named[ID(r)] = meant[r]; within[ID(r)] = r };
  do
  ::
#ifdef OVER_LOOKED_AFTERWARDS
     seen = file[ID(r)];
     over = current != meant[r];
#else
     over = current != meant[r];
     seen = file[ID(r)];
#endif
     if
     :: seen == ANSWERED ->
        atomic { told[r] = SENT; HOLDS(16, carried[r] == 1) };
        break
     :: seen == TAKEN && over ->
        atomic { told[r] = UNKNOWN; HOLDS(16, file[ID(r)] != ANSWERED) };
        break
     :: seen == TAKEN && !over
     :: seen == ASKED && !over
     /* The time is up, or nobody is left to take it. */
     :: seen == ASKED ->
        atomic { if :: file[ID(r)] == ASKED -> file[ID(r)] = NONE :: else fi };
#ifndef WITHDRAWN_UNLOOKED
        if
        :: atomic { file[ID(r)] == NONE -> seen = NONE }
        :: atomic { file[ID(r)] != NONE -> seen = TAKEN }
        fi;
        if
        :: seen == TAKEN
        :: seen == NONE ->
           atomic { told[r] = NOT_SENT; HOLDS(16, carried[r] == 0) };
           break
        fi
#else
        atomic { told[r] = NOT_SENT; HOLDS(16, carried[r] == 0) };
        break
#endif
     :: seen == NONE ->
        atomic { told[r] = NOT_SENT; HOLDS(16, carried[r] == 0) };
        break
     fi
  od
}

init {
  alive[1] = true;
  atomic { run Runner(1); run Runner(2); run Fate(); run Sender(1); run Sender(2) }
}
