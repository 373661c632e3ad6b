import { processEnvironment } from '@ironwheel/config';
import { features } from './controller.module.ts';
import { runController } from './platform/run-controller.ts';

await runController(processEnvironment(), features);
