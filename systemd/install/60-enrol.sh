# The keys are made here; the token goes to the program by its standard input, never as an argument.
enrol() {
  set -- enroll --keep-valid --url "$controller_url" --server-id "$server_id"
  set -- "$@" --agent-state-dir "$state_agent" --agent-user ironwheel-agent
  set -- "$@" --worker-state-dir "$state_worker" --worker-user ironwheel-worker
  if [ -n "$controller_ca" ]; then set -- "$@" --ca-file "$etc/controller-ca.pem"; fi
  printf '%s\n' "$install_token" | "$root/ironwheel-agent" "$@" ||
    fail 'the host could not be enrolled; see above. Everything else is in place: mend it and paste the line again (a new one if this link has ended).'
}
