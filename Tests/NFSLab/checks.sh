# shellcheck shell=bash
# What a scene does with a queue, and what must hold at its end.
#
# Whether a run was executed once is told by the stamps that its command left (job), outside of the
# queue; what became of it by the records on the file server's own disk. Neither asks spool.

# A value for the quick size, or for --full.
size() { if [ -n "$full" ]; then echo "$2"; else echo "$1"; fi; }

# Notes what is wrong with this scene.
fail() { echo "$*" >>"$lab/failures"; }

# A new queue for the scene, also where it is played again: new_queue HOST [SETTINGS [PLACE]]
new_queue() {
  local host=$1 settings=${2:-} place=${3:-/mnt/spool}
  queue=$place/$scene-$plays
  case $place in
    /mnt/spool) on_disk=/mnt/disk/export/$scene-$plays ;;
    *) on_disk=/mnt/disk/export/${place##*/}/$scene-$plays ;;
  esac
  rm -rf "$lab/shared/life"
  mkdir -m 777 "$lab/shared/life"
  : >"$lab/submitted"
  on "$host" "spool queue create $queue >/dev/null"
  [ -z "$settings" ] || on "$host" "printf '%s' '$settings' >$queue/queue.json"
}

# An agent, whose events are kept here: agent_on HOST [OPTION…]
agent_on() {
  local host=$1
  shift
  : >>"$lab/log/$host.agent"
  local before
  before=$(events "$host" serving)
  on "$host" "echo \$\$ >/tmp/agent.\$\$; exec spool agent -q $queue --json $*" \
    >>"$lab/log/$host.agent" 2>&1 &
  agents+=($!)
  eventually 30 "the agent on $host serves" more_events "$before" "$host" serving
}

events() { grep -cF "\"event\":\"$2\"" "$lab/log/$1.agent" || true; }
more_events() { [ "$(events "$2" "$3")" -gt "$1" ]; }

# Ends the agents on these hosts, and waits until they are gone.
end_agents() {
  local host
  for host in "$@"; do
    on "$host" 'for file in /tmp/agent.*; do
      [ -e "$file" ] || continue
      kill "${file##*.}" 2>/dev/null
      while [ -e "/proc/${file##*.}" ]; do sleep 0.05; done
      rm -f "$file"
    done'
  done
}

# Waits for the agents that leave by themselves.
await_agents() {
  local agent
  for agent in "${agents[@]}"; do wait "$agent" || true; done
  agents=()
}

# Waits for a condition: eventually SECONDS WHAT CONDITION…
eventually() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS > deadline)); then
      fail "waited in vain: $what"
      return 1
    fi
    pause 0.1
  done
}

# The command of a run, as JSON.
command_of() { printf '{"command": ["/mnt/lab/bin/job"%s]}' "${1:+, \"$1\"}"; }

# Writes files into queued/, as anybody may: drop HOST NAME COUNT [SECONDS-OF-ITS-LIFE]
drop() {
  local host=$1 name=$2 count=$3
  on "$host" "n=1; while [ \$n -le $count ]; do
    printf '%s\n' '$(command_of "${4:-}")' >$queue/queued/$name-\$n.json || exit 1
    n=\$((n + 1)); done" || fail "could not write job files on $host"
  seq -f "$name-%.0f" "$count" >>"$lab/submitted"
}

# Queues by launch, one after the other, and notes what it printed: launch HOST NAME COUNT [SECONDS]
launch() {
  local host=$1 name=$2 count=$3
  on "$host" "n=1; while [ \$n -le $count ]; do
    spool launch -q $queue --name $name -- /mnt/lab/bin/job ${4:-} 2>>/tmp/talk || exit 1
    n=\$((n + 1)); done" >>"$lab/submitted" || fail "launch failed on $host"
}

# Lets the commands end that wait for it.
release() { : >"$lab/shared/life/release"; }

# How many files one of the queue's folders has, on the server's disk.
count_in() { on s "ls $on_disk/$1 | wc -l"; }
has_done() { [ "$(count_in "done")" -ge "$1" ]; }
has_in() { [ "$(count_in "$1")" -ge "$2" ]; }

# Milliseconds since 1970 of a run's stamp; empty: there is none. stamp RUN KIND
stamp() { find "$lab/shared/life" -name "$1,*,$2" -printf '%T@\n' | sort -n | head -1 | to_milliseconds; }
last_stamp() { find "$lab/shared/life" -name "$1,*" -printf '%T@\n' | sort -n | tail -1 | to_milliseconds; }
to_milliseconds() { awk '{ printf "%.0f\n", $1 * 1000 }'; }
now() { echo "${EPOCHREALTIME/./}" | sed 's/...$//'; }

