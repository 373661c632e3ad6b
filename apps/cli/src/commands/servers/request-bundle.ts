import { createdBundleSchema, type CreatedBundle } from '@ironwheel/contracts';
import type { ControllerClient } from '../../client/controller-client.ts';
import { cleanLine } from '../../output/clean-text.ts';
import type { Output } from '../../output/output.ts';
import { serverPath } from './resolve-server.ts';

/** A new link; those of before that nobody used hold no longer. */
export const requestBundle = (client: ControllerClient, serverId: string): Promise<CreatedBundle> =>
  client.post(serverPath(serverId, '/bundle'), createdBundleSchema, { body: {} });

/** The line alone on standard output, so that it can be handed on as it is. */
export function printInstallLine(bundle: CreatedBundle, server: string, output: Output): void {
  output.note(
    `Paste this on ${cleanLine(server)} as root. It works once, until ${bundle.expires_at}, and is shown this once:`,
  );
  output.line(cleanLine(bundle.install_line));
}
