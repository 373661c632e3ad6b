import { pluginApiVersion, type LogSink, type PluginModule } from '@ironwheel/plugin-kit';
import { logShipperConfigSchema } from './config.ts';
import { LogShipper } from './log-shipper.ts';

export { logShipperConfigSchema, type LogShipperConfig } from './config.ts';

export const plugin: PluginModule<LogSink, typeof logShipperConfigSchema> = {
  manifest: {
    id: 'log-shipper',
    kind: 'log-sink',
    version: '0.1.0',
    api: { min: pluginApiVersion, max: pluginApiVersion },
    description: 'Sends the logs of attempts to the controller through a bounded, masked spool on disk.',
    abilities: ['recover', 'keep-file'],
  },
  configSchema: logShipperConfigSchema,
  open: (context) => Promise.resolve(new LogShipper(context)),
};
