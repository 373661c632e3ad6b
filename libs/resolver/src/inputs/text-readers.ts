import { checkTextInput, readInputRequirements } from './read-input.ts';
import { readLock } from './read-lock.ts';

/** What reads text inputs; each throws `InputInvalidError`. What goes in and comes out can be sent between threads. */
const textReaders = { checkTextInput, readInputRequirements, readLock } as const;
export type TextReaders = typeof textReaders;

/** One of them by its name, for whoever knows no types of its arguments. */
export const runTextReader = (reader: keyof TextReaders, args: readonly unknown[]): unknown =>
  (textReaders[reader] as (...given: readonly unknown[]) => unknown)(...args);
