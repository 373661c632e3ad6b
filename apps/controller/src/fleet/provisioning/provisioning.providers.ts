import { BundlesRepository } from './bundles.repository.ts';
import { BundlesService } from './bundles.service.ts';
import { ConsumeBundle } from './consume-bundle.ts';
import { ControllerTrust } from './controller-trust.ts';
import { FindProgress } from './find-progress.ts';
import { InstallFiles } from './install-files.ts';
import { PublicBaseUrl } from './public-base-url.ts';
import { RuntimeStore } from './runtime-store.ts';
import { ServeInstall } from './serve-install.ts';

export const provisioningProviders = [
  BundlesRepository,
  BundlesService,
  ConsumeBundle,
  ControllerTrust,
  FindProgress,
  InstallFiles,
  PublicBaseUrl,
  RuntimeStore,
  ServeInstall,
];
