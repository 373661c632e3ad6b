import type { PlanDocument } from '@ironwheel/contracts';
import type { Output } from '../output/output.ts';
import { JsonProgress } from './progress-json.ts';
import { LineProgress } from './progress-lines.ts';
import { TerminalProgress } from './progress-terminal.ts';
import type { RunSnapshot } from './run-snapshot.ts';

/** Shows a run while it goes on. */
export interface Progress {
  planned(plan: PlanDocument): void;
  show(snapshot: RunSnapshot): void;
  /** A remark beside the jobs: why nothing moves, or that the controller is away. */
  remark(text: string): void;
  /** Leaves the terminal as it should be. */
  end(): void;
}

export function createProgress(output: Output, json: boolean): Progress {
  if (json) return new JsonProgress(output);
  return output.noteIsTerminal ? new TerminalProgress(output) : new LineProgress(output);
}

/** One line about a plan. */
export function describePlan(plan: PlanDocument): string {
  const count = (verdict: string): number => plan.nodes.filter((node) => node.verdict === verdict).length;
  const missing = plan.missing_requirements.length;
  return [
    `run ${plan.run_id} for ${plan.python_tag} ${plan.platform_tag}:`,
    `${count('build')} to build, ${count('reuse')} reused${missing === 0 ? '' : `, ${missing} missing`}`,
  ].join(' ');
}
