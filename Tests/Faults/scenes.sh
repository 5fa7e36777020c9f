# shellcheck shell=bash
# The scenes: who is killed, doing what, and what may have become of the run. Here are the list of them,
# what all use, and those in which a run is queued and claimed.

scenes=(
  launch launch_unique agent_once agent_drain drop drop_unique hold edit
  runner runner_damaged runner_asked runner_of_agent
  retry_end retry_start retry_of_agent repeat
  kill_queued kill_several kill_held kill_dropped kill_retried kill_starting kill_running
  signal_running suspend_running
  recover_nothing recover_starting recover_started recover_dead recover_request recover_outcome
  recover_record recover_retry recover_again recover_lost recover_damaged)
# Calls fail in these for every change; the others play the same code, or wait for seconds.
readonly scenes_of_errors=(
  launch launch_unique edit agent_once runner runner_asked runner_of_agent retry_end retry_start kill_dropped
  recover_dead recover_outcome)

# And other errors in these; with --errors all fail in all scenes.
readonly scenes_of_all_errors=(launch runner)
# They attach to a process that runs.
readonly scenes_without_library=(runner_of_agent retry_of_agent)

# Every command of a run says that it ran: in the file that $0 names.
readonly says='echo "$SPOOL_RUN $SPOOL_ATTEMPT" >>"$0";'
readonly brief=$says
# One with children, in its session and out of it, which end with it.
readonly family="$says sleep 60 & setsid sleep 60 & exec sleep 0.03"
readonly endless="$says sleep 60 & setsid sleep 60 & exec sleep 60"

# Queues a run without any fault; its name is in `run`.
launch_one() {
  run=$("$spool" launch -q "$q" "${@:2}" -- /bin/sh -c "$1" "$marker" 2>>"$work/talk")
  acknowledged=("$run")
}

# Drops a file, as a person does; more keys may be given.
drop_one() {
  printf '{"command": ["/bin/sh", "-c", "%s", "%s"]%s}\n' "${brief//\"/\\\"}" "$marker" "${1:-}" \
    >"$work/hello"
  mv "$work/hello" "$q/queued/hello.json"
  run=hello
}

# How many runs end, and how.
expect() {
  fewest=$1 most=$1
  allowed=("${@:2}")
}

# Everything that is in the queue before the program works.
paths_of_queue() { find "$q"; }

# --- launch: what was acknowledged is executed, once; what failed is not.

launch_also="write"
launch_before() { :; }
launch_run() { traced "$spool" launch -q "$q" -- /bin/sh -c "$brief" "$marker"; }
launch_after() {
  run=
  read -r run <"$work/out" || true
  if [ -n "$run" ]; then
    acknowledged=("$run")
    expect 1 finished
    # Only a reader who has left, which is no queue's matter, makes a name fail.
    is_killed || [ "$traced_status" = 0 ] || fail "a name, and exit status $traced_status"
  else
    expect 0 finished
    # Killed between its rename and its last word: it is queued, and nobody was told.
    if is_killed; then most=1; fi
    [ "$traced_status" != 0 ] || fail "no name, and exit status 0"
  fi
}

# --- launch --unique: its key is its run's, or free, and free at the latest after five minutes.

launch_unique_also="write"
launch_unique_before() { key_run=(-q "$q" --unique key -- /bin/sh -c "$brief" "$marker"); }
launch_unique_run() { traced "$spool" launch "${key_run[@]}"; }
launch_unique_after() {
  run=
  read -r run <"$work/out" || true
  if [ -n "$losing" ] && [ "$traced_status" = 1 ]; then
    # Its own folder, made with a lost reply, cannot be told from another's: it is refused by itself.
    may_fail=1 run=
  fi
  is_killed || [ -z "$run" ] || [ "$traced_status" = 0 ] || fail "a name, and exit status $traced_status"
  [ -n "$run" ] || [ "$traced_status" != 0 ] || fail "no name, and exit status 0"
  let_reservations_age
  # The next one is refused by the first where that is queued, and is queued where it is not.
  local waiting=("$q"/queued/*) status=0 next
  next=$("$spool" launch "${key_run[@]}" 2>>"$work/talk") || status=$?
  if [ ${#waiting[@]} = 1 ]; then
    [ "$status" = 1 ] || fail "a second run with the key: $next, exit status $status"
    [ "${waiting[0]}" != "${waiting[0]%-"$next".json}" ] || fail "refused by $next: ${waiting[0]}"
  else
    [ -z "$run" ] || fail "$run was acknowledged and is not queued"
    [ "$status" = 0 ] || fail "the key is not free: $next, exit status $status"
  fi
  acknowledged=("$next")
  expect 1 finished
}

# What a crash left of a name counts for five minutes.
let_reservations_age() {
  local folders=("$q"/runs/key-*)
  [ ${#folders[@]} = 0 ] || touch -d '6 minutes ago' "${folders[@]}"
}

# --- An agent is killed at its claim; its runner lives on.

agent_once_also="write|clone|clone3"
agent_once_before() { launch_one "$brief"; }
agent_once_run() { traced "$spool" agent -q "$q" --once; }
agent_once_after() { expect 1 finished; }
agent_once_paths() { paths_of_queue; }

agent_drain_also=$agent_once_also
agent_drain_before() { launch_one "$brief"; }
agent_drain_run() { traced "$spool" agent -q "$q" --drain; }
agent_drain_after() { expect 1 finished; }
agent_drain_paths() { paths_of_queue; }

# A dropped file has no run's name; killed between reserving one and its rename, an agent leaves that
# one taken, and the run is hello-2.
drop_before() { drop_one; }
drop_run() { agent_once_run; }
drop_after() { expect 1 finished; }
drop_paths() { paths_of_queue; }

# Its name is its key's, and a crash leaves that taken for five minutes.
drop_unique_before() { drop_one ', "unique": "key"'; }
drop_unique_run() { agent_once_run; }
drop_unique_after() {
  let_reservations_age
  expect 1 finished
}
drop_unique_paths() { paths_of_queue; }

# --- hold: held, or as it was.

hold_before() { launch_one "$brief"; }
hold_run() { traced "$spool" hold -q "$q" "$run"; }
hold_after() {
  local held=("$q"/queued/*.json.held)
  [ ${#held[@]} = 1 ] || [ "$traced_status" != 0 ] || fail "exit status 0, and it is not held"
  release_one
  expect 1 finished
}

release_one() {
  "$spool" release -q "$q" "$run" 2>>"$work/talk" || fail "release: exit status $?"
}

# --- edit: the old text or the new one, and the run is there once; what was parked can be put back.

edit_before() { launch_one "$brief" --notes before; }
edit_run() { EDITOR='sed -i s/before/after/' TMPDIR=$work traced "$spool" edit -q "$q" "$run"; }
edit_after() {
  local files=("$q"/queued/*) text
  [ ${#files[@]} = 1 ] || fail "${#files[@]} files of one run: ${files[*]##*/}"
  text=$(<"${files[0]}")
  case $text in
    *'"notes": "before"'*'}') [ "$traced_status" != 0 ] || fail "exit status 0, and the old text" ;;
    *'"notes": "after"'*'}') ;;
    *) fail "neither the old text nor the new one: $text" ;;
  esac
  release_one
  expect 1 finished
}
