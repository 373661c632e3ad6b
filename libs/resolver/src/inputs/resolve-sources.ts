import { registerHooks } from 'node:module';

// Before a thread of unbundled sources (tests): the libraries' names are those of their sources.
registerHooks({
  resolve(specifier, context, next) {
    const [, library] = /^@ironwheel\/([a-z-]+)$/.exec(specifier) ?? [];
    return next(
      library === undefined ? specifier : new URL(`../../../${library}/src/index.ts`, import.meta.url).href,
      context,
    );
  },
});
