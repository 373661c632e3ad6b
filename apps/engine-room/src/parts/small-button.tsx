import type { ComponentProps, ReactElement } from 'react';
import classes from './small-button.module.css';

type Props = Omit<ComponentProps<'button'>, 'type' | 'className'>;

/** As high as a line, for the rows of a table, of which many come at once: nothing but an element. */
export const SmallButton = (props: Props): ReactElement => (
  <button {...props} type="button" className={classes.button} />
);
