import { CloseButton } from '@mantine/core';
import { useSyncExternalStore, type ReactElement } from 'react';
import { dismissToast, onToasts, readToasts } from '../parts/toasts.ts';
import classes from './toast-list.module.css';

export function ToastList(): ReactElement {
  const toasts = useSyncExternalStore(onToasts, readToasts);
  return (
    <div className={classes.list} role="status" aria-live="polite">
      {toasts.map(({ id, text }) => (
        <div key={id} className={classes.toast}>
          {text}
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismissToast(id)} />
        </div>
      ))}
    </div>
  );
}
