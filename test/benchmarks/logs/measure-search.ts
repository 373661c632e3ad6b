import { createRandom } from './write-build-log.ts';

export interface SearchTime {
  readonly ms: number;
  readonly hits: number;
  readonly incomplete: boolean;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;

/** What people look for, by kind. */
function makeQueries(samples: readonly string[], queriesPerKind: number): Record<string, string[]> {
  const random = createRandom(99);
  const words = samples.flatMap((text) => text.match(/[a-z_]{3,}/gi) ?? []);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const byCount = [...counts].sort((left, right) => right[1] - left[1]).map(([word]) => word);
  const some = (from: readonly string[], make: (text: string) => string = (text) => text): string[] =>
    Array.from({ length: queriesPerKind }, () => make(from[Math.floor(random() * from.length)] ?? 'warning'));
  const rare = byCount.slice(-Math.floor(byCount.length / 2)).filter((word) => word.length > 5);
  const lines = samples.flatMap((text) => text.split('\n').filter((line) => line.length > 40));
  return {
    'frequent word': some(byCount.slice(0, 40)),
    'word, some': some(byCount.slice(200, 3000)),
    'rare word': some(rare),
    'part of a rare word': some(rare, (word) => word.slice(1, -1)),
    'three characters': some(byCount, (word) => word.slice(0, 3)),
    'three characters, within': some(
      byCount.filter((word) => word.length > 5),
      (word) => word.slice(2, 5),
    ),
    'other case': some(byCount.slice(0, 3000), (word) => word.toUpperCase()),
    'absent word': some(byCount, (word) => `${word.slice(0, 5)}qzx${word.slice(5)}`),
    'absent, of usual parts': some(
      byCount.filter((word) => word.length > 7),
      (word) => word.slice(4) + word.slice(0, 4),
    ),
    'two words of a line': some(lines, (line) => line.slice(12, 40).trim()),
  };
}

/** Asks queries of many kinds, one after the other, with limits of 50, 10 and 500 hits, and prints their times. */
export async function measureSearch(
  samples: readonly string[],
  queriesPerKind: number,
  ask: (query: string, limit: number) => Promise<SearchTime>,
  say: (line: string) => void,
): Promise<void> {
  say(`${'kind'.padEnd(26)} queries   hits    p50 ms   p95 ms   max ms`);
  const all: number[] = [];
  let incomplete = 0;
  for (const [kind, queries] of Object.entries(makeQueries(samples, queriesPerKind))) {
    const times: number[] = [];
    let hits = 0;
    for (const [index, query] of queries.entries()) {
      const answer = await ask(query, [50, 10, 500][index % 3] ?? 50);
      if (answer.incomplete) incomplete += 1;
      times.push(answer.ms);
      hits += answer.hits;
    }
    all.push(...times);
    times.sort((left, right) => left - right);
    say(
      `${kind.padEnd(26)} ${String(times.length).padStart(7)} ${String(hits).padStart(6)} ${[quantile(times, 0.5), quantile(times, 0.95), times.at(-1) ?? 0].map((ms) => ms.toFixed(1).padStart(9)).join('')}`,
    );
  }
  all.sort((left, right) => left - right);
  say(
    `${'all'.padEnd(26)} ${String(all.length).padStart(7)}        ${[quantile(all, 0.5), quantile(all, 0.95), all.at(-1) ?? 0].map((ms) => ms.toFixed(1).padStart(9)).join('')}`,
  );
  if (incomplete > 0) say(`${incomplete} answers were incomplete`);
}
