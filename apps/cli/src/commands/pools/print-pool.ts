import type { PoolView } from '@ironwheel/contracts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';

export function printPool(pool: PoolView, output: Output): void {
  const marks = [
    ...(pool.is_default ? ['the default pool'] : []),
    ...(pool.archived_at === null ? [] : [`archived ${pool.archived_at}`]),
  ];
  output.line(cleanLine([pool.name, ...marks].join(', ')));
  if (pool.description !== '') output.line(`description  ${cleanLine(pool.description)}`);
  output.line(`servers      ${pool.servers}`);
  output.line(`workers      ${pool.workers}`);
  output.line(
    `held jobs    ${pool.held_jobs}${pool.max_jobs === null ? '' : ` of at most ${pool.max_jobs}`}`,
  );
  output.line(`queued jobs  ${pool.queued_jobs}`);
  for (const [provider, profile] of Object.entries(pool.profiles))
    output.line(`profile      ${cleanLine(provider)} ${profile}`);
  output.line(`revision     ${pool.revision}`);
}
