uninstall() {
  [ "$(id -u)" = 0 ] || fail 'uninstall needs root.'
  say 'uninstall: units, users, keys, build state, images and programs of Ironwheel on this host'
  if [ "$dry_run" = yes ]; then
    say "would stop and remove ironwheel-agent.service and ironwheel-worker.service, and remove $root, $etc, $state_agent, $state_worker, $images, the users ironwheel-agent and ironwheel-worker. Nothing was changed."
    return 0
  fi
  systemctl disable --now ironwheel-agent.service ironwheel-worker.service 2>/dev/null || true
  rm -f "$units/ironwheel-agent.service" "$units/ironwheel-worker.service"
  rm -rf "$units/ironwheel-agent.service.d" "$units/ironwheel-worker.service.d"
  rm -f /etc/polkit-1/rules.d/60-ironwheel.rules /etc/sysusers.d/ironwheel.conf /etc/tmpfiles.d/ironwheel.conf
  if [ -f "$etc/made-directories" ]; then
    while read -r directory; do rmdir "$directory" 2>/dev/null || true; done <"$etc/made-directories"
  fi
  systemctl daemon-reload 2>/dev/null || true
  systemctl reset-failed ironwheel-agent.service ironwheel-worker.service 2>/dev/null || true
  for user in ironwheel-agent ironwheel-worker; do
    if id "$user" >/dev/null 2>&1; then userdel "$user" 2>/dev/null || warn "the user $user could not be removed; something runs as it"; fi
    if getent group "$user" >/dev/null 2>&1; then groupdel "$user" 2>/dev/null || true; fi
  done
  for file in /etc/subuid /etc/subgid; do
    if [ -f "$file" ]; then sed -i '/^ironwheel-worker:/d' "$file"; fi
  done
  rm -f /usr/local/bin/ironwheel-agent
  for place in "$root" "$etc" "$state_agent" "$state_worker" "$images" /run/ironwheel-worker; do
    # A disk that is mounted there is emptied and stays.
    rm -rf "$place" 2>/dev/null || find "$place" -mindepth 1 -delete || warn "$place could not be emptied"
  done
  say 'removed. On the controller the server stays until it is archived: ironwheel servers archive NAME'
}
