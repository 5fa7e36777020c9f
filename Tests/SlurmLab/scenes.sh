# shellcheck shell=bash
# The scenes: spool queues, claims and records; Slurm allocates and runs.
#
# Each has a queue of its own with `srun` for a launcher, and its agent. `expect WHAT COMMAND…` is a
# condition that must come true.

readonly scenes=(finished failed signalled killed told stubborn limit pending slots crashed)

# It takes minutes: Slurm ends a job for its time limit after a minute at least.
readonly by_hand=(pilots)

agent=

play() {
  scene=$1
  local began=$SECONDS
  what=()
  q=$lab/$scene/lab/q
  "$spool" queue create "$q" >/dev/null
  # The environment of a run is built: what srun needs of it is said in the queue.
  cat >"$q/queue.json" <<EOF
{
  "launcher": ["srun", "--quiet", "--job-name=spool-\${spool.run}", "--ntasks=1"],
  "hooks": {"on_failure": ["sh", "-c", "scancel --quiet --name=spool-\$SPOOL_RUN"]},
  "defaults": {"env": {"SLURM_CONF": "$SLURM_CONF"}}
}
EOF
  "scene_$scene"
  end_agent
  expect "no job left in Slurm" slurm_is_empty
  expect "no process left" has_no_processes
  "$spool" recover -q "$q" --check >"$lab/check" 2>&1 || what+=("recover --check: $(<"$lab/check")")
  if [ ${#what[@]} = 0 ]; then
    passed=$((passed + 1))
    printf '%-10s passed, %d s\n' "$scene" $((SECONDS - began))
    return
  fi
  failed=$((failed + 1))
  printf '%-10s FAILED\n' "$scene"
  printf '    %s\n' "${what[@]}"
  { slurm_jobs; cat "$lab/agent" "$q"/runs/*/*/*.log; tail -n 3 "$lab"/log/*; } | sed 's/^/    | /'
  scancel --user="$(id -un)"
}

expect() {
  local text=$1
  shift
  await "$@" || what+=("never came: $text")
}

# --- Steps

start_agent() {
  "$spool" agent -q "$q" "$@" 2>"$lab/agent" &
  agent=$!
}

end_agent() {
  [ -n "$agent" ] || return 0
  kill -TERM "$agent" 2>/dev/null || true
  { wait "$agent" || true; } 2>/dev/null
  agent=
}

# Queues a script, whose $0 is the queue; its name is in `run`.
launch() { run=$("$spool" launch -q "$q" "${@:2}" -- sh -c "$1" "$q" 2>>"$lab/talk"); }

is_done() { [ -e "$q/done/$1.json" ] && ! compgen -G "$q/running/*-$1@*" >/dev/null; }
is_in_slurm() { slurm_jobs | grep -q "spool-$run $1"; }
has_no_processes() { ! grep -sl "SPOOL_RUN_DIR=$q/" /proc/[0-9]*/environ | grep -q .; }
printed() { grep -qx "$1" "$q/runs/$run"/*/out.log 2>/dev/null; }

# The end of a run: its state, and a text that its record must have.
ended() {
  expect "the end of $run" is_done "$run"
  local record
  record=$(cat "$q/done/$run.json" 2>/dev/null || true)
  [[ $record == *"\"state\":\"$1\""* ]] || what+=("$run is not $1: $record")
  [[ $record == *"$2"* ]] || what+=("$run: no $2 in $record")
}

# --- Ends

scene_finished() {
  start_agent
  launch 'echo "job ${SLURM_JOB_NAME:-none} of $SPOOL_RUN"; echo oops >&2'
  ended finished '"exit_code":0'
  printed "job spool-$run of $run" || what+=("out.log: $(cat "$q/runs/$run/1/out.log")")
  printed oops || what+=("standard error is not in out.log")
}

scene_failed() {
  start_agent
  launch 'exit 3'
  ended failed '"exit_code":3'
}

# srun tells of a signal as a shell does.
scene_signalled() {
  start_agent
  launch 'kill -KILL $$'
  ended failed '"exit_code":137'
}

# --- Being ended

scene_killed() {
  start_agent
  launch 'echo up; sleep 600 & sleep 600'
  expect "the command" printed up
  "$spool" kill -q "$q" "$run" 2>>"$lab/talk"
  ended killed 'killed by'
}

# Of TERM srun makes a KILL of its step at once. Another signal reaches the command.
scene_told() {
  start_agent
  launch 'trap "echo told; exit 0" USR1; echo up; while :; do sleep 0.1; done'
  expect "the command" printed up
  "$spool" kill -q "$q" --signal USR1 "$run" 2>>"$lab/talk"
  ended killed 'killed by'
  printed told || what+=("the command did not hear USR1: $(cat "$q/runs/$run/1/out.log")")
}

# TERM is nothing to the command, and it left its session.
scene_stubborn() {
  start_agent
  launch 'trap "" TERM; setsid sleep 600 & echo up; while :; do sleep 600; done'
  expect "the command" printed up
  "$spool" kill -q "$q" "$run" 2>>"$lab/talk"
  ended killed 'killed by'
}

scene_limit() {
  start_agent
  launch 'echo up; sleep 600' --timeout 1s
  ended failed 'time limit: 1s'
  printed up || what+=("the command did not run")
}

# Slurm has no room: the run is in running/ and its job waits in Slurm.
scene_pending() {
  start_agent --slots 3
  local first second
  launch 'echo up; sleep 600'
  first=$run
  expect "the first command" printed up
  launch 'echo up; sleep 600'
  second=$run
  expect "the second command" printed up
  launch 'echo up'
  expect "a job that waits" is_in_slurm PENDING
  "$spool" kill -q "$q" "$run" 2>>"$lab/talk"
  ended killed 'killed by'
  ! printed up || what+=("the command ran")
  "$spool" kill -q "$q" "$first" "$second" 2>>"$lab/talk"
  for run in "$first" "$second"; do ended killed 'killed by'; done
}

# Spool hands Slurm as many as it has slots, each once.
scene_slots() {
  local i runs=()
  for i in 1 2 3 4 5 6; do
    launch 'echo "+1 $SPOOL_RUN" >>"$0/log"; sleep 0.2; echo "-1" >>"$0/log"'
    runs+=("$run")
  done
  start_agent --slots 2 --drain
  for run in "${runs[@]}"; do ended finished '"exit_code":0'; done
  local most
  most=$(awk '{ n += $1; if (n > most) most = n } END { print most }' "$q/log")
  [ "$most" = 2 ] || what+=("$most commands at a time, not 2")
  [ "$(grep -c '^+1' "$q/log")" = 6 ] || what+=("not six commands: $(<"$q/log")")
}

# --- The runner dies: its srun is killed with it, which leaves the job to Slurm. The hook ends it.

scene_crashed() {
  start_agent
  launch 'trap "" TERM; echo up; while :; do sleep 600; done'
  expect "the command" printed up
  local runner
  runner=$(grep -o '"runner":{"pid":[0-9]*' "$q/runs/$run/1/start.json")
  kill -KILL "${runner##*:}"
  ended crashed 'its runner on'
}

# --- The other way round: Slurm allocates agents, which serve one queue until it is drained.

# A pilot is a job of Slurm whose command is an agent. Each is a host of its own, as far as slots go.
pilot() {
  sbatch --quiet --output="$lab/pilot-%A-%a" --job-name=pilot --ntasks=1 "$@" --wrap \
    "exec $spool agent -q $q --drain --slots 1 --name node-\$SLURM_JOB_ID"
}

scene_pilots() {
  echo '{"defaults": {"retries": 1}}' >"$q/queue.json"
  cat >"$lab/sweep.json" <<'EOF'
{
  "method": "grid",
  "parameters": {"n": {"values": [NUMBERS]}},
  "command": ["sh", "-c", "echo \"+ $SPOOL_RUN $SPOOL_ATTEMPT\" >>LOG; sleep 0.4; echo \"- $SPOOL_RUN $SPOOL_ATTEMPT\" >>LOG"]
}
EOF
  sed -i "s|NUMBERS|$(seq -s, 500)|; s|LOG|$q/log|g" "$lab/sweep.json"
  "$spool" sweep -q "$q" "$lab/sweep.json" >"$lab/talk" 2>&1 || what+=("sweep: $(<"$lab/talk")")
  pilot --time=1
  pilot --time=30 --array=1-3
  local deadline=$((SECONDS + 400))
  until slurm_is_empty; do
    if ((SECONDS > deadline)); then what+=("the pilots have not left"); break; fi
    pause
  done
  local finished timeouts
  finished=$(grep -l '"state":"finished"' "$q"/done/*.json | wc -l)
  [ "$finished" = 500 ] || what+=("$finished runs finished, not 500")
  [ "$(grep '^+' "$q/log" | sort | uniq -d)" = "" ] || what+=("attempts that ran twice")
  [ "$(grep '^-' "$q/log" | cut -d' ' -f2 | sort | uniq -d)" = "" ] || what+=("runs that ended twice")
  [ "$(grep '^-' "$q/log" | cut -d' ' -f2 | sort -u | wc -l)" = 500 ] || what+=("runs that never ended")
  timeouts=$(scontrol show jobs | grep -c 'JobState=TIMEOUT' || true)
  [ "$timeouts" = 1 ] || what+=("$timeouts pilots ended at their limit, not 1")
  echo "           500 runs, $(grep -c '^+' "$q/log") attempts, 4 pilots, $timeouts ended by its limit"
}
