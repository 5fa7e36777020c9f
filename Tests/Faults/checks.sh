# shellcheck shell=bash
# What must hold after every fault.
#
# A scene says so with `acknowledged` (runs that must be in done/), `fewest` and `most` (how many are
# there), `allowed` (the states they may have ended in), `most_commands` (how often a run's command
# may have run), `settled` (a look of its own at the end), `may_fail` (a lost reply may be told as
# a failure), and `may_find` (what the doctor may say at the end, a regular expression).

expect_nothing() {
  acknowledged=()
  allowed=()
  fewest=0
  most=0
  most_commands=1
  settled=:
  may_fail=
  may_find=
  settings=
}

# Whether the program was killed at its call.
is_killed() { [ "$traced_status" = 137 ]; }

# Notes what is wrong with this hit.
fail() { what+=("$*"); }

# Lets recovery and an agent do what is left to do.
settle() {
  local status=0
  # The outcomes that stand now stand for ever.
  # What a run has put in the place of one is none.
  standing=()
  local end
  for end in "$q"/runs/*/*/end.json; do
    if [ -f "$end" ] && [ ! -L "$end" ]; then standing+=("$end"); fi
  done
  timeout 20 "$spool" recover -q "$q" >>"$work/talk" 2>&1 || status=$?
  [ "$status" = 0 ] || fail "spool recover: exit status $status"
  status=0
  timeout 20 "$spool" agent -q "$q" --drain --quiet >>"$work/talk" 2>&1 || status=$?
  [ "$status" = 0 ] || fail "spool agent --drain: exit status $status"
}

check() {
  await_no_processes
  local left=("$q"/{queued,starting,running}/*)
  [ ${#left[@]} = 0 ] || fail "left behind: ${left[*]#"$q/"}"
  local agents=("$q"/agents/*)
  [ ${#agents[@]} = 0 ] || fail "a dead agent is left: ${agents[*]##*/}"
  check_commands
  outcome=
  local run found=0 record
  for run in "${acknowledged[@]}"; do
    [ -e "$q/done/$run.json" ] || fail "$run was acknowledged and is not in done/"
  done
  for record in "$q"/done/*.json; do
    run=${record##*/}
    check_record "${run%.json}"
    found=$((found + 1))
  done
  outcome=${outcome:-nothing queued}
  if [ "$found" -lt "$fewest" ] || [ "$found" -gt "$most" ]; then
    fail "$found runs in done/: expected $fewest to $most"
  fi
  local end
  for end in "${standing[@]}"; do check_standing "$end"; done
  "$settled"
  local status=0
  timeout 20 "$spool" recover -q "$q" --check >"$work/check" 2>&1 || status=$?
  if [ -n "$may_find" ] && ! grep -Evq "$may_find" "$work/check"; then status=0; fi
  [ "$status" = 0 ] || fail "recover --check: $(head -3 "$work/check")"
}

# How often each run's command ran: every command adds a line to the marker.
check_commands() {
  local run attempt
  unset times
  declare -gA times=()
  local -A attempts=()
  while read -r run attempt; do
    times[$run]=$((${times[$run]:-0} + 1))
    [ -z "${attempts[$run $attempt]:-}" ] || fail "$run: the command of attempt $attempt ran twice"
    attempts[$run $attempt]=1
  done <"$marker"
  for run in "${!times[@]}"; do
    [ "${times[$run]}" -le "$most_commands" ] || fail "$run: its command ran ${times[$run]} times"
  done
}

check_record() {
  local run=$1 text state end
  text=$(<"$q/done/$run.json")
  [[ $text =~ \"state\":\"([a-z]+)\" ]] || { fail "$run: its record does not parse"; return; }
  state=${BASH_REMATCH[1]}
  outcome=${outcome:+$outcome }$state
  [[ " ${allowed[*]} " == *" $state "* ]] || fail "$run ended as $state: $(reason_in "$text")"
  if [ "$state" = finished ] && [ "${times[$run]:-0}" = 0 ]; then
    fail "$run: is finished, and its command did not run"
  fi
  for end in "$q/runs/$run"/*/end.json; do
    [ -f "$end" ] || continue
    [ "$end" -ef "$q/done/$run.json" ] && return
  done
  fail "$run: its record is no attempt's outcome"
}

reason_in() {
  if [[ $1 =~ \"reason\":\"([^\"]*)\" ]]; then echo "${BASH_REMATCH[1]}"; else echo "no reason"; fi
}

# An outcome that stood before recovery is the run's, if it ends the run.
check_standing() {
  local end=$1 run
  [ -e "$end" ] || { fail "an outcome is gone: $end"; return; }
  [[ $(<"$end") == *'"next":"done"'* ]] || return 0
  run=${end%/*/end.json}
  run=${run##*/}
  [ "$end" -ef "$q/done/$run.json" ] || fail "$run: its first outcome does not stand"
}

# The sweep's processes: who executes this worker's program, and who has a run's environment.
processes() {
  found_processes=()
  local process
  for process in /proc/[0-9]*; do
    [ "$process/exe" -ef "$spool" ] && found_processes+=("${process#/proc/}")
  done
  while read -r process; do
    process=${process#/proc/}
    found_processes+=("${process%/environ}")
  done < <(grep -sl "SPOOL_RUN_DIR=$q/" /proc/[0-9]*/environ || true)
  # One that ended is no process any more, whoever has not asked for its status yet.
  local living=() state
  for process in "${found_processes[@]}"; do
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$process/status" 2>/dev/null) || continue
    case $state in '' | Z | X) ;; *) living+=("$process") ;; esac
  done
  found_processes=("${living[@]}")
}

has_no_processes() { processes; [ ${#found_processes[@]} = 0 ]; }

# Idle runners end when they notice that their agent has left; everything else must be gone.
await_no_processes() {
  local deadline=$((SECONDS + 30))
  until has_no_processes; do
    if ((SECONDS > deadline)); then
      local process
      for process in "${found_processes[@]}"; do
        fail "still alive: $process $(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null)"
      done
      end_processes
      return 0
    fi
    pause
  done
}

end_processes() {
  processes
  [ ${#found_processes[@]} = 0 ] || kill -KILL "${found_processes[@]}" 2>/dev/null || true
}
