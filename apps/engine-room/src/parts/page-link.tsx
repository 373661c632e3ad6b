import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { basePath } from '../app/base-path.ts';
import classes from './page-link.module.css';

interface Props {
  /** Below the base path, with its parts encoded. */
  readonly to: string;
  readonly children: ReactNode;
}

/** Whoever only passes by loads nothing. */
const stayMs = 50;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * A link of which many stand in a table. The router's own asks at each change of the address, as of a filter that is typed, whether
 * it is the page that is shown; this one does not.
 */
export function PageLink({ to, children }: Props): ReactElement {
  const router = useRouter();
  const stay = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void router.preloadRoute({ to }).catch(() => undefined), stayMs);
  };
  const leave = (): void => clearTimeout(timer);
  return (
    <a
      href={`${basePath}${to}`}
      className={classes.link}
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
