# shellcheck shell=bash
# The steps of .ci/run, in the order in which it takes them. A line of the table is
#
#     NAME  HOW  MINUTES  PACKAGES  TITLE
#
# HOW      alone: one after the other, before all others.  lab: side by side, with a program that is built.
#          part: only when it is named, because another step contains it.
# MINUTES  its deadline: at least twice what it needs on a busy machine.
# PACKAGES what it needs beside the Swift toolchain: programs, or PROGRAM:PACKAGE of Debian; - for none.
#
# The function `step_NAME`, with `_` for `-`, does it: exit status 0 when all is well, 77 when it cannot be done
# on this machine, which it has then said.
table='
layout       alone   2  -                        the top level, no package from elsewhere, no Foundation
style        alone   5  -                        swift format has nothing to say
arrows       alone   2  -                        no target imports one above it
build        alone  40  -                        everything is built, without warnings
documents    alone  40  -                        docc follows each link; the program on the library page is built and run
readme       alone  10  -                        the first command of the README
tests        alone  30  python3                  the second command of the README: all tests
nfs          lab    60  -                        the static binary, then real hosts on NFS, where that is possible
faults       lab    60  strace                   a kill or a failure at each system call
unordered    lab    30  strace,mkfs.ext4:e2fsprogs  the same where each step is synced by itself
model        lab    40  -                        the model of the protocol
cron         lab    15  -                        workers started by cron, which wakes once a minute
slurm        lab    15  -                        a real Slurm
page         lab    15  chromium                 the page, in a browser
soak         lab    15  -                        everything is ended at random, for a minute
slots        lab    15  -                        agents that compete for one slot
drain        lab    15  python3                  agents that drain, under load
growth       lab    15  python3,strace           how many system calls large queues cost
watch        lab    15  tmux                     the live view, on a terminal
full-disk    lab    15  -                        a full disk
odd-places   lab    15  -                        a read-only disk, and one without hard links
leases       lab    15  -                        leases
damage       lab    15  -                        damage that runs do to their own folders
users        lab    15  python3                  ordinary users, and what they may not
doctor       lab    15  -                        the doctor, before real file systems
team         lab    15  -                        queues of a group, with real users
completions  lab    15  tmux,zsh,fish            completions, in the real shells
generated    lab    10  mandoc,groff,systemd-analyze:systemd,python3  the manual page and the units, before those who read them
yaml         lab    30  python3                  YAML, before another reader of it, and published sweep files
wandb        lab    30  python3                  scripts for W&B, with its own client from the package index
program      part   40  -                        spool alone is built, for the labs that are named
unit         part   15  -                        all tests but EndToEndTests
'
quick=(layout style arrows build unit)

step_layout() {
  local visible
  visible=$(git ls-files | cut -d/ -f1 | sort -u | grep -v '^\.' | tr '\n' ' ')
  [ "$visible" = "Package.swift README.md Sources Tests spool-example " ] ||
    { echo "the top level is: $visible" >&2; return 1; }
  ! git ls-files | grep -E '(^|/)(\.build|Package\.resolved)' || return 1
  ! grep -nE '\.package\(' Package.swift || return 1
  ! git grep -nE '^(public |internal |package )?import Foundation' -- Sources || return 1
}

step_style() { swift format lint --strict --recursive --parallel Package.swift Sources Tests; }

step_arrows() { .ci/arrows; }

# Builds with these words. Warnings are errors, but not by a compiler flag, which would make the README's commands
# build everything again. A file with a warning is made to look changed: the compiler tells of it only once.
build() {
  local file
  mkdir -p .build
  swift build "$@" 2>&1 | tee .build/build.txt
  grep -q 'warning:' .build/build.txt || return 0
  sed -nE 's/^(.*\.(swift|c|h)):[0-9]+:[0-9]+: warning:.*/\1/p' .build/build.txt | sort -u |
    while read -r file; do touch -c "$file"; done
  grep -E 'warning:' .build/build.txt >&2
  echo "warnings are errors here" >&2
  return 1
}

step_build() { build --build-tests; }

step_program() { build --product spool; }

step_unit() { build --build-tests && swift test --skip-build --skip '^EndToEndTests\.'; }

step_documents() { .ci/documents; }

# The N-th command of the README's section "Two commands", exactly as it is printed there.
readme_command() {
  awk -v want="$1" '
    /^## / { inside = ($0 == "## Two commands") }
    inside && /^```/ { fence = !fence; if (fence) n++; next }
    inside && fence && n == want' README.md
}

# Executes that command, which must leave the clone as it was.
readme_leaves_nothing() {
  local command before after
  command=$(readme_command "$1")
  [ -n "$command" ] || { echo "the README has no command $1 in its section \"Two commands\"" >&2; return 1; }
  before=$(git status --porcelain)
  bash -euo pipefail -c "$command"
  after=$(git status --porcelain)
  [ "$after" = "$before" ] ||
    { printf 'the README'\''s command left something behind:\n%s\n' "$after" >&2; return 1; }
}

step_readme() {
  readme_leaves_nothing 1 | tee .build/readme-first.txt
  grep -q 'finished' .build/readme-first.txt
}

step_tests() { readme_leaves_nothing 2; }

step_nfs() {
  swift build -c release --toolset Sources/spool/Static/toolset.json --product spool \
    --scratch-path .build-static
  local binary
  binary=$(swift build -c release --scratch-path .build-static --show-bin-path)/spool
  if [ "$(uname)" = Linux ] && ldd "$binary" 2>/dev/null | grep '=>'; then
    echo "$binary needs shared libraries" >&2
    return 1
  fi
  "$binary" --version
  # With the static binary just built. It says loudly where it cannot be.
  Tests/NFSLab/run --check
}

step_faults() {
  command -v strace >/dev/null || { echo "strace is missing: THE FAULT SWEEPS DO NOT RUN"; return 77; }
  Tests/Faults/sweep
}

step_unordered() {
  command -v strace >/dev/null || { echo "strace is missing: THE FAULT SWEEPS DO NOT RUN"; return 77; }
  Tests/Faults/unordered
}

step_model() { Tests/Model/check; }
step_cron() { Tests/Cron/check; }
step_slurm() { Tests/SlurmLab/run; }
step_page() { Tests/Page/run; }
step_soak() { Tests/Soak/soak 1; }
step_slots() { Tests/Soak/slots; }
step_drain() { Tests/Drain/run; }
step_growth() {
  command -v strace >/dev/null || { echo "strace is missing: NO CALLS ARE COUNTED"; return 77; }
  Tests/Growth/run "${SPOOL:-.build/debug/spool}" counts
}
step_watch() { Tests/Watch/run; }
step_full_disk() { Tests/Faults/full-disk; }
step_odd_places() { Tests/Faults/odd-places; }
step_leases() { Tests/Faults/leases; }
# All four ways, for half an hour, by hand.
step_damage() { Tests/Damage/run end; }
step_users() { Tests/Users/run; }
step_doctor() { Tests/Doctor/run; }
step_team() { Tests/Team/run; }
step_completions() { Tests/Completions/run; }
step_wandb() { Tests/Wandb/run; }

step_yaml() {
  build --product spool-yaml
  Tests/YAML/run
}
step_generated() { Tests/Generated/run; }
