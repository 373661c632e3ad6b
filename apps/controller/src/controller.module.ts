import { FleetModule } from './fleet/index.ts';
import { OperationsModule } from './operations/index.ts';
import { PackageIndexModule, packageIndexSection } from './package-index/index.ts';
import type { Feature } from './platform/index.ts';
import { PluginsModule } from './plugins.module.ts';
import { artifactsSection } from './work/artifacts/index.ts';
import { buildLimitsSection, leaseSection } from './work/claims/index.ts';
import { inputsSection } from './work/inputs/index.ts';
import { logsSection } from './work/logs/index.ts';
import { plansSection } from './work/plans/index.ts';
import { WorkModule } from './work/work.module.ts';

/** Every feature of the controller, with the configuration that it reads. */
export const features: readonly Feature[] = [
  { module: PluginsModule },
  { module: FleetModule },
  {
    module: WorkModule,
    sections: [artifactsSection, buildLimitsSection, inputsSection, leaseSection, logsSection, plansSection],
  },
  { module: OperationsModule },
  { module: PackageIndexModule, sections: [packageIndexSection] },
];