has_stamp() { [ -n "$(stamp "$1" "$2")" ]; }
count_stamps() { find "$lab/shared/life" -name "*,$1" | wc -l; }
has_stamps() { [ "$(count_stamps "$1")" -ge "$2" ]; }

# "RUN STATE MILLISECONDS" of each record, from the server's own disk, in this machine's time: two files
# made one after the other tell how far its clock is ahead.
records() {
  {
    on s "rm -f /mnt/disk/clock /mnt/lab/clock; : >/mnt/disk/clock; : >/mnt/lab/clock
      find /mnt/disk/clock -printf 'clock there %T@\n'
      cd $on_disk/done && find . -name '*.json' -printf 'time %f %T@\n' -exec awk '{
      match(\$0, /\"state\":\"[a-z]*\"/)
      print \"state\", FILENAME, substr(\$0, RSTART + 9, RLENGTH - 10) }' {} +"
    find "$lab/shared/clock" -printf 'clock here %T@\n'
  } | awk '
    { name = $2; sub(/^\.\//, "", name); sub(/\.json$/, "", name) }
    $1 == "clock" { clock[name] = $3 }
    $1 == "time" { time[name] = $3 }
    $1 == "state" { state[name] = $3 }
    END { ahead = clock["there"] - clock["here"]
      for (name in time) printf "%s %s %.0f\n", name, state[name], (time[name] - ahead) * 1000 }'
}

state_of() { awk -v run="$1" '$1 == run { print $2 }' "$lab/records"; }

# The checks at the end of every scene: check_all HOST [STATE…], the states that runs may have ended in.
check_all() {
  local host=$1
  shift
  local allowed=" ${*:-finished} "
  records | sort >"$lab/records"
  sort -u -o "$lab/submitted" "$lab/submitted"
  cut -d' ' -f1 "$lab/records" | sort >"$lab/recorded"
  find "$lab/shared/life" -name '*,start' -printf '%f\n' | cut -d, -f1 | sort >"$lab/started"
  find "$lab/shared/life" -name '*,end' -printf '%f\n' | cut -d, -f1 | sort >"$lab/ended"

  # Where two hosts took a dropped file at the same moment its run may be numbered, hello-2 (Protocol.md,
  # Names): it is looked for under the name that it got.
  awk 'NR == FNR { recorded[$1]; next }
    !($1 in recorded) { for (n = 2; n < 10; n++) if ($1 "-" n in recorded) { print $1 "-" n; next } }
    { print $1 }' "$lab/recorded" "$lab/submitted" | sort -u >"$lab/names"

  runs=$(wc -l <"$lab/names")
  lost=$(comm -23 "$lab/names" "$lab/recorded" | wc -l)
  doubled=$(uniq -d "$lab/started" | wc -l)
  local strangers
  strangers=$(comm -13 "$lab/names" "$lab/recorded" | tr '\n' ' ')
  [ "$runs" -gt 0 ] || fail "nothing was submitted"
  [ "$lost" = 0 ] || fail "lost: $(comm -23 "$lab/names" "$lab/recorded" | tr '\n' ' ')"
  [ "$doubled" = 0 ] || fail "executed more than once: $(uniq -d "$lab/started" | tr '\n' ' ')"
  [ -z "$strangers" ] || fail "nobody asked for: $strangers"

  local run state rest
  while read -r run state rest; do
    [[ $allowed == *" $state "* ]] || fail "$run ended as $state"
  done <"$lab/records"
  # What finished was executed, from its beginning to its end.
  awk '$2 == "finished" { print $1 }' "$lab/records" | sort >"$lab/finished"
  local broken
  broken=$(comm -23 "$lab/finished" <(uniq "$lab/ended") | tr '\n' ' ')
  [ -z "$broken" ] || fail "recorded as finished and not executed: $broken"
  broken=$(comm -23 <(uniq "$lab/started") "$lab/recorded" | tr '\n' ' ')
  [ -z "$broken" ] || fail "executed and not recorded: $broken"

  local folder left
  for folder in queued starting running agents; do
    left=$(on s "ls $on_disk/$folder" | head -5 | tr '\n' ' ')
    [ -z "$left" ] || fail "left in $folder/: $left"
  done
  local findings status=0
  findings=$(on "$host" "spool recover -q $queue --check" 2>&1) || status=$?
  [ "$status" = 0 ] || fail "spool recover --check on $host: status $status: $findings"
}
