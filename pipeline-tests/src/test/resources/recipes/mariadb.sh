DBUSER=$(id -un)
mariadb-install-db --no-defaults --datadir="$DATA" --user="$DBUSER" --auth-root-authentication-method=normal --skip-test-db

client() {
  mariadb --no-defaults -S "$1/mysqld.sock" -u root -NBe "$2"
}

stop_copies() { :; }

after_start() { run_is_ready; }

after_exec() {
  until_true client "$DATA" 'SELECT 1'
  client "$DATA" 'CREATE DATABASE d; CREATE TABLE d.t (n INT PRIMARY KEY); INSERT INTO d.t VALUES (1)'
}

after_restart() {
  until_true client "$DATA" 'SELECT 1'
  client "$DATA" 'INSERT INTO d.t VALUES (2)'
}

after_snapshot() {
  has_no_run_files "$BACKUP/monday"
  MOMENT=$(now)
  client "$DATA" 'DROP TABLE d.t'
}

after_open() {
  until_true client "$BACKUP/opened" 'SELECT 1'
  same "$(client "$BACKUP/opened" 'SELECT sum(n) FROM d.t')" 3
}

after_close() {
  same "$(client "$DATA" 'SELECT 1')" 1
}

after_drill() {
  until_true client "$BACKUP/drill" 'SELECT 1'
  same "$(client "$BACKUP/drill" 'SELECT sum(n) FROM d.t')" 3
  client "$BACKUP/drill" SHUTDOWN
  client "$DATA" SHUTDOWN
  wait "$SERVER"
  end_run
}
