/** A short word that something was done; it goes by itself. */
export interface Toast {
  readonly id: number;
  readonly text: string;
}

const shownMs = 6_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const dismissToast = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

/** From anywhere; what failed stands where it was asked for instead, and stays. */
export function showToast(text: string): void {
  const id = nextId++;
  change([...toasts.slice(-3), { id, text }]);
  setTimeout(() => dismissToast(id), shownMs);
}

export const readToasts = (): readonly Toast[] => toasts;

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
