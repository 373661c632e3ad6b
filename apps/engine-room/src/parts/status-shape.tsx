import type { ReactElement } from 'react';
import type { StatusShapeName } from './statuses.ts';

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 2, strokeLinecap: 'round' } as const;

/** Drawn, so that no font of the machine changes them. */
const shapes: Readonly<Record<StatusShapeName, ReactElement>> = {
  dot: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  check: <path d="M1.5 6.5l3 3 6-7" {...line} />,
  cross: <path d="M2 2l8 8M10 2l-8 8" {...line} />,
  ring: <circle cx="6" cy="6" r="4.2" {...line} />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.5" {...line} strokeWidth={1.5} />
      <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />
    </>
  ),
  square: <rect x="2" y="2" width="8" height="8" fill="currentColor" />,
  triangle: <path d="M6 1l5.4 10H.6z" fill="currentColor" />,
  bars: <path d="M4 2v8M8 2v8" {...line} strokeWidth={2.5} />,
  barred: (
    <>
      <circle cx="6" cy="6" r="4.6" {...line} strokeWidth={1.6} />
      <path d="M2.8 9.2l6.4-6.4" {...line} strokeWidth={1.6} />
    </>
  ),
  arrow: (
    <>
      <path d="M10 6a4 4 0 1 1-1.4-3" {...line} strokeWidth={1.7} />
      <path d="M10.6.6v3.2H7.4z" fill="currentColor" />
    </>
  ),
  dash: <path d="M2 6h8" {...line} />,
  question: (
    <>
      <path d="M3.5 3.8a2.5 2.5 0 1 1 3.4 2.4c-.6.3-.9.7-.9 1.4" {...line} strokeWidth={1.7} />
      <circle cx="6" cy="10.4" r="1.1" fill="currentColor" />
    </>
  ),
};

export const StatusShape = ({ shape }: { readonly shape: StatusShapeName }): ReactElement => (
  <svg viewBox="0 0 12 12" width={12} height={12} aria-hidden focusable="false">
    {shapes[shape]}
  </svg>
);
