# shellcheck shell=bash
# The file server hangs, restarts, crashes and loses its answers.

scenes+=(serverstop storm42 storm3 lostreply42 lostreply3 fullexport)
what[serverstop]="the server stands still for 20 s"
what[storm42]="NFS 4.2: a third of the answers lost, nfsd restarted again and again, a crash"
what[storm3]="NFS 3: a third of the answers lost, nfsd restarted again and again, a crash"
what[lostreply42]="NFS 4.2: each rename, link, mkdir and unlink is done and its answer lost"
what[lostreply3]="NFS 3: each rename, link, mkdir and unlink is done and its answer lost"
what[fullexport]="launch, and the end of a run, on a full export"

scene_serverstop() {
  local each host
  each=$(size 60 400)
  for host in a b c; do mount_on "$host" vers=4.2; done
  new_queue a
  drop a drop "$each"
  agent_on a --slots 3
  agent_on b --slots 3
  eventually 60 "runs have ended" has_done $((each / 6)) || return
  drop b 00-long 6 15
  sed -i 's/^00-long/long/' "$lab/submitted"
  eventually 60 "long runs have begun" has_stamps beat.0 6 || return
  stop s
  # A process that waits for a server is one that can be ended.
  local signal process began waited
  for signal in TERM KILL; do
    on c "spool list -q $queue >/dev/null 2>&1 & echo \$!" >"$lab/process"
    process=$(cat "$lab/process")
    pause 1
    on c "[ -e /proc/$process ]" || fail "spool list did not wait for the server"
    began=$(now)
    on c "kill -$signal $process; while [ -e /proc/$process ]; do sleep 0.02; done"
    waited=$(($(now) - began))
    [ "$waited" -lt 3000 ] || fail "spool list, waiting for the server, lived for $waited ms after $signal"
  done
  pause 16
  cont s
  eventually $((60 + each)) "all runs end" has_done "$(wc -l <"$lab/submitted")"
  end_agents a b
  check_all c
}

scene_storm42() { storm vers=4.2; }
scene_storm3() { storm vers=3; }

# Claims that two hosts want, while the server forgets what it did.
storm() {
  local each host
  each=$(size 60 300)
  for host in a b c; do mount_on "$host" "$1"; done
  new_queue a
  drop a drop "$each"
  launch b launch $((each / 6))
  agent_on a --slots 4
  agent_on b --slots 4
  eventually 60 "runs have ended" has_done 5 || return
  drop_some_replies 33
  local restarts=0 until=$((SECONDS + $(size 20 60)))
  while ((SECONDS < until)) && ! has_done $((each * 9 / 10)); do
    restart_nfsd
    restarts=$((restarts + 1))
    pause 1
  done
  heal
  echo "nfsd was restarted $restarts times"
  drop c late $((each / 3))
  # What the server does from now on nobody hears of; then it loses its memory.
  drop_replies a b
  pause 2
  crash_server
  heal
  eventually $((90 + each)) "all runs end" has_done "$(wc -l <"$lab/submitted")"
  end_agents a b
  check_all c
}

# Calls whose answer tells what was done, and each of them is lost here.
telling=rename,renameat,renameat2,link,linkat,mkdir,mkdirat

scene_lostreply42() { lose_every_reply vers=4.2 restart_nfsd; }
scene_lostreply3() { lose_every_reply vers=3 crash_server; }

lose_every_reply() {
  local options=$1 run= held=
  forget=$2
  [ -z "$full" ] || [ "$forget" = crash_server ] || telling+=,unlink,unlinkat,rmdir
  # Nothing may have to be asked for before the call itself: that answer would be lost, too.
  mount_on a "$options,actimeo=600"
  # A host that is not hit looks on.
  mount_on c "$options"
  new_queue c
  : >"$lab/lost-replies"
  if [ -n "$full" ] || [ "$forget" = restart_nfsd ]; then
    under_trace "spool launch -q $queue --name launched -- /mnt/lab/bin/job" >>"$lab/submitted"
    [ "$(wc -l <"$lab/submitted")" = 1 ] || fail "launch did not print one name"
  else
    launch c launched 1
  fi
  [ -z "$full" ] || drop c dropped 1
  under_trace "spool agent -q $queue --drain --quiet"
  if [ -n "$full" ]; then
    # Whoever does not hear that it made a folder takes another name.
    run=$(on s "ls $on_disk/done" | sed -n 's/^\(dropped-1.*\)\.json$/\1/p')
    sed -i "s/^dropped-1$/${run:-dropped-1}/" "$lab/submitted"
    held=$(on c "spool launch -q $queue --hold --name held -- /mnt/lab/bin/job")
    echo "$held" >>"$lab/submitted"
    under_trace "spool move -q $queue --priority 07 $held"
    under_trace "spool kill -q $queue $held"
  fi
  local lost_replies calls
  calls=$(wc -l <"$lab/lost-replies")
  lost_replies=$(grep -cE ' = -1 (ENOENT|EEXIST)' "$lab/lost-replies")
  cat "$lab/lost-replies"
  echo "$calls calls, $lost_replies of them reported the opposite of what was done"
  # Else nothing was tested.
  [ "$lost_replies" -ge 1 ] && [ "$calls" -ge 8 ] ||
    fail "only $lost_replies of $calls calls had their answer lost"
  check_all c finished killed
  [ -z "$held" ] || [ "$(state_of "$held")" = killed ] || fail "$held is not killed"
}

