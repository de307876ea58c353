# shellcheck shell=bash
# Brings what a fresh Debian or Ubuntu lacks. Sourced by ./catchwater and ./dev.

readonly OLDEST_JDK=17

# Maven's -q would hide the compiler's warnings, which are errors here.
# shellcheck disable=SC2034 # for those who source this
readonly QUIET_MAVEN=-Dorg.slf4j.simpleLogger.defaultLogLevel=warn

say() {
  printf 'catchwater: %s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# Brings what the build needs; with "demo" what the demo needs too, with "tests" what the tests need, with "bench"
# what the benchmarks need.
install_missing() {
  local missing=()
  find_java_home >/dev/null || missing+=(jdk)
  command -v gcc >/dev/null && has_c_headers || missing+=(gcc libc6-dev)
  command -v make >/dev/null || missing+=(make)
  command -v curl >/dev/null || missing+=(curl ca-certificates)
  if [[ ${1:-} == demo || ${1:-} == tests ]]; then
    command -v sqlite3 >/dev/null || missing+=(sqlite3)
  fi
  if [[ ${1:-} == tests || ${1:-} == bench ]]; then
    has_postgresql || missing+=(postgresql)
    [[ -x /usr/sbin/mariadbd ]] || missing+=(mariadb-server-core)
    command -v mariadb >/dev/null || missing+=(mariadb-client-core)
  fi
  if [[ ${1:-} == tests ]]; then
    local tool
    for tool in kcat git rsync chromium; do
      command -v "$tool" >/dev/null || missing+=("$tool")
    done
    command -v ss >/dev/null || missing+=(iproute2)
    command -v redis-server >/dev/null || missing+=(redis-server)
    [[ -x /usr/sbin/mkfs.xfs ]] || missing+=(xfsprogs)
    [[ -x /usr/sbin/mkfs.btrfs ]] || missing+=(btrfs-progs)
    command -v musl-gcc >/dev/null || missing+=(musl-tools)
    command -v mdb_load >/dev/null || missing+=(lmdb-utils)
    [[ -e /usr/include/lmdb.h ]] || missing+=(liblmdb-dev)
    command -v ldb >/dev/null || missing+=(rocksdb-tools)
    /usr/bin/python3 -c 'import test.test_os' 2>/dev/null || missing+=(python3 python-tests)
  fi
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  fi
}

# Prints the home of a JDK that is new enough: JAVA_HOME when that is one, else the one on the path.
find_java_home() {
  local javac
  for javac in "${JAVA_HOME:-/nowhere}/bin/javac" "$(command -v javac || true)"; do
    if [[ -x $javac ]] && (($(jdk_version "$javac") >= OLDEST_JDK)); then
      dirname "$(dirname "$(readlink -f "$javac")")"
      return
    fi
  done
  return 1
}

# Of a javac. Asking it would start a JVM: the file beside it is quicker.
jdk_version() {
  local release
  release=$(dirname "$(dirname "$(readlink -f "$1")")")/release
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release" 2>/dev/null | grep . \
    || "$1" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' | grep . \
    || echo 0
}

has_c_headers() {
  [[ -e /usr/include/stdio.h ]]
}

has_postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null
}

# Takes package names; "jdk", "postgresql", "docker-cli" and "python-tests" stand for what this system has.
install_packages() {
  command -v apt-get >/dev/null || fail "needs ${*}, and finds no apt-get to install them with"
  run_as_root apt-get update
  local packages=() name
  for name in "$@"; do
    case $name in
      jdk) packages+=("$(first_known openjdk-17-jdk-headless default-jdk-headless)") ;;
      postgresql) packages+=("$(first_known postgresql-15 postgresql)") ;;
      docker-cli) packages+=("$(first_known docker-cli docker.io)") ;;
      python-tests) packages+=("lib$(python_version)-testsuite") ;;
      *) packages+=("$name") ;;
    esac
  done
  say "installing ${packages[*]}"
  run_as_root apt-get install -y --no-install-recommends "${packages[@]}"
}

# Prints what the package python3 stands for, such as python3.11.
python_version() {
  apt-cache depends python3 | sed -n 's/^ *Depends: \(python3\.[0-9]*\)$/\1/p' | head -n 1
}

first_known() {
  local name
  for name in "$@"; do
    if [[ -n $(apt-cache madison "$name" 2>/dev/null) ]]; then
      echo "$name"
      return
    fi
  done
  echo "$1"
}

# Runs quietly; what it said is shown when it failed.
run_as_root() {
  local sudo=() log
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "must be root, or have sudo, to run: $*"
    sudo=(sudo)
  fi
  log=$(mktemp)
  if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}
