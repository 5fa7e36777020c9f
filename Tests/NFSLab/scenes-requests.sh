# shellcheck shell=bash
# How many requests a host sends to the file server, by kind, as its kernel counts them.

scenes+=(requests)
what[requests]="requests to the server: a launch, a run, a poll, a waiter"

scene_requests() {
  local runs=20
  mount_on a vers=4.2
  mount_on b vers=4.2
  new_queue a

  count_requests a
  launch a counted $runs
  tell_requests a $runs "a launch" 12

  # The agent looks every second: an idle one asks for the time of queued/, and seldom for more.
  agent_on b --slots 1 --poll 1s
  eventually 60 "all runs end" has_done $runs || return
  count_requests b
  pause 20
  tell_requests b 20 "a poll of an idle agent" 2

  count_requests b
  drop a more $runs
  eventually 60 "all runs end" has_done $((2 * runs)) || return
  tell_requests b $runs "a run, its agent and runner" 55

  # A waiter, of a run that has been there for a while.
  drop a long 1 held
  eventually 30 "the run is executed" has_stamp long-1 start || return
  on b "spool wait -q $queue long-1" >/dev/null 2>&1 &
  local waiter=$!
  pause 3
  count_requests b
  pause 20
  tell_requests b 20 "a second of a running run, its agent and a waiter" 5
  release
  wait "$waiter" || true
  eventually 30 "the run ends" has_done $((2 * runs + 1)) || return
  end_agents b
  check_all a
}

# Remembers a host's counts until tell_requests: count_requests HOST
count_requests() { requests "$1" >"$lab/requests"; }

# "KIND NUMBER" for each kind of request of the queue's mount.
requests() {
  on "$1" 'cat /proc/self/mountstats' | awk '
    $1 == "device" { here = ($5 == "/mnt/spool") }
    here && counts && NF > 4 { sub(/:$/, "", $1); print $1, $2 }
    $1 == "device" { counts = 0 }
    $1 == "per-op" { counts = 1 }'
}

# Prints how many there were since count_requests, for each of so many units, and fails above a limit:
# tell_requests HOST UNITS WORDS LIMIT
tell_requests() {
  requests "$1" | awk -v units="$2" -v words="$3" '
    NR == FNR { before[$1] = $2; next }
    { n = $2 - before[$1]; if (n > 0) { sum += n; kind[$1] = n } }
    END {
      printf "%s: %.1f requests (", words, sum / units
      while (1) {
        most = ""
        for (k in kind) if (most == "" || kind[k] > kind[most]) most = k
        if (most == "") break
        printf "%s%s %.1f", rest, most, kind[most] / units
        rest = ", "
        delete kind[most]
      }
      print ")"
    }' "$lab/requests" - | tee "$lab/told"
  cat "$lab/told" >>"$lab/log/requests"
  awk -v limit="$4" '{ for (i = 1; i < NF; i++) if ($(i + 1) == "requests") n = $i }
    END { exit !(n > 0 && n <= limit) }' "$lab/told" || fail "none, or more than $4: $(<"$lab/told")"
}
