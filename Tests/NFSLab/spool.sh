# shellcheck shell=bash
# The program under test.

# Finds a built spool, or builds one: the static release, if it is no older than the debug build.
find_spool() {
  local debug=$here/../../.build/debug/spool static=$here/../../.build-static/release/spool
  if [ -n "${SPOOL:-}" ]; then
    spool=$SPOOL
  elif [ -x "$static" ] && ! [ "$debug" -nt "$static" ]; then
    spool=$static
  else
    [ -x "$debug" ] || swift build --package-path "$here/../.." --product spool >&2
    spool=$debug
  fi
  spool=$(readlink -f "$spool")
  [ -x "$spool" ] || { echo "lab: $spool cannot be executed" >&2; exit 2; }
}
