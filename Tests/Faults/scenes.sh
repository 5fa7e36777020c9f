# shellcheck shell=bash
# The scenes: who is killed, doing what, and what may have become of the run.

scenes=(
  launch agent_once agent_drain drop
  runner runner_of_agent
  retry_end retry_start retry_of_agent repeat
  kill_queued kill_held kill_dropped kill_retried kill_starting kill_running
  recover_nothing recover_starting recover_started recover_dead recover_request recover_outcome
  recover_record recover_retry recover_again recover_lost)
# Calls fail in these for every change; the others play the same code, or wait for seconds.
readonly scenes_of_errors=(
  launch agent_once runner runner_of_agent retry_end retry_start kill_dropped recover_dead
  recover_outcome)

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

# Drops a file, as a person does.
drop_one() {
  printf '{"command": ["/bin/sh", "-c", "%s", "%s"]}\n' "${brief//\"/\\\"}" "$marker" >"$work/hello"
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

# --- A runner is killed between starting/ and done/.

# Puts a queued run into starting/, as a claim of the agent that died.
claim_one() {
  local files=("$q"/queued/*.json)
  claimed=${files[0]##*/}
  claimed=${claimed%.json}@$dead_agent.$((++claims)).json
  mv "${files[0]}" "$q/starting/$claimed"
}

assignment() {
  echo "{\"queue\":\"$q\",\"file\":\"$claimed\",\"slot\":0,\"settings\":\"$settings\",\"poll\":30}"
}

# Without an agent: the claimed run is written to the runner's standard input.
runner_also="write|poll|wait4|clone|clone3"
runner_before() {
  launch_one "$brief"
  claim_one
}
runner_run() { traced "$spool" _runner <<<"$(assignment)"; }
runner_after() {
  # Before running/ it waits again. After that its command may have run, and is not repeated.
  expect 1 finished
  local running=("$q"/running/*) ended=("$q"/runs/*/*/end.json)
  if [ ${#ended[@]} = 0 ] && [ ${#running[@]} -gt 0 ]; then allowed=(crashed); fi
  # What fails in running/ ends there, with the reason.
  if [[ $fault == error=* ]]; then allowed=(finished crashed); fi
  # An absence that is none: a file that was put away already is no error.
  is_killed || [ ${#running[@]} = 0 ] || [ "$fault" = error=ENOENT ] ||
    fail "its runner left it in running/"
}

# With its agent, which sees its runner die and ends the run by itself.
runner_of_agent_also=$runner_also
runner_of_agent_before() {
  "$spool" agent -q "$q" --quiet 2>>"$work/talk" &
  agent=$!
  await has_idle_runner "$agent"
}
runner_of_agent_run() { trace_runner launch_one "$family"; }

# Traces the runner that waits, while a run is launched and ends.
trace_runner() {
  (timeout -k 5 20 strace -f -b execve -y -o "$work/trace" "${options[@]}" -p "$runner" || exit $?) \
    2>"$work/attached" &
  local tracer=$!
  await grep -q attached "$work/attached"
  "$@"
  await test -e "$q/done/$run.json"
  stop_agent
  traced_status=0
  wait "$tracer" || traced_status=$?
}
runner_of_agent_after() { expect 1 finished crashed; }

# The runner that waits, once it does; `runner` is its number.
has_idle_runner() {
  runner=$(cat /proc/"$1"/task/*/children 2>/dev/null) || return 1
  runner=${runner%% *}
  # Its watch is the last that it makes before it waits.
  [ -n "$runner" ] && readlink /proc/"$runner"/fd/* 2>/dev/null | grep -q inotify
}

stop_agent() {
  kill -TERM "$agent"
  wait "$agent" || fail "the agent's exit status is $?"
}

# --- A run with one retry, whose command fails the first time: two attempts end, whatever happens.

# The line that it has just written may be the first.
readonly fails_once="$says"' [ $(grep -c "" "$0") -gt 1 ]'

launch_with_retry() { launch_one "$fails_once" --retries 1 --retry-delay 0; }

retry_after() {
  # Killed in an attempt it may have run no command there: then the second one fails.
  expect 1 finished failed crashed
  most_commands=2
  settled=two_attempts_ended
}

two_attempts_ended() {
  local ends=("$q/runs/${acknowledged[0]}"/*/end.json)
  [ ${#ends[@]} = 2 ] || fail "${#ends[@]} attempts ended: ${ends[*]#"$q/runs/"}"
}

# The runner is killed on its way from the first start to the file's return to queued/.
retry_end_also=$runner_also
retry_end_before() {
  launch_with_retry
  claim_one
}
retry_end_run() { traced "$spool" _runner <<<"$(assignment)"; }
retry_end_after() { retry_after; }

# The first attempt has ended; the runner of the second is killed.
retry_start_also=$runner_also
retry_start_before() {
  launch_with_retry
  claim_one
  "$spool" _runner <<<"$(assignment)" >"$work/out" 2>>"$work/talk" || fail "the first: $?"
  claim_one
}
retry_start_run() { traced "$spool" _runner <<<"$(assignment)"; }
retry_start_after() { retry_after; }

# With an agent, which gives both attempts to one runner, or the second to another.
retry_of_agent_also=$runner_also
retry_of_agent_before() { runner_of_agent_before; }
retry_of_agent_run() { trace_runner launch_with_retry; }
retry_of_agent_after() { retry_after; }

# --- spool retry is killed: a new run whose name was printed is executed, and the old one stays.

repeat_also=$launch_also
repeat_before() {
  launch_one "$brief; exit 1"
  claim_one
  "$spool" _runner <<<"$(assignment)" >"$work/out" 2>>"$work/talk" || fail "the first: $?"
}
repeat_run() { traced "$spool" retry -q "$q" "$run"; }
repeat_after() {
  local new=
  read -r new <"$work/out" || true
  expect 1 failed
  if [ -n "$new" ]; then
    acknowledged+=("$new")
    fewest=2 most=2
    is_killed || [ "$traced_status" = 0 ] || fail "a name, and exit status $traced_status"
  else
    if is_killed; then most=2; fi
    [ "$traced_status" != 0 ] || fail "no name, and exit status 0"
  fi
}

# --- kill is killed.

killer_run() { traced "$spool" kill -q "$q" "$run"; }

# The request decides: with it no command runs, without it nothing has happened.
killer_after() {
  if [ -e "$q/runs/$run/kill" ]; then
    expect 1 killed
    most_commands=0
  else
    expect 1 finished
    is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, and no request"
  fi
}

kill_queued_before() { launch_one "$brief"; }
kill_queued_run() { killer_run; }
kill_queued_after() { killer_after; }

# A held run stays held, and is killed by the next who asks.
kill_held_before() { launch_one "$brief" --hold; }
kill_held_run() { killer_run; }
kill_held_after() {
  [ -e "$q/done/$run.json" ] || "$spool" kill -q "$q" "$run" 2>>"$work/talk" ||
    fail "the second kill: exit status $?"
  expect 1 killed
  most_commands=0
}

kill_dropped_before() { drop_one; }
kill_dropped_run() { killer_run; }
kill_dropped_after() {
  # Its name is found out by the claim: hello-2 where the first one could not be had for sure.
  local requests=("$q"/runs/*/kill)
  if [ ${#requests[@]} = 1 ]; then
    run=${requests[0]%/kill}
    run=${run##*/}
  fi
  killer_after
}

# It waits for its second attempt.
kill_retried_before() {
  launch_with_retry
  claim_one
  "$spool" _runner <<<"$(assignment)" >"$work/out" 2>>"$work/talk" || fail "the first: $?"
}
kill_retried_run() { killer_run; }
kill_retried_after() {
  killer_after
  # The first attempt's ran before.
  most_commands=$((most_commands + 1))
  settled=two_attempts_ended
}

kill_starting_before() {
  launch_one "$brief"
  claim_one
}
kill_starting_run() { killer_run; }
kill_starting_after() { killer_after; }

kill_running_before() {
  "$spool" agent -q "$q" --quiet 2>>"$work/talk" &
  agent=$!
  launch_one "$endless"
  await test -s "$marker"
}
kill_running_run() { killer_run; }
kill_running_after() {
  if ! [ -e "$q/runs/$run/kill" ]; then
    is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, and no request"
    "$spool" kill -q "$q" "$run" 2>>"$work/talk" || fail "the second kill: exit status $?"
  fi
  await test -e "$q/done/$run.json"
  stop_agent
  expect 1 killed
}

# --- recover is killed while it mends what a crash left.

recoverer_run() { traced "$spool" recover -q "$q"; }

# Lets a runner die at a call: renameat 2 is the one to running/, linkat 1 the outcome's, renameat 3
# the one to done/, renameat 4 out of running/.
leave_at() {
  launch_one "$brief"
  die_at "$@"
}

die_at() {
  claim_one
  local call=$1 number=$2
  (strace -f -q -b execve -o /dev/null -e "trace=$call" \
    -e "inject=$call:signal=KILL:when=$number" "$spool" _runner <<<"$(assignment)" || exit $?) \
    >/dev/null 2>&1 && fail "the runner lived on to $call $number"
  return 0
}

# A dead agent, and a name that was reserved and not used.
recover_nothing_before() {
  cp -p "$root/$dead_agent.json" "$q/agents/"
  mkdir -m 700 "$q/runs/unused"
  touch -d '10 minutes ago' "$q/runs/unused"
}
recover_nothing_run() { recoverer_run; }
recover_nothing_after() {
  expect 0
  settled=unused_is_gone
}
unused_is_gone() { ! [ -e "$q/runs/unused" ] || fail "the unused name is still taken"; }

recover_starting_before() {
  cp -p "$root/$dead_agent.json" "$q/agents/"
  launch_one "$brief"
  claim_one
}
recover_starting_run() { recoverer_run; }
recover_starting_after() { expect 1 finished; }

recover_started_before() { leave_at renameat 2; }
recover_started_run() { recoverer_run; }
recover_started_after() { expect 1 finished; }

# Its processes live when its runner is dead.
recover_dead_before() {
  launch_one "$endless"
  claim_one
  # A pipe that stays open: the runner is not told to end.
  "$spool" _runner <<<"$(assignment)" 2>>"$work/talk" &
  local runner=$!
  await test -s "$marker"
  kill -KILL "$runner"
  { wait "$runner" || true; } 2>>"$work/talk"
}
recover_dead_also="kill"
recover_dead_run() { recoverer_run; }
# It looks at all processes: how often it opens a file of theirs is another number each time.
recover_dead_paths() { paths_of_queue; }
recover_dead_after() { expect 1 crashed; }

recover_request_before() {
  leave_at linkat 1
  : >"$q/runs/$run/kill"
}
recover_request_run() { recoverer_run; }
recover_request_paths() { paths_of_queue; }
recover_request_after() { expect 1 killed; }

recover_outcome_before() { leave_at renameat 3; }
recover_outcome_run() { recoverer_run; }
recover_outcome_after() { expect 1 finished; }

recover_record_before() { leave_at renameat 4; }
recover_record_run() { recoverer_run; }
recover_record_after() { expect 1 finished; }

# An outcome that leaves an attempt: back to queued/, and run again.
recover_retry_before() {
  leave_at renameat 3
  sed -i 's/"next":"done"/"next":"queued"/' "$q/runs/$run/1/end.json"
}
recover_retry_run() { recoverer_run; }
recover_retry_after() {
  expect 1 finished
  most_commands=2
}

# Its runner died, and it has an attempt left.
recover_again_before() {
  launch_with_retry
  die_at linkat 1
}
recover_again_run() { recoverer_run; }
recover_again_paths() { paths_of_queue; }
recover_again_after() {
  retry_after
  # The command has run once: it was its outcome that its runner died of.
  allowed=(finished)
}

recover_lost_before() {
  leave_at linkat 1
  rm "$q/runs/$run/1/start.json"
}
recover_lost_run() { recoverer_run; }
recover_lost_after() { expect 1 crashed; }
