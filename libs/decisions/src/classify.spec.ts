import { describe, expect, it } from 'vitest';
import { failedWith } from './decision-fixture.ts';
import { classify, defaultPolicy, findTool, signalOfExit, type Rule } from './index.ts';

const line = (text: string) => [{ no: 7, text }];
const causeOf = (text: string, phase = 'build', code: string | null = 'BACKEND_FAILED') =>
  classify(failedWith(code, { phase, lines: line(text) }), defaultPolicy, 0);

const rule = (more: Partial<Rule>): Rule => ({
  id: 'own',
  when: {},
  cause: 'recipe',
  certainty: 0.9,
  decision: null,
  hintId: null,
  prior: null,
  expiresAt: null,
  ...more,
});
const under = (...rules: Rule[]) => ({ ...defaultPolicy, rules });

describe('classify', () => {
  it.each([
    ['c++: fatal error: Killed signal terminated program cc1plus', 'build', 'resource'],
    ['OSError: [Errno 28] No space left on device', 'build', 'resource'],
    ['ReadTimeoutError: Read timed out. (read timeout=15)', 'fetch', 'provider'],
    ['Temporary failure in name resolution', 'fetch', 'provider'],
    ['Temporary failure in name resolution', 'build', 'package'],
    ['Connection reset by peer', 'build', 'package'],
    ['swap.h:12:2: error: #error This code does not support Big-Endian machines', 'build', 'platform'],
    ['ERROR: No matching distribution found for foo==1.0', 'fetch', 'provider'],
    ['src/a.c:3:10: fatal error: zlib.h: No such file or directory', 'build', 'recipe'],
    ['/usr/bin/ld: cannot find -lpq', 'build', 'recipe'],
    ["ModuleNotFoundError: No module named 'numpy'", 'build', 'recipe'],
    ['SyntaxError: invalid syntax', 'build', 'package'],
    ['a.c:9:12: error: incompatible pointer types', 'build', 'package'],
    ['nothing that anybody knows', 'build', 'package'],
  ])('goes by the lines where the code says little: %s, in %s', (text, phase, cause) => {
    expect(causeOf(text, phase).cause).toBe(cause);
  });

  it('goes by a code that says what it was, whatever else is in the log', () => {
    const found = causeOf('Killed signal', 'build', 'HEADER_MISSING');
    expect(found).toMatchObject({ cause: 'recipe', rule: 'code:HEADER_MISSING', matched: [] });
  });

  it('knows nothing of a code that it never heard of, but for what the lines say', () => {
    expect(causeOf('who knows', 'build', 'OF_A_PLUGIN')).toMatchObject({ cause: 'unknown', rule: 'none' });
    const known = causeOf('fatal error: Killed', 'build', 'OF_A_PLUGIN');
    expect(known).toMatchObject({ cause: 'resource', matched: [{ no: 7 }] });
  });

  it('calls a kill a matter of resources', () => {
    const killed = failedWith(null, { exitCode: 137, signal: 9 });
    expect(classify(killed, defaultPolicy, 0)).toMatchObject({ cause: 'resource', rule: 'exit:137' });
  });

  it('calls a kill with a code that says little a matter of resources too', () => {
    const killed = failedWith('BUILD_FAILED', { exitCode: -9, signal: 9 });
    expect(classify(killed, defaultPolicy, 0).cause).toBe('resource');
  });

  it('blames the source for a fetch that takes too long, and the means of the build for a build that does', () => {
    const slow = (phase: string) => classify(failedWith('PHASE_TIMEOUT', { phase }), defaultPolicy, 0).cause;
    expect([slow('fetch'), slow('build')]).toEqual(['provider', 'resource']);
  });

  it('asks the rules of the policy first, in their order, and says which lines they went by', () => {
    const facts = failedWith('HEADER_MISSING', { tool: 'compiler', lines: line('odd.h is odd') });
    const odd = rule({ id: 'odd', when: { tool: 'compiler', anchor: /odd/ }, cause: 'platform' });
    expect(classify(facts, under(odd, rule({ id: 'later' })), 0)).toMatchObject({
      cause: 'platform',
      rule: 'odd',
      matched: [{ no: 7, text: 'odd.h is odd' }],
    });
    expect(classify(facts, under(rule({ when: { tool: 'linker' } })), 0).rule).toBe('code:HEADER_MISSING');
    expect(classify(facts, under(rule({ when: { package: 'other' } })), 0).rule).toBe('code:HEADER_MISSING');
    expect(classify(facts, under(rule({ expiresAt: 5 })), 5).rule).toBe('code:HEADER_MISSING');
  });

  it('calls a cause unknown that it is not sure enough of, and learns from what was counted', () => {
    const facts = failedWith('BUILD_FAILED');
    const guess = rule({ certainty: 0.4 });
    expect(classify(facts, under(guess), 0)).toMatchObject({
      cause: 'unknown',
      rule: 'own',
      confidence: 0.4,
    });
    const evidence = { own: { cause: { n: 80, s: 76 } } };
    expect(classify(facts, under(guess), 0, evidence)).toMatchObject({ cause: 'recipe', confidence: 0.84 });
  });
});

describe('facts of an attempt', () => {
  it.each([
    ['/usr/bin/ld: cannot find -lz', 'linker'],
    ['a.c:1:1: fatal error: x.h: No such file or directory', 'compiler'],
    ['error[E0433]: failed to resolve', 'cargo'],
    ['CMake Error at CMakeLists.txt:3', 'cmake'],
    ['all is well', null],
  ])('name the tool of %s', (text, tool) => {
    expect(findTool(line(text))).toBe(tool);
  });

  it('tell the signal from an exit code, as shells and as Python write it', () => {
    expect([137, -9, 139, 1, 0, null, 255].map(signalOfExit)).toEqual([9, 9, 11, null, null, null, null]);
  });
});
