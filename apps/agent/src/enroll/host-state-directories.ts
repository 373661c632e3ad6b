/** Where the supervisor of a provisioned host keeps its key, and where its worker does (`systemd/`). */
export const hostStateDirectories = {
  agent: '/var/lib/ironwheel-agent',
  worker: '/var/lib/ironwheel-worker',
} as const;
