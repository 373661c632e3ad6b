import type { ConfigSection } from './section.ts';

export interface KeyDescription {
  readonly key: string;
  readonly aliases: readonly string[];
  readonly default: string | null;
  readonly unit: string | null;
  readonly secret: boolean;
  readonly description: string;
}

/** Every key of the sections, sorted by name, as the documentation and its guard test need it. */
export function describeConfig(sections: readonly ConfigSection[]): KeyDescription[] {
  return sections
    .flatMap((section) => Object.entries(section.keys))
    .map(([key, definition]) => ({
      key,
      aliases: definition.aliases ?? [],
      default: definition.default === '' ? null : (definition.default ?? null),
      unit: definition.unit ?? null,
      secret: definition.secret ?? false,
      description: definition.description,
    }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** The table of docs/configuration.md. */
export function writeConfigTable(descriptions: readonly KeyDescription[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = descriptions.map((entry) => {
    const names = [entry.key, ...entry.aliases].map((name) => `\`${name}\``).join(', ');
    const secret = entry.secret ? ` Secret; also from the file named by \`${entry.key}_FILE\`.` : '';
    return `| ${names} | ${entry.default === null ? '' : `\`${cell(entry.default)}\``} | ${entry.unit ?? ''} | ${cell(entry.description)}${secret} |`;
  });
  return ['| key | default | unit | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
