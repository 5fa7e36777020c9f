# shellcheck shell=bash
# What one host does and another one sees, with the mount's default options.

scenes+=(sight remembered killed asked nfsnames doctor)
what[sight]="dropped on one host and run on another, default mount options"
what[remembered]="names that a host looked up before they were there"
what[killed]="kill from another host: running, waiting, held, and in a race with agents"
what[asked]="signal, suspend and resume from another host, whose answers come back"
what[nfsnames]=".nfs… names in a queue's folders"
what[doctor]="spool doctor: a good mount, bad ones, a host that died"

# Milliseconds from the poll, the cache of file attributes, and what this machine takes.
readonly in_sight=$((2000 + 3000 + 3000))

scene_sight() {
  local tries options n began took worst=0 total=0
  tries=$(size 6 30)
  mount_on a vers=4.2
  new_queue a
  for options in vers=4.2 vers=3; do
    worst=0
    total=0
    mount_on b "$options"
    agent_on b --slots 4
    for ((n = 1; n <= tries; n++)); do
      # At no fixed time after the last poll.
      pause "0.$((RANDOM % 9 + 1))"
      began=$(now)
      drop a "seen-${options#vers=}-$n" 1
      eventually 40 "seen-${options#vers=}-$n-1 is executed" has_stamp "seen-${options#vers=}-$n-1" start ||
        return
      took=$(($(stamp "seen-${options#vers=}-$n-1" start) - began))
      total=$((total + took))
      [ "$took" -le "$worst" ] || worst=$took
    done
    echo "$options: $tries files, executed after $((total / tries)) ms, at most $worst ms"
    [ "$worst" -le $in_sight ] || fail "$options: a dropped file was executed only after $worst ms"
    eventually 30 "the runs end" has_done "$(wc -l <"$lab/submitted")"
    end_agents b
  done
  check_all a
}

# Host b asks for everything by name while it is not there; then host a makes it.
scene_remembered() {
  mount_on a vers=4.2
  mount_on b vers=4.2
  new_queue a
  agent_on b --slots 2
  look_for() {
    on b "for name in $*; do stat $queue/\$name >/dev/null 2>&1; cat $queue/\$name >/dev/null 2>&1; done; true"
  }
  local began took

  # A file to claim: the rename of a name that NFS thinks is absent is not even sent.
  look_for queued/later-1.json runs/later-1 done/later-1.json runs/later-1/1/end.json
  began=$(now)
  drop a later 1
  eventually 40 "later-1 is executed" has_stamp later-1 start || return
  took=$(($(stamp later-1 start) - began))
  [ "$took" -le $in_sight ] || fail "a name that had been looked up was claimed only after $took ms"
  eventually 30 "later-1 ends" has_done 1
  [ "$(on a "spool list -q $queue --json" | grep -c '"state":"finished"')" = 1 ] ||
    fail "list on the other host does not show later-1 as finished"

  # The end of a run, waited for on another host, which looked for its record before.
  local run
  run=$(on a "spool launch -q $queue --name waited -- /mnt/lab/bin/job held")
  echo "$run" >>"$lab/submitted"
  eventually 40 "$run runs" has_stamp "$run" beat.0 || return
  on a "for name in done/$run.json runs/$run/1/end.json; do stat $queue/\$name >/dev/null 2>&1; done; true"
  on a "spool show -q $queue $run >/dev/null; spool wait -q $queue $run" >/dev/null 2>>"$lab/talk" &
  local waiter=$!
  pause 1
  release
  wait $waiter || fail "spool wait: exit status $?"
  took=$(($(now) - $(stamp "$run" end)))
  [ "$took" -le $in_sight ] || fail "wait on another host saw the end only after $took ms"

  # Paused, and resumed.
  look_for paused
  began=$(now)
  on a "spool queue pause -q $queue" >/dev/null 2>&1 || on a "spool queue pause $queue" >/dev/null
  eventually 40 "the agent sees that the queue is paused" grep -q '"event":"paused"' "$lab/log/b.agent" || return
  took=$(($(now) - began))
  [ "$took" -le $in_sight ] || fail "a pause was seen only after $took ms"
  on a "spool queue resume -q $queue" >/dev/null 2>&1 || on a "spool queue resume $queue" >/dev/null
  eventually 40 "the agent sees that the queue is resumed" grep -q '"event":"resumed"' "$lab/log/b.agent" || return

  # The first settings of a queue that had none.
  look_for queue.json
  rm -f "$lab/shared/life/release"
  on a "printf '{\"max_running\": 1}' >$queue/queue.json"
  pause 3
  drop a limited 3 held
  eventually 40 "one of them runs" has_stamps beat.0 2 || return
  pause 3
  [ "$(find "$lab/shared/life" -name 'limited-*,start' | wc -l)" = 1 ] ||
    fail "new settings were not seen: more than one run at a time"
  release
  eventually 60 "all runs end" has_done "$(wc -l <"$lab/submitted")"
  end_agents b
  check_all a
}

