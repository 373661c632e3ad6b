/** Hidden subcommand of the process that renews leases; apart, so that its name does not bring the worker along. */
export const renewCommandName = 'renew-leases';
