/**
 * What every program begins with: on an older Node than it is built for it would end in the middle of some library. No module may
 * import by its name what only newer ones have of `node:`, or that is said first.
 */
export const oldNodeBanner = [
  'if (Number.parseInt(process.versions.node, 10) < 24) {',
  "  console.error(`Ironwheel needs Node 24 or later, and this is ${process.version} (${process.execPath}). In a checkout, 'npm run -s ironwheel -- COMMAND' takes the Node of the lock file.`);",
  '  process.exit(1);',
  '}',
].join('\n');
