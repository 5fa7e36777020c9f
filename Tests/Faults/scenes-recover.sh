# shellcheck shell=bash
# recover: what a crash left is mended, also by one that is killed.

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

# Its runner died, and the run had put other things where spool's own belong.
recover_damaged_before() {
  leave_at linkat 1
  mkfifo "$q/runs/$run/1/end.json"
  mkdir -p "$q/runs/$run/1/job.json/full" "$q/done/$run.json/full"
}
recover_damaged_run() { recoverer_run; }
recover_damaged_after() {
  expect 1 crashed
  # A call that fails may be the look at what is in the way.
  if [[ $fault == error=* ]]; then may_find='/1/(job|end)\.json: is not a regular file'; fi
}
