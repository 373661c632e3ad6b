import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { basePath } from '../app/base-path.ts';
import classes from './page-link.module.css';

interface Props {
  /** Below the base path, with its parts encoded. */
  readonly to: string;
  readonly children: ReactNode;
  /** Instead of how a link in a text looks. */
  readonly className?: string | undefined;
  /** It leads to the page that is shown, or to the list that it belongs to. */
  readonly isCurrent?: boolean;
}

/** Whoever only passes by loads nothing. */
const stayMs = 50;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * A link of which many stand in a table, or on every page. The router's own asks at each change of the address, as of a filter that is
 * typed, whether it is the page that is shown; this one is told.
 */
export function PageLink({ to, children, className, isCurrent = false }: Props): ReactElement {
  const router = useRouter();
  const stay = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void router.preloadRoute({ to }).catch(() => undefined), stayMs);
  };
  const leave = (): void => clearTimeout(timer);
  return (
    <a
      href={`${basePath}${to}`}
      className={className ?? classes.link}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (!isPlain(event)) return;
        event.preventDefault();
        leave();
        void router.navigate({ to });
      }}
      onMouseEnter={stay}
      onMouseLeave={leave}
      onFocus={stay}
      onBlur={leave}
    >
      {children}
    </a>
  );
}

/** Else the browser is to open it elsewhere. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 &&
  !(event.metaKey || event.altKey || event.ctrlKey || event.shiftKey || event.defaultPrevented);
