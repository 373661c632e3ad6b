import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Databases, messages, markup, transfer. */
export const databaseHints: readonly BuiltinHint[] = [
  toBuiltin(
    'sqlite',
    recipeOf({ apt: ['libsqlite3-dev'], dnf: ['sqlite-devel'] }),
    [/fatal error: sqlite3\.h/, /cannot find -lsqlite3\b/],
    {
      matches: [
        's.c:1:10: fatal error: sqlite3.h: No such file or directory',
        '/usr/bin/ld: cannot find -lsqlite3: No such file or directory',
      ],
      misses: ['sqlite3.OperationalError: no such table', 'fatal error: sqlite3ext.h: No such file'],
    },
  ),
  toBuiltin(
    'xml',
    recipeOf({ apt: ['libxml2-dev', 'libxslt1-dev'], dnf: ['libxml2-devel', 'libxslt-devel'] }),
    [
      /Please make sure the libxml2 and libxslt development packages are installed/,
      /fatal error: (?:libxml|libxslt)\/[a-zA-Z]+\.h/,
      /(?:xml2|xslt)-config[^\n]{0,80}not found/,
    ],
    {
      matches: [
        'Error: Please make sure the libxml2 and libxslt development packages are installed.',
        'src/lxml/etree.c:1:10: fatal error: libxml/xpath.h: No such file or directory',
        '/bin/sh: 1: xml2-config: not found',
      ],
      misses: ['xml2-config --cflags', 'fatal error: xml/parser.h: No such file'],
    },
  ),
  toBuiltin(
    'xmlsec',
    recipeOf(
      {
        apt: ['libxmlsec1-dev', 'pkg-config'],
        dnf: ['xmlsec1-devel', 'xmlsec1-openssl-devel', 'pkgconf-pkg-config'],
      },
      { repositories: ['crb'] },
    ),
    [/fatal error: xmlsec\//, /No package '?xmlsec1'?/],
    {
      matches: [
        'x.c:1:10: fatal error: xmlsec/xmlsec.h: No such file or directory',
        "No package 'xmlsec1' found",
      ],
      misses: ['xmlsec.Error: failed to sign', "No package 'xmlsec2' found"],
    },
  ),
  toBuiltin(
    'xmlsec-pkg-config',
    recipeOf(
      {
        apt: ['libxmlsec1-dev', 'pkg-config'],
        dnf: ['xmlsec1-devel', 'xmlsec1-openssl-devel', 'pkgconf-pkg-config'],
      },
      { repositories: ['crb'] },
    ),
    [/Unable to invoke pkg-config/],
    {
      matches: ['xmlsec build info\ndistutils.errors.DistutilsError: Unable to invoke pkg-config.'],
      misses: ['Unable to invoke pkg-config.'],
    },
    { alongside: /xmlsec/ },
  ),
  toBuiltin(
    'postgres',
    recipeOf({ apt: ['libpq-dev'], dnf: ['libpq-devel'] }),
    [
      /pg_config executable not found/,
      /pg_config: (?:command )?not found|No such file or directory: '?pg_config'?/,
      /fatal error: libpq-fe\.h/,
      /cannot find -lpq\b/,
    ],
    {
      matches: [
        'Error: pg_config executable not found.',
        '/bin/sh: 1: pg_config: not found',
        'p.c:1:10: fatal error: libpq-fe.h: No such file or directory',
        '/usr/bin/ld: cannot find -lpq: No such file or directory',
      ],
      misses: ['pg_config --includedir', 'fatal error: pq.h: No such file'],
    },
  ),
  toBuiltin(
    'mysql',
    recipeOf({ apt: ['default-libmysqlclient-dev', 'pkg-config'], dnf: ['mariadb-connector-c-devel'] }),
    [/mysql_config: (?:command )?not found/, /Can not find valid pkg-config name/, /fatal error: mysql\.h/],
    {
      matches: [
        '/bin/sh: 1: mysql_config: not found',
        'Exception: Can not find valid pkg-config name.',
        '_mysql.c:1:10: fatal error: mysql.h: No such file or directory',
      ],
      misses: ['mysql_config --libs', 'fatal error: mysqlx/xdevapi.h: No such file'],
    },
  ),
  toBuiltin(
    'odbc',
    recipeOf({ apt: ['unixodbc-dev'], dnf: ['unixODBC-devel'] }),
    [/fatal error: sql(?:ext|types)?\.h/, /cannot find -lodbc\b/],
    {
      matches: [
        'src/pyodbc.h:45:10: fatal error: sql.h: No such file or directory',
        '/usr/bin/ld: cannot find -lodbc: No such file or directory',
      ],
      misses: ['fatal error: sqlite3.h: No such file', 'odbc: connected'],
    },
  ),
  toBuiltin(
    'curl',
    recipeOf({ apt: ['libcurl4-openssl-dev'], dnf: ['libcurl-devel'] }),
    [/Could not run curl-config/, /fatal error: curl\/curl\.h/, /cannot find -lcurl\b/],
    {
      matches: [
        "__main__.ConfigurationError: Could not run curl-config: [Errno 2] No such file or directory: 'curl-config'",
        'c.c:1:10: fatal error: curl/curl.h: No such file or directory',
        '/usr/bin/ld: cannot find -lcurl: No such file or directory',
      ],
      misses: ['curl-config --version', 'curl: (6) not resolved'],
    },
  ),
  toBuiltin(
    'hdf5',
    recipeOf({ apt: ['libhdf5-dev'], dnf: ['hdf5-devel'] }, { repositories: ['crb', 'epel'] }),
    [/fatal error: hdf5\.h/, /Unable to load dependency HDF5/, /Could NOT find HDF5/],
    {
      matches: [
        'h.c:1:10: fatal error: hdf5.h: No such file or directory',
        'error: Unable to load dependency HDF5, make sure HDF5 is installed properly',
        'Could NOT find HDF5 (missing: HDF5_LIBRARIES)',
      ],
      misses: ['Found HDF5: /usr/lib', 'fatal error: hdf5_hl_x.h: No such file'],
    },
  ),
  toBuiltin(
    'zmq',
    recipeOf({ apt: ['libzmq3-dev'], dnf: ['zeromq-devel'] }, { repositories: ['epel'] }),
    [/fatal error: zmq\.h/, /No package '?libzmq'?/, /Could NOT find ZeroMQ/],
    {
      matches: [
        'z.c:1:10: fatal error: zmq.h: No such file or directory',
        "No package 'libzmq' found",
        'Could NOT find ZeroMQ (missing: ZeroMQ_LIBRARY)',
      ],
      misses: ['zmq.error.ZMQError', 'Found ZeroMQ: 4.3'],
    },
  ),
  toBuiltin(
    'rdkafka',
    recipeOf({ apt: ['librdkafka-dev'], dnf: ['librdkafka-devel'] }, { repositories: ['epel'] }),
    [/fatal error: librdkafka\/rdkafka\.h/],
    {
      matches: ['c.h:1:10: fatal error: librdkafka/rdkafka.h: No such file or directory'],
      misses: ['fatal error: rdkafka.hpp: No such file'],
    },
    { isConfirmed: false },
  ),
];
