// Projects that nobody has, served beside the recorded ones: a controller that has planned these has run all of its code,
// and holds nothing of what is measured, neither by address nor by digest.

/** The projects of one universe need each other and none of another. */
const projects = 60;
const versions = 50;
const pythons = ['cp39', 'cp310', 'cp311', 'cp312', 'cp313'];
const platforms = ['manylinux_2_17_x86_64.manylinux2014_x86_64', 'macosx_11_0_arm64', 'win_amd64'];

const pattern = /^generated-(\d{1,4})-(\d{1,3})$/;

const nameOf = (universe: number, project: number): string => `generated-${universe}-${project}`;
const versionOf = (at: number): string => `${Math.floor(at / 10)}.${at % 10}.${at % 3}`;

/** What is asked for, so that all projects of a universe are needed. */
export const toGeneratedRequirement = (universe: number): string => nameOf(universe, 0);

const listFileNames = (name: string, version: string, project: number): string[] => {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const tags =
    project % 4 === 0
      ? pythons.flatMap((python) => platforms.map((platform) => `${python}-${python}-${platform}`))
      : ['py3-none-any'];
  return [...tags.map((tag) => `${stem}-${tag}.whl`), `${stem}.tar.gz`];
};

const toDigest = (text: string): string => Buffer.from(text).toString('hex').padStart(64, '0').slice(-64);

/** A project's JSON (PEP 691); undefined for a name that is not generated. */
export const findGeneratedPage = (name: string): string | undefined => {
  const [, universe, at] = pattern.exec(name) ?? [];
  const project = Number(at);
  if (universe === undefined || project >= projects) return undefined;
  const files = Array.from({ length: versions }, (_, version) => versionOf(version)).flatMap((version) =>
    listFileNames(name, version, project).map((filename, order) => ({
      filename,
      hashes: { sha256: toDigest(filename) },
      'requires-python': order % 2 === 0 ? '>=3.9' : '>=3.9,!=3.9.0',
      size: 1000 + order,
      'upload-time': '2025-01-31T12:00:00.000000Z',
      url: `/generated/${filename}`,
      ...(filename.endsWith('.whl') ? { 'core-metadata': true } : {}),
      yanked: false,
    })),
  );
  return JSON.stringify({ meta: { 'api-version': '1.0' }, name, files });
};

/** METADATA of a generated wheel, for the path of its file; undefined for any other. */
export const findGeneratedMetadata = (path: string): string | undefined => {
  const [, universe, at, version] =
    /^\/generated\/generated_(\d{1,4})_(\d{1,3})-([0-9.]+)-[^/]+\.whl\.metadata$/.exec(path) ?? [];
  if (universe === undefined || version === undefined) return undefined;
  const project = Number(at);
  const needs = [2 * project + 1, 2 * project + 2, project + 7].filter((need) => need < projects);
  const lines = needs.flatMap((need, order) => [
    `Requires-Dist: ${nameOf(Number(universe), need)}<${3 + (order % 3)},>=${order}.1,!=1.2.3`,
    `Requires-Dist: ${nameOf(Number(universe), need)}[extra]>=0.2; sys_platform == "win32" and python_version < "3.12"`,
    `Requires-Dist: generated-none-${need}>=1.0; extra == 'test'`,
  ]);
  return [
    'Metadata-Version: 2.1',
    `Name: ${nameOf(Number(universe), project)}`,
    `Version: ${version}`,
    'Requires-Python: >=3.9',
    'Provides-Extra: test',
    'Provides-Extra: extra',
    ...lines,
    '',
    'A generated project.\n',
  ].join('\n');
};
