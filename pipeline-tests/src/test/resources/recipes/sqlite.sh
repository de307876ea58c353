PROGRAM=$BACKUP/program
ACKNOWLEDGED=$BACKUP/acknowledged
export ACKNOWLEDGED DATA
touch "$ACKNOWLEDGED"
cat >"$PROGRAM" <<'PROGRAM'
#!/bin/bash
# One connection that commits numbers, and says each once it is committed.
first=$(($(tail -n 1 "$ACKNOWLEDGED" | grep . || echo 0) + 1))
exec sqlite3 "$DATA/app.db" >/dev/null < <(
  echo 'PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY);'
  for ((n = first; ; n++)); do
    printf 'INSERT OR IGNORE INTO t VALUES (%d);\n.shell echo %d >>"%s"\n' "$n" "$n" "$ACKNOWLEDGED" || break
    sleep 0.05
  done
)
PROGRAM
chmod +x "$PROGRAM"

committed() {
  tail -n 1 "$ACKNOWLEDGED" | grep . || echo 0
}

has_committed() {
  (($(committed) >= $1))
}

newest() {
  sqlite3 "$1/app.db" 'SELECT max(n) FROM t'
}

stop_copies() { :; }

after_start() { run_is_ready; }

after_exec() { until_true has_committed 10; }

after_restart() {
  until_true has_committed $(($(committed) + 10))
  BEFORE=$(committed)
}

after_snapshot() {
  MOMENT=$(now)
  LATER=$(($(committed) + 40))
  until_true has_committed "$LATER"
}

after_open() {
  (($(newest "$BACKUP/opened") >= BEFORE)) || wrong "the snapshot lacks what was committed"
}

after_close() { kill -0 "$SERVER"; }

after_drill() {
  local newest
  newest=$(newest "$BACKUP/drill")
  ((newest >= BEFORE && newest < LATER)) || wrong "$newest is not as of the moment: $BEFORE to $LATER"
  kill "$SERVER"
  wait "$SERVER" || true
  end_run
}
