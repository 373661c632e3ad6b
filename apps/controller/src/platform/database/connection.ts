/** How to reach the database; the same for the pool, the listener and the entities. */
export interface DatabaseConnection {
  readonly kind: 'embedded' | 'external';
  /** A socket directory for the embedded one. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: boolean | { readonly rejectUnauthorized: boolean };
}

/** Injected where the connection itself is needed. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** Parses a `postgres://` URL. `sslmode` is honoured as libpq does: `require` does not check the certificate. */
export function parseDatabaseUrl(text: string): DatabaseConnection {
  const url = new URL(text);
  const mode = url.searchParams.get('sslmode') ?? 'prefer';
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return {
    kind: 'external',
    host: host === '' ? 'localhost' : host.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username) || 'ironwheel',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || 'ironwheel',
    ssl:
      mode === 'verify-full' || mode === 'verify-ca'
        ? true
        : mode === 'require'
          ? { rejectUnauthorized: false }
          : false,
  };
}

/** The options of a `pg` client or pool. */
export function toClientOptions(connection: DatabaseConnection, applicationName: string) {
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password,
    database: connection.database,
    ssl: connection.ssl === false ? false : connection.ssl === true ? true : { ...connection.ssl },
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  };
}
