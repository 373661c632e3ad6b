import type { ReactElement } from 'react';

/** The drawing of `public/icon.svg`, without the request and the document that an image costs when a page is opened. */
export const Logo = (): ReactElement => (
  <svg viewBox="0 0 32 32" width={20} height={20} aria-hidden>
    <circle cx="16" cy="16" r="14" fill="#1864ab" />
    <circle cx="16" cy="16" r="8.5" fill="none" stroke="#fff" strokeWidth="3" />
    <path d="M16 3v26M3 16h26M6.8 6.8l18.4 18.4M25.2 6.8 6.8 25.2" stroke="#fff" strokeWidth="2" />
    <circle cx="16" cy="16" r="3.5" fill="#ffa94d" />
  </svg>
);
