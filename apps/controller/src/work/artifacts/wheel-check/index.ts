export { openArchiveFile } from './archive-bytes.ts';
export { checkWheel, readWheelContent, type WheelContent } from './check-wheel.ts';
export { readZipEntries } from './read-zip-entries.ts';
export { quote, UnsoundArchiveError } from './unsound-archive.ts';
export type { ZipLimits } from './zip-directory.ts';
