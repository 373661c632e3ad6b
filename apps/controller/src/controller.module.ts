import { agentLinkSection, FleetModule, provisioningSection } from './fleet/index.ts';
import { GovernanceModule } from './governance/index.ts';
import { engineRoomSection, OperationsModule } from './operations/index.ts';
import { PackageIndexModule, packageIndexSection } from './package-index/index.ts';
import type { Feature } from './platform/index.ts';
import { PluginsModule } from './plugins.module.ts';
import { artifactsSection } from './work/artifacts/index.ts';
import { buildLimitsSection } from './work/attempts/index.ts';
import { leaseSection } from './work/claims/index.ts';
import { inputsSection } from './work/inputs/index.ts';
import { logsSection } from './work/logs/index.ts';
import { planRulesSection, plansSection } from './work/plans/index.ts';
import { retentionSection } from './work/retention/index.ts';
import { workerTriggerSection } from './work/worker-trigger/index.ts';
import { WorkModule } from './work/work.module.ts';

/** Every feature of the controller, with the configuration that it reads. */
export const features: readonly Feature[] = [
  { module: PluginsModule },
  { module: FleetModule, sections: [agentLinkSection, provisioningSection] },
  {
    module: WorkModule,
    sections: [
      artifactsSection,
      buildLimitsSection,
      inputsSection,
      leaseSection,
      logsSection,
      plansSection,
      planRulesSection,
      retentionSection,
      workerTriggerSection,
    ],
  },
  { module: GovernanceModule },
  { module: OperationsModule, sections: [engineRoomSection] },
  { module: PackageIndexModule, sections: [packageIndexSection] },
];
