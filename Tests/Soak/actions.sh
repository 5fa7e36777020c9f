# shellcheck shell=bash
# What a soak does, one thing at a time.

declare -A done_times=()
runs=()
acknowledged=()
tokens=0
# Runners that are stopped, and when they may go on.
declare -A stopped=()
declare -A known_records=()

count() { done_times[$1]=$((${done_times[$1]:-0} + 1)); }

# Waits so many milliseconds, without a process: nobody ever writes into this pipe.
pause() { read -rt "$(printf '0.%03d' "$1")" -u "$never" || true; }

chance() { ((RANDOM % 100 < $1)); }

# --- The command of every run. It says in its diary when it begins and how it ends, and whether it
# meets another one of the same run that is alive.

write_command() {
  cat >"$root/command" <<'END'
diary=$1/$2
[ "$2" != - ] || diary=$1/run-$SPOOL_RUN
if [ -e "$diary" ]; then
  while read -r word run attempt pid; do
    [ "$word" = begin ] && [ "$pid" != $$ ] || continue
    if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "SPOOL_RUN=$run"; then
      echo "doubled $run $attempt $pid" >>"$diary"
    fi
  done <"$diary"
fi
echo "begin $SPOOL_RUN $SPOOL_ATTEMPT $$" >>"$diary"
status=0
case $3 in
  quick) ;;
  short) sleep 0.2 ;;
  slow) sleep 3 ;;
  family) sleep 30 & setsid sleep 30 & sleep 0.3 ;;
  noisy) seq 20000; sleep 0.05 ;;
  deaf) trap '' TERM; sleep 2; sleep 2 ;;
  bad) sleep 0.1; status=3 ;;
  flaky) [ "$(grep -c ^begin "$diary")" -gt 1 ] || status=3 ;;
esac
echo "end $status" >>"$diary"
exit $status
END
}

