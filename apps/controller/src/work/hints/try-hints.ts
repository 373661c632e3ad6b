import type { HintTestAnswer, testHintsSchema } from '@ironwheel/contracts';
import {
  findFirstErrorBlock,
  findHintMatches,
  findLogClass,
  recipeOn,
  suggestHint,
  type HintMatch,
  type LogLine,
} from '@ironwheel/decisions';
import { normalizeName } from '@ironwheel/packaging';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Clock } from '../../platform/index.ts';
import { LogsService } from '../logs/index.ts';
import { checkHint, linesOf } from './check-hint.ts';
import { HintCatalogue } from './hint-catalogue.ts';
import type { Hint } from './hint.row.ts';
import { toRecipes } from './to-recipes.ts';
import { toSuggestionView } from './to-suggestion-view.ts';
import { isExpired, isInScope, toUsable } from './usable-hint.ts';

/** Bytes of an attempt's log that are looked at. */
const maxLogBytes = 16 * 1024 * 1024;
const draftId = 'hint_draft';

const toWireLine = ({ no, text }: LogLine): { line_no: number; text: string } => ({
  line_no: no,
  text: text.slice(0, 2000),
});

/** A log against the catalogue, and perhaps a draft: what would be offered, and what it would do. */
@Injectable()
export class TryHints {
  constructor(
    private readonly catalogue: HintCatalogue,
    private readonly logs: LogsService,
    private readonly clock: Clock,
  ) {}

  /** Throws ATTEMPT_NOT_FOUND, HINT_INVALID, HINT_PATTERN_INVALID, HINT_TEST_FAILED. */
  async try(request: z.output<typeof testHintsSchema>): Promise<HintTestAnswer> {
    const { text, name, version } = await this.#log(request);
    const lines = linesOf(text);
    const all = await this.catalogue.list();
    const hints = new Map([...all, ...[this.#draft(request)].flat()].map((hint) => [hint.id, hint]));
    const usable = [...hints.values()].filter(({ patterns }) => patterns.length > 0).map(toUsable);
    const block = findFirstErrorBlock(lines);
    const matches = findHintMatches(lines, usable, version ?? '0').flatMap((match) => {
      const hint = hints.get(match.hint.id);
      return hint === undefined ? [] : [this.#toMatch(match, hint, name, version)];
    });
    const logClass = findLogClass(block);
    const suggestion = matches.some((match) => match.is_offered) ? null : suggestHint(lines);
    return {
      log_class: logClass === null ? null : { ...logClass, line: toWireLine(logClass.line) },
      block: block.map(toWireLine),
      matches,
      suggestion: suggestion === null ? null : toSuggestionView(suggestion, [], name === null ? [] : [name]),
    };
  }

  #draft({ hint }: z.output<typeof testHintsSchema>): Hint[] {
    if (hint === undefined) return [];
    return [
      {
        ...checkHint(hint),
        id: draftId,
        source: 'operator',
        rule: null,
        revision: 0,
        created_by: null,
        created_at: null,
        updated_at: null,
      },
    ];
  }

  async #log({
    log,
    attempt_id: attemptId,
    package: name,
    version,
  }: z.output<typeof testHintsSchema>): Promise<{
    text: string;
    name: string | null;
    version: string | null;
  }> {
    if (attemptId === undefined) {
      return {
        text: log ?? '',
        name: name === undefined ? null : normalizeName(name),
        version: version ?? null,
      };
    }
    const source = await this.logs.getByAttempt(attemptId);
    const { text } = await source.read(0, maxLogBytes);
    return { text, name: source.name, version: source.version };
  }

  #toMatch(
    { hint: usable, line, recipe }: HintMatch,
    hint: Hint,
    name: string | null,
    version: string | null,
  ): HintTestAnswer['matches'][number] {
    const because = this.#whyNot(hint, name, version);
    return {
      hint_id: usable.id === draftId ? null : usable.id,
      line: toWireLine(line),
      recipes: toRecipes(recipe),
      on: { apt: toRecipes(recipeOn(recipe, 'apt')), dnf: toRecipes(recipeOn(recipe, 'dnf')) },
      is_offered: because === null,
      not_offered_because: because,
    };
  }

  #whyNot(
    hint: Hint,
    name: string | null,
    version: string | null,
  ): HintTestAnswer['matches'][number]['not_offered_because'] {
    if (!hint.enabled) return 'disabled';
    if (isExpired(hint, this.clock.now())) return 'expired';
    return isInScope(hint, name ?? '', version ?? '0') ? null : 'out_of_scope';
  }
}
