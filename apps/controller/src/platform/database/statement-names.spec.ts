import { describe, expect, it } from 'vitest';
import { StatementNames } from './statement-names.ts';

describe('names of prepared statements', () => {
  it('are given to a text that comes again, and stay', () => {
    const names = new StatementNames();
    expect(names.findName('SELECT 1')).toBeUndefined();
    const name = names.findName('SELECT 1');
    expect(name).toBeDefined();
    expect(names.findName('SELECT 1')).toBe(name);
    names.findName('SELECT 2');
    expect(names.findName('SELECT 2')).not.toBe(name);
  });

  it('are new ones after a change of the tables', () => {
    const names = new StatementNames();
    names.findName('SELECT 1');
    const name = names.findName('SELECT 1');
    names.renew();
    names.findName('SELECT 1');
    expect(names.findName('SELECT 1')).not.toBe(name);
  });

  it('are bounded, however many texts there are', () => {
    const names = new StatementNames();
    const given = new Set<string | undefined>();
    for (let number = 0; number < 2000; number += 1) {
      names.findName(`SELECT ${number}`);
      given.add(names.findName(`SELECT ${number}`));
    }
    given.delete(undefined);
    expect(given.size).toBe(300);
  });
});
