failed_checks=0
missing_packages=

# check NAME yes|no MEASURED NEEDED MEND
check() {
  if [ "$2" = yes ]; then
    printf '  ok    %-13s %s\n' "$1" "$3"
  else
    failed_checks=$((failed_checks + 1))
    printf '  FAIL  %-13s measured: %s; needed: %s\n        mend: %s\n' "$1" "$3" "$4" "$5"
  fi
}

package_command() {
  if has apt-get; then
    printf 'apt-get install -y --no-install-recommends %s' "$*"
  elif has dnf; then
    printf 'dnf install -y %s' "$*"
  else
    printf 'install the packages %s' "$*"
  fi
}

# check_program NAME PROGRAM "APT PACKAGES" "DNF PACKAGES"
check_program() {
  program_path=$(command -v "$2" 2>/dev/null || true)
  if [ -n "$program_path" ]; then
    check "$1" yes "$program_path" '' ''
    return
  fi
  if has dnf && ! has apt-get; then packages=$4; else packages=$3; fi
  missing_packages="$missing_packages $packages"
  check "$1" no 'not installed' "$2" "$(package_command "$packages")"
}

check_disk() {
  free_kb=$(df -Pk "$2" 2>/dev/null | awk 'NR == 2 { print $4 }')
  free_mb=$((${free_kb:-0} / 1024))
  if [ "$free_mb" -ge "$3" ]; then answer=yes; else answer=no; fi
  check "$1" "$answer" "$free_mb MB free on $2" "$3 MB" "free some space, or mount a larger disk at $2"
}

check_clock() {
  there=$(controller_date || true)
  there_s=$(date -d "$there" +%s 2>/dev/null || true)
  if [ -z "$there" ] || [ -z "$there_s" ]; then
    check controller no "no answer from $controller_url" 'an answer' \
      'check the address, firewalls and, if the certificate was renewed, make a new link'
    return
  fi
  check controller yes "$controller_url" '' ''
  offset=$(($(date +%s) - there_s))
  if [ "$offset" -lt 0 ]; then distance=$((-offset)); else distance=$offset; fi
  if [ "$distance" -le 60 ]; then answer=yes; else answer=no; fi
  check clock "$answer" "$distance s from the controller's" 'at most 60 s' \
    'set the clock (timedatectl set-ntp true, or install chrony), then paste the line again'
}

# A Node of the host serves when others may run it: one in a home directory may be gone or closed to the services.
node_of_host() {
  host_node=$(command -v node 2>/dev/null) || return 1
  host_node=$(readlink -f "$host_node") || return 1
  case "$host_node" in /home/* | /root/* | /tmp/* | /run/*) return 1 ;; esac
  node_version=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$host_node" --version 2>/dev/null) || return 1
  node_major=${node_version#v}
  node_major=${node_major%%.*}
  case "$node_major" in '' | *[!0-9]*) return 1 ;; esac
  [ "$node_major" -ge 24 ]
}

runtime_of_controller() {
  while read -r runtime_arch runtime_version runtime_sha256 runtime_bytes; do
    if [ "$runtime_arch" = "$arch" ]; then return 0; fi
  done <<RUNTIMES
$runtimes
RUNTIMES
  return 1
}

check_node() {
  if node_of_host; then
    node_source=host
    check node yes "$node_version at $host_node" '' ''
  elif runtime_of_controller; then
    node_source=controller
    check node yes "v$runtime_version for $arch, from the controller ($((runtime_bytes / 1048576)) MB)" '' ''
  else
    node_source=none
    measured="no Node 24 outside home directories, and the controller has none for $arch"
    check node no "$measured" 'Node 24 or later' \
      "on the controller: ironwheel runtime import node-v24.…-linux-….tar.gz; or install nodejs 24 on this host"
  fi
}

run_checks() {
  say "checks for the server $server_name, pool $server_pool:"
  user_id=$(id -u)
  if [ "$user_id" = 0 ]; then answer=yes; else answer=no; fi
  check user "$answer" "uid $user_id" 'root' 'paste the line in a root shell (sudo -i)'
  arch=$(uname -m)
  case "$arch" in x86_64 | aarch64 | s390x) answer=yes ;; *) answer=no ;; esac
  check architecture "$answer" "$arch" 'x86_64, aarch64 or s390x' 'take another machine'
  if [ -d /run/systemd/system ]; then answer=yes; else answer=no; fi
  check systemd "$answer" "$(cat /proc/1/comm 2>/dev/null || echo unknown) as process 1" 'systemd as process 1' \
    'boot the machine with systemd; a plain container is no host'
  check_disk 'disk /opt' /opt 600
  check_disk 'disk /var/lib' /var/lib 6000
  if has curl || has wget; then answer=yes; else answer=no; fi
  check downloads "$answer" "$(command -v curl || command -v wget || echo nothing)" 'curl or wget' "$(package_command curl)"
  check_program sha256 sha256sum coreutils coreutils
  check_program tar tar 'tar gzip' 'tar gzip'
  check_program setpriv setpriv util-linux util-linux
  check_program podman podman 'podman crun slirp4netns uidmap' 'podman crun slirp4netns shadow-utils'
  if has pkaction || [ -x /usr/lib/polkit-1/polkitd ] || [ -x /usr/libexec/polkitd ]; then
    check polkit yes 'installed' '' ''
  else
    if has dnf && ! has apt-get; then packages=polkit; else packages=polkitd; fi
    missing_packages="$missing_packages $packages"
    check polkit no 'not installed' 'polkit with rules in JavaScript (0.106 or later)' "$(package_command "$packages")"
  fi
  if has perl && perl -MSocket -e 1 2>/dev/null; then
    launcher=notify-exec.pl
    check launcher yes "perl" '' ''
  elif [ -x /usr/bin/python3 ]; then
    launcher=notify-exec.py
    check launcher yes "/usr/bin/python3" '' ''
  else
    missing_packages="$missing_packages python3"
    check launcher no 'neither perl nor /usr/bin/python3' 'one of them' "$(package_command python3)"
  fi
  if [ "$form" = a ]; then check_program newuidmap newuidmap uidmap shadow-utils; fi
  check_node
  check_clock
  case "$controller_url" in
    https://* | http://127.* | http://localhost[:/]* | http://localhost) ;;
    *) warn 'WARNING: the controller is reached without TLS. Whoever is on the way can read the link and change what is installed.' ;;
  esac
}

install_missing_packages() {
  [ -n "$missing_packages" ] || return 0
  if has apt-get; then
    say "apt-get install$missing_packages"
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing_packages
  elif has dnf; then
    say "dnf install$missing_packages"
    # shellcheck disable=SC2086
    dnf -q install -y $missing_packages
  else
    fail "install these packages by hand:$missing_packages"
  fi
}
