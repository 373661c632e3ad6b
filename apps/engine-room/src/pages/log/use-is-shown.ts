import { useEffect, useState } from 'react';

/** True once what is ready is on the screen: looking through a long log takes the controller a while, and nobody waits for it. */
export function useIsShown(isReady: boolean): boolean {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isReady) return undefined;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => setShown(true);
    // What a message brings comes behind the painting of the frame that it was sent in.
    const frame = requestAnimationFrame(() => port2.postMessage(null));
    return () => {
      cancelAnimationFrame(frame);
      port1.close();
    };
  }, [isReady]);
  return isShown;
}