scene_killed() {
  local host run running waiting held began took
  for host in a b c; do mount_on "$host" vers=4.2; done
  new_queue a
  agent_on a --slots 1
  running=$(on a "spool launch -q $queue --name running -- /mnt/lab/bin/job held")
  eventually 40 "$running runs" has_stamp "$running" beat.0 || return
  waiting=$(on a "spool launch -q $queue --name waiting -- /mnt/lab/bin/job")
  held=$(on a "spool launch -q $queue --hold --name held -- /mnt/lab/bin/job")
  drop a dropped 1
  printf '%s\n' "$running" "$waiting" "$held" >>"$lab/submitted"
  # A host that looked for the request while there was none, and the one that asks.
  on a "stat $queue/runs/$running/kill >/dev/null 2>&1; true"
  began=$(now)
  on b "spool kill -q $queue $waiting $held dropped-1 $running" >/dev/null ||
    fail "spool kill: exit status $?"
  eventually 60 "all of them end" has_done 4 || return
  took=$(($(last_stamp "$running") - began))
  [ "$took" -le $in_sight ] || fail "a command lived for $took ms after it was killed on another host"
  for run in "$waiting" "$held" dropped-1; do
    [ -z "$(stamp "$run" start)" ] || fail "$run was killed while it waited, and executed"
  done

  # Killed by a third host while two agents take what waits.
  agent_on b --slots 2
  local each
  each=$(size 15 100)
  launch a race "$each" 1 &
  local launcher=$!
  local asked=0 until=$((SECONDS + 20 + each * 2)) number
  while ((SECONDS < until)); do
    for run in $(grep '^race' "$lab/submitted"); do
      grep -q "^$run\$" "$lab/asked" 2>/dev/null && continue
      echo "$run" >>"$lab/asked"
      number=$((asked++))
      # Every third one is left alone.
      [ $((number % 3)) = 0 ] && continue
      on c "spool kill -q $queue --grace 1 $run" >/dev/null 2>>"$lab/talk"
    done
    kill -0 $launcher 2>/dev/null || [ "$asked" -lt "$(grep -c '^race' "$lab/submitted")" ] || break
  done
  wait $launcher
  eventually $((60 + each)) "all runs end" has_done "$(wc -l <"$lab/submitted")"
  end_agents a b
  check_all c finished killed
  for run in "$running" "$waiting" "$held" dropped-1; do
    [ "$(state_of "$run")" = killed ] || fail "$run ended as $(state_of "$run")"
  done
  [ "$(awk '$2 == "killed" && /^race/' "$lab/records" | wc -l)" -gt 0 ] || fail "no run of the race was killed"
  # A killed command has not lived on.
  local state time last
  while read -r run state time; do
    [ "$state" = killed ] || continue
    last=$(last_stamp "$run")
    [ -z "$last" ] || [ "$last" -le "$time" ] || fail "$run lived for $((last - time)) ms after it was recorded as killed"
  done <"$lab/records"
}

# What one host asks the runner of another: it is done, and the answer is seen.
scene_asked() {
  local options run beats ended=0
  mount_on a vers=4.2
  new_queue a
  for options in vers=4.2 vers=3; do
    mount_on b "$options"
    agent_on b --slots 1
    run=$(on a "spool launch -q $queue --name asked -- /mnt/lab/bin/job held")
    echo "$run" >>"$lab/submitted"
    eventually 40 "$run runs" has_stamp "$run" beat.0 || return
    on a "spool signal URG -q $queue $run" >/dev/null || fail "$options: the signal: exit status $?"
    on a "spool suspend -q $queue $run" >/dev/null || fail "$options: suspend: exit status $?"
    beats=$(count_beats "$run")
    pause 2
    [ "$(count_beats "$run")" = "$beats" ] || fail "$options: $run goes on although it is suspended"
    on a "spool list -q $queue --json" | grep -q '"suspended":true' ||
      fail "$options: the other host does not see that $run is suspended"
    on a "spool resume -q $queue $run" >/dev/null || fail "$options: resume: exit status $?"
    eventually 20 "$run goes on" beats_beyond "$run" "$beats"
    on a "spool suspend -q $queue $run && spool kill -q $queue $run" >/dev/null ||
      fail "$options: kill: exit status $?"
    eventually 60 "$run ends" has_done $((++ended))
    [ -z "$(on s "ls $on_disk/runs/$run" | grep '@')" ] || fail "$options: a request or an answer is left"
    end_agents b
  done
  check_all a killed
}

count_beats() { find "$lab/shared/life" -name "$1,*,beat.*" | wc -l; }
beats_beyond() { [ "$(count_beats "$1")" -gt "$2" ]; }

