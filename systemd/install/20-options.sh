usage() {
  cat <<'USAGE'
Usage: … | sh -s -- [install|uninstall] [options]

  --dry-run                     look and tell, change nothing
  --install-packages            install missing packages with apt-get or dnf
  --worker-form b|a             b: one user id (default); a: subordinate ids, for recipes with system packages
  --image FILE                  archive (podman save) of the build image, instead of making it here
  --image-name NAME             name of the image to build in (default: localhost/ironwheel-debian:1)
  --no-image                    leave the image to me; until it is there, nothing is claimed
  --drain-timeout SECONDS       upgrade: how long running builds may take to end (default: 900)
  --now                         upgrade: do not wait for running builds, they are cut off
  --allow-unenforced-limits     build even where memory limits do not hold (test hosts)
  --help                        this text
USAGE
}

action=install
dry_run=no
install_packages=no
worker_form=
image_file=
image_name=
make_image=yes
drain_timeout=900
allow_unenforced=no

while [ $# -gt 0 ]; do
  case "$1" in
    install | uninstall) action=$1 ;;
    --dry-run) dry_run=yes ;;
    --install-packages) install_packages=yes ;;
    --worker-form | --image | --image-name | --drain-timeout)
      [ $# -ge 2 ] || fail "$1 needs a value; --help says more."
      case "$1" in
        --worker-form) worker_form=$2 ;;
        --image) image_file=$2 ;;
        --image-name) image_name=$2 ;;
        --drain-timeout) drain_timeout=$2 ;;
      esac
      shift
      ;;
    --no-image) make_image=no ;;
    --drain) ;;
    --now) drain_timeout=0 ;;
    --allow-unenforced-limits) allow_unenforced=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown option: $1; --help says more." ;;
  esac
  shift
done

case "$worker_form" in '' | a | b) ;; *) fail '--worker-form takes a or b.' ;; esac
case "$drain_timeout" in '' | *[!0-9]*) fail '--drain-timeout takes a number of seconds.' ;; esac
case "$image_name" in *[!A-Za-z0-9./:@_-]*) fail '--image-name takes the name of an image.' ;; esac
if [ -n "$image_file" ] && [ ! -f "$image_file" ]; then fail "there is no file $image_file."; fi
