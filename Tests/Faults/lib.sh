# shellcheck shell=bash
# The engine: finds the calls of a scene, and plays the scene again with a fault at each of them.
#
# A scene NAME is three functions: NAME_before prepares the fresh queue, NAME_run runs one program
# with `traced`, NAME_after says what must hold. A fault is one option of strace: its N-th call of a
# name is the last thing the program does, or fails.

# What strace may be asked for; a name with ? may be missing on some machine.
readonly writing_calls=(
  mkdir mkdirat rename renameat renameat2 link linkat unlink unlinkat rmdir write pwrite64 fsync
  fdatasync utimensat ftruncate fchmod chmod fchmodat inotify_add_watch)
readonly reading_calls=(
  openat2 openat open newfstatat fstat stat lstat statx readlink readlinkat read pread64 close fcntl
  getdents64)
readonly failing_calls=(
  rename renameat renameat2 link linkat mkdir mkdirat rmdir unlink unlinkat fsync openat2 openat write utimensat)
errors=(EIO ENOSPC EDQUOT ESTALE ENOENT EINTR EACCES)

passed=0
failed=0
claims=0
fault=
losing=
# Seconds after which a hit is given up; every wait of a scene is shorter.
stuck_after=${SPOOL_STUCK_AFTER:-300}

# Makes the sweep's directory, with a queue to copy and a program of its own for each worker: what
# executes that program is the sweep's, and nothing else is.
prepare() {
  local program=$1
  log=$(cd "$(dirname "$2")" && pwd)/${2##*/}
  : >"$log"
  command -v strace >/dev/null || { echo "strace is missing" >&2; exit 2; }
  [ -x "$program" ] || { echo "$program is missing: swift build" >&2; exit 2; }
  # Memory is fast; Tests/Faults/unordered names another place.
  local parent=${SPOOL_FAULTS:-/dev/shm}
  if ! [ -d "$parent" ] || ! [ -w "$parent" ]; then
    [ -z "${SPOOL_FAULTS:-}" ] || { echo "$SPOOL_FAULTS cannot be written" >&2; exit 2; }
    parent=${TMPDIR:-/tmp}
  fi
  root=$(mktemp -d "$parent/spool-faults.XXXXXX")
  trap clean_up EXIT
  # More than processors: some hits wait for seconds.
  workers=$((2 * $(nproc 2>/dev/null || echo 2)))
  [ "$workers" -le 8 ] || workers=8
  local worker
  for ((worker = 0; worker < workers; worker++)); do
    mkdir "$root/$worker"
    cp "$program" "$root/$worker/spool"
  done
  "$root/0/spool" queue create "$root/template" >/dev/null
  mkfifo "$root/never"
  use_worker 0
  make_dead_agent
}

clean_up() {
  local worker
  for ((worker = 0; worker < workers; worker++)); do
    use_worker "$worker"
    end_processes
  done
  rm -rf "$root"
}

# Whose directory and program the functions below use.
use_worker() {
  work=$root/$1
  spool=$work/spool
  q=$work/queue
  marker=$work/marker
  exec {never}<>"$root/never"
}

# An agent that was killed: its record, and its name for claims.
make_dead_agent() {
  fresh
  "$spool" agent -q "$q" --quiet & local agent=$!
  await agent_is_there
  kill -KILL "$agent"
  { wait "$agent" || true; } 2>/dev/null
  local record
  for record in "$q"/agents/*.json; do cp "$record" "$root/"; done
  dead_agent=$(basename "$root"/*.json .json)
  await_no_processes
}

agent_is_there() { local found=("$q"/agents/*.json); [ ${#found[@]} -gt 0 ]; }

# Waits for a condition, a minute at most: a runner that is traced takes its time on a busy machine.
await() {
  local deadline=$((SECONDS + 60))
  until "$@"; do
    if ((SECONDS > deadline)); then
      fail "waited in vain for: $*"
      return 0
    fi
    pause
  done
}

# A few milliseconds, without a process: nobody ever writes into this pipe.
pause() { read -rt 0.005 -u "$never" || true; }

fresh() {
  rm -rf "$q" "$work/jobs"
  cp -a "$root/template" "$q"
  : >"$marker"
  : >"$work/out"
  : >"$work/talk"
}

# Runs a program under strace with the fault of this hit. A command of a run is let go: strace
# leaves whoever executes another program. With `losing` one call's reply is lost instead.
traced() {
  traced_status=0
  if [ -n "$losing" ]; then
    timeout -k 5 20 env LD_PRELOAD="$lost_reply" SPOOL_LOST_IN="$place" SPOOL_LOST_NUMBER="$losing" \
      SPOOL_LOST_TRACE="$work/trace" "$@" >"$work/out" 2>"$work/talk" || traced_status=$?
    return
  fi
  # In a shell of its own, which keeps to itself that its child was killed.
  (timeout -k 5 20 strace -f -q -b execve -y -o "$work/trace" "${options[@]}" "$@" || exit $?) \
    >"$work/out" 2>"$work/talk" || traced_status=$?
}

# "CALL N" for each call of the trace that names something in the queue (or in SCENE_place), in order, as strace counts:
# each thread for itself. Where two threads have an N-th call the first one is meant.
#
# With `sparing`, only the first of several calls that change nothing: to be killed at any of them
# leaves the same behind.
calls_in_queue() {
  awk -v queue="$place" -v also="^(${also:--})$" -v sparing="$1" -v changing="${writing_calls[*]}" '
    BEGIN { for (n = split(changing, names); n > 0; n--) changes[names[n]] = 1 }
    match($2, /^[a-z0-9_]+\(/) {
      name = substr($2, 1, RLENGTH - 1)
      key = name " " ++count[$1, name]
      if (key in seen) next
      seen[key] = 1
      if (index($0, queue)) inside = 1
      else if (!inside || name !~ also) next
      change = name in changes || name ~ also || /O_CREAT|O_TRUNC/
      if (!sparing || change || !idle) print key
      idle = !change
    }' "$work/trace"
}

# The library that loses replies, made with what compiler there is.
make_lost_reply() {
  local directory=$1 compiler
  lost_reply=$directory/lost-reply.so
  for compiler in clang gcc cc; do
    if command -v "$compiler" >/dev/null; then
      "$compiler" -O1 -Wall -Wextra -Werror -fPIC -shared -o "$lost_reply" "$here/lost-reply.c"
      return
    fi
  done
  echo "a C compiler is missing: clang, gcc or cc" >&2
  exit 2
}

# strace's name for a list of calls.
joined() { local IFS=,; echo "${*/#/?}"; }

# The faults of a scene, one a line: the options for strace. SCENE_calls are the only ones, if given.
#
# A scene with several threads gives SCENE_paths: the reading calls of the main thread, which loads
# the program, would hide those of the others, so that only calls on these paths are counted.
faults() {
  local scene=$1 kind=$2
  if [ "$kind" = lost ]; then
    losing=0
    play "$scene" -
    losing=
    awk '{ print "-", $2, $1, "lost" }' "$work/trace"
    return
  fi
  local names=("${writing_calls[@]}" "${reading_calls[@]}")
  [ "$kind" = kills ] || names=("${failing_calls[@]}")
  local only=${scene}_calls
  if [ -n "${!only:-}" ]; then read -ra names <<<"${!only}"; fi
  if declare -F "${scene}_paths" >/dev/null; then
    local writing=() reading=() name
    for name in "${names[@]}"; do
      if [[ " ${writing_calls[*]} " == *" $name "* ]]; then writing+=("$name"); else
        reading+=("$name"); fi
    done
    faults_of "$scene" "$kind" "" "${writing[@]}"
    faults_of "$scene" "$kind" paths "${reading[@]}"
  else
    faults_of "$scene" "$kind" "" "${names[@]}"
  fi
}

faults_of() {
  local scene=$1 kind=$2 filter=$3 names sparing=
  shift 3
  also=${scene}_also
  also=${!also:-}
  if [ "$kind" = errors ] || [ -n "$filter" ]; then also=; fi
  # shellcheck disable=SC2086  # a list of words
  set -- "$@" ${also//|/ }
  # Between the calls of one who works alone nothing happens.
  case $scene in
    agent_drain | drop* | hold | edit | launch_* | kill_* | signal_* | suspend_* | recover_* | job_* | sweep_create | queue_*)
      [ "$kind" = errors ] || [ -n "$every" ] || sparing=1 ;;
  esac
  names=$(joined "$@")
  play "$scene" -e "trace=$names" ${filter:+"$filter"}
  local call number error
  while read -r call number; do
    if [ "$kind" = kills ]; then
      echo "${filter:--} $call $number signal=KILL"
    else
      for error in "${errors[@]}"; do echo "${filter:--} $call $number error=$error"; done
    fi
  done < <(calls_in_queue "$sparing")
}

# Plays a scene once on a fresh queue: play SCENE OPTION… [paths]
play() {
  local scene=$1
  shift
  what=()
  options=("$@")
  place=$q
  if declare -F "${scene}_place" >/dev/null; then place=$("${scene}_place"); fi
  fresh
  expect_nothing
  "${scene}_before"
  if [ "${options[-1]}" = paths ]; then
    unset 'options[-1]'
    local path
    while read -r path; do options+=(-P "$path"); done < <("${scene}_paths")
  fi
  "${scene}_run"
  "${scene}_after"
  settle
  check
}

# Plays a scene with one fault; a line in `results` says how it went.
hit() {
  local scene=$1 filter=$2 call=$3 number=$4
  fault=$5
  if [ "$fault" = lost ]; then
    losing=$number
    play "$scene" -
    losing=
    # It was done: nobody may be told anything else.
    [ "$traced_status" = 0 ] || [ -n "$may_fail" ] ||
      fail "a lost reply, and exit status $traced_status"
  else
    local filters=()
    [ "$filter" = - ] || filters=("$filter")
    play "$scene" -e "trace=$call" -e "inject=$call:$fault:when=$number" "${filters[@]}"
  fi
  local trace happened=missed
  trace=$(<"$work/trace")
  case $trace in
    *'killed by SIGKILL'* | *'(INJECTED)'* | *' lost'*) happened=hit ;;
  esac
  if [ ${#what[@]} = 0 ]; then
    echo "passed $happened $outcome" >>"$work/results"
    return
  fi
  echo "failed $happened $outcome" >>"$work/results"
  {
    echo "$scene: $fault at $call $number: ${what[0]}"
    printf '    %s\n' "${what[@]:1}"
    sed 's/^/    trace: /' <(tail -3 "$work/trace")
    sed 's/^/    said: /' "$work/out" "$work/talk" | head -20
    (cd "$q" && ls -AR | sed 's/^/    /')
  } >>"$work/log"
}

# Sweeps one scene, its hits shared among the workers, and tells what was found.
sweep_scene() {
  local scene=$1 kind=$2 began=$SECONDS
  use_worker 0
  what=()
  faults "$scene" "$kind" >"$root/faults"
  if [ ${#what[@]} -gt 0 ]; then
    printf '%s without any fault: %s\n' "$scene" "${what[@]}" | tee -a "$log"
    failed=$((failed + 1))
    return
  fi
  local worker
  local children=()
  for ((worker = 0; worker < workers; worker++)); do
    (
      trap - EXIT
      use_worker "$worker"
      : >"$work/results"
      : >"$work/log"
      line=0
      while read -r filter call number fault <&3; do
        if ((line++ % workers == worker)); then
          hit "$scene" "$filter" "$call" "$number" "$fault"
        fi
      done 3<"$root/faults"
    ) &
    children+=($!)
  done
  watch_workers "$scene" "${children[@]}"
  wait "${children[@]}"
  tell "$scene" "$kind" $((SECONDS - began))
}

# Waits for the workers. A hit lasts two minutes at most; where one is stuck for longer, its processes are
# told and ended, and it has failed: a sweep must not wait for ever.
watch_workers() {
  local scene=$1 worker now alive pid
  shift
  local -a seen=() since=()
  while :; do
    alive=
    for pid in "$@"; do if kill -0 "$pid" 2>/dev/null; then alive=1; fi; done
    [ -n "$alive" ] || return 0
    for ((worker = 0; worker < workers; worker++)); do
      now=$(wc -l <"$root/$worker/results" 2>/dev/null || echo 0)
      if [ "$now" != "${seen[worker]:-}" ]; then
        seen[worker]=$now
        since[worker]=$SECONDS
      elif ((SECONDS - since[worker] > stuck_after)) && kill -0 "${@:worker+1:1}" 2>/dev/null; then
        tell_stuck "$scene" "$worker" "${@:worker+1:1}"
        since[worker]=$SECONDS
      fi
    done
    read -rt 0.2 -u "$never" || true
  done
}

# Tells what a worker waits for, and ends it: all below the worker's shell, and all that runs its program.
tell_stuck() {
  local scene=$1 worker=$2 pid=$3 process
  echo "failed hit stuck" >>"$root/$worker/results"
  {
    echo "$scene: worker $worker was stuck for $stuck_after s"
    use_worker "$worker"
    processes
    for process in "${found_processes[@]}" $(below "$pid"); do
      echo "    $process $(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null)"
      grep -hE '^(State|PPid|SigBlk|SigCgt)' "/proc/$process/status" 2>/dev/null | sed 's/^/        /'
      cat "/proc/$process"/task/*/wchan 2>/dev/null | sed 's/^/        waits in: /'
      echo
      sed 's/^/        /' "/proc/$process"/task/*/stack 2>/dev/null | head -20
    done
    tail -5 "$root/$worker/trace" 2>/dev/null | sed 's/^/    trace: /'
    (cd "$root/$worker/queue" && ls -AR | sed 's/^/    /') || true
  } >>"$log" 2>/dev/null
  for process in "${found_processes[@]}" $(below "$pid"); do
    kill -KILL "$process" 2>/dev/null || true
  done
}

# The processes below one, itself left out.
below() {
  ps -eo pid=,ppid= | awk -v top="$1" '
    { parent[$1] = $2 }
    END {
      for (pid in parent) {
        for (at = pid; at in parent && at != top && at > 1; at = parent[at]);
        if (at == top && pid != top) print pid
      }
    }'
}

tell() {
  local scene=$1 kind=$2 seconds=$3
  cat "$root"/*/log >>"$log"
  local good bad
  good=$(cat "$root"/*/results | grep -c ^passed || true)
  bad=$(cat "$root"/*/results | grep -c ^failed || true)
  passed=$((passed + good))
  failed=$((failed + bad))
  # hit and missed, then what became of the run.
  local found
  found=$(cat "$root"/*/results | cut -d' ' -f3- | sort | uniq -c |
    awk '{ n = $1; sub(/^ *[0-9]+ /, ""); printf "%s%d %s", (NR > 1 ? ", " : ""), n, $0 }')
  printf '%-16s %-6s %4d calls hit, %d passed by, %d failed, %3d s: %s\n' "$scene" "$kind" \
    "$(cat "$root"/*/results | grep -c ' hit ' || true)" \
    "$(cat "$root"/*/results | grep -c ' missed ' || true)" "$bad" "$seconds" "$found"
}
