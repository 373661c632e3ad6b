/** One message as a browser would get it. */
export interface StreamMessage {
  readonly type: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An open stream of server-sent events, for tests. */
export interface StreamReader {
  readonly messages: readonly StreamMessage[];
  readonly comments: readonly string[];
  readonly lastId: string;
  readonly isEnded: boolean;
  close(): Promise<void>;
}

function parseMessage(block: string): StreamMessage | string {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return block;
  return {
    type: fields.get('event') ?? 'message',
    id: fields.get('id') ?? '',
    data: JSON.parse(data) as Record<string, unknown>,
  };
}

/** Opens the stream; throws when it is refused. */
export async function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<StreamReader> {
  const gone = new AbortController();
  const answer = await fetch(url, { headers, signal: gone.signal });
  if (answer.status !== 200 || answer.body === null) throw new Error(`no stream: ${await answer.text()}`);
  const messages: StreamMessage[] = [];
  const comments: string[] = [];
  const state = { lastId: '', isEnded: false };
  const body = answer.body.pipeThrough(new TextDecoderStream());
  const reading = (async () => {
    let text = '';
    for await (const piece of body) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const message = parseMessage(block);
        if (typeof message === 'string') comments.push(message);
        else {
          messages.push(message);
          if (message.id !== '') state.lastId = message.id;
        }
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (state.isEnded = true));
  return {
    messages,
    comments,
    get lastId() {
      return state.lastId;
    },
    get isEnded() {
      return state.isEnded;
    },
    close: async () => {
      gone.abort();
      await reading;
    },
  };
}
