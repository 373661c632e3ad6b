import { describeConfig, writeConfigDocument, type ConfigChapter } from '@ironwheel/config';
import { describe, expect, it } from 'vitest';
import { agentSection } from '../../apps/agent/src/config/agent-config.ts';
import { workerSection } from '../../apps/agent/src/config/worker-config.ts';
import { cliSection } from '../../apps/cli/src/config/cli-section.ts';
import { features } from '../../apps/controller/src/controller.module.ts';
import { platformSections } from '../../apps/controller/src/platform/index.ts';
import { filesEndingIn, readText } from './repository-files.ts';

const chapters: readonly ConfigChapter[] = [
  {
    title: 'Controller',
    intro: 'Read by `ironwheel controller` and by the controller that `ironwheel up` starts.',
    sections: [...platformSections, ...features.flatMap((feature) => feature.sections ?? [])],
  },
  {
    title: 'Agent and worker',
    intro: 'Read by `ironwheel agent …` on a host.',
    sections: [agentSection, workerSection],
  },
  { title: 'Command line', intro: 'Read by every other command of `ironwheel`.', sections: [cliSection] },
];

const keys = chapters.flatMap((chapter) =>
  describeConfig(chapter.sections).map((entry) => [entry.key, entry] as const),
);
const unitOf = /_(S|MS|BYTES)$/;

describe('configuration', () => {
  it('docs/configuration.md lists every key with its default and unit', async () => {
    await expect(writeConfigDocument(chapters)).toMatchFileSnapshot('../../docs/configuration.md');
  });

  it('every section of the code belongs to a program', () => {
    const declared = filesEndingIn('.ts')
      .filter((path) => /^(?:apps|plugins)\//.test(path) && !path.endsWith('.spec.ts'))
      .flatMap((path) =>
        [...readText(path).matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{$/gm)].map((match) => match[1] ?? ''),
      );
    const known = new Set(keys.map(([key]) => key));
    const sections = filesEndingIn('.ts').filter(
      (path) => /defineSection\(/.test(readText(path)) && /^(?:apps|plugins)\//.test(path),
    );
    expect(sections.length).toBeGreaterThan(5);
    expect(declared.filter((key) => key.includes('_') && !known.has(key))).toEqual([]);
  });

  it.each(keys)('%s says what it is in one sentence, with the unit of its name', (key, entry) => {
    expect(entry.description).toMatch(/^[`A-Z].*\.$/s);
    const unit = unitOf.exec(key)?.[1]?.toLowerCase();
    if (unit !== undefined) expect(entry.unit).toBe(unit);
  });
});
