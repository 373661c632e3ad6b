import { join } from 'node:path';
import { LoadedConfig } from '@ironwheel/config';
import type { ArtifactStore } from '@ironwheel/plugin-kit';
import { Module } from '@nestjs/common';
import { Clock, ConfigFacts, DataDirectory, PluginHost, ReadinessChecks } from '../../platform/index.ts';
import { ArtifactBytes } from './artifact-bytes.ts';
import { ArtifactsController } from './artifacts.controller.ts';
import { ArtifactsRepository } from './artifacts.repository.ts';
import { artifactsSection } from './artifacts.section.ts';
import { ArtifactsService } from './artifacts.service.ts';
import { AttemptArtifactsController } from './attempt-artifacts.controller.ts';
import { FindOrphans } from './find-orphans.ts';
import { ManifestController } from './manifest.controller.ts';
import { ManifestRepository } from './manifest.repository.ts';
import { ProjectsRepository } from './projects.repository.ts';
import { ReadSource } from './read-source.ts';
import { SweepUploads } from './sweep-uploads.ts';
import { UploadArtifact } from './upload-artifact.ts';

/** S3 comes as a second store, with the key that chooses it. */
const storeId = 'artifacts-files';

@Module({
  controllers: [ArtifactsController, AttemptArtifactsController, ManifestController],
  providers: [
    {
      provide: ArtifactBytes,
      inject: [PluginHost, LoadedConfig, DataDirectory, Clock, ReadinessChecks, ConfigFacts],
      useFactory: async (
        plugins: PluginHost,
        config: LoadedConfig,
        dataDirectory: DataDirectory,
        clock: Clock,
        readiness: ReadinessChecks,
        facts: ConfigFacts,
      ): Promise<ArtifactBytes> => {
        const store = await plugins.open<ArtifactStore>('artifact-store', storeId, {
          directory: join(dataDirectory.path, 'artifacts'),
          reserve_bytes: config.get(artifactsSection).ARTIFACT_STORE_RESERVE_BYTES,
        });
        readiness.add('artifact-store', async () => (await store.probe()).problems[0]?.text ?? null);
        facts.provide('artifact_store', () => Promise.resolve(storeId));
        return new ArtifactBytes(store, clock);
      },
    },
    ArtifactsRepository,
    ArtifactsService,
    FindOrphans,
    ManifestRepository,
    ProjectsRepository,
    ReadSource,
    SweepUploads,
    UploadArtifact,
  ],
  exports: [
    ArtifactBytes,
    ArtifactsRepository,
    ArtifactsService,
    FindOrphans,
    ProjectsRepository,
    SweepUploads,
  ],
})
export class ArtifactsModule {}
