export * from './artifact-store.ts';
export * from './load-plugin.ts';
export * from './log-sink.ts';
export * from './manifest.ts';
export * from './plugin.ts';
export * from './queue.ts';
export * from './runner.ts';
