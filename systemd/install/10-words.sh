set -eu
umask 022
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
LC_ALL=C
export PATH LC_ALL

state_agent=/var/lib/ironwheel-agent
state_worker=/var/lib/ironwheel-worker
images=/var/lib/ironwheel-images
root=/opt/ironwheel
etc=/etc/ironwheel
units=/etc/systemd/system

say() { printf 'ironwheel: %s\n' "$*"; }
warn() { printf 'ironwheel: %s\n' "$*" >&2; }
fail() {
  warn "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
