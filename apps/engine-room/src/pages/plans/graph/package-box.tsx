import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import type { KeyboardEvent, ReactElement } from 'react';
import { nameHidden } from '../../../parts/hidden-characters.ts';
import { SafeText } from '../../../parts/safe-text.tsx';
import { StatusBadge } from '../../../parts/status-badge.tsx';
import classes from './graph.module.css';

export interface BoxData extends Record<string, unknown> {
  readonly status: string;
  /** In words: critical path, circle. */
  readonly marks: string;
  readonly isCritical: boolean;
  readonly isChosen: boolean;
  readonly isOnWay: boolean;
  /** The one box that Tab comes to. */
  readonly isActive: boolean;
  /** Needs that are folded under it. */
  readonly folded: number;
  readonly onChoose: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onFocus: (id: string, isByKeyboard: boolean) => void;
  readonly onKey: (id: string, event: KeyboardEvent) => void;
}

export type BoxNode = Node<BoxData, 'package'>;

/** A package in the graph: its name, how it stands as shape, word and colour, and what is folded under it. */
export function PackageBox({ id, data }: NodeProps<BoxNode>): ReactElement {
  const { status, marks, folded } = data;
  const tabIndex = data.isActive ? 0 : -1;
  return (
    <div
      className={classes.box}
      data-chosen={data.isChosen}
      data-critical={data.isCritical}
      data-way={data.isOnWay}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes.handle ?? ''} />
      <button
        type="button"
        className={`${classes.choose ?? ''} nopan`}
        data-box={id}
        tabIndex={tabIndex}
        aria-pressed={data.isChosen}
        onClick={() => data.onChoose(id)}
        onFocus={({ currentTarget }) => data.onFocus(id, currentTarget.matches(':focus-visible'))}
        onKeyDown={(event) => data.onKey(id, event)}
      >
        <span className={classes.name}>
          <SafeText text={id} max={120} isOneLine />
        </span>
        <span className={classes.line}>
          <StatusBadge status={status} />
          {marks !== '' && <span className={classes.marks}>{marks}</span>}
        </span>
      </button>
      {folded > 0 && (
        <button
          type="button"
          className={`${classes.open ?? ''} nopan`}
          tabIndex={tabIndex}
          aria-label={`Show what is folded under ${nameHidden(id)}: ${folded.toLocaleString('en')}`}
          onClick={() => data.onOpen(id)}
        >
          +{folded.toLocaleString('en')}
        </button>
      )}
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={false}
        className={classes.handle ?? ''}
      />
    </div>
  );
}
