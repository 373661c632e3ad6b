import { resolve } from 'node:path';
import { rspack } from '@rspack/core';
import { oldNodeBanner } from './scripts/old-node-banner.mjs';

const root = import.meta.dirname;
const alias = Object.fromEntries(
  ['contracts', 'packaging', 'resolver', 'decisions', 'plugin-kit', 'config', 'logging'].map((name) => [
    `@ironwheel/${name}$`,
    resolve(root, 'libs', name, 'src/index.ts'),
  ]),
);

/** Ours is bundled; everything of node_modules and of node itself is imported at run time. */
const isExternal = (request) =>
  !request.startsWith('.') && !request.startsWith('/') && !request.startsWith('@ironwheel/');

/** The controller: apps/controller/src/main.ts → dist/controller/main.mjs, and its threads: for large inputs and for HTTP. */
export default {
  name: 'controller',
  mode: 'production',
  target: 'node24',
  context: root,
  entry: {
    main: './apps/controller/src/main.ts',
    'text-thread': './libs/resolver/src/inputs/text-thread.ts',
    'http-thread': './libs/resolver/src/assembly/http-thread.ts',
  },
  devtool: 'source-map',
  output: {
    path: resolve(root, 'dist/controller'),
    filename: '[name].mjs',
    chunkFilename: '[name].mjs',
    module: true,
    chunkFormat: 'module',
    library: { type: 'module' },
    clean: true,
  },
  resolve: { extensions: ['.ts', '.js'], alias },
  externalsType: 'module-import',
  externals: ({ request }, done) => (request && isExternal(request) ? done(null, request) : done()),
  // The code asks for its own place on the disk at run time; it is not to be replaced by that of the source.
  module: {
    parser: { javascript: { importMeta: false, url: false } },
    rules: [
      {
        test: /\.ts$/,
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
            target: 'es2024',
            keepClassNames: true,
          },
        },
        type: 'javascript/auto',
      },
    ],
  },
  optimization: { minimize: false, splitChunks: false, nodeEnv: false },
  plugins: [
    new rspack.BannerPlugin({ banner: oldNodeBanner, raw: true, include: /^main\.mjs$/ }),
    new rspack.NormalModuleReplacementPlugin(/^@ironwheel\/plugin-(?!kit)/, (data) => {
      data.request = resolve(
        root,
        'plugins',
        data.request.slice('@ironwheel/plugin-'.length),
        'src/index.ts',
      );
    }),
    new rspack.CopyRspackPlugin({ patterns: [{ from: 'apps/controller/migrations', to: 'migrations' }] }),
  ],
  performance: false,
  stats: 'errors-warnings',
};
