# switch LINK TARGET: at every moment the link points to the old or to the new place.
switch() {
  ln -sfn "$2" "$1.new"
  mv -fT "$1.new" "$1"
}

# put FROM TO MODE
put() {
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv -f "$2.new" "$2"
}

place_release() {
  mkdir -p "$root/releases" "$root/runtimes" "$etc"
  if [ -d "$work/release" ]; then
    staged="$root/releases/.staged-$release_name"
    rm -rf "$staged" "$root/releases/$release_name"
    cp -R "$work/release" "$staged"
    mv -T "$staged" "$root/releases/$release_name"
  fi
  if [ "$node_source" = host ]; then
    runtime_place="$root/runtimes/host"
    mkdir -p "$runtime_place/bin"
    ln -sfn "$host_node" "$runtime_place/bin/node"
  fi
  previous=$(readlink "$root/current" 2>/dev/null || true)
  switch "$root/runtime" "$runtime_place"
  switch "$root/current" "$root/releases/$release_name"
  ln -sfn "$root/current/lib/$launcher" "$root/notify-exec"
  for old in "$root"/releases/* "$root"/runtimes/*; do
    case "$old" in "$root/releases/$release_name" | "$previous" | "$runtime_place") ;; *) rm -rf -- "$old" ;; esac
  done
  cat >"$root/ironwheel-agent.new" <<'WRAPPER'
#!/bin/sh
exec /opt/ironwheel/runtime/bin/node /opt/ironwheel/current/agent/main.mjs "$@"
WRAPPER
  chmod 755 "$root/ironwheel-agent.new"
  mv -f "$root/ironwheel-agent.new" "$root/ironwheel-agent"
  ln -sfn "$root/ironwheel-agent" /usr/local/bin/ironwheel-agent
}

place_users() {
  # A minimal system has neither; what was made here goes again with an uninstall.
  for directory in /etc/sysusers.d /etc/tmpfiles.d; do
    if [ ! -d "$directory" ]; then mkdir "$directory" && printf '%s\n' "$directory" >>"$etc/made-directories"; fi
  done
  put "$root/current/host/ironwheel.sysusers" /etc/sysusers.d/ironwheel.conf 644
  put "$root/current/host/ironwheel.tmpfiles" /etc/tmpfiles.d/ironwheel.conf 644
  systemd-sysusers /etc/sysusers.d/ironwheel.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/ironwheel.conf
  if [ "$form" = a ] && ! grep -q '^ironwheel-worker:' /etc/subuid 2>/dev/null; then
    usermod --add-subuids 600000-665535 --add-subgids 600000-665535 ironwheel-worker
  fi
  # With such ids podman would call newuidmap, which form B does not let it.
  if [ "$form" = b ]; then drop_subordinate_ids; fi
}

drop_subordinate_ids() {
  for file in /etc/subuid /etc/subgid; do
    if [ -f "$file" ]; then sed -i '/^ironwheel-worker:/d' "$file"; fi
  done
}

# Images of one form are of no use to the other: their files have other owners. The store is moved away before it is
# removed, so that nothing that the worker laid out there leads root elsewhere.
drop_images_of_other_form() {
  before=$(cat "$etc/worker-form" 2>/dev/null || echo "$form")
  if [ "$before" = "$form" ]; then return 0; fi
  say "the worker changes from form $before to form $form: its images are loaded anew"
  if [ -z "$image_file" ] && [ "$(image_in_use)" != "$default_image" ]; then
    fail "changing the form needs the build image again: --image FILE"
  fi
  systemctl stop ironwheel-worker.service 2>/dev/null || true
  trash=$(mktemp -d "$root/.old-images.XXXXXX")
  mv "$state_worker/.local" "$state_worker/loaded-image" "$trash" 2>/dev/null || true
  rm -rf "$trash" "$images/image-name"
}

# set_env FILE KEY VALUE: one line of an environment file, the others stay as the operator wrote them.
set_env() {
  if [ -f "$1" ]; then grep -v "^$2=" "$1" >"$1.new" || true; else : >"$1.new"; fi
  if [ -n "$3" ]; then printf '%s=%s\n' "$2" "$3" >>"$1.new"; fi
  chmod 644 "$1.new"
  mv -f "$1.new" "$1"
}

place_settings() {
  if [ -n "$controller_ca" ]; then put "$work/controller-ca.pem" "$etc/controller-ca.pem" 644; fi
  put "$root/current/host/containers.conf" "$etc/containers.conf" 644
  case "$form" in
    a) put "$root/current/host/storage.form-a.conf" "$etc/storage.conf" 644 ;;
    b) put "$root/current/host/storage.conf" "$etc/storage.conf" 644 ;;
  esac
  drop_images_of_other_form
  printf '%s\n' "$form" >"$etc/worker-form"
  [ -f "$etc/agent.env" ] || printf '# Environment of ironwheel-agent.service, kept over upgrades.\n' >"$etc/agent.env"
  [ -f "$etc/worker.env" ] || printf '# Environment of ironwheel-worker.service (docs/configuration.md), kept over upgrades.\n' >"$etc/worker.env"
  if [ -n "$image_name" ]; then set_env "$etc/worker.env" CONTAINER_IMAGE "$image_name"; fi
  if [ "$allow_unenforced" = yes ]; then set_env "$etc/worker.env" WORKER_ALLOW_UNENFORCED_LIMITS true; fi
}

place_units() {
  mkdir -p /etc/polkit-1/rules.d "$units"
  put "$root/current/host/60-ironwheel.rules" /etc/polkit-1/rules.d/60-ironwheel.rules 644
  put "$root/current/host/ironwheel-agent.service" "$units/ironwheel-agent.service" 644
  case "$form" in
    a) put "$root/current/host/ironwheel-worker.form-a.service" "$units/ironwheel-worker.service" 644 ;;
    b) put "$root/current/host/ironwheel-worker.service" "$units/ironwheel-worker.service" 644 ;;
  esac
  if has restorecon; then restorecon -R "$root" "$etc" "$units" 2>/dev/null || true; fi
  systemctl daemon-reload
}
