import { useId, useRef, useState, type ReactElement } from 'react';
import { Anchor, Input } from '@mantine/core';
import { SafeText } from '../../../parts/safe-text.tsx';
import type { LineProblem } from './plan-form.ts';
import classes from './form.module.css';

interface Props {
  readonly label: string;
  readonly description: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly problems: readonly LineProblem[];
  /** About the text as a whole. */
  readonly error?: string | undefined;
  readonly rows: number;
  readonly placeholder?: string;
}

/** Text of lines with their numbers; a line with a problem is marked, and each problem leads to its line. */
export function LineField({
  label,
  description,
  text,
  onText,
  problems,
  error,
  rows,
  placeholder,
}: Props): ReactElement {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [top, setTop] = useState(0);
  const bad = new Set(problems.map(({ line }) => line));
  const isBad = bad.size > 0 || error !== undefined;
  const count = Math.max(rows, text.split('\n').length);
  const goTo = (line: number): void => {
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    field.current?.focus();
    field.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div>
      <Input.Label htmlFor={id}>{label}</Input.Label>
      <Input.Description id={`${id}-description`}>{description}</Input.Description>
      <div className={classes.lines} data-bad={isBad}>
        <div className={classes.gutter} aria-hidden>
          <div style={{ transform: `translateY(${-top}px)` }}>
            {Array.from({ length: count }, (_, index) => (
              <div key={index} data-bad={bad.has(index + 1)}>
                {bad.has(index + 1) ? '✕ ' : ''}
                {index + 1}
              </div>
            ))}
          </div>
        </div>
        <textarea
          ref={field}
          id={id}
          rows={rows}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={text}
          aria-invalid={isBad}
          aria-describedby={`${id}-description ${id}-problems`}
          onChange={(event) => onText(event.currentTarget.value)}
          onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        />
      </div>
      <ul id={`${id}-problems`} className={classes.problems} aria-live="polite">
        {error !== undefined && <li>{error}</li>}
        {problems.map(({ line, text: message }, index) => (
          <li key={index}>
            <Anchor
              component="button"
              type="button"
              inherit
              c="inherit"
              underline="always"
              onClick={() => goTo(line)}
            >
              Line {line}
            </Anchor>
            : <SafeText text={message} max={4000} />
          </li>
        ))}
      </ul>
    </div>
  );
}
