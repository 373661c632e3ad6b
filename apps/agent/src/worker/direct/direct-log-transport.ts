import type { LogTransport } from '@ironwheel/plugin-kit';

/** The log of a direct build is kept in a file and told as a whole at its end: nobody takes its pieces. */
export const directLogTransport: LogTransport = {
  send: (_attemptId, { pieces, final }) => {
    const last = pieces.at(-1);
    return Promise.resolve({
      nextSeq: last === undefined ? 0 : last.seq + 1,
      nextOffset: last === undefined ? 0 : last.offset + Buffer.byteLength(last.text),
      closed: final,
    });
  },
};
