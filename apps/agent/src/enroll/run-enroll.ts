import { AgentError } from '../agent-error.ts';
import { defaultStateDirectory } from '../config/agent-config.ts';
import type { EnrollCommandParts, EnrollFlags } from './enroll-command.ts';
import { enrollHost } from './enroll-host.ts';
import { enroll } from './enroll-worker.ts';
import { getHostUser } from './host-user.ts';
import { readEnrollmentToken } from './read-token.ts';

/** Tokens of provisioning bundles; all others enrol one worker. */
const isBundleToken = (token: string): boolean => token.startsWith('iwb_');

export async function runEnroll(flags: EnrollFlags, parts: EnrollCommandParts): Promise<void> {
  const agent = await parts.readConfig();
  const url = flags.url ?? agent.CONTROL_PLANE_URL;
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw new AgentError(
      'AGENT_USAGE',
      'give the URL of the controller: --url http(s)://…, or CONTROL_PLANE_URL',
    );
  }
  const token = await readEnrollmentToken({
    tokenFile: flags.tokenFile,
    environment: agent.IRONWHEEL_ENROLLMENT_TOKEN,
    stdin: process.stdin,
  });
  const request = {
    url: url.replace(/\/+$/, ''),
    token,
    caFile: flags.caFile ?? agent.CONTROL_PLANE_CA_FILE ?? null,
    force: flags.force,
    logger: parts.createLogger(agent.LOG_LEVEL, flags.json),
  };
  if (isBundleToken(token)) {
    const owner = async (user: string | undefined) => (user === undefined ? undefined : getHostUser(user));
    const host = await enrollHost({
      ...request,
      places: {
        agentDirectory: flags.agentStateDir,
        workerDirectory: flags.workerStateDir,
        agentOwner: await owner(flags.agentUser),
        workerOwner: await owner(flags.workerUser),
      },
      serverId: flags.serverId ?? null,
      keepValid: flags.keepValid,
    });
    const { name, server_id: serverId, url: at } = host.agent;
    tell(
      flags,
      { ...host.agent, kept: host.kept },
      host.kept
        ? `Still enrolled as ${name} (${serverId}) at ${at}; the keys are kept.`
        : `Enrolled as ${name} (${serverId}) at ${at}.`,
    );
    return;
  }
  const identity = await enroll({
    ...request,
    name: flags.name,
    stateDirectory: flags.stateDir ?? agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
  });
  tell(flags, identity, `Enrolled as ${identity.name} (${identity.worker_id}) at ${identity.url}.`);
}

const tell = (flags: EnrollFlags, record: object, sentence: string): void =>
  void process.stdout.write(flags.json === true ? `${JSON.stringify(record)}\n` : `${sentence}\n`);
