import { Button } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';

interface Props {
  readonly text: string;
  readonly label?: string;
}

/** Says for a moment that it worked, and also when the browser would not let it. */
export function CopyButton({ text, label = 'Copy' }: Props): ReactElement {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => setSaid((await copyText(text)) ? 'Copied' : 'Not allowed here');
  return (
    <Button size="compact-xs" variant="default" onClick={() => void copy()} aria-live="polite">
      {said ?? label}
    </Button>
  );
}

/** The clipboard API is missing where a page came over plain HTTP from another machine; the old way still works there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else works without a secure context
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
