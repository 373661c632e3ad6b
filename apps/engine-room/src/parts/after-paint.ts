/** Calls `act` once the next frame is on the screen; returns what takes it back. Where nobody looks there are no frames, and it never comes. */
export function afterPaint(act: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = act;
  // What a message brings comes behind the painting of the frame that it was sent in.
  const frame = requestAnimationFrame(() => port2.postMessage(null));
  return () => {
    cancelAnimationFrame(frame);
    port1.close();
  };
}