# Runs a program on host a. Each telling call in the queue waits before it is made: then the server's
# answers are dropped, until the server has done it and has forgotten that it did.
under_trace() {
  : >"$lab/trace"
  on a "rm -f /tmp/trace; : >/tmp/trace"
  on a "exec tail -n +1 -f /tmp/trace" >"$lab/trace" 2>/dev/null &
  local reader=$! load
  # Long enough for a filter to be set meanwhile, on a machine that has other work too.
  read -r load _ </proc/loadavg
  on a "exec strace -f -qq -o /tmp/trace -e trace=$telling \
    -e inject=$telling:delay_enter=$((1500000 + 500000 * ${load%.*})) $1" &
  local traced=$! line seen=0 pid
  while kill -0 $traced 2>/dev/null; do
    # The first call that waits, in a line without an end; other processes go on meanwhile.
    line=$(waiting_call "$seen")
    if [ -z "$line" ]; then pause 0.05; continue; fi
    seen=${line%% *}
    line=${line#* }
    pid=${line%% *}
    lose_reply "$line"
    # What it then reported.
    await_call "$pid" "$seen"
  done
  wait $traced || fail "$1: exit status $?"
  kill $reader 2>/dev/null
}

# "LINE-NUMBER TEXT" of the first call after line $1 that names something in the queue and has not
# returned. The folders of a queue that is there are made once more by every agent: not those.
waiting_call() {
  awk -v after="$1" -v queue="$queue/" -v made="mkdir.*$queue/[a-z]+\"" '
    { text[NR] = $0; pid[NR] = $1; done[NR] = / = (-?[0-9]+|\?)/ }
    END { for (i = after + 1; i <= NR; i++) {
      if (!index(text[i], queue) || text[i] ~ /<\.\.\. /) continue
      if (done[i] || text[i] ~ made) continue
      over = 0
      for (j = i + 1; j <= NR; j++) if (pid[j] == pid[i]) over = 1
      if (!over) { print i, text[i]; exit } } }' "$lab/trace"
}

# Drops the answers to host a until the server has done what a line of the trace asks for, and has
# forgotten it: lose_reply LINE
lose_reply() {
  drop_replies a
  local path test=-e
  # A call's last path is what is there afterwards, or what is not.
  path=$(sed -E 's/.*"([^"]*)".*/\1/' <<<"$1")
  case $1 in *unlink* | *rmdir*) test='! -e' ;; esac
  on s "n=0; until [ $test $on_disk/${path#"$queue/"} ] || [ \$n = 300 ]; do sleep 0.05; n=\$((n + 1)); done
    sleep 0.3"
  "$forget"
  heal
}

await_call() {
  # A client of NFS 3 asks again after a minute.
  local deadline=$((SECONDS + 150))
  until ((SECONDS > deadline)); do
    if awk -v pid="$1" -v after="$2" -v queue="$queue/" '
      NR == after { call = $0 }
      NR >= after && $1 == pid && match($0, / = (-?[0-9]+|\?).*/) {
        sub(/^[0-9]+ +/, "", call); gsub(queue, "", call)
        sub(/ = .*/, "", call); print call, substr($0, RSTART); found = 1; exit }
      END { exit !found }' "$lab/trace" >>"$lab/lost-replies"; then return 0; fi
    pause 0.1
  done
  fail "a call did not return: $(sed -n "$2p" "$lab/trace")"
}

# Until there is no room for a directory of one block.
fill() {
  on s "cd /mnt/disk/export/small && mkdir filler && cd filler && head -c 40M /dev/zero >big
    sync; n=0; while mkdir \$n; do n=\$((n + 1)); done; sync" 2>/dev/null
}

# launch says so and queues nothing; a run that cannot be recorded is recorded once there is room.
scene_fullexport() {
  local host
  for host in a b; do
    mount_on "$host" vers=4.2 /small /mnt/small
  done
  new_queue a '' /mnt/small
  launch a before 2
  local run
  run=$(on a "spool launch -q $queue --name ends-when-full -- /mnt/lab/bin/job held")
  echo "$run" >>"$lab/submitted"
  agent_on b --slots 4
  eventually 30 "the run has begun" has_stamp "$run" beat.0 || return
  fill
  local status=0 before after tries
  before=$(on s "ls $on_disk/queued $on_disk/runs | cksum")
  for tries in 1 2 3; do
    status=0
    on a "spool launch -q $queue --name refused -- /mnt/lab/bin/job" >"$lab/out" 2>"$lab/talk" || status=$?
    [ "$status" = 5 ] || fail "launch on a full export: exit status $status"
    [ ! -s "$lab/out" ] || fail "launch on a full export printed $(cat "$lab/out")"
    grep -qi 'no space' "$lab/talk" || fail "launch on a full export said: $(cat "$lab/talk")"
  done
  after=$(on s "ls $on_disk/queued $on_disk/runs | cksum")
  [ "$before" = "$after" ] || fail "launch on a full export left something: $(on s "ls $on_disk/queued $on_disk/runs")"
  release
  eventually 30 "the run's command has ended" has_stamp "$run" end
  eventually 30 "its runner finds no room" grep -q 'trying again' "$lab/log/b.agent"
  has_done 3 && fail "the run was recorded without room for it"
  on s "rm -r /mnt/disk/export/small/filler"
  eventually 30 "the run is recorded" has_done 3
  launch a after 2
  eventually 30 "all runs end" has_done 5
  end_agents b
  check_all a
}
