import { useEffect, useState } from 'react';

/** Of a pause in typing, after which the address follows: browsers bound how often it may change. */
const pauseMs = 300;

/**
 * The text of a filter as it is typed, which counts at once, and the one of the address, which follows when the typing pauses.
 * Where something else changes the address, such as *clear* or a link, that text is taken over.
 */
export function useTypedText(
  text: string,
  onText: (text: string) => void,
): readonly [string, (typed: string) => void] {
  const [state, setState] = useState({ typed: text, seen: text, told: text });
  const { typed, seen, told } = state;
  if (seen !== text) setState({ typed: text === told ? typed : text, seen: text, told: text });
  useEffect(() => {
    if (typed === seen) return undefined;
    const timer = setTimeout(() => {
      setState((before) => ({ ...before, told: typed }));
      onText(typed);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, seen, onText]);
  return [typed, (next) => setState((before) => ({ ...before, typed: next }))];
}
