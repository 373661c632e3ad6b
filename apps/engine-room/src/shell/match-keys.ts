/** How long after `g` the second key may come. */
const betweenKeysMs = 1_500;

/** Whether the person is writing, or has something open that takes keys itself. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (['TEXTAREA', 'SELECT'].includes(target.tagName)) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
  return target.closest('[role="menu"], [role="dialog"], [role="listbox"]') !== null;
}

/** Remembers the first of two keys. */
export class KeySequence {
  #first: { key: string; atMs: number } | null = null;

  /** The sequences that this key may end, the longer first. */
  press(key: string, atMs: number): string[] {
    const first = this.#first;
    this.#first = { key, atMs };
    const isInTime = first !== null && atMs - first.atMs <= betweenKeysMs;
    return isInTime ? [`${first.key} ${key}`, key] : [key];
  }

  reset(): void {
    this.#first = null;
  }
}
