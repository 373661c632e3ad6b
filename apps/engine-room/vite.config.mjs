import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const repository = resolve(root, '../..');
const base = '/verifier-engine-room/';
const contracts = resolve(repository, 'libs/contracts/src');

/** The name that an expression begins with: `z` of `z.object({}).optional()`. */
const firstNameOf = (expression) => {
  if (expression.type === 'CallExpression') return firstNameOf(expression.callee);
  if (expression.type === 'MemberExpression') return firstNameOf(expression.object);
  return expression.type === 'Identifier' ? expression.name : '';
};
const isSchema = (init) => init?.type === 'CallExpression' && /^z$|Schema$/.test(firstNameOf(init));

/**
 * Of the contracts, only what the pages use is shipped, schema by schema: a module of them does nothing but say what it exports, and
 * to make a schema does nothing else either.
 */
const slimContracts = {
  name: 'slim-contracts',
  transform(code, id) {
    if (!id.startsWith(contracts)) return null;
    const schemas = this.parse(code, { lang: 'ts' }).body.flatMap((statement) => {
      const { declarations = [] } = statement.declaration ?? statement;
      return declarations.map(({ init }) => init).filter(isSchema);
    });
    let slim = code;
    for (const { start, end } of schemas.toReversed())
      slim = `${slim.slice(0, start)}/* @__PURE__ */ (() => ${slim.slice(start, end)})()${slim.slice(end)}`;
    return { code: slim, map: null, moduleSideEffects: false };
  },
};

/**
 * `begin` is the only script that the page names, and imports the rest once it has asked for what the page shows: a script that is
 * named beside it would be compiled first. The rest is fetched meanwhile.
 */
const beginFirst = {
  name: 'begin-first',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const addressOf = (entry) => {
        const chunk = Object.values(bundle).find(({ isEntry, name }) => isEntry && name === entry);
        if (chunk === undefined) throw new Error(`There is no entry ${entry}.`);
        return base + chunk.fileName;
      };
      const rest = / *<script type="module" crossorigin[^>]*><\/script>\n/;
      if (!rest.test(html)) throw new Error('The page names no script that could be left to begin.ts.');
      return {
        html: html.replace(rest, ''),
        tags: [
          {
            tag: 'script',
            // Not behind the style sheet, as other scripts.
            attrs: { type: 'module', async: true, src: addressOf('begin') },
            injectTo: 'head-prepend',
          },
          {
            tag: 'link',
            attrs: { rel: 'preload', as: 'script', crossorigin: true, href: addressOf('index') },
            injectTo: 'head-prepend',
          },
        ],
      };
    },
  },
};

/**
 * What a browser keeps of a script is by default what ran when it was read; all that draws a page comes later, and would be compiled
 * anew at each load, bit by bit while somebody waits. With this comment Chromium keeps all of it.
 */
const keptWhole = {
  name: 'kept-whole',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk') chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
    },
  },
};

/** What `begin` needs. Nothing of it may lead to the rest. */
const ofBegin =
  /\/src\/(?:pages|api\/begun-reads|app\/(?:begin|find-page|first-view|document-scheme|base-path)|parts\/(?:after-paint|hidden-characters))\.ts$|preload-helper/;
/** What the first lines of a log need (src/pages/log/first-lines.ts), which come before the rest. */
const ofFirstLines =
  /\/src\/pages\/log\/(?:first-lines|fill-line|make-element|parse-ansi|collapse-returns|find-told-cause|scroll-scale|log\.module)\.(?:ts|css)$/;

/** The pages of the Engine Room: apps/engine-room → dist/engine-room, which the controller serves. */
export default defineConfig({
  root,
  configFile: false,
  base,
  logLevel: 'warn',
  plugins: [slimContracts, react(), beginFirst, keptWhole],
  resolve: {
    alias: [
      { find: '@ironwheel/contracts', replacement: resolve(contracts, 'index.ts') },
      { find: /^zod$/, replacement: resolve(root, 'src/app/zod-without-eval.ts') },
    ],
  },
  // The controller puts another nonce in this place for each answer.
  html: { cspNonce: 'csp-nonce-of-this-answer' },
  build: {
    outDir: resolve(repository, 'dist/engine-room'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy allows no data: URLs for scripts, styles or fonts.
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    rolldownOptions: {
      input: { index: resolve(root, 'index.html'), begin: resolve(root, 'src/app/begin.ts') },
      // Else each set of pages that share something is a file of its own, and a page asks for sixty.
      output: {
        codeSplitting: {
          groups: [
            { name: 'begin', test: ofBegin, priority: 3 },
            { name: 'first-lines', test: ofFirstLines, priority: 3 },
            { name: 'app', tags: ['$initial'], priority: 2 },
            { name: 'common', minShareCount: 20, priority: 1 },
          ],
        },
      },
    },
    // All that every page needs is one file; what a page may load at first is counted packed, by a test.
    chunkSizeWarningLimit: 700,
  },
});
