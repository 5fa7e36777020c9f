#!/usr/bin/env python3
# python3 client.py QUEUE NAME COMMAND...: queues it, waits for its end, prints what it printed.
import json, os, secrets, sys, time


def submit(queue, name, job):
    os.umask(0o777 & ~os.stat(queue).st_mode)  # nobody gets more than the queue lets in
    run = f"{name}-{secrets.token_hex(4)}"
    os.mkdir(f"{queue}/runs/{run}")  # whoever makes it has the name, once and for all
    with open(f"{queue}/runs/{run}/job.json", "x") as file:
        json.dump(job, file)
        file.flush()
        os.fsync(file.fileno())  # on disk before anybody can see it
        ns = os.fstat(file.fileno()).st_mtime_ns  # the time, by the file server's clock
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(ns // 10**9)) + f".{ns // 1000 % 10**6:06}Z"
    os.rename(file.name, f"{queue}/queued/50-{stamp}-{run}.json")  # from here on the run exists
    directory = os.open(f"{queue}/queued", os.O_RDONLY)
    os.fsync(directory)  # and from here on it survives a power cut
    os.close(directory)
    return run


def wait(queue, run, pause=0.05):
    while f"{run}.json" not in os.listdir(f"{queue}/done"):  # NFS remembers what was not there
        time.sleep(pause)
        pause = min(2 * pause, 2)
    with open(f"{queue}/done/{run}.json", encoding="utf-8") as file:
        return json.load(file)


queue, name, *command = sys.argv[1:]
run = submit(queue, name, {"command": command, "literal": True, "cwd": os.getcwd()})
print(run, file=sys.stderr)
record = wait(queue, run)
log = f"{queue}/runs/{run}/{record['attempt']}/out.log"
if os.path.exists(log):
    with open(log, "rb") as file:
        sys.stdout.buffer.write(file.read())
    sys.stdout.flush()
print(f"{run} {record['state']}: {record['reason']}", file=sys.stderr)
sys.exit(0 if record["state"] == "finished" else 1)
