/** A row of `provisioning_bundles` without its secret's digest. */
export interface BundleRow {
  readonly id: string;
  readonly server_id: string;
  readonly pool: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly downloaded_at: Date | null;
  readonly used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** A bundle with what its server is today. */
export interface BundleOfServer extends BundleRow {
  readonly server_name: string;
  readonly server_pool: string;
  readonly server_archived_at: Date | null;
}
