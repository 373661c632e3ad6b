import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const repository = resolve(root, '../..');
const contracts = resolve(repository, 'libs/contracts/src');

/**
 * Of the contracts, only what the pages use is shipped: a module of them does nothing but say what it exports, and zod can be
 * left out part by part when it is imported as a namespace.
 */
const slimContracts = {
  name: 'slim-contracts',
  transform(code, id) {
    if (!id.startsWith(contracts)) return null;
    const slim = code.replace("import { z } from 'zod';", "import * as z from 'zod';");
    return { code: slim, map: null, moduleSideEffects: false };
  },
};

/** The pages of the Engine Room: apps/engine-room → dist/engine-room, which the controller serves. */
export default defineConfig({
  root,
  configFile: false,
  base: '/verifier-engine-room/',
  logLevel: 'warn',
  plugins: [slimContracts, react()],
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
    chunkSizeWarningLimit: 600,
  },
});
