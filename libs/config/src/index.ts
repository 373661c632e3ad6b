export { describeConfig, writeConfigTable, type KeyDescription } from './describe-config.ts';
export { writeConfigDocument, type ConfigChapter } from './write-config-document.ts';
export {
  ConfigError,
  loadConfig,
  LoadedConfig,
  processEnvironment,
  type ConfigProblem,
  type Environment,
  type LoadOptions,
} from './load-config.ts';
export {
  queueBackends,
  queuePlaceKeys,
  toQueuePlugin,
  type QueueBackendName,
  type QueuePlace,
  type QueueUse,
} from './queue-keys.ts';
export { addressText, flagText, httpUrlText, integerText, listText, type HostAndPort } from './schemas.ts';
export {
  defineSection,
  type ConfigOf,
  type ConfigSection,
  type KeyDefinition,
  type KeyDefinitions,
  type ValueOf,
} from './section.ts';
