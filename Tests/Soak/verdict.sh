# shellcheck shell=bash
# What must be true at the end of a soak.

wrongs=0
wrong() {
  wrongs=$((wrongs + 1))
  keep=1
  echo "  wrong: $*"
}

# A record that was seen once stays as it is.
note_records() {
  local line name
  while read -r line; do
    name=${line##* }
    if [ -z "${known_records[$name]:-}" ]; then
      known_records[$name]=$line
    elif [ "${known_records[$name]}" != "$line" ]; then
      wrong "a record changed: ${known_records[$name]}, now $line"
    fi
  done < <(cd "$q/done" && stat -c '%i %s %y %n' -- *.json 2>/dev/null)
  count "look at records"
}

is_empty() {
  local files=("$q"/{queued,starting,running}/*)
  [ ${#files[@]} = 0 ]
}

# Lets go whatever holds runs back, and waits for their end.
settle() {
  wake_runners all
  rm -f "$q/paused"
  local file deadline=$((SECONDS + 300))
  for file in "$q"/queued/*.held; do mv "$file" "${file%.held}" 2>/dev/null || true; done
  until is_empty; do
    if ((SECONDS > deadline)); then
      wrong "after five minutes there are still $(cd "$q" && echo {queued,starting,running}/*)"
      return
    fi
    pause 100
  done
  note_records
  # Names that killed launches reserved are swept by hand only.
  "$spool" recover -q "$q" >>"$talk" 2>&1 || wrong "recover: exit status $?"
}

stop_all() {
  wake_runners all
  local which
  for which in 0 1; do
    if [ -n "${agents[$which]}" ]; then end_agent "$which" TERM; fi
    agents[$which]=
  done
  # Runners that have nothing to do end by themselves.
  local deadline=$((SECONDS + 10))
  find_processes ""
  while [ ${#found[@]} -gt 0 ] && ((SECONDS < deadline)); do
    pause 50
    find_processes ""
  done
  left=("${found[@]}")
  find_commands
  left+=("${found[@]}")
  [ ${#left[@]} = 0 ] || kill -KILL "${left[@]}" 2>/dev/null || true
}

verdict() {
  stop_all
  [ ${#left[@]} = 0 ] || wrong "these processes were left: ${left[*]}"
  "$spool" recover -q "$q" --check >"$root/check" 2>&1 || wrong "recover --check: $(cat "$root/check")"
  printf '%s\n' "${acknowledged[@]}" >"$root/acknowledged"
  local figures
  figures=$(compare)
  grep '^  wrong' <<<"$figures" || true
  wrongs=$((wrongs + $(grep -c '^  wrong' <<<"$figures" || true)))
  echo "what was done:$(local what; for what in "${!done_times[@]}"; do
    printf ' %d %s,' "${done_times[$what]}" "$what"; done | sed 's/,$//')"
  grep -v '^  wrong' <<<"$figures"
  echo "$wrongs wrong"
  [ "$wrongs" = 0 ] || { keep=1; exit 1; }
}

# Compares the records with the diaries and with what was acknowledged. Reads five kinds of lines:
# "ack RUN TOKEN", "repeats TOKEN COUNT", "again RUN" for each outcome that queued its run once more,
# "record RUN STATE EXIT TOKEN" and "diary TOKEN WORD…".
compare() {
  {
    sed 's/^/ack /' "$root/acknowledged"
    cat "$root/repeats"
    grep -l '"next":"queued"' "$q"/runs/*/*/end.json /dev/null | awk -F/ '{ print "again", $(NF - 2) }'
    local file
    for file in "$q"/done/*.json; do
      sed -n "s|.*|&\n|; P" "$file"
    done | awk '
      function value(key) {
        if (!match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)")) return "?"
        text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
        gsub("\"", "", text)
        return text
      }
      length($0) {
        token = "?"
        if (match($0, /"command":\["\/bin\/sh","[^"]*","[^"]*","[^"]*"/)) {
          n = split(substr($0, RSTART, RLENGTH), part, "\"")
          token = part[n - 1]
        }
        print "record", value("run"), value("state"), value("exit_code"), token, value("reason")
      }'
    (cd "$diaries" && for file in *; do sed "s/^/diary $file /" "$file"; done)
  } | awk -v kills="${done_times[runner KILL]:-0}" -v ends="${done_times[runner TERM]:-0}" '
    function wrong(text) { print "  wrong: " text }
    $1 == "ack" { acks++; if ($2 != "-") names[$2] = $3; else wanted[$3] = 1 }
    $1 == "repeats" { repeats[$2] = $3 }
    $1 == "again" { again[$2]++; agains++ }
    $1 == "record" {
      run = $2; key = $5 == "-" ? "run-" run : $5
      if (run in state) wrong(run " has two records")
      state[run] = $3; exits[run] = $4; keys[run] = key
      if (key in of) wrong("two records of " key ": " of[key] " and " run)
      of[key] = run
      states[$3]++; records++
    }
    $1 == "diary" && $3 == "begin" { begins[$2]++; begun++; attempts[$5 " of " $2]++ }
    $1 == "diary" && $3 == "end" { ends_of[$2]++; ended[$2] = $4 }
    $1 == "diary" && $3 == "doubled" { wrong($2 ": two commands of one run lived at once"); live++ }
    END {
      for (run in names) {
        if (!(run in state)) { wrong(run " was acknowledged, and has no record"); lost++ }
        else if (names[run] != "-" && keys[run] != names[run])
          wrong(run " is the record of " keys[run] ", not of " names[run])
      }
      for (token in wanted)
        if (!(token in of)) { wrong(token " was dropped, and has no record"); lost++ }
      for (key in begins) {
        if (begins[key] > 1 + again[of[key]]) {
          wrong(key ": its command ran " begins[key] " times, and " again[of[key]] + 0 " outcomes asked for that")
          doubled++
        }
        if (!(key in of)) wrong(key ": its command ran, and there is no record")
      }
      for (both in attempts) if (attempts[both] > 1) { wrong("attempt " both " ran twice"); doubled++ }
      for (run in again)
        if (again[run] > repeats[keys[run]])
          wrong(run " was queued again " again[run] " times, and asked for " repeats[keys[run]] + 0)
      for (run in state) {
        key = keys[run]
        if (state[run] == "crashed") crashes++
        if (state[run] == "finished" && ended[key] != "0") wrong(run " is finished, and did not get there")
        if (state[run] == "failed" && !(key in begins)) wrong(run " is failed, and did not begin")
        if (state[run] == "failed" && exits[run] == 3 && ended[key] != "3") wrong(run " never said 3")
        if (state[run] !~ /^(finished|failed|killed|crashed)$/) wrong(run " is " state[run])
      }
      if (crashes > kills + ends) wrong(crashes " crashed, and only " kills + ends " runners were ended")
      printf "%d acknowledged, %d records:", acks, records
      for (s in states) printf " %d %s", states[s], s
      printf "\n%d commands ran, %d of them again, %d lost, %d doubled, %d alive twice\n", begun, agains, lost,
        doubled, live
    }'
}
