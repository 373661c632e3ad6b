import type { ServerView } from '@ironwheel/contracts';
import type { ReadState } from '../../parts/edits/index.ts';

export type ServerValues = Readonly<Record<'name' | 'pool' | 'address' | 'description' | 'labels', string>>;

export const fieldLabels: Readonly<Record<keyof ServerValues, string>> = {
  name: 'Name',
  pool: 'Pool',
  address: 'Address',
  description: 'Description',
  labels: 'Labels',
};

/** One label a line: `arch=s390x`. */
const writeLabels = (labels: ServerView['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** What stands before the first `=` is the name; a line without one gives an empty value, which the schema refuses. */
export function readLabels(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split('=');
      return [name.trim(), rest.join('=').trim()];
    }),
  );
}

export const toServerValues = (server: ServerView): ReadState<ServerValues> => ({
  revision: server.revision,
  values: {
    name: server.name,
    pool: server.pool,
    address: server.address,
    description: server.description,
    labels: writeLabels(server.labels),
  },
});

/** Only what was changed: a field that nobody touched cannot overwrite anything. */
export const toServerChange = (mine: ServerValues, changed: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(mine)
      .filter(([name]) => changed.includes(name))
      .map(([name, value]) => [name, name === 'labels' ? readLabels(value) : value]),
  );
