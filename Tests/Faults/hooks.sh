# shellcheck shell=bash
# The scenes of hooks: whoever is killed, the run ends as it should and no hook is begun twice.

readonly hook_scenes=(hook hook_of_runner hook_of_agent)
readonly hook_scenes_of_errors=(hook)

# Queues a run with hooks: each adds a line to the file $hooked.
launch_hooked() {
  hooked=$work/hooked
  : >"$hooked"
  local hook="[\"/bin/sh\", \"-c\", \"echo \$SPOOL_EVENT >>'$hooked'\"]"
  printf '{"command": ["/bin/sh", "-c", "%s", "%s"], "hooks": {"on_end": %s, "on_empty": %s}}\n' \
    "${brief//\"/\\\"}" "$marker" "$hook" "$hook" >"$work/job"
  run=$("$spool" launch -q "$q" --file "$work/job" 2>>"$work/talk")
  acknowledged=("$run")
}

# Each of the two hooks was executed once.
hooked_once() {
  local lines
  lines=$(sort "$hooked" | tr '\n' ' ')
  [ "$lines" = "on_empty on_end " ] || fail "hooks that were executed: $lines"
  no_requests
}

# Nothing else is sure where the process of a hook dies.
hooked_at_most_once() {
  [ -z "$(sort "$hooked" | uniq -d)" ] || fail "a hook was executed twice: $(<"$hooked")"
  no_requests
}

no_requests() {
  local left=("$q"/hooks/*)
  [ ${#left[@]} = 0 ] || fail "left in hooks/: ${left[*]##*/}"
}

# The one who ends the run is killed: who carries on asks for the hooks, once more or for the first time.
hook_of_runner_before() {
  launch_hooked
  claim_one
}
hook_of_runner_run() { traced "$spool" _runner <<<"$(assignment)"; }
hook_of_runner_after() {
  runner_after
  settled=hooked_once
  # An absence that is none: the run says that its hook could not be asked for.
  if [ "$fault" = error=ENOENT ]; then settled=hooked_at_most_once; fi
}

# The agent that begins them is killed.
hook_of_agent_also=$agent_once_also
hook_of_agent_before() { launch_hooked; }
hook_of_agent_run() { traced "$spool" agent -q "$q" --drain; }
hook_of_agent_after() {
  expect 1 finished
  settled=hooked_once
}
hook_of_agent_paths() { paths_of_queue; }

# The process that executes one is killed.
hook_also="write|poll|wait4|clone|clone3"
hook_before() {
  launch_hooked
  "$spool" kill -q "$q" "$run" 2>>"$work/talk"
}
hook_run() { traced "$spool" _hook "$q" "$run.on_end.json"; }
hook_after() {
  expect 1 killed
  settled=hooked_at_most_once
  is_killed || settled=hooked_once
}
