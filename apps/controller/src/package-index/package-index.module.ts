import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../work/artifacts/index.ts';
import { PlansModule } from '../work/plans/index.ts';
import { FilesController } from './files.controller.ts';
import { OwnFilesRepository } from './own-files.repository.ts';
import { ProjectPages } from './project-pages.ts';
import { ProjectsController } from './projects.controller.ts';
import { ReadAccess } from './read-access.ts';
import { SimpleController } from './simple.controller.ts';
import { UpstreamIndex } from './upstream-index.ts';

@Module({
  imports: [ArtifactsModule, PlansModule],
  controllers: [SimpleController, FilesController, ProjectsController],
  providers: [OwnFilesRepository, ProjectPages, ReadAccess, UpstreamIndex],
})
export class PackageIndexModule {}
