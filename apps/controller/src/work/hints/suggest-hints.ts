import type { HintSuggestionView } from '@ironwheel/contracts';
import { findHintMatches, suggestHint, type HintSuggestion } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { HintApplicationsRepository } from './hint-applications.repository.ts';
import { HintCatalogue } from './hint-catalogue.ts';
import { toSuggestionView } from './to-suggestion-view.ts';

/** The newest failures that are looked at. */
const failuresLookedAt = 500;
const attemptsTold = 5;

interface Group {
  readonly suggestion: HintSuggestion;
  readonly attemptIds: string[];
  readonly packages: Set<string>;
}

/** Drafts for failures that no hint matches, those seen most often first. */
@Injectable()
export class SuggestHints {
  constructor(
    private readonly catalogue: HintCatalogue,
    private readonly applications: HintApplicationsRepository,
  ) {}

  async list(limit: number, offset: number): Promise<{ items: HintSuggestionView[]; total: number }> {
    const groups = new Map<string, Group>();
    for (const failure of await this.applications.latestFailures(failuresLookedAt)) {
      const lines = failure.lines.map(({ line_no: no, text }) => ({ no, text }));
      const usable = await this.catalogue.usableFor(failure.name, failure.version);
      if (findHintMatches(lines, usable, failure.version).length > 0) continue;
      const suggestion = suggestHint(lines);
      if (suggestion === null) continue;
      const group = groups.get(suggestion.pattern) ?? { suggestion, attemptIds: [], packages: new Set() };
      group.attemptIds.push(failure.attempt_id);
      group.packages.add(failure.name);
      groups.set(suggestion.pattern, group);
    }
    const sorted = [...groups.values()].sort(
      (one, other) =>
        other.packages.size - one.packages.size || other.attemptIds.length - one.attemptIds.length,
    );
    return {
      items: sorted
        .slice(offset, offset + limit)
        .map(({ suggestion, attemptIds, packages }) =>
          toSuggestionView(suggestion, attemptIds.slice(0, attemptsTold), [...packages].sort()),
        ),
      total: sorted.length,
    };
  }
}
