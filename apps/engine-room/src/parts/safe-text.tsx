import { Fragment, type ReactElement } from 'react';
import { nameHidden, splitHidden } from './hidden-characters.ts';
import classes from './safe-text.module.css';

interface Props {
  readonly text: string;
  /** Characters shown; the rest is counted. Default 500. */
  readonly max?: number;
  /** One line that ends in … instead of wrapping. */
  readonly isOneLine?: boolean;
}

/**
 * Text of strangers: names, reasons, host names, output. Characters that cannot be seen, or that turn the direction of what
 * stands around them, are shown by name; the text stands in an isolation of its own and can always wrap.
 */
export function SafeText({ text, max = 500, isOneLine = false }: Props): ReactElement {
  const characters = Array.from(text.slice(0, max * 2));
  const shown = characters.slice(0, max).join('');
  const left = text.length - shown.length;
  return (
    <bdi
      className={isOneLine ? classes.oneLine : classes.text}
      title={isOneLine ? nameHidden(shown) : undefined}
    >
      {splitHidden(shown).map((part, index) =>
        part.isHidden ? (
          <span key={index} className={classes.hidden}>
            {part.text}
          </span>
        ) : (
          <Fragment key={index}>{part.text}</Fragment>
        ),
      )}
      {left > 0 && <span className={classes.hidden}>… {left.toLocaleString('en')} more characters</span>}
    </bdi>
  );
}
