# shellcheck shell=bash
# The machines: User-Mode Linux guests on a bridge of their own, one file server and its clients.
#
# Everything runs in namespaces that this program makes for itself: when its first process ends, the
# kernel ends all others, and the network and the mounts are gone. What is left is one directory.

declare -rA address=(
  [s]=192.0.2.10 [a]=192.0.2.11 [b]=192.0.2.12 [c]=192.0.2.13 [p]=192.0.2.20)
readonly unable=77

# Says loudly why the lab cannot be here, and ends with a status of its own.
cannot() {
  printf '\n%s\n' "############################################################" \
    "THE NFS LAB DOES NOT RUN HERE: $*" \
    "Nothing about NFS or power cuts was tested." \
    "############################################################" >&2
  exit $unable
}

# Installs what is missing, and makes sure that guests can be started here.
require_machine() {
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || cannot "it needs Linux on x86-64"
  [ "$(id -u)" = 0 ] || cannot "it must be root"
  [ -c /dev/net/tun ] || cannot "/dev/net/tun is missing"
  local program missing=
  for program in linux.uml rpc.nfsd mount.nfs dropbear ssh ip nft mkfs.ext4 unshare strace; do
    command -v "$program" >/dev/null || missing+=" $program"
  done
  if [ -n "$missing" ]; then
    "$here/setup" || cannot "these are missing and could not be installed:$missing"
    for program in $missing; do
      command -v "$program" >/dev/null || cannot "$program is missing, also after $here/setup"
    done
  fi
  unshare --net --mount --pid --fork --kill-child --mount-proc true 2>/dev/null ||
    cannot "namespaces cannot be made"
  unshare --net sh -c 'ip link add br0 type bridge && ip tuntap add tap0 mode tap &&
    nft add table bridge lab' >/dev/null 2>&1 ||
    cannot "a bridge, a tap device or a filter for bridges cannot be made"
}

# Starts this program again in namespaces of its own, waits for it, and removes the lab's directory.
enter_lab() {
  [ -z "${SPOOL_LAB:-}" ] || { lab=$SPOOL_LAB; return; }
  require_machine
  local parent=/dev/shm
  # The disks of two guests and the memory of four: half a gigabyte in use.
  [ "$(df --output=avail -m /dev/shm 2>/dev/null | tail -1)" -gt 2000 ] 2>/dev/null ||
    parent=${TMPDIR:-/tmp}
  lab=$(mktemp -d "$parent/spool-nfs-lab.XXXXXX")
  local inner=
  trap 'rm -rf "$lab"' EXIT
  trap '[ -z "$inner" ] || kill -KILL "$inner"; exit 130' INT TERM HUP
  SPOOL_LAB=$lab unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$@" <&0 &
  inner=$!
  local status=0
  wait "$inner" || status=$?
  inner=
  exit $status
}

# Makes the network, the disks, the keys and the shim.
build_lab() {
  mkdir -p "$lab"/{log,ssh,disks} "$lab"/shared/{bin,keys,life}
  chmod 777 "$lab/shared/life"
  cp "$here/job" "$lab/shared/bin/job"
  cp "$spool" "$lab/shared/bin/spool"
  dropbearkey -t ed25519 -f "$lab/shared/keys/host" >/dev/null 2>&1
  ssh-keygen -q -t ed25519 -N '' -f "$lab/ssh/ours"
  cp "$lab/ssh/ours.pub" "$lab/shared/keys/ours.pub"
  "$(command -v clang || command -v cc)" -O2 -shared -fPIC -o "$lab/fpregs.so" "$here/fpregs.c"
  make_disk s 1G
  make_disk small 24M -m 0
  ip link set lo up
  ip link add br0 type bridge
  ip address add 192.0.2.1/24 dev br0
  ip link set br0 up
  local host
  for host in "${!address[@]}"; do
    ip tuntap add "tap-$host" mode tap
    ip link set "tap-$host" master br0 up
  done
}

# An empty ext4: make_disk NAME SIZE [OPTION…]
make_disk() {
  local image=$lab/disks/$1 size=$2
  shift 2
  rm -f "$image"
  truncate -s "$size" "$image"
  mkfs.ext4 -q -F "$@" "$image"
}

role() { case $1 in s) echo server ;; p) echo disk ;; *) echo client ;; esac }

# Gives guests power, and waits until they can be reached: up HOST…
up() {
  local host boots
  for host in "$@"; do
    is_up "$host" || boot "$host"
  done
  for host in "$@"; do
    boots=1
    until grep -q GUEST-UP "$lab/log/$host.console"; do
      # A kernel that ends before its first program is done says nothing about a queue.
      if ! is_up "$host"; then
        [ $boots -lt 3 ] ||
          give_up "guest $host ended while it booted: $(tail -3 "$lab/log/$host.console")"
        echo "guest $host ended while it booted, and is started again: $(tail -3 "$lab/log/$host.console")"
        boots=$((boots + 1))
        cut_power "$host"
        boot "$host"
      fi
      pause 0.05
    done
    if grep -q GUEST-FAILED "$lab/log/$host.console"; then give_up "$(cat "$lab/log/$host.console")"; fi
    until shell "$host" -fNM </dev/null >/dev/null 2>&1; do pause 0.05; done
  done
}

