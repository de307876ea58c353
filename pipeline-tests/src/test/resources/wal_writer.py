"""wal_writer.py DIRECTORY CONTROL NAME: see stages.h. A SQLite database with a write-ahead log, left open at the end."""

import os
import sqlite3
import sys
import time

directory, control, name = sys.argv[1:]
KEYS = 50
database = sqlite3.connect(os.path.join(directory, "database"), isolation_level=None)


def commit(number):
    database.execute("BEGIN")
    database.executemany(
        "INSERT OR REPLACE INTO t VALUES (?, ?, ?)",
        ((key, number, chr(97 + number % 26) * (750 + (number * 7 + key * 13) % 750)) for key in range(KEYS)),
    )
    database.execute("COMMIT")


def say(suffix, number):
    path = os.path.join(control, name + suffix)
    with open(os.open(path, os.O_CREAT | os.O_WRONLY), "w") as file:
        file.write("%020d" % number)


def told(what):
    return os.path.exists(os.path.join(control, what))


def wait_for(what):
    while not told(what):
        time.sleep(0.01)


database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE t(key INTEGER PRIMARY KEY, number INTEGER, filler TEXT)")
number = 1
commit(number)
say(".committed", number)
say(".resting1", number)
wait_for("busy")
while not told("rest"):
    number += 1
    commit(number)
    say(".committed", number)
    time.sleep(0.1)
say(".resting2", number)
wait_for("end")
os._exit(0)
