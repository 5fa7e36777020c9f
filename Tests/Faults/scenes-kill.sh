# shellcheck shell=bash
# kill: the request decides, whoever dies.

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

# Two at a time, which share syncs. Each by itself is killed, or nothing has happened to it.
kill_several_before() {
  launch_one "$brief"
  several=("$run")
  launch_one "$brief"
  several+=("$run")
  acknowledged=("${several[@]}")
}
kill_several_run() { traced "$spool" kill -q "$q" "${several[@]}"; }
kill_several_after() {
  expect 2 killed finished
  is_killed || [ "$traced_status" != 0 ] || [ -e "$q/done/${several[1]}.json" ] ||
    fail "exit status 0, and a run that was not killed"
  settled=requests_obeyed
  requested=()
  for run in "${several[@]}"; do [ ! -e "$q/runs/$run/kill" ] || requested+=("$run"); done
}
requests_obeyed() {
  for run in "${requested[@]}"; do
    [ -z "${times[$run]:-}" ] || fail "$run: its command ran, though it was asked to stop"
  done
}

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
  # With its first answer lost it looks as if an agent had just reserved the name.
  may_fail=1
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

# --- signal and suspend are killed: the run goes on, and what they say is so.

# It tells of each USR1 in a file beside the marker, and ends when that is asked for.
readonly patient="trap 'echo usr >>\"\$0.usr\"' USR1; $says while :; do sleep 0.02; done"

asking_before() {
  : >"$marker.usr"
  "$spool" agent -q "$q" --quiet 2>>"$work/talk" &
  agent=$!
  launch_one "$patient"
  await test -s "$marker"
}

# The run goes on whatever happened, and can be asked again.
asking_after() {
  "$spool" resume -q "$q" "$run" 2>>"$work/talk" || fail "the run cannot be asked any more: exit status $?"
  "$spool" kill -q "$q" "$run" 2>>"$work/talk" || fail "the kill: exit status $?"
  await test -e "$q/done/$run.json"
  stop_agent
  expect 1 killed
}

has_usr() { [ -s "$marker.usr" ]; }

signal_running_before() { asking_before; }
signal_running_run() { traced "$spool" signal -q "$q" USR1 "$run"; }
signal_running_after() {
  # Before others talk: what the sender was told.
  cp "$work/talk" "$work/said"
  [ "$traced_status" != 0 ] || await has_usr
  asking_after
  [ "$(wc -l <"$marker.usr")" -le 1 ] || fail "the signal was sent $(wc -l <"$marker.usr") times"
  # An answer that was put beside the request and not removed, or not read, is told of as such.
  if has_usr && [ "$traced_status" = 1 ] && grep -q 'was not sent' "$work/said"; then
    fail "it was sent, and the sender was told that it was not"
  fi
}

suspend_running_before() { asking_before; }
suspend_running_run() { traced "$spool" suspend -q "$q" "$run"; }
suspend_running_after() {
  [ "$traced_status" != 0 ] || [ -e "$q/runs/$run/1/suspended" ] || fail "exit status 0, and not suspended"
  asking_after
}
