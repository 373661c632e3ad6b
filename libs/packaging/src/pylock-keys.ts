import { ProblemReport, TableReader } from './table-reader.ts';

const fileKeys = ['name', 'upload-time', 'url', 'path', 'size', 'hashes'];

const rootKeys = [
  'lock-version',
  'environments',
  'requires-python',
  'extras',
  'dependency-groups',
  'default-groups',
  'created-by',
  'packages',
  'tool',
];

/** The tables of a package entry whose keys are all known; `null`: it holds a value, or anything at all. */
const packageKeys: Readonly<Record<string, readonly string[] | null>> = {
  name: null,
  version: null,
  marker: null,
  'requires-python': null,
  dependencies: null,
  vcs: ['type', 'url', 'path', 'requested-revision', 'commit-id', 'subdirectory'],
  directory: ['path', 'editable', 'subdirectory'],
  archive: ['url', 'path', 'size', 'upload-time', 'hashes', 'subdirectory'],
  index: null,
  sdist: fileKeys,
  wheels: fileKeys,
  'attestation-identities': null,
  tool: null,
};

/** Paths of the keys of a parsed pylock.toml that version 1.0 does not have (PEP 751). */
export const findUnknownPylockKeys = (document: unknown): string[] => {
  // Wrong types are the reader's business; here they have no keys.
  const root = TableReader.ofDocument(document, new ProblemReport('LOCK_INVALID', 'pylock.toml'));
  const packages = root.tables('packages');
  return [
    ...root.findUnknownKeys(rootKeys),
    ...packages.flatMap((entry) => entry.findUnknownKeys(Object.keys(packageKeys))),
    ...packages.flatMap((entry) =>
      Object.entries(packageKeys).flatMap(([key, known]) => findUnknown(entry, key, known)),
    ),
  ];
};

const findUnknown = (entry: TableReader, key: string, known: readonly string[] | null): string[] => {
  if (known === null || !entry.has(key)) return [];
  const tables = key === 'wheels' ? entry.tables(key) : [entry.table(key)];
  return tables.flatMap((table) => table?.findUnknownKeys(known) ?? []);
};
