# shellcheck shell=bash
# Many jobs on several hosts, each exactly once.

scenes+=(claims42 claims3 hostkilled)
what[claims42]="agents on three hosts, NFS 4.2, clocks two hours apart"
what[claims3]="agents on three hosts, NFS 3"
what[hostkilled]="a client host loses its power in the middle; clocks two hours apart"

scene_claims42() {
  on a 'date -s "+1 hour" >/dev/null'
  on b 'date -s "-1 hour" >/dev/null'
  many vers=4.2
  check_order
  # Their clocks are right again.
  cut_power a b
  up a b
}

scene_claims3() { many vers=3; }

# Half of the files are written while agents look on, half wait for them.
many() {
  local host each
  each=$(size 120 692)
  for host in a b c; do mount_on "$host" "$1"; done
  new_queue a
  local waiting=()
  drop a early $((each / 2))
  agent_on a --slots 4
  agent_on b --slots 4
  agent_on c --slots 4
  for host in a b c; do
    drop "$host" "drop-$host" $((each * 7 / 10)) & waiting+=($!)
    launch "$host" "launch-$host" $((each / 10)) & waiting+=($!)
  done
  wait "${waiting[@]}"
  eventually $((60 + each)) "all runs end" has_done "$(wc -l <"$lab/submitted")" || true
  end_agents a b c
  for host in a b c; do
    grep -qF '"event":"running"' "$lab/log/$host.agent" || fail "the agent on $host ran nothing"
  done
  check_all a
}

# The times in the records are the file server's, whatever the hosts' clocks say.
check_order() {
  local far
  far=$(awk -v now="$(now)" '{ away = now - $3 } away > 600000 || away < -600000' "$lab/records" | wc -l)
  [ "$far" = 0 ] || fail "$far records are of another time than the server's"
  on s "cat $on_disk/done/launch-*.json" >"$lab/launched"
  far=$(grep -oE '"(created|started|ended)_at":"[^"]*"' "$lab/launched" | cut -d'"' -f4 |
    date -f - +%s | awk -v now="$(date +%s)" 'now - $1 > 600 || $1 - now > 600' | wc -l)
  [ "$far" = 0 ] || fail "$far times in records are not the server's"
}

# Its runs end as crashed after a lease, the others are executed by who is left.
scene_hostkilled() {
  local each
  each=$(size 60 600)
  on a 'date -s "-1 hour" >/dev/null'
  on b 'date -s "+1 hour" >/dev/null'
  mount_on a vers=4.2
  mount_on b vers=4.2
  new_queue b '{"lease": 8}'
  drop b short "$each"
  agent_on a --slots 4
  agent_on b --slots 4
  eventually 90 "runs have ended" has_done $((each / 4)) || return 0
  # Some that are at work for certain when the plug is pulled.
  drop b 00-long 12 8
  sed -i 's/^00-long/long/' "$lab/submitted"
  eventually 60 "all slots are taken by long runs" has_stamps beat.0 8 || return 0
  cut_power a
  local cut
  cut=$(now)
  local expected
  expected=$(wc -l <"$lab/submitted")
  eventually $((90 + each / 2)) "all runs end" has_done "$expected" || true
  up a
  mount_on a vers=4.2
  # The killed agent's file goes as soon as it is two leases old.
  eventually 30 "the dead agent's file is removed" agents_left 1 || true
  end_agents b
  check_all a finished crashed
  cut_power b
  up b
  local crashed
  crashed=$(awk '$2 == "crashed"' "$lab/records" | wc -l)
  [ "$crashed" -ge 4 ] || fail "only $crashed runs crashed with their host"
  [ "$crashed" -le 8 ] || fail "$crashed runs crashed: more than the host could have had"
  # Not before the lease that others must wait for.
  awk -v cut="$cut" '$2 == "crashed" && $3 < cut + 5000 { print $1 }' "$lab/records" >"$lab/early"
  [ ! -s "$lab/early" ] || fail "taken for dead too early: $(tr '\n' ' ' <"$lab/early")"
}

agents_left() { [ "$(count_in agents)" -le "$1" ]; }
