BIN=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
DBUSER=postgres
chown "$DBUSER" "$DATA"
chmod 0700 "$DATA"
cd /
AS="setpriv --reuid $DBUSER --regid $DBUSER --init-groups"
$AS "$BIN/initdb" -D "$DATA" -A trust --no-sync

production() {
  "$BIN/psql" -h "$DATA" -p "$PORT" -U "$DBUSER" -Atqc "$1"
}

copy() {
  "$BIN/psql" -h "$1" -p "$OTHER_PORT" -U "$DBUSER" -Atqc "$2"
}

stop_copies() {
  local directory
  for directory in "$BACKUP/opened" "$BACKUP/drill" "$DATA"; do
    $AS "$BIN/pg_ctl" -D "$directory" -m immediate stop || true
  done
}

after_start() { run_is_ready; }

after_exec() {
  until_true production 'SELECT 1'
  production 'CREATE TABLE t AS SELECT 1 AS n'
}

after_restart() {
  until_true production 'SELECT 1'
  production 'INSERT INTO t VALUES (2)'
}

after_snapshot() {
  has_no_run_files "$BACKUP/monday"
  MOMENT=$(now)
  production 'DROP TABLE t'
}

after_open() {
  same "$(copy "$BACKUP/opened" 'SELECT sum(n) FROM t')" 3
}

after_close() {
  local status=0
  same "$(production 'SELECT 1')" 1
  catchwater verify "$BACKUP/opened" >"$BACKUP/verified" || status=$?
  same "$status" 23
  grep -q '^global/pg_control: ' "$BACKUP/verified"
}

after_drill() {
  grep -q '"path":"postmaster.pid","why":"PID_FILE"' "$BACKUP/drill/.catchwater-manifest.json"
  same "$(copy "$BACKUP/drill" 'SELECT sum(n) FROM t')" 3
  same "$(production "SELECT count(*) FROM pg_class WHERE relname = 't'")" 0
  $AS "$BIN/pg_ctl" -D "$DATA" -m fast -w stop
  end_run
}
