export { ArtifactBytes } from './artifact-bytes.ts';
export type { ArtifactRow, InputArtifact } from './artifact.row.ts';
export { toFilePath } from './artifact.view.ts';
export { ArtifactsModule } from './artifacts.module.ts';
export { ArtifactsRepository } from './artifacts.repository.ts';
export { artifactsSection } from './artifacts.section.ts';
export { ArtifactsService } from './artifacts.service.ts';
export { toNewArtifact } from './new-artifact.ts';
export { FindOrphans } from './find-orphans.ts';
export { SweepUploads } from './sweep-uploads.ts';
export { ProjectsRepository, type ProjectOrigin, type ProjectRow } from './projects.repository.ts';
export {
  checkWheel,
  openArchiveFile,
  quote,
  readWheelContent,
  readZipEntries,
  UnsoundArchiveError,
  type ZipLimits,
} from './wheel-check/index.ts';
