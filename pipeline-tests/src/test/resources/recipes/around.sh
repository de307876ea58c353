# Around every recipe: what waits for the page's programs, judges what came of its blocks, and ends all in the end.
set -euo pipefail

wrong() {
  echo "WRONG: $*" >&2
  exit 1
}

until_true() {
  local i
  for ((i = 0; i < 600; i++)); do
    if "$@" >/dev/null 2>&1; then
      return
    fi
    sleep 0.1
  done
  wrong "never: $*"
}

same() {
  [[ $1 == "$2" ]] || wrong "'$1' where '$2' belongs"
}

# After the block that starts it.
run_is_ready() {
  RUN=$!
  until_true grep -q '^catchwater: capturing .* ready in' "$LOG"
}

now() {
  date -u +%Y-%m-%dT%H:%M:%S.%NZ
}

has_no_run_files() {
  same "$(find "$1" -type s -o -name '*.pid' -o -name '.s.*.lock')" ""
  grep -q '"leftOut":\[' "$1/.catchwater-manifest.json" || wrong "the manifest of $1 does not name what was left out"
}

end_run() {
  kill "$RUN"
  wait "$RUN" || wrong "run ended with $?"
}

end_everything() {
  local job
  stop_copies >/dev/null 2>&1 || true
  for job in $(jobs -p); do
    kill "$job" 2>/dev/null || true
  done
  wait
}
trap end_everything EXIT
