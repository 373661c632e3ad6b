/*
 * The queue plugins in a program file of their own (`queue-plugins.mjs`): only a worker that drains a queue by itself
 * loads it, and their clients are as large as all the rest.
 */
export const queuePlugins = {
  file: () => import('@ironwheel/plugin-queue-file'),
  redis: () => import('@ironwheel/plugin-queue-redis'),
  kafka: () => import('@ironwheel/plugin-queue-kafka'),
};
