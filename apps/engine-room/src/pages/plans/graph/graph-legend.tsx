import type { ReactElement } from 'react';
import classes from './graph.module.css';

const lines = [
  { name: 'install', text: 'needs it to be installed' },
  { name: 'build', text: 'needs it to be built' },
  { name: 'over', text: 'over folded packages' },
  { name: 'critical', text: 'critical path: the longest chain of builds that wait for one another' },
  { name: 'wayLine', text: 'the way to the chosen package' },
] as const;

/** What the lines mean: by their form. */
export const GraphLegend = (): ReactElement => (
  <ul className={classes.legend} aria-label="Lines of the graph">
    {lines.map(({ name, text }) => (
      <li key={name}>
        <svg width={36} height={10} aria-hidden focusable="false">
          <path d="M0 5h36" className={classes[name]} />
        </svg>
        {text}
      </li>
    ))}
  </ul>
);
