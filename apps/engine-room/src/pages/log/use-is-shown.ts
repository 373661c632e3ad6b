import { useEffect, useState } from 'react';
import { afterPaint } from '../../parts/after-paint.ts';

/** True once what is ready is on the screen: looking through a long log takes the controller a while, and nobody waits for it. */
export function useIsShown(isReady: boolean): boolean {
  const [isShown, setShown] = useState(false);
  useEffect(() => (isReady ? afterPaint(() => setShown(true)) : undefined), [isReady]);
  return isShown;
}
