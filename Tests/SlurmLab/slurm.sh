# shellcheck shell=bash
# One node of Slurm in $lab: munged, slurmctld and slurmd as children of this script.

daemons=()

has_slurm() {
  local program
  for program in munged slurmctld slurmd srun squeue scancel; do
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || return 1
  done
}

install_slurm() { "$here/../install" slurm-wlm munge || true; }

cannot() {
  printf '\n%s\nTHE SLURM LAB WAS NOT RUN\n' "$*" >&2
  exit 77
}

# A few milliseconds, without a process: nobody ever writes into this pipe.
pause() { read -rt 0.02 -u "$never" || true; }

# Waits for a condition, 20 seconds at most.
await() {
  local deadline=$((SECONDS + 20))
  until "$@"; do
    if ((SECONDS > deadline)); then return 1; fi
    pause
  done
}

# Ports that nobody listens on are found by trying: three times is bad luck enough.
start_slurm() {
  PATH=$PATH:/usr/sbin:/sbin
  # munge wants directories that nobody else can write, and everybody can reach its socket.
  chmod 711 "$lab"
  mkdir -m 700 "$lab"/{key,state,spool,log}
  head -c 1024 /dev/urandom >"$lab/key/key"
  chmod 400 "$lab/key/key"
  munged --foreground --force --key-file="$lab/key/key" --socket="$lab/munge" \
    --pid-file="$lab/key/pid" --seed-file="$lab/key/seed" --log-file="$lab/log/munged" \
    >"$lab/log/munge" 2>&1 &
  daemons+=($!)
  await test -S "$lab/munge" || return 1
  export SLURM_CONF=$lab/slurm.conf
  local try
  for try in 1 2 3; do
    write_configuration $((20000 + (RANDOM + try * 7919) % 20000))
    slurmctld -D -c >"$lab/log/slurmctld" 2>&1 & local controller=$!
    slurmd -D -N lab >"$lab/log/slurmd" 2>&1 & local node=$!
    daemons+=("$node" "$controller")
    until node_is_idle; do
      kill -0 "$controller" 2>/dev/null && kill -0 "$node" 2>/dev/null || break
      ((SECONDS < 30 * try)) || return 1
      pause
    done
    node_is_idle && return
    end_daemon "$node"
    end_daemon "$controller"
  done
  return 1
}

# Two processors, whatever the machine has: how many jobs run at a time is known then. KillWait is
# how long a job has from TERM to KILL.
write_configuration() {
  cat >"$lab/slurm.conf" <<EOF
ClusterName=spool
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$(($1 + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$lab/munge
MailProg=/bin/true
StateSaveLocation=$lab/state
SlurmdSpoolDir=$lab/spool
SlurmctldPidFile=$lab/slurmctld.pid
SlurmdPidFile=$lab/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
KillWait=2
NodeName=lab NodeHostname=localhost NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=lab Default=YES MaxTime=INFINITE State=UP
EOF
}

node_is_idle() { [ "$(sinfo -h -o %T 2>/dev/null)" = idle ]; }

# What Slurm has of jobs, one a line: its number, its name, its state.
slurm_jobs() { squeue -h -o '%i %j %T'; }
slurm_is_empty() { [ -z "$(slurm_jobs)" ]; }

end_daemon() {
  kill -TERM "$1" 2>/dev/null || return 0
  local deadline=$((SECONDS + 5))
  while kill -0 "$1" 2>/dev/null; do
    if ((SECONDS > deadline)); then kill -KILL "$1" 2>/dev/null || true; fi
    pause
  done
  { wait "$1" || true; } 2>/dev/null
}

# Jobs first: what slurmd leaves behind would be nobody's.
tear_down() {
  local status=$?
  trap - EXIT
  end_agent
  if [ -n "${SLURM_CONF:-}" ]; then
    scancel --user="$(id -un)" 2>/dev/null || true
    await slurm_is_empty 2>/dev/null || true
  fi
  local i
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do end_daemon "${daemons[i]}"; done
  local left
  left=$(left_processes)
  if [ -n "$left" ]; then
    echo "processes are left, and killed now: $left" >&2
    # shellcheck disable=SC2086  # a list of numbers
    kill -KILL $left 2>/dev/null || true
    status=1
  fi
  rm -rf "$lab"
  exit "$status"
}

# Who has the lab's directory in its arguments or its environment, but for this script and for the
# grep that looks, which is gone by then.
left_processes() {
  local file pid
  for file in $(grep -sl "$lab" /proc/[0-9]*/{cmdline,environ} 2>/dev/null || true); do
    pid=${file#/proc/}
    pid=${pid%%/*}
    [ "$pid" != $$ ] && [ "$pid" != "$BASHPID" ] && readlink "/proc/$pid/exe" >/dev/null &&
      echo "$pid"
  done
  true
}
