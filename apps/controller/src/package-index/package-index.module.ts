import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../work/artifacts/index.ts';
import { PlansModule } from '../work/plans/index.ts';
import { FilesController } from './files.controller.ts';
import { IndexReadGuard } from './index-read.guard.ts';
import { PackageIndexRepository } from './package-index.repository.ts';
import { PackageIndexService } from './package-index.service.ts';
import { ProjectsController } from './projects.controller.ts';
import { SimpleController } from './simple.controller.ts';
import { UpstreamIndex } from './upstream-index.ts';

@Module({
  imports: [ArtifactsModule, PlansModule],
  controllers: [SimpleController, FilesController, ProjectsController],
  providers: [PackageIndexRepository, UpstreamIndex, PackageIndexService, IndexReadGuard],
})
export class PackageIndexModule {}
