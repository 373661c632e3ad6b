import { describeConfig, writeConfigTable } from './describe-config.ts';
import type { ConfigSection } from './section.ts';

export interface ConfigChapter {
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly ConfigSection[];
}

const preamble = `# Configuration

Every program reads its settings from the environment. All problems are told at once, before anything is started: bad
values, secret files that cannot be read, and keys that begin with \`IRONWHEEL_\` but are not known. An empty value counts
as not set. Lists are separated by commas or spaces; flags take true/false, yes/no, on/off, 1/0.

A key marked as secret is never shown; it may come from a file instead, named by the key with \`_FILE\` behind it
(\`CONTROL_PLANE_TOKEN_FILE=/run/secrets/token\`). This page is written from the code by \`test/guards\`.
`;

/** The whole of docs/configuration.md. */
export function writeConfigDocument(chapters: readonly ConfigChapter[]): string {
  const parts = chapters.map(
    ({ title, intro, sections }) =>
      `## ${title}\n\n${intro}\n\n${writeConfigTable(describeConfig(sections))}\n`,
  );
  return [preamble, ...parts].join('\n');
}
