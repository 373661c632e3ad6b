import type { JobView } from '@ironwheel/contracts';

/** Why nobody is granted the job now, until when, which jobs it waits for, and how many it holds up; a line each. */
export function explainBlock(
  job: Pick<JobView, 'not_before' | 'blocked_by' | 'holds_up' | 'adjustment'>,
): string[] {
  const block = job.blocked_by ?? null;
  const lines: string[] = [];
  if (block !== null) lines.push(`waits     ${block.text} [${block.code}]`);
  const until = block?.until ?? job.not_before;
  if (until !== null) lines.push(`until     ${until}`);
  for (const needed of block?.jobs ?? [])
    lines.push(`          ${needed.name} ${needed.version}, ${needed.state} (${needed.job_id})`);
  if ((job.holds_up ?? 0) > 0) lines.push(`holds up  ${job.holds_up ?? 0} wanted wheel(s)`);
  const adjusted = Object.entries(job.adjustment ?? {});
  if (adjusted.length > 0)
    lines.push(`adjusted  ${adjusted.map(([name, value]) => `${name} ${value}`).join(', ')}`);
  return lines;
}
