import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Images, fonts, video, maps, linear algebra. */
export const pictureHints: readonly BuiltinHint[] = [
  toBuiltin(
    'jpeg',
    recipeOf({ apt: ['libjpeg-dev'], dnf: ['libjpeg-turbo-devel'] }),
    [/fatal error: jpeglib\.h/, /headers or library files could not be found for jpeg/],
    {
      matches: [
        'j.c:1:10: fatal error: jpeglib.h: No such file or directory',
        'The headers or library files could not be found for jpeg,',
      ],
      misses: ['fatal error: jpeg.h: No such file', 'jpeg support: yes'],
    },
  ),
  toBuiltin(
    'png',
    recipeOf({ apt: ['libpng-dev'], dnf: ['libpng-devel'] }),
    [/fatal error: png\.h/, /cannot find -lpng/],
    {
      matches: [
        'p.c:1:10: fatal error: png.h: No such file or directory',
        '/usr/bin/ld: cannot find -lpng16: No such file or directory',
      ],
      misses: ['libpng error: bad adaptive filter', 'fatal error: apng.h: No such file'],
    },
  ),
  toBuiltin(
    'tiff',
    recipeOf({ apt: ['libtiff-dev'], dnf: ['libtiff-devel'] }),
    [/fatal error: tiff(?:io)?\.h/],
    {
      matches: ['t.c:1:10: fatal error: tiffio.h: No such file or directory'],
      misses: ['fatal error: geotiff.h: No such file', 'tiff.h: ok'],
    },
  ),
  toBuiltin(
    'webp',
    recipeOf({ apt: ['libwebp-dev'], dnf: ['libwebp-devel'] }),
    [/fatal error: webp\/(?:de|en)code\.h/],
    {
      matches: ['w.c:1:10: fatal error: webp/decode.h: No such file or directory'],
      misses: ['fatal error: webp.h: No such file'],
    },
  ),
  toBuiltin(
    'freetype',
    recipeOf({ apt: ['libfreetype-dev'], dnf: ['freetype-devel'] }),
    [/fatal error: (?:ft2build|freetype\/[a-z]+)\.h/, /No package '?freetype2'?/],
    {
      matches: [
        'f.c:1:10: fatal error: ft2build.h: No such file or directory',
        "No package 'freetype2' found",
      ],
      misses: ['freetype2: 24.3', 'fatal error: freetype.h: No such file'],
    },
    { note: 'Debian before 11 and Ubuntu before 20.04 call it libfreetype6-dev.' },
  ),
  toBuiltin(
    'lcms',
    recipeOf({ apt: ['liblcms2-dev'], dnf: ['lcms2-devel'] }),
    [/fatal error: lcms2\.h/, /No package '?lcms2'?/],
    {
      matches: ['l.c:1:10: fatal error: lcms2.h: No such file or directory', "No package 'lcms2' found"],
      misses: ['lcms2: 2.14', 'fatal error: lcms.h: No such file'],
    },
  ),
  toBuiltin(
    'openjpeg',
    recipeOf({ apt: ['libopenjp2-7-dev'], dnf: ['openjpeg2-devel'] }),
    [/fatal error: openjpeg\.h/, /No package '?libopenjp2'?/],
    {
      matches: [
        'o.c:1:10: fatal error: openjpeg.h: No such file or directory',
        "No package 'libopenjp2' found",
      ],
      misses: ['openjpeg 2.5', 'fatal error: openjp2.h: No such file'],
    },
  ),
  toBuiltin(
    'blas',
    recipeOf(
      { apt: ['libopenblas-dev', 'liblapack-dev', 'pkg-config'], dnf: ['openblas-devel', 'lapack-devel'] },
      { repositories: ['crb'] },
    ),
    [
      /No BLAS\/LAPACK/,
      /Dependency "?(?:OpenBLAS|openblas|scipy-openblas|blas|lapack)"? (?:not )?found/,
      /dependency (?:OpenBLAS|openblas|scipy-openblas|blas|lapack) found: NO/,
      /cannot find -l(?:openblas|blas|lapack|cblas)\b/,
      /fatal error: cblas\.h/,
      /Could NOT find (?:BLAS|LAPACK)\b/,
    ],
    {
      matches: [
        'numpy.distutils.system_info.NotFoundError: No BLAS/LAPACK libraries found.',
        '../scipy/meson.build:163:9: ERROR: Dependency "OpenBLAS" not found, tried pkgconfig and cmake',
        'Run-time dependency openblas found: NO (tried pkgconfig and cmake)',
        '/usr/bin/ld: cannot find -lopenblas: No such file or directory',
        'b.c:1:10: fatal error: cblas.h: No such file or directory',
        'Could NOT find BLAS (missing: BLAS_LIBRARIES)',
      ],
      misses: ['Run-time dependency openblas found: YES 0.3.21', 'cannot find -lblasfeo'],
    },
    { note: 'flexiblas-devel serves as well on Fedora.' },
  ),
  toBuiltin(
    'maps',
    recipeOf(
      {
        apt: ['libgeos-dev', 'libproj-dev', 'proj-bin', 'libgdal-dev'],
        dnf: ['geos-devel', 'proj-devel', 'proj', 'gdal-devel'],
      },
      { repositories: ['crb', 'epel'] },
    ),
    [
      /fatal error: (?:geos_c|proj)\.h/,
      /(?:geos|gdal)-config[^\n]{0,80}not found|No such file or directory: '?(?:geos|gdal)-config/,
      /proj executable not found/,
    ],
    {
      matches: [
        'g.c:1:10: fatal error: geos_c.h: No such file or directory',
        'WARNING: gdal-config: command not found',
        'SystemExit: proj executable not found. Please set the PROJ_DIR variable.',
      ],
      misses: ['geos-config --version', 'fatal error: proj_api_x.h: No such file'],
    },
  ),
  toBuiltin(
    'cairo',
    recipeOf({
      apt: ['libcairo2-dev', 'libgirepository1.0-dev', 'libglib2.0-dev', 'pkg-config'],
      dnf: ['cairo-devel', 'gobject-introspection-devel', 'glib2-devel', 'pkgconf-pkg-config'],
    }),
    [
      /fatal error: (?:cairo|pango\/pango|gobject\/gobject|glib)\.h/,
      /No package '?(?:cairo|gobject-introspection-1\.0|glib-2\.0)'?/,
      /Dependency "(?:cairo|gobject-introspection-1\.0|glib-2\.0)" (?:is required but )?not found/,
    ],
    {
      matches: [
        'c.c:1:10: fatal error: cairo.h: No such file or directory',
        "No package 'glib-2.0' found",
        '../meson.build:31:12: ERROR: Dependency "cairo" not found, tried pkgconfig',
      ],
      misses: ['cairo: 1.16', 'fatal error: cairo-gobject-x.h: No such file'],
    },
  ),
  toBuiltin(
    'ffmpeg',
    recipeOf(
      {
        apt: ['libavcodec-dev', 'libavformat-dev', 'libswscale-dev', 'libavdevice-dev', 'libavfilter-dev'],
        dnf: ['ffmpeg-free-devel'],
      },
      { repositories: ['epel'] },
    ),
    [/fatal error: (?:libavformat|libavcodec)\//, /No package '?libav(?:format|codec)'?/],
    {
      matches: [
        'a.c:1:10: fatal error: libavformat/avformat.h: No such file or directory',
        "No package 'libavcodec' found",
      ],
      misses: ['libavformat 59', 'fatal error: libav.h: No such file'],
    },
    { note: 'Not in the base repositories of RHEL.' },
  ),
];
