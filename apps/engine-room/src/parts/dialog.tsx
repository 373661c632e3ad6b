import { Modal } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly children: ReactNode;
}

/** A dialog as all of them are: focus stays inside and goes back afterwards, Escape closes. */
export function Dialog({ isOpen, onClose, title, size = 'lg', children }: Props): ReactElement {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      styles={{ title: { fontWeight: 600 } }}
      size={size}
      // The lock of the page's scroll writes a style element that has no nonce.
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  );
}
