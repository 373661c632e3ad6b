install_host() {
  make_work
  form=$worker_form
  if [ -z "$form" ]; then form=$(cat "$etc/worker-form" 2>/dev/null || echo b); fi
  launcher=
  run_checks
  if [ "$failed_checks" -gt 0 ] && [ "$install_packages" = yes ] && [ "$dry_run" = no ] && [ "$(id -u)" = 0 ]; then
    install_missing_packages
    failed_checks=0
    missing_packages=
    run_checks
  fi
  if [ "$failed_checks" -gt 0 ]; then
    fail "$failed_checks of the checks failed; nothing was changed. Mend what they name and paste the line again, while the link is good."
  fi

  whole=no
  if release_is_whole; then whole=yes; fi
  say "will install release $release_name to $root, Node from the $node_source, worker in form $form, units ironwheel-agent and ironwheel-worker with a user each."
  if [ -f "$state_agent/agent.json" ]; then
    say 'this host is enrolled already: keys that are still good are kept.'
  else
    say "will make the keys of this host and enrol it as $server_name in pool $server_pool."
  fi
  if [ "$dry_run" = yes ]; then
    say 'dry run: nothing was changed.'
    return 0
  fi

  if [ "$whole" = no ]; then fetch_release; fi
  if [ "$node_source" = controller ]; then
    runtime_place="$root/runtimes/$runtime_version-$(printf %.12s "$runtime_sha256")"
    if ! "$runtime_place/bin/node" --version >/dev/null 2>&1; then fetch_runtime; fi
  fi
  place_release
  place_users
  place_settings
  place_units
  enrol
  place_image
  start_units
  wait_for_heartbeat
  drop_archive
  say 'done. Look: systemctl status ironwheel-agent ironwheel-worker; ironwheel-agent doctor'
}

case "$action" in
  install) install_host ;;
  uninstall) uninstall ;;
esac
