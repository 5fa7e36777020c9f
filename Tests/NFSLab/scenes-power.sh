# shellcheck shell=bash
# Power cuts of a host with a queue on its own ext4.

scenes+=(powercut)
what[powercut]="a queue on ext4, power cut at random moments while runs are queued and end"

# What was acknowledged is noted on this machine: the names that launch printed, and the runs that the
# agent or list showed as over.
scene_powercut() {
  local cuts cut pids known missing
  cuts=$(size 10 60)
  make_disk p 512M
  scene=q
  up p
  queue=/mnt/disk/q
  on p "spool queue create $queue" >/dev/null
  : >"$lab/acknowledged"
  : >"$lab/over"
  rm -rf "$lab/shared/life"
  mkdir -m 777 "$lab/shared/life"
  local shown=0
  for ((cut = 1; cut <= cuts; cut++)); do
    pids=()
    on p "while :; do spool launch -q $queue --name one -- /mnt/lab/bin/job; done" \
      >>"$lab/acknowledged" 2>/dev/null & pids+=($!)
    on p "while :; do spool launch -q $queue --name two --priority 20 -- /mnt/lab/bin/job; done" \
      >>"$lab/acknowledged" 2>/dev/null & pids+=($!)
    on p "exec spool agent -q $queue --slots 3 --json" >>"$lab/log/p.agent" 2>&1 & pids+=($!)
    on p "while :; do spool list -q $queue --limit 100000 --json; done" >"$lab/listed" 2>/dev/null & pids+=($!)
    # From the first acknowledged run of this round on, at any moment.
    known=$(wc -l <"$lab/acknowledged")
    eventually 60 "launch prints a name" more_acknowledged "$known" || return
    pause "$((RANDOM % 3)).$(printf %03d $((RANDOM % 1000)))"
    cut_power p
    wait "${pids[@]}" 2>/dev/null
    # The last line of each may be a part of one.
    { grep -F '"event":"ended"' "$lab/log/p.agent"; grep -F '"ended_at":"' "$lab/listed"; } |
      grep '}$' | awk '{
        match($0, /"run":"[^"]*"/); run = substr($0, RSTART + 7, RLENGTH - 8)
        match($0, /"state":"[a-z]*"/); print run, substr($0, RSTART + 9, RLENGTH - 10) }' >>"$lab/over"
    sort -u -o "$lab/over" "$lab/over"
    shown=$(wc -l <"$lab/over")
    up p
    # Before anything is mended: nothing that was acknowledged is missing.
    on p "cd $queue && ls queued starting running done" | sed -nE \
      -e 's/^[0-9]{2}-[0-9]{8}T[0-9]{6}\.[0-9]{6}Z-([^@]*)(@.*)?\.json$/\1/p' -e 's/^([^@]*)\.json$/\1/p' |
      sort -u >"$lab/there"
    missing=$(sort -u "$lab/acknowledged" | grep -E '^(one|two)-[0-9a-z]{4}$' | comm -23 - "$lab/there")
    [ -z "$missing" ] || fail "cut $cut: launch had printed, and are gone:" $missing
    on p "spool list -q $queue --limit 100000 --json" | awk '{
      match($0, /"run":"[^"]*"/); run = substr($0, RSTART + 7, RLENGTH - 8)
      match($0, /"state":"[a-z]*"/); print run, substr($0, RSTART + 9, RLENGTH - 10) }' |
      sort -u >"$lab/now"
    missing=$(comm -23 "$lab/over" "$lab/now")
    [ -z "$missing" ] || fail "cut $cut: had been shown as over, and are now otherwise:" $missing
  done
  echo "$cuts cuts, $(sort -u "$lab/acknowledged" | wc -l) runs acknowledged, $shown shown as over"
  on p "timeout 600 spool agent -q $queue --drain --slots 3 --quiet" || fail "the agent after the last cut: status $?"
  finish_powercut
  cut_power p
}

more_acknowledged() { [ "$(wc -l <"$lab/acknowledged")" -gt "$1" ]; }

# At last every run has ended, and none was executed twice.
finish_powercut() {
  on p "cd $queue/done && ls" | sed 's/\.json$//' | sort >"$lab/recorded"
  grep -E '^(one|two)-[0-9a-z]{4}$' "$lab/acknowledged" | sort -u >"$lab/submitted"
  find "$lab/shared/life" -name '*,start' -printf '%f\n' | cut -d, -f1 | sort >"$lab/started"
  runs=$(wc -l <"$lab/submitted")
  lost=$(comm -23 "$lab/submitted" "$lab/recorded" | wc -l)
  doubled=$(uniq -d "$lab/started" | wc -l)
  [ "$runs" -gt $((cut * 2)) ] || fail "only $runs runs were queued"
  [ "$lost" = 0 ] || fail "lost: $(comm -23 "$lab/submitted" "$lab/recorded" | tr '\n' ' ')"
  [ "$doubled" = 0 ] || fail "executed more than once: $(uniq -d "$lab/started" | tr '\n' ' ')"
  local broken findings status=0
  broken=$(uniq "$lab/started" | comm -23 - "$lab/recorded" | tr '\n' ' ')
  [ -z "$broken" ] || fail "executed and not recorded: $broken"
  findings=$(on p "spool recover -q $queue --check" 2>&1) || status=$?
  [ "$status" = 0 ] || fail "spool recover --check: status $status: $findings"
}

scenes+=(cutbeforesync)
what[cutbeforesync]="power cut between an outcome and its sync, after list had shown it"

# The one moment that chance seldom meets: an outcome is linked, and its folder not synced yet.
scene_cutbeforesync() {
  local tries run status
  make_disk p 512M
  up p
  scene=q
  queue=/mnt/disk/q
  rm -rf "$lab/shared/life"
  mkdir -m 777 "$lab/shared/life"
  on p "spool queue create $queue" >/dev/null
  for ((tries = 1; tries <= $(size 2 5); tries++)); do
    run=$(on p "spool launch -q $queue --name shown -- /mnt/lab/bin/job" 2>/dev/null)
    on p "exec strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:delay_enter=4000000 \
      spool agent -q $queue --quiet" >/dev/null 2>&1 &
    local agent=$!
    status=$(on p "n=0; until [ -e $queue/runs/$run/1/end.json ] || [ \$n -gt 600 ]; do sleep 0.05; n=\$((n + 1)); done
      spool list -q $queue --json | grep -F '\"run\":\"$run\"' | grep -o '\"state\":\"[a-z]*\"'")
    cut_power p
    wait $agent 2>/dev/null
    up p
    on p "[ -e $queue/done/$run.json ]" && fail "$run had reached done/ already"
    on p "timeout 100 spool agent -q $queue --drain --quiet" || fail "the agent after the cut: status $?"
    echo "$run was shown with $status, and ended with $(on p "grep -o '\"state\":\"[a-z]*\"' $queue/done/$run.json")"
    # Whatever was shown as over stays so.
    case $status in
      *running*) ;;
      *) on p "grep -qF '$status' $queue/done/$run.json" || fail "$run was shown with $status, and is no longer" ;;
    esac
    [ -n "$status" ] || fail "list did not show $run"
  done
  runs=$((tries - 1))
  status=0
  on p "spool recover -q $queue --check" || fail "spool recover --check found something"
  cut_power p
}
