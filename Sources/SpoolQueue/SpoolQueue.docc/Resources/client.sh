#!/bin/sh
# sh client.sh QUEUE NAME <JOB.json: queues it, waits for its end, prints what it printed.
set -eu
queue=$1
run=$2-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
mkdir "$queue/runs/$run" # whoever makes it has the name, once and for all
cat >"$queue/runs/$run/job.json"
sync # on disk before anybody can see it
mv "$queue/runs/$run/job.json" \
  "$queue/queued/50-$(date -u +%Y%m%dT%H%M%S.000000Z)-$run.json" # from here on the run exists
sync # and from here on it survives a power cut
echo "$run" >&2

# The directory is listed, since NFS remembers what was not there.
while names=$(ls "$queue/done") && ! printf '%s\n' "$names" | grep -qxF "$run.json"; do
  sleep 1
done
# The record is one line of JSON, `state` before everything that the run's author wrote; `attempt` is
# known by what follows it, since configurations and summaries may have such keys too.
record=$queue/done/$run.json
state=$(tr ',' '\n' <"$record" | sed -n 's/^"state":"\([a-z]*\)"$/\1/p' | head -n 1)
attempt=$(sed -n 's/.*,"attempt":\([0-9]*\),"attempts":[^,]*,"priority":.*/\1/p' "$record")
log=$queue/runs/$run/$attempt/out.log
if [ -e "$log" ]; then cat "$log"; fi
echo "$run $state" >&2
[ "$state" = finished ]
