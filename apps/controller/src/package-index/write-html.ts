import type { IndexFile } from '@ironwheel/resolver';
import type { ProjectPage } from './index-page.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
const attribute = (name: string, value: string): string => ` ${name}="${escape(value)}"`;

/** PEP 503 and PEP 629. */
const page = (title: string, lines: readonly string[]): string =>
  [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="pypi:repository-version" content="1.1">',
    `<title>${escape(title)}</title>`,
    '</head>',
    '<body>',
    `<h1>${escape(title)}</h1>`,
    ...lines,
    '</body>',
    '</html>',
    '',
  ].join('\n');

/** PEP 503 wants SHA-256 in the fragment; a file that has only a longer digest carries that. */
function withDigest(file: IndexFile): string {
  for (const algorithm of ['sha256', 'sha384', 'sha512']) {
    const digest = file.hashes[algorithm];
    if (digest !== undefined) return `${file.url}#${algorithm}=${digest}`;
  }
  return file.url;
}

/** A line of the page: PEP 503, 592 (yanked), 658 and 714 (metadata; both names, for older installers). */
function writeFile(file: IndexFile): string {
  const metadata = typeof file.metadata?.sha256 === 'string' ? `sha256=${file.metadata.sha256}` : 'true';
  const attributes = [
    attribute('href', withDigest(file)),
    file.requiresPython === null ? '' : attribute('data-requires-python', file.requiresPython),
    file.yanked === false ? '' : attribute('data-yanked', file.yanked),
    file.metadata === null ? '' : attribute('data-core-metadata', metadata),
    file.metadata === null ? '' : attribute('data-dist-info-metadata', metadata),
  ];
  return `<a${attributes.join('')}>${escape(file.filename)}</a><br>`;
}

export const writeProjectHtml = ({ name, files }: ProjectPage): string =>
  page(`Links for ${name}`, files.map(writeFile));

export const writeRootHtml = (names: readonly string[]): string =>
  page(
    'Simple index',
    names.map((name) => `<a${attribute('href', `${name}/`)}>${escape(name)}</a><br>`),
  );
