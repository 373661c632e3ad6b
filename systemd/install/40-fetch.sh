work=
incoming=
clean_up() {
  if [ -n "$work" ]; then rm -rf -- "$work"; fi
  if [ -n "$incoming" ]; then rm -rf -- "$incoming"; fi
}

make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/ironwheel-install.XXXXXX")
  chmod 700 "$work"
  trap clean_up EXIT
  trap 'exit 1' HUP INT TERM
  if [ -n "$controller_ca" ]; then printf '%s\n' "$controller_ca" >"$work/controller-ca.pem"; fi
}

# fetch URL FILE: to the controller only, without following it anywhere else.
fetch() {
  if has curl; then
    set -- "$1" "$2" --silent --show-error --fail --connect-timeout 10 --max-time 900 --retry 2
    if [ -n "$controller_ca" ]; then set -- "$@" --cacert "$work/controller-ca.pem" --pinnedpubkey "sha256//$controller_pin"; fi
    fetch_url=$1 fetch_file=$2
    shift 2
    curl "$@" --output "$fetch_file" "$fetch_url"
  elif [ -n "$controller_ca" ]; then
    wget -q --max-redirect=0 --ca-certificate="$work/controller-ca.pem" -O "$2" "$1"
  else
    wget -q --max-redirect=0 -O "$2" "$1"
  fi
}

controller_date() {
  if has curl; then
    set -- --silent --show-error --connect-timeout 10 --max-time 30 --output /dev/null --dump-header -
    if [ -n "$controller_ca" ]; then set -- "$@" --cacert "$work/controller-ca.pem" --pinnedpubkey "sha256//$controller_pin"; fi
    curl "$@" "$controller_url/api/health/live" 2>"$work/clock-error"
  else
    set -- -S --spider -T 30 -t 1
    if [ -n "$controller_ca" ]; then set -- "$@" --ca-certificate="$work/controller-ca.pem"; fi
    wget "$@" "$controller_url/api/health/live" 2>&1
  fi | sed -n 's/^ *[Dd][Aa][Tt][Ee]: *//p' | tr -d '\r' | head -n 1
}

# fetch_checked SHA256 NAME FILE
fetch_checked() {
  if ! fetch "$controller_url/install/files/$1/$2" "$3"; then
    fail "$2 could not be fetched from the controller. Paste the install line again; if it goes on, make a new link."
  fi
  fetched_sha256=$(sha256sum "$3")
  fetched_sha256=${fetched_sha256%% *}
  if [ "$fetched_sha256" != "$1" ]; then
    fail "$2 is not what the controller announced: its sha256 is $fetched_sha256 and not $1. Nothing was installed. Somebody or something on the way changes files."
  fi
}

# Everything is fetched and checked before anything of it is put in place.
fetch_release() {
  mkdir "$work/release"
  while read -r file_sha256 file_bytes file_mode file_path; do
    mkdir -p "$work/release/$(dirname "$file_path")"
    fetch_checked "$file_sha256" "${file_path##*/}" "$work/release/$file_path"
    chmod "$file_mode" "$work/release/$file_path"
  done <<FILES
$install_files
FILES
}

# True when the installed release is whole: each file there, with its sha256.
release_is_whole() {
  [ -d "$root/releases/$release_name" ] || return 1
  while read -r file_sha256 file_bytes file_mode file_path; do
    printf '%s  %s\n' "$file_sha256" "$root/releases/$release_name/$file_path"
  done >"$work/sums" <<FILES
$install_files
FILES
  sha256sum --check --status "$work/sums" 2>/dev/null
}

# Unpacked where it will stand: programs do not run from /tmp everywhere.
fetch_runtime() {
  fetch_checked "$runtime_sha256" "node-$runtime_version-$arch.tar.gz" "$work/runtime.tar.gz"
  mkdir -p "$root/runtimes"
  incoming=$(mktemp -d "$root/runtimes/.incoming.XXXXXX")
  tar -xzf "$work/runtime.tar.gz" -C "$incoming" --no-same-owner
  chmod 755 "$incoming" "$incoming/bin" "$incoming/bin/node"
  "$incoming/bin/node" --version >/dev/null 2>&1 ||
    fail "Node $runtime_version of the controller does not run on this host; it may need a newer system. Install nodejs 24 here instead."
  rm -rf "$runtime_place"
  mv -T "$incoming" "$runtime_place"
  incoming=
}
