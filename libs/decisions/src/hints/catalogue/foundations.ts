import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Foreign functions, cryptography, compression. */
export const foundationHints: readonly BuiltinHint[] = [
  toBuiltin(
    'ffi',
    recipeOf({ apt: ['libffi-dev'], dnf: ['libffi-devel'] }),
    [/fatal error: ffi\.h/, /No package '?libffi'?/, /cannot find -lffi\b/],
    {
      matches: [
        'c/_cffi_backend.c:15:10: fatal error: ffi.h: No such file or directory',
        "No package 'libffi' found",
        '/usr/bin/ld: cannot find -lffi: No such file or directory',
      ],
      misses: ['fatal error: libffi_compat.h: No such file', '#include <ffi.h>'],
    },
  ),
  toBuiltin(
    'openssl',
    recipeOf({ apt: ['libssl-dev'], dnf: ['openssl-devel'] }),
    [
      /fatal error: openssl\/[a-z0-9_]+\.h/,
      /cannot find -l(?:ssl|crypto)\b/,
      /Could NOT find OpenSSL/,
      /Could not find directory of OpenSSL installation/,
    ],
    {
      matches: [
        'a.c:2:10: fatal error: openssl/ssl.h: No such file or directory',
        '/usr/bin/ld: cannot find -lcrypto: No such file or directory',
        '  Could NOT find OpenSSL, try to set the path to OpenSSL root folder',
        'Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed without this knowledge.',
      ],
      misses: ['-- Found OpenSSL: /usr/lib/libcrypto.so', 'fatal error: openssl.h: No such file'],
    },
    { note: 'The last form is that of the crate openssl-sys.' },
  ),
  toBuiltin(
    'zlib',
    recipeOf({ apt: ['zlib1g-dev'], dnf: ['zlib-devel'] }),
    [
      /fatal error: zlib\.h/,
      /cannot find -lz\b/,
      /Could NOT find ZLIB/,
      /headers or library files could not be found for zlib/,
    ],
    {
      matches: [
        'z.c:1:10: fatal error: zlib.h: No such file or directory',
        '/usr/bin/ld: cannot find -lz: No such file or directory',
        '  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)',
        'The headers or library files could not be found for zlib,',
      ],
      misses: ['cannot find -lzstd', 'fatal error: myzlib.hpp: No such file'],
    },
    { note: 'Fedora answers to zlib-devel with zlib-ng-compat-devel.' },
  ),
  toBuiltin(
    'bzip2',
    recipeOf({ apt: ['libbz2-dev'], dnf: ['bzip2-devel'] }),
    [/fatal error: bzlib\.h/, /cannot find -lbz2\b/, /Could NOT find BZip2/],
    {
      matches: [
        'b.c:1:10: fatal error: bzlib.h: No such file or directory',
        '/usr/bin/ld: cannot find -lbz2: No such file or directory',
        'Could NOT find BZip2 (missing: BZIP2_LIBRARIES)',
      ],
      misses: ['bzip2: I/O error', 'cannot find -lbz2x'],
    },
  ),
  toBuiltin(
    'lzma',
    recipeOf({ apt: ['liblzma-dev'], dnf: ['xz-devel'] }),
    [/fatal error: lzma\.h/, /cannot find -llzma\b/, /No package '?liblzma'?/],
    {
      matches: [
        'l.c:1:10: fatal error: lzma.h: No such file or directory',
        '/usr/bin/ld: cannot find -llzma: No such file or directory',
        "No package 'liblzma' found",
      ],
      misses: ['fatal error: LzmaDec.h: No such file', '#include <lzma.h>'],
    },
  ),
  toBuiltin(
    'zstd',
    recipeOf({ apt: ['libzstd-dev'], dnf: ['libzstd-devel'] }),
    [/fatal error: zstd\.h/, /cannot find -lzstd\b/, /No package '?libzstd'?/],
    {
      matches: [
        'z.c:1:10: fatal error: zstd.h: No such file or directory',
        '/usr/bin/ld: cannot find -lzstd: No such file or directory',
        "No package 'libzstd' found",
      ],
      misses: ['cannot find -lz', 'zstd.h: in /usr/include'],
    },
  ),
  toBuiltin(
    'lz4',
    recipeOf({ apt: ['liblz4-dev'], dnf: ['lz4-devel'] }),
    [/fatal error: lz4(?:frame|hc)?\.h/, /cannot find -llz4\b/, /No package '?liblz4'?/],
    {
      matches: [
        'l.c:1:10: fatal error: lz4frame.h: No such file or directory',
        '/usr/bin/ld: cannot find -llz4: No such file or directory',
        "No package 'liblz4' found",
      ],
      misses: ['fatal error: lz4xx.h: No such file', 'lz4 --help'],
    },
    { isConfirmed: false },
  ),
  toBuiltin(
    'snappy',
    recipeOf({ apt: ['libsnappy-dev'], dnf: ['snappy-devel'] }),
    [/fatal error: snappy(?:-c)?\.h/, /cannot find -lsnappy\b/],
    {
      matches: [
        's.cc:1:10: fatal error: snappy-c.h: No such file or directory',
        '/usr/bin/ld: cannot find -lsnappy: No such file or directory',
      ],
      misses: ['fatal error: snappy/sinksource.h', 'snappy: ok'],
    },
  ),
  toBuiltin(
    'sodium',
    recipeOf({ apt: ['libsodium-dev'], dnf: ['libsodium-devel'] }, { repositories: ['epel'] }),
    [/fatal error: sodium\.h/, /cannot find -lsodium\b/, /No package '?libsodium'?/],
    {
      matches: [
        's.c:1:10: fatal error: sodium.h: No such file or directory',
        '/usr/bin/ld: cannot find -lsodium: No such file or directory',
        "No package 'libsodium' found",
      ],
      misses: ['sodium.h: yes', 'fatal error: sodium/core.h: No such file'],
    },
  ),
  toBuiltin(
    'gmp',
    recipeOf({
      apt: ['libgmp-dev', 'libmpfr-dev', 'libmpc-dev'],
      dnf: ['gmp-devel', 'mpfr-devel', 'libmpc-devel'],
    }),
    [/fatal error: (?:gmp|mpfr|mpc)\.h/, /cannot find -l(?:gmp|mpfr|mpc)\b/],
    {
      matches: [
        'src/gmpy2.h:1:10: fatal error: gmp.h: No such file or directory',
        '/usr/bin/ld: cannot find -lmpfr: No such file or directory',
      ],
      misses: ['fatal error: gmpxx_extra.h: No such file', 'mpfr: 4.2.0'],
    },
  ),
  toBuiltin(
    'kerberos',
    recipeOf({ apt: ['libkrb5-dev'], dnf: ['krb5-devel'] }),
    [
      /fatal error: (?:krb5|gssapi\/gssapi|gssapi)\.h/,
      /krb5-config: (?:command )?not found/,
      /No such file or directory: '?krb5-config'?/,
    ],
    {
      matches: [
        'k.c:1:10: fatal error: gssapi/gssapi.h: No such file or directory',
        '/bin/sh: 1: krb5-config: not found',
        "FileNotFoundError: [Errno 2] No such file or directory: 'krb5-config'",
      ],
      misses: ['krb5-config: 1.20', 'fatal error: gss.h: No such file'],
    },
    { isConfirmed: false },
  ),
  toBuiltin(
    'ldap',
    recipeOf({ apt: ['libldap2-dev', 'libsasl2-dev'], dnf: ['openldap-devel', 'cyrus-sasl-devel'] }),
    [/fatal error: (?:lber|ldap|sasl\/sasl)\.h/, /cannot find -l(?:ldap|lber|sasl2)\b/],
    {
      matches: [
        'Modules/common.h:15:10: fatal error: lber.h: No such file or directory',
        '/usr/bin/ld: cannot find -lldap: No such file or directory',
      ],
      misses: ['ldap.h: found', 'fatal error: ldapxx.h: No such file'],
    },
  ),
  toBuiltin(
    'systemd',
    recipeOf({ apt: ['libsystemd-dev'], dnf: ['systemd-devel'] }),
    [/fatal error: systemd\/sd-[a-z]+\.h/, /No package '?libsystemd'?/],
    {
      matches: [
        'j.c:1:10: fatal error: systemd/sd-journal.h: No such file or directory',
        "No package 'libsystemd' found",
      ],
      misses: ['systemd/sd-journal.h: ok', 'systemd is not running'],
    },
  ),
  toBuiltin(
    'usb',
    recipeOf({ apt: ['libusb-1.0-0-dev', 'libudev-dev'], dnf: ['libusb1-devel', 'systemd-devel'] }),
    [/fatal error: (?:usb|libusb-1\.0\/libusb|libusb|libudev)\.h/],
    {
      matches: ['hid.c:1:10: fatal error: libudev.h: No such file or directory'],
      misses: ['fatal error: usbip.h: No such file', 'libusb.h: ok'],
    },
    { isConfirmed: false },
  ),
];
