default_image=localhost/ironwheel-debian:1

image_in_use() {
  used=${image_name:-$(sed -n 's/^CONTAINER_IMAGE=//p' "$etc/worker.env" 2>/dev/null)}
  printf '%s' "${used:-$default_image}"
}

# Root makes the image, since one user id alone cannot install packages; the worker loads the archive when it starts.
place_image() {
  [ "$make_image" = yes ] || return 0
  archive="$images/image.tar"
  wanted=$(image_in_use)
  # Minimal systems lack the file that allows images at all; this is what distributions ship.
  policy=/etc/containers/policy.json
  if [ ! -f "$policy" ]; then
    policy="$work/policy.json"
    echo '{ "default": [{ "type": "insecureAcceptAnything" }] }' >"$policy"
  fi
  if [ -n "$image_file" ]; then
    say "image: from $image_file"
    cp "$image_file" "$archive.part"
  elif [ "$(cat "$images/image-name" 2>/dev/null)" = "$wanted" ]; then
    return 0
  elif [ "$wanted" != "$default_image" ]; then
    warn "image: give the archive of $wanted with --image; until then nothing is claimed."
    return 0
  else
    say "image: podman build of $default_image (some minutes)"
    if ! podman build -q --signature-policy "$policy" -t "$default_image" -f "$root/current/images/debian/Containerfile" "$root/current/images" >"$work/image.log" 2>&1 ||
      ! podman save -q -o "$archive.part" "$default_image" >>"$work/image.log" 2>&1; then
      tail -n 3 "$work/image.log" >&2
      warn 'image: it could not be made here (above). Make it elsewhere, and paste the line again with: sh -s -- --image FILE'
      rm -f "$archive.part"
      return 0
    fi
  fi
  chmod 644 "$archive.part"
  mv -f "$archive.part" "$archive"
  printf '%s\n' "$wanted" >"$images/image-name"
}

worker_pid() { systemctl show --property=MainPID --value ironwheel-worker.service 2>/dev/null || echo 0; }

# SIGHUP: the worker takes nothing more, ends what it builds however long that takes, and starts anew as the new release.
restart_worker() {
  pid=$(worker_pid)
  if ! systemctl is-active --quiet ironwheel-worker.service; then
    systemctl start ironwheel-worker.service
    return
  fi
  if [ "$drain_timeout" -gt 0 ] && [ "$pid" -gt 1 ]; then
    say "worker: waiting for running builds, at most $drain_timeout s (--now does not wait)"
    kill -HUP "$pid"
    waited=0
    while [ "$waited" -lt "$drain_timeout" ] && [ "$(worker_pid)" = "$pid" ]; do
      sleep 1
      waited=$((waited + 1))
    done
    if [ "$(worker_pid)" != "$pid" ]; then
      systemctl start ironwheel-worker.service
      return
    fi
    warn 'worker: its builds have not ended; they are cut off and go to other workers'
  fi
  systemctl restart ironwheel-worker.service
}

start_units() {
  systemctl enable --quiet ironwheel-agent.service ironwheel-worker.service
  systemctl restart ironwheel-agent.service ||
    fail 'ironwheel-agent.service did not start: journalctl -u ironwheel-agent'
  restart_worker || fail 'ironwheel-worker.service did not start: journalctl -u ironwheel-worker'
}

# The worker has the image in its own store by now; the archive would only take room.
drop_archive() {
  if [ -f "$state_worker/loaded-image" ]; then rm -f "$images/image.tar"; fi
}

wait_for_heartbeat() {
  waited=0
  # Of the worker that was just started, not of the one before it; by the controller's clock, with a little to spare.
  started=$(($(date -d "$(controller_date)" +%s) - 2))
  while [ "$waited" -lt 120 ]; do
    if fetch "$controller_url/install/$install_token/progress?after=$started" "$work/progress" 2>"$work/progress-error" &&
      [ "$(head -n 1 "$work/progress")" = healthy ]; then
      say "the controller hears from this host: $server_name, pool $server_pool"
      sed -n '2,$p' "$work/progress" >"$work/problems"
      if [ -s "$work/problems" ]; then
        warn 'the worker claims nothing yet:'
        sed 's/^/  /' "$work/problems" >&2
      fi
      return 0
    fi
    sleep 1
    waited=$((waited + 1))
  done
  cat "$work/progress-error" >&2
  fail 'the controller has not heard from the worker for two minutes: ironwheel-agent doctor, journalctl -u ironwheel-worker'
}
