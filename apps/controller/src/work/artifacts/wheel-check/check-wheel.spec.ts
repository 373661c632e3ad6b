import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseWheelFileName } from '@ironwheel/packaging';
import { createSampleWheel, writeZip, type SampleWheelOptions, type ZipMember } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';
import type { ArchiveBytes } from './archive-bytes.ts';
import { checkWheel, readWheelContent, type WheelContent } from './check-wheel.ts';
import { UnsoundArchiveError } from './unsound-archive.ts';

const limits = { maxUnpackedBytes: 100 * 1024 * 1024 };

/** In small chunks, so that every border falls inside something. */
const toFile = (bytes: Buffer): ArchiveBytes => ({
  size: bytes.length,
  read: (start, end) =>
    Promise.resolve(
      Readable.from(
        (function* () {
          for (let at = start; at <= end; at += 97) yield bytes.subarray(at, Math.min(at + 97, end + 1));
        })(),
      ),
    ),
});

const check = (filename: string, bytes: Buffer, with_ = limits): Promise<WheelContent> =>
  checkWheel(parseWheelFileName(filename), toFile(bytes), with_);
const checkSample = (options: Partial<SampleWheelOptions>): Promise<WheelContent> => {
  const wheel = createSampleWheel({ name: 'sample', ...options });
  return check(wheel.filename, wheel.bytes);
};
const editing =
  (pattern: RegExp, change: (member: ZipMember) => ZipMember) =>
  (members: ZipMember[]): ZipMember[] =>
    members.map((member) => (pattern.test(member.name) ? change(member) : member));
const extra = (member: Partial<ZipMember> & { readonly name: string }): Partial<SampleWheelOptions> => ({
  moreMembers: [{ content: 'x', ...member }],
});

