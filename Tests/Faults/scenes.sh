# shellcheck shell=bash
# The scenes: who is killed, doing what, and what may have become of the run.

readonly scenes=(launch agent_once agent_drain)
readonly scenes_of_errors=(launch)

# A command that says that it ran.
command_of_run=(/bin/sh -c 'echo "$SPOOL_RUN $SPOOL_ATTEMPT" >>"$0"')

# Queues a run without any fault; its name is in `run`.
launch_one() { run=$("$spool" launch -q "$q" -- "${command_of_run[@]}" "$marker" 2>/dev/null); }

# The directories of the queue, and what waits in it.
paths_of_queue() { printf '%s\n' "$q" "$q/queue.json" "$q"/{queued,starting,running,done,agents,runs,sweeps,hooks} "$q"/queued/*; }

# --- launch: what was acknowledged is executed; what was not may be.

launch_also=write
launch_before() { :; }
launch_run() { traced "$spool" launch -q "$q" -- "${command_of_run[@]}" "$marker"; }
launch_after() {
  read -r run <"$work/out" || true
  acknowledged=(${run:+"$run"})
  others=0
  # Killed, it may have queued the run and not come to say so. With an error nothing is queued.
  if [ -z "$run" ] && [ "$traced_status" = 137 ]; then others=1; fi
  if [ -z "$run" ] && [ "$traced_status" = 0 ]; then fail "exit status 0, and no name"; fi
  if [ -n "$run" ] && [ "$traced_status" != 0 ] && [ "$traced_status" != 137 ]; then
    fail "a name, and exit status $traced_status"
  fi
  allowed=(finished)
}

# --- The agent is killed during a claim; its runner lives on.

agent_before() { launch_one; }
agent_after() { acknowledged=("$run"); others=0; allowed=(finished); }

agent_once_also="write|clone|clone3"
agent_once_before() { agent_before; }
agent_once_run() { traced "$spool" agent -q "$q" --once; }
agent_once_after() { agent_after; }
agent_once_paths() { paths_of_queue; }

agent_drain_also=$agent_once_also
agent_drain_before() { agent_before; }
agent_drain_run() { traced "$spool" agent -q "$q" --drain; }
agent_drain_after() { agent_after; }
agent_drain_paths() { paths_of_queue; }
