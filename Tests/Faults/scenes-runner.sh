# shellcheck shell=bash
# A runner, with and without its agent, and the attempts of a run.

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

# The run has put other things where spool's own belong, and its runner is killed as it mends that.
readonly damages='cd "$SPOOL_RUN_DIR/1"; rm start.json; mkfifo end.json; mkdir -p job.json/full start.json;'
runner_damaged_also=$runner_also
runner_damaged_before() {
  launch_one "$says $damages"
  claim_one
}
runner_damaged_run() { traced "$spool" _runner <<<"$(assignment)"; }
# Without a start record the run counts as crashed, although an outcome was on its way. What nobody had to
# put aside is left in its folder, and the doctor tells of it.
runner_damaged_after() {
  expect 1 finished
  may_find='/1/(start|job|end)\.json: is not a regular file'
  if is_killed || [[ $fault == error=* ]]; then allowed=(finished crashed); fi
  # Its command was hit before it was one: a child has the count of calls of its parent.
  if [[ $fault == signal=* ]]; then allowed+=(failed); fi
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
  await grep -qs attached "$work/attached"
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
  [ -n "$runner" ] && grep -qs poll /proc/"$runner"/wchan
}

stop_agent() {
  kill -TERM "$agent"
  wait "$agent" || fail "the agent's exit status is $?"
}

# --- A runner is asked by its own run, and killed as it answers: the signal comes once at most.

# Asks, waits for the answer for a while, and ends.
readonly asking="trap 'echo usr >>\"\$0.usr\"' USR1; $says cd \"\$SPOOL_RUN_DIR\"; : >request@\$SPOOL_CLAIM@USR1@abcdefgh; n=0; until [ -e answer@abcdefgh.json ] || [ \$n = 150 ]; do sleep 0.02; n=\$((n + 1)); done"
runner_asked_also=$runner_also
runner_asked_before() {
  : >"$marker.usr"
  launch_one "$asking"
  claim_one
}
runner_asked_run() { traced "$spool" _runner <<<"$(assignment)"; }
runner_asked_after() {
  runner_after
  # Its command was hit before it was one: a child has the count of calls of its parent.
  if [[ $fault == signal=* ]]; then allowed+=(failed crashed); fi
  [ "$(wc -l <"$marker.usr")" -le 1 ] || fail "the signal came $(wc -l <"$marker.usr") times"
  local answers=("$q/runs/$run"/answer@*)
  # A command that is killed with its runner has no time to tell.
  is_killed || [ ${#answers[@]} = 0 ] || [ -s "$marker.usr" ] || fail "an answer, and no signal"
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