describe('a sound wheel', () => {
  it('tells METADATA as it is, its digest and Requires-Python', async () => {
    const content = await checkSample({ requiresPython: '>=3.8', requiresDist: ['other>1'] });
    expect(content).toMatchObject({ requiresPython: '>=3.8' });
    expect(content.metadata).toContain('Requires-Dist: other>1\n');
    expect(content.metadataSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells the same of a wheel that was checked before, without reading all of it', async () => {
    const wheel = createSampleWheel({
      name: 'sample',
      requiresPython: '>=3.8',
      moreMembers: [{ name: 'large', content: Buffer.alloc(2_000_000, 'abc'), method: 0 }],
    });
    const file = toFile(wheel.bytes);
    const asked: number[] = [];
    const counted: ArchiveBytes = {
      size: file.size,
      read: (start, end) => {
        asked.push(start);
        return file.read(start, end);
      },
    };
    const name = parseWheelFileName(wheel.filename);
    const content = await readWheelContent(name, counted, limits);
    expect(content).toEqual(await checkWheel(name, file, limits));
    expect(asked).not.toContain(0);
  });

  it.each([
    { tag: 'py2.py3-none-any' },
    { tag: 'cp312-abi3-manylinux_2_17_s390x.manylinux2014_s390x' },
    { buildTag: '3', version: '1!2.0.post1+local.7' },
    { name: 'Some.Odd-name' },
    {
      moreMembers: [
        { name: 'data/', content: '', mode: 0o040755 },
        { name: 'data/zeros', content: Buffer.alloc(3_000_000) },
      ],
    },
    {
      moreMembers: [{ name: 'data/stored, "quoted".txt', content: 'raw', method: 0 }],
      change: (members: ZipMember[]) =>
        editing(/RECORD$/, (record) => ({
          ...record,
          content: String(record.content).replace(
            'data/stored, "quoted".txt',
            '"data/stored, ""quoted"".txt"',
          ),
        }))(members),
    },
  ])('is taken: %j', async (options) => {
    await expect(checkSample(options)).resolves.toHaveProperty('metadata');
  });

  it('is taken as real tools make it: by zipfile with descriptors, directories and data', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'iw-wheel-'));
    try {
      const sample = createSampleWheel({ name: 'sample' });
      writeFileSync(join(directory, 'in.whl'), sample.bytes);
      // A sink that cannot seek makes zipfile write descriptors behind the data.
      const program = `
import sys, zipfile
class Sink:
    def __init__(self, file): self.file = file
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()
with zipfile.ZipFile("in.whl") as source, open("out.whl", "wb") as out, zipfile.ZipFile(Sink(out), "w", zipfile.ZIP_DEFLATED) as target:
    for info in source.infolist():
        target.writestr(info.filename, source.read(info), zipfile.ZIP_DEFLATED)`;
      execFileSync('python3', ['-c', program], { cwd: directory });
      const bytes = readFileSync(join(directory, 'out.whl'));
      expect(bytes.includes(Buffer.from([0x50, 0x4b, 7, 8]))).toBe(true);
      await expect(check(sample.filename, bytes)).resolves.toHaveProperty('metadata');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a wheel that lies', () => {
  const sample = createSampleWheel({ name: 'sample' });

  it.each<[string, Partial<SampleWheelOptions>, RegExp]>([
    [
      'another project in METADATA',
      {
        change: editing(/METADATA$/, (member) => ({
          ...member,
          content: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0\n',
        })),
      },
      /its METADATA other 1.0/,
    ],
    [
      'another version in METADATA',
      {
        change: editing(/METADATA$/, (member) => ({
          ...member,
          content: 'Metadata-Version: 2.1\nName: sample\nVersion: 2.0\n',
        })),
      },
      /its METADATA sample 2.0/,
    ],
    [
      'METADATA that cannot be read',
      { change: editing(/METADATA$/, (member) => ({ ...member, content: 'no header' })) },
      /no header field/,
    ],
    [
      'METADATA that is not UTF-8',
      { change: editing(/METADATA$/, (member) => ({ ...member, content: Buffer.from([0xff, 0xfe]) })) },
      /METADATA is not UTF-8/,
    ],
    [
      'METADATA with NUL',
      { change: editing(/METADATA$/, (member) => ({ ...member, content: `${String(member.content)}\0` })) },
      /NUL/,
    ],
    [
      'other tags in WHEEL',
      {
        change: editing(/WHEEL$/, (member) => ({
          ...member,
          content: 'Wheel-Version: 1.0\nTag: cp312-cp312-linux_s390x\n',
        })),
      },
      /WHEEL file cp312-cp312-linux_s390x/,
    ],
    [
      'more tags in WHEEL',
      {
        change: editing(/WHEEL$/, (member) => ({
          ...member,
          content: `${String(member.content)}Tag: py2-none-any\n`,
        })),
      },
      /WHEEL file/,
    ],
    [
      'no tag in WHEEL',
      { change: editing(/WHEEL$/, (member) => ({ ...member, content: 'Wheel-Version: 1.0\n' })) },
      /no tag/,
    ],
    [
      'an unknown format in WHEEL',
      {
        change: editing(/WHEEL$/, (member) => ({
          ...member,
          content: 'Wheel-Version: 2.0\nTag: py3-none-any\n',
        })),
      },
      /known is 1.0/,
    ],
    [
      'another build tag in WHEEL',
      {
        buildTag: '2',
        change: editing(/WHEEL$/, (member) => ({
          ...member,
          content: String(member.content).replace('Build: 2', 'Build: 9'),
        })),
      },
      /build tag/,
    ],
    ['no RECORD', { change: (members) => members.slice(0, -1) }, /RECORD is missing/],
    [
      'no METADATA',
      { change: (members) => members.filter(({ name }) => !name.endsWith('METADATA')) },
      /METADATA is missing/,
    ],
    [
      'a file that RECORD does not name',
      { change: (members) => [...members, { name: 'smuggled.py', content: 'x' }] },
      /"smuggled.py" is not in RECORD/,
    ],
    [
      'content that RECORD does not know',
      { change: editing(/\.py$/, (member) => ({ ...member, content: 'evil = True' })) },
      /digest that RECORD states/,
    ],
    ['two .dist-info', extra({ name: 'other-1.0.dist-info/METADATA' }), /more than one .dist-info/],
    [
      'the .dist-info of another wheel',
      {
        change: (members) =>
          members.map((member) => ({
            ...member,
            name: member.name.replace('sample-1.0.dist-info', 'sample-2.0.dist-info'),
          })),
      },
      /is of another wheel/,
    ],
    [
      'RECORD that is not CSV',
      { change: editing(/RECORD$/, (member) => ({ ...member, content: '"a"b,,\n' })) },
      /RECORD/,
    ],
    [
      'MD5 in RECORD',
      { change: editing(/RECORD$/, (member) => ({ ...member, content: 'sample.py,md5=abc,3\n' })) },
      /SHA-256 or better/,
    ],
  ])('is refused for %s', async (_what, options, reason) => {
    await expect(checkSample(options)).rejects.toThrow(reason);
    await expect(checkSample(options)).rejects.toBeInstanceOf(UnsoundArchiveError);
  });

  it('is refused for having no .dist-info at all', async () => {
    await expect(check(sample.filename, writeZip([{ name: 'a.py', content: '' }]))).rejects.toThrow(
      /no .dist-info/,
    );
  });
});

describe('an archive that is built to do harm', () => {
  it.each<[string, Partial<SampleWheelOptions>, RegExp]>([
    ['a path upwards', extra({ name: '../evil.py' }), /outside of its directory/],
    ['a path upwards in the middle', extra({ name: 'a/../../evil.py' }), /outside of its directory/],
    ['an absolute path', extra({ name: '/etc/passwd' }), /outside of its directory/],
    ['a drive', extra({ name: 'C:evil.py' }), /outside of its directory/],
    ['backslashes', extra({ name: '..\\evil.py' }), /outside of its directory/],
    ['a control character', extra({ name: 'a\u0007b' }), /outside of its directory/],
    ['an empty part', extra({ name: 'a//b' }), /outside of its directory/],
    ['a symbolic link', extra({ name: 'link', mode: 0o120777 }), /a link or a device/],
    ['a device', extra({ name: 'device', mode: 0o020666 }), /a link or a device/],
    [
      'one name twice',
      {
        moreMembers: [
          { name: 'a', content: '1' },
          { name: 'a', content: '2' },
        ],
      },
      /twice/,
    ],
    [
      'a file that is a directory as well',
      {
        moreMembers: [
          { name: 'a', content: '1' },
          { name: 'a/b', content: '2' },
        ],
      },
      /both a file and a directory/,
    ],
    ['encryption', extra({ name: 'a', flags: 1 }), /encrypted/],
    ['a method that installers do not know', extra({ name: 'a', method: 12 }), /method 12/],
    [
      'a bomb that says so',
      { moreMembers: [{ name: 'bomb', content: Buffer.alloc(80 * 1024 * 1024) }] },
      /zip bomb/,
    ],
    [
      'more bytes than are taken',
      { moreMembers: [{ name: 'big', content: Buffer.alloc(1), lies: { bytes: 200 * 1024 * 1024 } }] },
      /more than the 104857600/,
    ],
    [
      'a bomb that states a small size',
      { moreMembers: [{ name: 'bomb', content: Buffer.alloc(80 * 1024 * 1024), lies: { bytes: 10 } }] },
      /unpacks to more than the 10 bytes/,
    ],
    [
      'less content than stated',
      { moreMembers: [{ name: 'short', content: 'abc', lies: { bytes: 99 } }] },
      /not what the archive states/,
    ],
    [
      'a wrong CRC',
      { moreMembers: [{ name: 'bad', content: 'abc', lies: { crc32: 1 } }] },
      /not what the archive states/,
    ],
    [
      'bytes behind the content',
      { moreMembers: [{ name: 'tail', content: 'abc', lies: { padding: Buffer.alloc(300_000, 7) } }] },
      /bytes behind the end/,
    ],
    [
      'two names for one entry',
      extra({ name: 'good.py', lies: { localName: 'evil.py' } }),
      /contradict each other/,
    ],
    [
      'hidden bytes between entries',
      extra({ name: 'a', lies: { hidden: Buffer.alloc(100) } }),
      /hidden bytes lie before it/,
    ],
    ['entries that share bytes', extra({ name: 'a', lies: { offset: 0 } }), /overlaps|contradict/],
    [
      'content that does not inflate',
      {
        change: (members) =>
          members.map((member) =>
            member.name === 'sample.py'
              ? { ...member, content: Buffer.from([7, 255, 255, 1]), method: 8, lies: {} }
              : member,
          ),
      },
      /digest that RECORD states/,
    ],
  ])('is refused for %s', async (_what, options, reason) => {
    await expect(checkSample(options)).rejects.toThrow(reason);
    await expect(checkSample(options)).rejects.toBeInstanceOf(UnsoundArchiveError);
  });

  it('is refused for not being an archive, being cut off, or having something behind its end', async () => {
    const { filename, bytes } = createSampleWheel({ name: 'sample' });
    const broken = [
      Buffer.alloc(0),
      Buffer.from('PK'),
      Buffer.alloc(5000, 'x'),
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length / 2),
      Buffer.concat([bytes, Buffer.from('!')]),
      Buffer.concat([Buffer.from('#!/bin/sh\n'), bytes]),
      writeZip([{ name: 'a', content: '' }], 'a comment'),
    ];
    for (const candidate of broken) {
      await expect(check(filename, candidate)).rejects.toBeInstanceOf(UnsoundArchiveError);
    }
  });

  it('answers any changed byte with a refusal or the same content, and nothing else', async () => {
    const { filename, bytes } = createSampleWheel({ name: 'sample' });
    const { metadata } = await check(filename, bytes);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x41;
      const outcome = await check(filename, changed).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome, `byte ${at}`).toBeInstanceOf(UnsoundArchiveError);
      else expect((outcome as WheelContent).metadata, `byte ${at}`).toBe(metadata);
    }
  });
});
