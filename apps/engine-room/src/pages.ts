import type { PageEntry } from './app/page-entry.ts';

/**
 * Every page there is. The navigation, the routes, the keys and the tests of all pages are made of this list; a page that is
 * not in it does not exist. Each is loaded when it is first opened.
 */
export const pages: readonly PageEntry[] = [
  {
    path: '/overview',
    title: 'Overview',
    load: () => import('./pages/overview/overview-page.tsx'),
    navigation: { group: 'Ops', key: 'o' },
  },
  {
    path: '/workers',
    title: 'Workers',
    load: () => import('./pages/workers/workers-page.tsx'),
    navigation: { group: 'Ops', key: 'w' },
  },
  {
    path: '/workers/$workerId',
    title: 'Worker',
    load: () => import('./pages/workers/worker-page.tsx'),
  },
  {
    path: '/plans',
    title: 'Plan',
    load: () => import('./pages/plans/plans-page.tsx'),
    navigation: { group: 'Wheels', key: 'r' },
  },
  {
    path: '/plans/new',
    title: 'New plan',
    load: () => import('./pages/plans/form/new-plan-page.tsx'),
  },
  {
    path: '/plans/$runId',
    title: 'Plan of a run',
    load: () => import('./pages/plans/plan-page.tsx'),
  },
  {
    path: '/inputs',
    title: 'Inputs',
    load: () => import('./pages/inputs/inputs-page.tsx'),
    navigation: { group: 'Wheels', key: 'u' },
  },
  {
    path: '/queue',
    title: 'Queue',
    load: () => import('./pages/queue/queue-page.tsx'),
    navigation: { group: 'Wheels', key: 'q' },
  },
  {
    path: '/jobs/$jobId',
    title: 'Job',
    load: () => import('./pages/jobs/job-page.tsx'),
  },
  {
    path: '/logs/$attemptId',
    title: 'Log',
    load: () => import('./pages/log/log-page.tsx'),
    firstReads: ({ attemptId = '' }) => [
      `/attempts/${attemptId}/log/lines?limit=500`,
      `/attempts/${attemptId}`,
    ],
    firstView: () => import('./pages/log/first-lines.ts'),
  },
  {
    path: '/provisioning',
    title: 'Provisioning',
    load: () => import('./pages/provisioning/provisioning-page.tsx'),
    navigation: { group: 'Infra', key: 'p' },
  },
  {
    path: '/servers',
    title: 'Servers',
    load: () => import('./pages/servers/servers-page.tsx'),
    navigation: { group: 'Infra', key: 's' },
  },
  {
    path: '/servers/$serverId',
    title: 'Server',
    load: () => import('./pages/servers/server-page.tsx'),
  },
  {
    path: '/servers/$serverId/edit',
    title: 'Edit a server',
    load: () => import('./pages/servers/server-edit-page.tsx'),
  },
  {
    path: '/pools',
    title: 'Pools',
    load: () => import('./pages/pools/pools-page.tsx'),
    navigation: { group: 'Infra', key: 'l' },
  },
  {
    path: '/pools/$poolName',
    title: 'Pool',
    load: () => import('./pages/pools/pool-page.tsx'),
  },
  {
    path: '/settings',
    title: 'Settings',
    load: () => import('./pages/settings/settings-page.tsx'),
    navigation: { group: 'Governance', key: ',' },
  },
  {
    path: '/history',
    title: 'History',
    load: () => import('./pages/history/history-page.tsx'),
    navigation: { group: 'Wheels', key: 'h' },
  },
  {
    path: '/packages',
    title: 'Packages',
    load: () => import('./pages/packages/packages-page.tsx'),
    navigation: { group: 'Wheels', key: 'k' },
  },
  {
    path: '/packages/$name',
    title: 'Package',
    load: () => import('./pages/packages/package-page.tsx'),
  },
  {
    path: '/failures',
    title: 'Failures',
    load: () => import('./pages/failures/failures-page.tsx'),
    navigation: { group: 'Wheels', key: 'f' },
  },
  {
    path: '/hints',
    title: 'Hints',
    load: () => import('./pages/hints/hints-page.tsx'),
    navigation: { group: 'Wheels', key: 't' },
  },
  {
    path: '/hints/new',
    title: 'New hint',
    load: () => import('./pages/hints/new-hint-page.tsx'),
  },
  {
    path: '/hints/$hintId',
    title: 'Hint',
    load: () => import('./pages/hints/hint-page.tsx'),
  },
  {
    path: '/artifacts',
    title: 'Artifacts',
    load: () => import('./pages/artifacts/artifacts-page.tsx'),
    navigation: { group: 'Wheels', key: 'a' },
  },
  {
    path: '/artifacts/$sha256',
    title: 'Artifact',
    load: () => import('./pages/artifacts/artifact-page.tsx'),
  },
  {
    path: '/index',
    title: 'Package index',
    load: () => import('./pages/artifacts/index-page.tsx'),
    navigation: { group: 'Wheels', key: 'i' },
  },
];

/** Where the root leads. */
export const firstPage = '/overview';
