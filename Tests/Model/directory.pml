/* The directory, the processes and the time of protocol.pml, and what holds of them. */

/* --- The directory. */

#define AWAY 0              /* runs/RUN/N/job.json */
#define QUEUED 1            /* queued/NAME.json */
#define PARKED 2            /* queued/NAME.json.held */
#define STARTING 3          /* starting/NAME@CLAIM.json */
#define RUNNING 4           /* running/NAME@CLAIM.json */

#define FINISHED 1          /* end.json, "next": "done" */
#define CRASHED 2
#define KILLED 3
#define AGAIN 4             /* end.json, "next": "queued" */

byte place = QUEUED;        /* where the job file is */
byte owner = NOBODY;        /* the claim in its name */
byte claims;                /* how many names for claims were used */
byte folders;               /* runs/RUN/1 … */
byte start[FOLDERS];        /* start.json: the claim in it, and 1; 0: none */
byte end[FOLDERS];          /* end.json */
byte done;                  /* done/RUN.json: the folder of whose end.json it is a link, and 1 */
bool request;               /* runs/RUN/kill */

/* --- Processes. */

#define UNBORN 0
#define ALIVE 1
#define DEAD 2

#define NONE 0              /* no command */
#define GATED 1             /* forked, waits for its byte */
#define LIVE 2              /* let go */
#define OVER 3

byte runner[CLAIMS];
byte command[CLAIMS];
byte host[CLAIMS];
bool orphan[CLAIMS];        /* the agent of that claim died */
bool asked[CLAIMS];         /* a request stood when the run entered running/ */
bool ran[FOLDERS];          /* the command of that attempt was let go */
bool killer_is_dead;

bool crash_agent[2];
bool crash_recoverer[2];
bool crash_killer;
byte crashes = CRASHES;
byte breaks = BREAKS;
byte lost = LOST;
#if HOLDS_RUN > 0
byte holds = HOLDS_RUN;
#endif

#ifdef CLAIM_NAME_TWICE
#define NAME(c) 0
#else
#define NAME(c) (c)
#endif
#define AT(p, name) (place == (p) && owner == (name))
#define IS_FINAL(o) ((o) == FINISHED || (o) == CRASHED || (o) == KILLED)

/* --- Time, where a lease counts: a lease is 3 ticks, the fence stands at 2. */

#if VERDICT == LEASE
#define WHOLE 3
#define FENCE 2
byte age;                   /* of the owner's heartbeat, by the server's clock */
byte since[CLAIMS];         /* since the last good beat began */
byte since_began[CLAIMS];   /* since the beat under way began */
byte beat[CLAIMS];          /* 0: none under way, 1: begun, 2: start.json was touched */
bool suspended[2];
byte suspensions = SUSPENSIONS;
#define UP(h) (!suspended[h])
#ifdef NO_FENCE
#define IS_DUE(c) 0
#else
#define IS_DUE(c) (since[c] >= FENCE)
#endif
/* The fence kills as soon as its host is awake: a command behind it does nothing more. */
#define LIVES(c) (command[c] == LIVE && !suspended[host[c]] && !(runner[c] == ALIVE && IS_DUE(c)))
#else
#define UP(h) 1
#define IS_DUE(c) 0
#define LIVES(c) (command[c] == LIVE)
#endif

#if CLAIMS == 2
#define COMMANDS (LIVES(0) + LIVES(1))
#elif CLAIMS == 3
#define COMMANDS (LIVES(0) + LIVES(1) + LIVES(2))
#else
#define COMMANDS (LIVES(0) + LIVES(1) + LIVES(2) + LIVES(3))
#endif

#if FOLDERS == 3
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN))
#elif FOLDERS == 4
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1 \
  || start[3] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]) + IS_FINAL(end[3]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN) + (end[3] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN) + (ran[3] && end[3] != AGAIN))
#elif FOLDERS == 5
#define has_start(name) (start[0] == name + 1 || start[1] == name + 1 || start[2] == name + 1 \
  || start[3] == name + 1 || start[4] == name + 1)
#define FINALS (IS_FINAL(end[0]) + IS_FINAL(end[1]) + IS_FINAL(end[2]) + IS_FINAL(end[3]) \
  + IS_FINAL(end[4]))
#define AGAINS ((end[0] == AGAIN) + (end[1] == AGAIN) + (end[2] == AGAIN) + (end[3] == AGAIN) \
  + (end[4] == AGAIN))
#define UNASKED ((ran[0] && end[0] != AGAIN) + (ran[1] && end[1] != AGAIN) \
  + (ran[2] && end[2] != AGAIN) + (ran[3] && end[3] != AGAIN) + (ran[4] && end[4] != AGAIN))
#else
#error "FOLDERS"
#endif
