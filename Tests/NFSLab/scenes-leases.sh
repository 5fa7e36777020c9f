# shellcheck shell=bash
# Whose a run is, when a host or the file server is away for a while.

scenes+=(hoststopped serveraway)
what[hoststopped]="a host stands still past its lease; another recovers its runs; it goes on"
what[serveraway]="the server is away for less than half of the lease, then for 4/5 of it"

# A job file of a held command: held_job NAME [MEMBERS]
held_job() {
  printf '{"command": ["/mnt/lab/bin/job", "held"]%s}' "${2:+, $2}" >"$lab/shared/$1.json"
  on b "cp /mnt/lab/$1.json $queue/queued/$1.json"
  echo "$1" >>"$lab/submitted"
}

# Two runs of a host that sleeps: one that is tried again, elsewhere, and one that is not.
scene_hoststopped() {
  local round rounds host
  rounds=$(size 1 5)
  for host in a b; do mount_on "$host" vers=4.2; done
  new_queue b '{"lease": 12}'
  local stopped continued first last late=0 latest=0
  for ((round = 1; round <= rounds; round++)); do
    rm -f "$lab/shared/life/release"
    agent_on a --slots 2
    held_job "again-$round" '"retries": 1, "retry_delay": "100ms"'
    held_job "once-$round"
    eventually 60 "both commands run" both_beat "$round" || return
    agent_on b --slots 2
    stop a
    stopped=$(now)
    eventually 90 "another host recovers the runs" has_record "once-$round" || return
    eventually 60 "the second attempt runs" has_attempt "again-$round" 2 || return
    records >"$lab/records"
    awk -v stopped="$stopped" -v run="once-$round" '$1 == run && $3 < stopped + 9000' "$lab/records" \
      >"$lab/early"
    [ ! -s "$lab/early" ] || fail "recovered before the lease was over: $(cat "$lab/early")"
    pause 2
    continued=$(now)
    cont a
    # The commands of the first attempts are killed, and their runners and the agent are well.
    eventually 30 "no command of the first attempts is left on its host" no_command_on a
    first=$(attempt_stamp "again-$round" 2 first)
    last=$(attempt_stamp "again-$round" 1 last)
    # What a process does before its kernel has woken another one, nobody can prevent.
    if [ "$last" -ge "$first" ]; then
      late=$((late + 1))
      [ $((last - continued)) -le "$latest" ] || latest=$((last - continued))
    fi
    for last in "$last" "$(attempt_stamp "once-$round" 1 last)"; do
      [ $((last - continued)) -lt 1000 ] ||
        fail "a command lived for $((last - continued)) ms on a host that had lost it"
    done
    # Both outcomes of first attempts are the other host's.
    on s "cat $on_disk/runs/again-$round/1/end.json $on_disk/runs/once-$round/1/end.json" \
      >"$lab/outcomes"
    [ "$(grep -o 'its runner on a died' "$lab/outcomes" | wc -l)" = 2 ] ||
      fail "the outcomes are not the recoverer's: $(cat "$lab/outcomes")"
    release
    eventually 60 "the second attempt ends" has_record "again-$round"
    end_agents a b
  done
  echo "in $late of $rounds rounds the first attempt left a stamp after its host went on, at most $latest ms after"
  # Two attempts are what these files ask for: each of them must have begun once.
  find "$lab/shared/life" -name 'again-*,start' | sed 's/.*again-\([0-9]*\),\([0-9]*\),.*/\1 \2/' |
    sort >"$lab/attempts"
  [ "$(wc -l <"$lab/attempts")" = $((2 * rounds)) ] && [ -z "$(uniq -d "$lab/attempts")" ] ||
    fail "attempts that began: $(tr '\n' ';' <"$lab/attempts")"
  find "$lab/shared/life" -name 'again-*,1,*' -delete
  check_all b finished crashed
  for ((round = 1; round <= rounds; round++)); do
    [ "$(state_of "again-$round")" = finished ] || fail "again-$round is $(state_of "again-$round")"
    [ "$(state_of "once-$round")" = crashed ] || fail "once-$round is $(state_of "once-$round")"
  done
}

both_beat() { has_stamp "again-$1" beat.2 && has_stamp "once-$1" beat.2; }
has_record() { on s "[ -e $on_disk/done/$1.json ]"; }
has_attempt() { find "$lab/shared/life" -name "$1,$2,*beat.2" | grep -q .; }
no_command_on() { ! on "$1" 'grep -lsa "^/bin/bash./mnt/lab/bin/job" /proc/[0-9]*/cmdline' | grep -q .; }

# Milliseconds of the first or last stamp of an attempt: attempt_stamp RUN ATTEMPT first|last
attempt_stamp() {
  local pick=head
  [ "$3" = first ] || pick=tail
  find "$lab/shared/life" -name "$1,$2,*" -printf '%T@\n' | sort -n | $pick -1 | to_milliseconds
}

# No run is lost or repeated, whether its command outlived the time or not.
scene_serveraway() {
  local host n
  for host in a b c; do mount_on "$host" vers=4.2; done
  new_queue a '{"lease": 20}'
  for n in 1 2 3 4; do held_job "held-$n"; done
  agent_on a --slots 2
  agent_on b --slots 2
  eventually 60 "four commands run" has_stamps beat.5 4 || return
  drop c waits "$(size 10 40)"
  stop s
  pause 9
  cont s
  local seen
  seen=$(now)
  pause 7
  for n in 1 2 3 4; do
    [ "$(last_stamp "held-$n")" -gt $((seen + 4000)) ] ||
      fail "held-$n did not live on after the server had been away for less than half of the lease"
  done
  stop s
  pause 16
  cont s
  eventually 90 "the runs that wait are executed" has_done "$(size 10 40)"
  release
  eventually 90 "all runs end" has_done "$(wc -l <"$lab/submitted")"
  end_agents a b
  check_all c finished crashed
  local run state time last crashed=0
  while read -r run state time; do
    [ "$state" = crashed ] || continue
    crashed=$((crashed + 1))
    [[ $run == held-* ]] || fail "$run crashed, and only waited while the server was away"
    last=$(last_stamp "$run")
    [ "$last" -le "$time" ] || fail "$run lived for $((last - time)) ms after its outcome"
  done <"$lab/records"
  echo "$crashed of the 4 runs that were under way were ended by their leases"
}
