# shellcheck shell=bash
# Docker's packages, and its daemon where none runs. Sourced after install.sh.

readonly DOCKERD_START_S=30
readonly DOCKERD_LOG=target/dockerd.log

# A daemon that answers: one that runs, or one started now, which ends with this script. 1 and a reason in docker_lack
# where there can be none.
find_docker() {
  docker_lack=
  if ! docker info >/dev/null 2>&1; then
    if ((EUID != 0)); then
      docker_lack="no Docker daemon answers this user, and only root can start one"
      return 1
    fi
    (install_docker) || {
      docker_lack="its packages cannot be installed"
      return 1
    }
    docker info >/dev/null 2>&1 || start_docker || start_docker --iptables=false --ip6tables=false || {
      docker_lack="dockerd does not start, see $DOCKERD_LOG"
      return 1
    }
  fi
}

# The same, or the end.
require_docker() {
  find_docker || fail "needs Docker: $docker_lack"
  install_docker
}

install_docker() {
  local missing=()
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v docker >/dev/null || missing+=(docker-cli)
  command -v docker-compose >/dev/null || missing+=(docker-compose)
  [[ -x /usr/sbin/debootstrap ]] || missing+=(debootstrap)
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

start_docker() {
  local pid waited
  mkdir -p target
  dockerd "$@" </dev/null >"$DOCKERD_LOG" 2>&1 &
  pid=$!
  for ((waited = 0; waited < DOCKERD_START_S * 10; waited++)); do
    if docker info >/dev/null 2>&1; then
      # shellcheck disable=SC2064 # this daemon's
      trap "stop_docker $pid" EXIT
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  stop_docker "$pid"
  return 1
}

stop_docker() {
  kill "$1" 2>/dev/null || return 0
  wait "$1" 2>/dev/null || true
}