boot() {
  local host=$1 disks=()
  case $(role "$host") in
    server) disks=("ubd0=$lab/disks/s" "ubd1=$lab/disks/small") ;;
    disk) disks=("ubd0=$lab/disks/$host") ;;
  esac
  mkdir -p "$lab/uml"
  : >"$lab/log/$host.console"
  # A namespace of its own: when the guest's kernel is killed, so are the processes that it is made of.
  unshare --pid --fork --kill-child \
    env -i PATH="$PATH" HOME="$lab/uml" TMPDIR="$lab" LD_PRELOAD="$lab/fpregs.so" \
    linux.uml mem=384M root=/dev/root rootfstype=hostfs hostfs=/ ro quiet \
    "vec0:transport=tap,ifname=tap-$host,depth=64,mac=52:54:00:00:02:${address[$host]##*.}" \
    "${disks[@]}" con=null con0=null,fd:1 ssl=null init="$here/guest" \
    GUEST="$host" ADDRESS="${address[$host]}" ROLE="$(role "$host")" LAB="$lab" \
    </dev/null >>"$lab/log/$host.console" 2>&1 &
  echo $! >"$lab/log/$host.pid"
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    is_up "$host" && return
    pause 0.05
  done
}

is_up() { [ -s "$lab/log/$1.pid" ] && [ -n "$(kernel "$1")" ]; }

# The number of a guest's kernel, if it lives. The list of a process's children may lack one of them while
# processes come and go: whoever was in it once is asked for its parent from then on.
kernel() {
  local parent child=
  parent=$(cat "$lab/log/$1.pid")
  read -r child 2>/dev/null <"$lab/log/$1.kernel" || true
  if ! is_child "$child" "$parent"; then
    child=
    read -r child _ 2>/dev/null <"/proc/$parent/task/$parent/children" || true
    [ -z "$child" ] || echo "$child" >"$lab/log/$1.kernel"
  fi
  echo "$child"
}

is_child() { [ -n "$1" ] && grep -q "^PPid:[[:space:]]*$2\$" "/proc/$1/status" 2>/dev/null; }

# Takes guests' power away, as a plug that is pulled: their memory is lost.
cut_power() {
  local host child
  for host in "$@"; do
    child=$(kernel "$host")
    # With its parent dies whoever was not found.
    kill -KILL "${child:-$(cat "$lab/log/$host.pid")}" 2>/dev/null || true
    wait "$(cat "$lab/log/$host.pid")" 2>/dev/null || true
    rm -f "$lab/log/$host.pid" "$lab/log/$host.kernel"
    shell "$host" -O exit >/dev/null 2>&1 || true
    rm -f "$lab/ssh/$host"
  done
}

# A guest that stands still, and goes on.
stop() { kill -STOP "$(kernel "$1")"; }
cont() { kill -CONT "$(kernel "$1")"; }

# Executes a shell command in a guest: on HOST COMMAND
on() {
  local host=$1
  shift
  shell "$host" "PATH=/mnt/lab/bin:\$PATH; $*" </dev/null
}

shell() {
  local host=$1
  shift
  ssh -q -F none -i "$lab/ssh/ours" -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o ControlPath="$lab/ssh/$host" -o ConnectTimeout=10 \
    "root@${address[$host]}" "$@"
}

# Mounts the export afresh, with nothing remembered: mount_on HOST [OPTIONS [EXPORT [PLACE]]]
mount_on() {
  local host=$1 options=${2:-vers=4.2} export=${3:-/} place=${4:-/mnt/spool}
  case $options in
    *vers=3*) export=/mnt/disk/export${export%/} options+=,nolock ;;
  esac
  on "$host" "mkdir -p $place; while umount -f $place 2>/dev/null; do :; done
    mount -t nfs -o $options ${address[s]}:$export $place"
}

# The server's answers to these hosts are lost from now on; heal ends it.
drop_replies() {
  local host
  for host in "$@"; do
    filter "ip saddr ${address[s]} ip daddr ${address[$host]} tcp sport 2049"
  done
}

# So many of a hundred of the server's answers are lost.
drop_some_replies() { filter "ip saddr ${address[s]} tcp sport 2049 numgen random mod 100 < $1"; }

filter() {
  nft "add table bridge lab
    add chain bridge lab way { type filter hook forward priority 0; }
    add rule bridge lab way $* counter drop"
}

heal() { nft flush ruleset; }

# The server forgets what it answered, and its clients' sessions.
restart_nfsd() {
  on s 'rpc.nfsd 0; n=0
    until ! ss -Htan "sport = :2049" | grep -qE "^(FIN-WAIT-1|CLOSING|LAST-ACK)" || [ $n = 200 ]; do
      sleep 0.1; n=$((n + 1))
    done
    rpc.nfsd --grace-time 10 --lease-time 10 8'
}

# The server loses its memory, and starts again from its disk.
crash_server() {
  cut_power s
  up s
}

pause() { sleep "$1"; }

# Ends the scene, which then has failed.
give_up() {
  echo "the lab gave up: $*" | tee -a "$lab/failures" >&2
  exit 1
}