kinds=(quick quick quick quick short short short bad noisy family slow deaf flaky)
any_kind() { kind=${kinds[RANDOM % ${#kinds[@]}]}; }
next_token() { token=t$((++tokens)); }

# Any run of the last ones; they are the ones that still wait or run.
any_run() {
  local all=${#runs[@]} last=40
  [ "$all" -gt 0 ] || return 1
  [ "$all" -gt "$last" ] || last=$all
  run=${runs[all - 1 - RANDOM % last]}
}

acknowledge() {
  runs+=("$1")
  acknowledged+=("$1 $token")
}

# --- Agents.

start_agent() {
  "$spool" agent -q "$q" --slots 6 --quiet >>"$talk" 2>&1 &
  agents[$1]=$!
}

end_agent() {
  kill "-$2" "${agents[$1]}" 2>/dev/null || true
  { wait "${agents[$1]}" || true; } 2>/dev/null
}

restart_agent() {
  local which=$((RANDOM % 2)) signal=KILL
  if chance 30; then signal=TERM; fi
  end_agent "$which" "$signal"
  count "agent $signal"
  if chance 50; then pause $((RANDOM % 900)); fi
  start_agent "$which"
}

# --- Launches.

# The words of a launch; its token and kind are in `token` and `kind`.
launch_words() {
  any_kind
  next_token
  words=("$spool" launch -q "$q" --priority $((RANDOM % 100)))
  if chance 15; then words+=(--hold); fi
  if chance 10; then words+=(--timeout 1s); fi
  if chance 20; then
    words+=(--retries 2 --retry-delay 100ms)
    echo "repeats $token 2" >>"$root/repeats"
  fi
  words+=(-- /bin/sh "$root/command" "$diaries" "$token" "$kind")
}

launch() {
  launch_words
  local name
  if name=$("${words[@]}" 2>>"$talk"); then
    acknowledge "$name"
    count launch
  else
    wrong "launch: exit status $?"
  fi
}

# Some at once.
burst() {
  local number pids=() batch=()
  for number in 1 2 3 4 5 6; do
    launch_words
    batch+=("$token")
    "${words[@]}" >"$root/burst.$number" 2>>"$talk" &
    pids+=($!)
  done
  for number in 1 2 3 4 5 6; do
    if wait "${pids[number - 1]}"; then
      token=${batch[number - 1]}
      acknowledge "$(<"$root/burst.$number")"
    else
      wrong "launch: exit status $?"
    fi
    count launch
  done
}

# Killed somewhere on its way: acknowledged if it printed the name.
interrupted_launch() {
  launch_words
  # It may be killed before its shell has opened that file.
  : >"$root/name"
  "${words[@]}" >>"$root/name" 2>>"$talk" &
  local pid=$! name=
  pause $((RANDOM % 60))
  kill -KILL "$pid" 2>/dev/null || true
  { wait "$pid" || true; } 2>/dev/null
  read -r name <"$root/name" || true
  if [ -n "$name" ]; then acknowledge "$name"; fi
  count "launch killed"
}

drop() {
  any_kind
  next_token
  printf '{"command": ["/bin/sh", "%s", "%s", "%s", "%s"]}\n' \
    "$root/command" "$diaries" "$token" "$kind" >"$root/dropped"
  mv "$root/dropped" "$q/queued/drop-$tokens.json"
  acknowledged+=("- $token")
  count drop
}

sweep() {
  cat >"$root/sweep.json" <<END
{"method": "grid", "name": "grid", "parameters": {"a": {"values": ["quick", "short", "bad"]}},
 "command": ["/bin/sh", "$root/command", "$diaries", "-", "\${config.a}"]}
END
  local id
  if id=$("$spool" sweep -q "$q" "$root/sweep.json" 2>>"$talk"); then
    token=-
    local number
    for number in 1 2 3; do acknowledge "$id-000$number"; done
    count sweep
  else
    wrong "sweep: exit status $?"
  fi
}

# --- Control. The answer may be no: the run has moved on.

control() {
  any_run || return 0
  local status=0
  "$spool" "$1" -q "$q" "${@:2}" "$run" >>"$talk" 2>&1 || status=$?
  case $status in
    0) count "$1" ;;
    1) ;;
    *) wrong "$1 $run: exit status $status" ;;
  esac
}

# A run that was acknowledged can be shown at any time, wherever it is on its way.
show() {
  any_run || return 0
  "$spool" show -q "$q" "$run" >"$root/shown" 2>&1 || wrong "show $run: $(cat "$root/shown")"
  count show
}

recover() {
  if chance 50; then
    "$spool" recover -q "$q" >>"$talk" 2>&1 || wrong "recover: exit status $?"
  else
    "$spool" recover -q "$q" >>"$talk" 2>&1 &
    local pid=$!
    pause $((RANDOM % 60))
    kill -KILL "$pid" 2>/dev/null || true
    { wait "$pid" || true; } 2>/dev/null
  fi
  count recover
}

pause_queue() {
  "$spool" queue pause "$q" >>"$talk" 2>&1 || wrong "pause: exit status $?"
  pause $((RANDOM % 900))
  "$spool" queue resume "$q" >>"$talk" 2>&1 || wrong "resume: exit status $?"
  count pause
}

# --- Runners and commands.

# The soak's processes that have the word in their arguments; in `found`.
find_processes() {
  found=()
  local process line
  for process in /proc/[0-9]*; do
    [ "$process/exe" -ef "$spool" ] || continue
    { line=$(tr '\0' ' ' <"$process/cmdline"); } 2>/dev/null || continue
    case $line in *"$1"*) found+=("${process#/proc/}") ;; esac
  done
}

any_process() {
  [ ${#found[@]} -gt 0 ] || return 1
  pid=${found[RANDOM % ${#found[@]}]}
}

# Mostly one that has a run.
find_runners() {
  find_processes " _runner"
  local pid busy=()
  for pid in "${found[@]}"; do
    [ -z "$(cat /proc/"$pid"/task/*/children 2>/dev/null || true)" ] || busy+=("$pid")
  done
  if [ ${#busy[@]} -gt 0 ] && chance 80; then found=("${busy[@]}"); fi
}

kill_runner() {
  find_runners
  any_process || return 0
  kill -KILL "$pid" 2>/dev/null && count "runner KILL"
  return 0
}

end_runner() {
  find_runners
  any_process || return 0
  kill -TERM "$pid" 2>/dev/null && count "runner TERM"
  return 0
}

# For longer than the lease: it must not be robbed.
stop_runner() {
  find_runners
  any_process || return 0
  kill -STOP "$pid" 2>/dev/null || return 0
  stopped[$pid]=$((SECONDS + 3 + RANDOM % 3))
  count "runner STOP"
}

wake_runners() {
  local pid
  for pid in "${!stopped[@]}"; do
    if [ $# -gt 0 ] || ((SECONDS >= stopped[$pid])); then
      if [ "/proc/$pid/exe" -ef "$spool" ]; then kill -CONT "$pid" 2>/dev/null || true; fi
      unset "stopped[$pid]"
    fi
  done
}

# The commands that run, each with all that it started; in `found`.
find_commands() {
  found=()
  local process
  while read -r process; do
    process=${process#/proc/}
    found+=("${process%/environ}")
  done < <(grep -sl "SPOOL_RUN_DIR=$q/" /proc/[0-9]*/environ || true)
}

kill_command() {
  find_commands
  any_process || return 0
  kill -KILL "$pid" 2>/dev/null && count "command KILL"
  return 0
}

act() {
  wake_runners
  local dice=$((RANDOM % 100))
  if ((dice < 12)); then burst
  elif ((dice < 38)); then launch
  elif ((dice < 44)); then interrupted_launch
  elif ((dice < 50)); then drop
  elif ((dice < 51)); then sweep
  elif ((dice < 58)); then control kill --grace 300ms
  elif ((dice < 63)); then control hold
  elif ((dice < 71)); then control release
  elif ((dice < 75)); then control move --priority $((RANDOM % 100))
  elif ((dice < 80)); then show
  elif ((dice < 83)); then recover
  elif ((dice < 84)); then pause_queue
  elif ((dice < 88)); then restart_agent
  elif ((dice < 92)); then kill_runner
  elif ((dice < 93)); then end_runner
  elif ((dice < 95)); then stop_runner
  elif ((dice < 97)); then kill_command
  else note_records
  fi
  throttle
}

# The queue shall be neither empty nor long: the launches wait for the agents.
throttle() {
  local files=("$q"/queued/*.json)
  if ((${#files[@]} > 60)); then
    pause 300
  fi
}
