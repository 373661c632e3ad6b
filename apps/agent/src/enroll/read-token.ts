import { readFile } from 'node:fs/promises';
import { AgentError } from '../agent-error.ts';

const maxTokenBytes = 4096;

export interface TokenSources {
  readonly tokenFile: string | undefined;
  readonly environment: string | undefined;
  readonly stdin: NodeJS.ReadStream;
}

/** The enrolment token from a file, the environment or standard input, in this order; never from an argument. */
export async function readEnrollmentToken(sources: TokenSources): Promise<string> {
  if (sources.tokenFile !== undefined) {
    const text = await readFile(sources.tokenFile, 'utf8').catch((error: unknown) => {
      throw new AgentError('AGENT_USAGE', `the token file cannot be read: ${String(error)}`, {
        cause: error,
      });
    });
    return text.trim();
  }
  if (sources.environment !== undefined) return sources.environment.trim();
  if (sources.stdin.isTTY) {
    throw new AgentError(
      'AGENT_USAGE',
      'no enrolment token: give it in --token-file, in IRONWHEEL_ENROLLMENT_TOKEN, or on standard input',
    );
  }
  let text = '';
  for await (const part of sources.stdin) {
    text += String(part);
    if (text.length > maxTokenBytes)
      throw new AgentError('AGENT_USAGE', 'standard input is no enrolment token');
  }
  if (text.trim() === '') throw new AgentError('AGENT_USAGE', 'standard input held no enrolment token');
  return text.trim();
}
