import type { ServerView } from '@ironwheel/contracts';

/** One word of `parts/statuses.ts` for the whole of a server, and whether a person has to look. */
export interface ServerState {
  readonly status: string;
  readonly text: string;
  /** What is wrong first. */
  readonly note: string | null;
  readonly needsPerson: boolean;
}

/** The controller says what is wrong (`problems`); this only finds the word for it. */
export function toServerState(server: ServerView): ServerState {
  const [problem] = server.problems;
  if (server.archived_at !== null) {
    return { status: 'revoked', text: 'archived', note: null, needsPerson: false };
  }
  if (problem === undefined) {
    return { status: 'healthy', text: 'operational', note: null, needsPerson: false };
  }
  if (problem.code === 'not_enrolled') {
    return { status: 'never', text: 'not installed', note: problem.text, needsPerson: false };
  }
  return { status: 'problem', text: 'needs attention', note: problem.text, needsPerson: true };
}
