DBUSER=redis
chown "$DBUSER" "$DATA"
cd /

client() {
  redis-cli -p "$@"
}

answers() {
  [[ $(client "$1" ping) == PONG ]]
}

stop_copies() { :; }

after_start() { run_is_ready; }

after_exec() {
  until_true answers "$PORT"
  client "$PORT" set first 1
}

after_restart() {
  until_true answers "$PORT"
  client "$PORT" set second 2
}

after_snapshot() {
  has_no_run_files "$BACKUP/monday"
  MOMENT=$(now)
  client "$PORT" flushall
}

after_open() {
  until_true answers "$OTHER_PORT"
  same "$(client "$OTHER_PORT" mget first second)" $'1\n2'
}

after_close() {
  answers "$PORT"
}

after_drill() {
  until_true answers "$OTHER_PORT"
  same "$(client "$OTHER_PORT" mget first second)" $'1\n2'
  same "$(client "$PORT" dbsize)" 0
  client "$OTHER_PORT" shutdown
  client "$PORT" shutdown
  wait "$SERVER"
  end_run
}