# A host that removes a file which it has open itself gives it such a name until it is closed.
scene_nfsnames() {
  local host folder
  for host in a b c; do mount_on "$host" vers=4.2; done
  new_queue a
  local run
  run=$(on a "spool launch -q $queue --hold --name stays -- /mnt/lab/bin/job")
  echo "$run" >>"$lab/submitted"
  # In every folder: what is opened, and then removed.
  on a "cd $queue && mkfifo /tmp/hold; n=10
    for folder in . queued starting running done agents runs runs/$run; do
      cp /mnt/lab/bin/job \$folder/doomed.json
    done
    (exec 10<doomed.json 11<queued/doomed.json 12<starting/doomed.json 13<running/doomed.json \
      14<done/doomed.json 15<agents/doomed.json 16<runs/doomed.json 17<runs/$run/doomed.json
     rm doomed.json */doomed.json runs/$run/doomed.json
     echo \$\$ >/tmp/holder; : <>/tmp/hold; exec sleep 1000) </dev/null >/dev/null 2>&1 &
    sleep 1"
  local there
  there=$(on s "find $on_disk -name '.nfs*' | wc -l")
  [ "$there" = 8 ] || fail "$there names of that kind, where 8 files were removed: $(on s "find $on_disk")"
  agent_on b --slots 2
  drop c drop 6
  eventually 60 "the runs end" has_done 6
  # Claimed, moved and ended in folders with such names; and a claim that its agent has open.
  on c "spool release -q $queue $run" >/dev/null
  eventually 60 "all runs end" has_done 7
  [ "$(on c "spool list -q $queue --json" | wc -l)" = 7 ] ||
    fail "list shows $(on c "spool list -q $queue")"
  grep -q '"event":"skipped"' "$lab/log/b.agent" && fail "the agent speaks of: $(grep skipped "$lab/log/b.agent")"
  local findings status=0
  findings=$(on c "spool recover -q $queue --check" 2>&1) || status=$?
  case $findings in *.nfs*) fail "recover --check speaks of: $findings" ;; esac
  end_agents b
  on c "spool recover -q $queue" >/dev/null || fail "spool recover: exit status $?"
  # Closed, they are gone.
  on a 'for link in /proc/[0-9]*/fd/17; do process=${link#/proc/}; kill "${process%%/*}"; done; sleep 1'
  there=$(on s "find $on_disk -name '.nfs*' | wc -l")
  [ "$there" = 0 ] || fail "$there such names are left when the files were closed"
  check_all c
}

# What doctor says on a host: its exit status, and texts that must be there: doctor_says HOST STATUS TEXT…
doctor_says() {
  local host=$1 wanted=$2 status=0 text
  shift 2
  on "$host" "spool doctor $queue" >"$lab/out" 2>"$lab/talk" || status=$?
  { echo "doctor on $host, exit status $status:"; cat "$lab/out" "$lab/talk"; } >>"$log"
  [ "$status" = "$wanted" ] || fail "doctor on $host: exit status $status, not $wanted"
  for text in "$@"; do
    grep -qE -- "$text" "$lab/out" || fail "doctor on $host does not say: $text"
  done
}

scene_doctor() {
  local run option
  mount_on a vers=4.2
  mount_on b vers=4.2
  new_queue a '{"lease": "20s"}'

  doctor_says a 0 '^ok +file system +nfs4 of 192\.0\.2\.10:/' '^ok +rename' '^ok +exclusion' \
    '^ok +hard links' '^ok +seeing' '^ok +agents .*: none, and nothing waits' "^ok +server's clock +it agrees"
  mount_on c vers=3
  doctor_says c 0 '^ok +file system +nfs of' '^warning +mount options +nolock'

  # Mounts that endanger a queue, each by its name.
  for option in soft nocto actimeo=600; do
    mount_on c "vers=4.2,$option"
    case $option in
      actimeo=*) doctor_says c 0 '^warning +mount options .*for 600 seconds' ;;
      *) doctor_says c 1 "^fault +mount options +$option:" ;;
    esac
  done

  # A clock an hour behind, and set right again.
  mount_on c vers=4.2
  on c 'date -s "-1 hour" >/dev/null'
  doctor_says c 0 "^warning +server's clock +it is (59|60) minutes ahead"
  on c 'date -s "+1 hour" >/dev/null'

  # An agent on one host is seen on the other; when its host has died, so is what it left.
  agent_on b --slots 1
  doctor_says a 0 '^ok +agents .*: 1 alive'
  run=$(on a "spool launch -q $queue --name cut -- /mnt/lab/bin/job held")
  eventually 30 "$run runs" has_stamp "$run" beat.0 || return
  cut_power b
  tells_of_the_dead() {
    on a "spool doctor $queue" >"$lab/out" 2>&1
    grep -q '^warning *recovery' "$lab/out" && grep -q '^warning *agents .*dead' "$lab/out"
  }
  eventually 60 "doctor tells of what a dead host left" tells_of_the_dead
  cat "$lab/out" >>"$log"
  on a "spool recover -q $queue" >>"$log"
  doctor_says a 0 '^ok +agents .*: none'
  echo "$run" >>"$lab/submitted"
  release
  up b
  check_all a crashed
}
