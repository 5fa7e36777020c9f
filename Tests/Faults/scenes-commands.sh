# shellcheck shell=bash
# More scenes: a heartbeat, and the commands that publish something beside runs.

scenes+=(heartbeat job_create job_alias sweep_create launch_each queue_create queue_pause queue_resume
  queue_rename queue_delete)

# --- A runner is killed at its heartbeats, which lie close here.

# All others are those of `runner`.
heartbeat_calls="utimensat getdents64"
heartbeat_before() {
  launch_one "$says sleep 0.2"
  claim_one
  settings='{\"lease\": \"80ms\"}'
}
heartbeat_run() { runner_run; }
heartbeat_after() {
  # The play that looks which calls there are.
  [[ -n $losing || ${options[*]} == *inject* ]] || grep -q utimensat "$work/trace" ||
    fail "no heartbeat"
  runner_after
}

# --- job create, job alias: a version is whole or not there, and none is made twice.

in_catalogue() { "$spool" job "$1" --root "$root" -e "${work##*/}" "${@:2}"; }

job_create_place() { echo "$work/jobs"; }
job_create_also="write"
job_create_before() { :; }
job_create_run() {
  traced "$spool" job create --root "$root" -e "${work##*/}" train -- /bin/sh -c "$brief" "$marker"
}
job_create_after() {
  local made=
  [ "$traced_status" != 0 ] || read -r made <"$work/out"
  [ "$traced_status" != 0 ] || [ "$made" = train:v0 ] || fail "exit status 0, and no version: $made"
  # The same again finds it, or makes it.
  made=$(in_catalogue create train -- /bin/sh -c "$brief" "$marker" 2>>"$work/talk") ||
    fail "the second job create: exit status $?"
  [ "$made" = train:v0 ] || fail "the second job create made $made"
  local versions=("$work"/jobs/train/v*.json)
  [ "${versions[*]##*/}" = v0.json ] || fail "versions: ${versions[*]##*/}"
  run=$("$spool" launch -q "$q" -j train:v0 2>>"$work/talk") || fail "launch: exit status $?"
  acknowledged=("$run")
  expect 1 finished
}

job_alias_place() { echo "$work/jobs"; }
job_alias_before() {
  in_catalogue create train -- /bin/false >/dev/null 2>>"$work/talk"
  in_catalogue create train -- /bin/sh -c "$brief" "$marker" >/dev/null 2>>"$work/talk"
  in_catalogue alias train:v0 prod 2>>"$work/talk"
}
job_alias_run() { traced "$spool" job alias --root "$root" -e "${work##*/}" train:v1 prod; }
job_alias_after() {
  local version
  version=$(<"$work/jobs/train/prod")
  case $version in
    v0) is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, and the old version" ;;
    v1) ;;
    *) fail "the alias is \"$version\"" ;;
  esac
  in_catalogue alias train:v1 prod >/dev/null 2>>"$work/talk" || fail "the second: exit status $?"
  run=$("$spool" launch -q "$q" -j train:prod 2>>"$work/talk") || fail "launch: exit status $?"
  acknowledged=("$run")
  expect 1 finished
}

# --- sweep: all of its runs or none; what was printed are all.

sweep_create_also="write"
sweep_create_before() {
  cat >"$work/sweep.json" <<END
{"method": "grid", "name": "grid", "parameters": {"a": {"values": [1, 2, 3]}},
 "command": ["/bin/sh", "-c", "${brief//\"/\\\"}", "$marker"]}
END
}
sweep_create_run() { traced "$spool" sweep -q "$q" "$work/sweep.json"; }
sweep_create_after() {
  local id=
  read -r id <"$work/out" || true
  # A reader who has left, which is no queue's matter, makes the name fail.
  if [ -n "$id" ]; then
    acknowledged=("$id-0001" "$id-0002" "$id-0003")
    expect 3 finished
  else
    [ "$traced_status" != 0 ] || fail "no name, and exit status 0"
    expect 0 finished
    most=3
    settled=all_or_none
  fi
}
all_or_none() {
  local records=("$q"/done/*.json)
  [ ${#records[@]} = 0 ] || [ ${#records[@]} = 3 ] || fail "${#records[@]} of 3 runs were queued"
}

# --- launch --each: the same, for the lines of a file.

launch_each_also="write"
launch_each_before() { printf '%s\n' 1 '' 2 3 >"$work/lines"; }
launch_each_run() {
  traced "$spool" launch -q "$q" --each "$work/lines" -- /bin/sh -c "$brief" "$marker"
}
launch_each_after() { sweep_create_after; }

# --- queue create, pause and resume.

# What it leaves is no queue yet, or a whole one; the same again makes it whole.
queue_create_before() { rm -rf "$q"; }
queue_create_run() { traced "$spool" queue create "$q"; }
queue_create_after() {
  "$spool" queue create "$q" >/dev/null 2>>"$work/talk" || fail "the second: exit status $?"
  launch_one "$brief" || fail "launch: exit status $?"
  expect 1 finished
}

queue_pause_also="write"
queue_pause_before() { launch_one "$brief"; }
queue_pause_run() { traced "$spool" queue pause "$q"; }
queue_pause_after() {
  [ -e "$q/paused" ] || is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, not paused"
  queue_resume_after
}

queue_resume_before() {
  launch_one "$brief"
  "$spool" queue pause "$q" 2>>"$work/talk"
}
queue_resume_run() { traced "$spool" queue resume "$q"; }
queue_resume_after() {
  "$spool" queue resume "$q" 2>>"$work/talk" || fail "the second resume: exit status $?"
  [ ! -e "$q/paused" ] || fail "it is paused still"
  expect 1 finished
}

# --- queue rename, queue delete: the queue is there as a whole, under one of its names, or gone.

queue_rename_before() { launch_one "$brief"; }
queue_rename_place() { echo "$work"; }
queue_rename_run() { traced "$spool" queue rename "$q" renamed; }
queue_rename_after() {
  if [ -d "$work/renamed" ]; then
    [ ! -e "$q" ] || fail "it is there twice"
    "$spool" queue rename "$work/renamed" "${q##*/}" 2>>"$work/talk" || fail "back: exit status $?"
  else
    is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, and the old name"
  fi
  expect 1 finished
}

queue_delete_before() {
  rm -rf "$work"/.deleted.*
  launch_one "$brief"
}
queue_delete_place() { echo "$work"; }
queue_delete_run() { traced "$spool" queue delete "$q" --yes --force; }
queue_delete_after() {
  if [ -d "$q" ]; then
    is_killed || [ "$traced_status" != 0 ] || fail "exit status 0, and it is there"
    expect 1 finished
    return
  fi
  "$spool" queue create "$q" >/dev/null 2>>"$work/talk" || fail "create: exit status $?"
  "$spool" queue delete "$q" --yes 2>>"$work/talk" || fail "the second: exit status $?"
  # The hidden directory of a deletion that was cut short stays for an hour.
  local left=("$work"/.deleted.*)
  [ ${#left[@]} = 0 ] || [[ ${#left[@]} = 1 && (-n $losing || ${options[*]} == *inject*) ]] ||
    fail "left: ${left[*]##*/}"
  "$spool" queue create "$q" >/dev/null 2>>"$work/talk"
  acknowledged=()
}
