import { FleetModule } from './fleet/index.ts';
import type { Feature } from './platform/index.ts';

/** Every feature of the controller, with the configuration that it reads. */
export const features: readonly Feature[] = [{ module: FleetModule }];
