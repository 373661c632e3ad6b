import { createHash } from 'node:crypto';
import type { IndexFile } from '@ironwheel/resolver';
import { findSdistFileName, findWheelFileName } from '@ironwheel/packaging';
import { simpleTypes, type SimpleFormat } from './negotiate.ts';

/** What one page of the index tells. */
export interface ProjectPage {
  /** Normalized (PEP 503). */
  readonly name: string;
  readonly files: readonly IndexFile[];
}

export interface RenderedPage {
  readonly body: string;
  readonly contentType: string;
  /** Strong; changes with the content and the format. */
  readonly etag: string;
}

/** Version of the simple API that the pages speak: with sizes and upload times (PEP 700). */
const apiVersion = '1.1';

export const renderProject = (page: ProjectPage, format: SimpleFormat): RenderedPage =>
  toRendered(format === 'json' ? projectJson(page) : projectHtml(page), format);

export const renderProjects = (names: readonly string[], format: SimpleFormat): RenderedPage =>
  toRendered(format === 'json' ? projectsJson(names) : projectsHtml(names), format);

function toRendered(body: string, format: SimpleFormat): RenderedPage {
  const digest = createHash('sha256').update(format).update(body).digest('base64url').slice(0, 27);
  const charset = format === 'json' ? '' : '; charset=utf-8';
  return { body, contentType: simpleTypes[format] + charset, etag: `"${digest}"` };
}

const projectsJson = (names: readonly string[]): string =>
  JSON.stringify({ meta: { 'api-version': apiVersion }, projects: names.map((name) => ({ name })) });

const projectJson = ({ name, files }: ProjectPage): string =>
  JSON.stringify({
    meta: { 'api-version': apiVersion },
    name,
    versions: [...new Set(files.flatMap((file) => versionOf(file.filename) ?? []))],
    files: files.map((file) => ({
      filename: file.filename,
      url: file.url,
      hashes: file.hashes,
      ...(file.requiresPython === null ? {} : { 'requires-python': file.requiresPython }),
      ...(file.size === null ? {} : { size: file.size }),
      ...(file.uploadTime === null ? {} : { 'upload-time': file.uploadTime }),
      yanked: file.yanked === '' ? true : file.yanked,
      ...metadataJson(file),
    })),
  });

function metadataJson({ metadata }: IndexFile): Record<string, unknown> {
  if (metadata === null) return {};
  const stated = metadata.sha256 === null ? true : { sha256: metadata.sha256 };
  // The second name is for installers from before PEP 714.
  return { 'core-metadata': stated, 'dist-info-metadata': stated };
}

const versionOf = (filename: string): string | undefined =>
  findWheelFileName(filename)?.version.text ?? findSdistFileName(filename)?.version.text;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const html = (title: string, lines: readonly string[]): string =>
  [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    `<meta name="pypi:repository-version" content="${apiVersion}">`,
    `<title>${escapeHtml(title)}</title>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    ...lines,
    '</body>',
    '</html>',
    '',
  ].join('\n');

const projectsHtml = (names: readonly string[]): string =>
  html(
    'Simple index',
    names.map((name) => `<a href="${escapeHtml(name)}/">${escapeHtml(name)}</a><br>`),
  );

const projectHtml = ({ name, files }: ProjectPage): string => html(`Links for ${name}`, files.map(fileLink));

function fileLink(file: IndexFile): string {
  const [algorithm, digest] = Object.entries(file.hashes)[0] ?? [];
  const fragment = algorithm === undefined || digest === undefined ? '' : `#${algorithm}=${digest}`;
  const attributes = [
    ` href="${escapeHtml(file.url + fragment)}"`,
    file.requiresPython === null ? '' : ` data-requires-python="${escapeHtml(file.requiresPython)}"`,
    file.yanked === false ? '' : ` data-yanked="${escapeHtml(file.yanked)}"`,
    metadataAttributes(file),
  ];
  return `<a${attributes.join('')}>${escapeHtml(file.filename)}</a><br>`;
}

function metadataAttributes({ metadata }: IndexFile): string {
  if (metadata === null) return '';
  const stated = metadata.sha256 === null ? 'true' : `sha256=${metadata.sha256}`;
  return ` data-core-metadata="${stated}" data-dist-info-metadata="${stated}"`;
}
