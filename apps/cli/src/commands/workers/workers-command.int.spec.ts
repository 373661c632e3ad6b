import { verificationViewSchema, workerActionAnswerSchema } from '@ironwheel/contracts';
import { callController, startController, TestWorker, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControllerClient } from '../../client/controller-client.ts';
import { createContext, type CommandContext } from '../../context.ts';
import { printError } from '../../output/print-error.ts';
import { createProgram } from '../../program.ts';

const target = { python_tag: 'cp312', platform_tag: 'linux_s390x' };

describe('ironwheel workers', () => {
  let controller: TestController;
  beforeAll(async () => {
    controller = await startController();
  });
  afterAll(() => controller.close());

  /** Runs a command as `main` does; `onNote` is called with each line that is no result. */
  const run = async (args: string[], onNote: (line: string) => void = () => undefined) => {
    let [out, notes] = ['', ''];
    const note = (text: string): void => {
      notes += `${text}\n`;
      onNote(text);
    };
    const output = {
      ...createContext([]).output,
      write: (text: string) => void (out += text),
      writeNote: note,
      line: (text: string) => void (out += `${text}\n`),
      note,
      json: (value: unknown) => void (out += `${JSON.stringify(value)}\n`),
    } as CommandContext['output'];
    const context: CommandContext = {
      ...createContext(args, output),
      connect: () =>
        Promise.resolve(new ControllerClient({ url: controller.url, token: controller.adminToken })),
    };
    const program = createProgram(context);
    try {
      await program.parseAsync(args, { from: 'user' });
      return { code: context.exitCode, out, notes };
    } catch (error) {
      return { code: printError(error, output, args.includes('--json')), out, notes };
    }
  };
  const workers = (...args: string[]) => run(['workers', ...args]);

  it('steers a worker by its name, and says what holds and until when', async () => {
    await TestWorker.enroll(controller, 'steered');
    const paused = await workers('pause', 'steered', '--for', '2h', '--reason', 'a new disk');
    expect(paused).toMatchObject({ code: 0 });
    expect(paused.out).toMatch(/^steered is paused until \d{4}-.*Z\.\nIt holds no build\.\n$/);
    expect((await workers('quarantine', 'steered')).out).toContain('in quarantine until that is lifted');
    expect((await workers('resume', 'steered')).out).toContain('its quarantine still holds');
    const listed = await workers();
    expect(listed.out).toMatch(/steered +none +active, quarantine +unmatched/);
    expect((await workers('show', 'steered')).out).toMatch(/quarantine +manual: by /);
    expect((await workers('unquarantine', 'steered')).out).toContain('claims again');
  });

  it('follows a drain until the last build has ended', async () => {
    const worker = await TestWorker.enroll(controller, 'drained');
    const claim = await worker.claim('long-build', '1.0', target);
    const dry = await workers('drain', 'drained', '--dry-run');
    expect(dry.out).toContain('Nothing was done with drained.');
    expect(dry.out).toContain(`long-build 1.0 (${claim.attempt_id})`);
    const followed = await run(['workers', 'drain', 'drained', '--wait', '--deadline', '1h'], (line) => {
      if (line.includes('waits for 1 build')) void worker.report(claim, []);
    });
    expect(followed.code).toBe(0);
    expect(followed.notes).toContain(`long-build 1.0 (${claim.attempt_id})`);
    expect(followed.notes.trimEnd()).toMatch(/drained: nothing is left$/);
  });

  it('ends with 1 when the deadline of a drain passes, and when somebody ends the drain', async () => {
    const worker = await TestWorker.enroll(controller, 'slow');
    const claim = await worker.claim('slow-build', '1.0', target);
    const late = await workers('drain', 'slow', '--wait', '--deadline', '1s');
    expect(late.code).toBe(1);
    expect(late.notes).toContain('overdue');
    const ended = await run(['workers', 'drain', 'slow', '--wait'], (line) => {
      if (line.includes('waits for 1 build'))
        void callController(
          controller,
          'POST',
          `/api/workers/${worker.id}/resume`,
          controller.adminToken,
          {},
        );
    });
    expect(ended.code).toBe(1);
    expect(ended.notes).toContain('the drain was ended');
    await worker.report(claim, []);
  });

  it('registers an orphan, and verifies its server', async () => {
    await TestWorker.enroll(controller, 'orphan');
    const registered = await workers('register', 'orphan', '--name', 'a-server', '--json');
    const { server_id } = workerActionAnswerSchema.parse(JSON.parse(registered.out));
    const verified = await run(['servers', 'verify', 'a-server']);
    expect(verified.code).toBe(1);
    expect(verified.out).toMatch(/^FAIL {2}agent_reachable +no agent was enrolled/);
    expect(verified.out).toMatch(/mend +Make a provisioning bundle/);
    const last = await run(['servers', 'verify', 'a-server', '--last', '--json']);
    expect(verificationViewSchema.parse(JSON.parse(last.out))).toMatchObject({ server_id, ok: false });
    const again = await workers('register', 'orphan');
    expect(again).toMatchObject({ code: 3 });
    expect(again.notes).toContain('belongs to the server');
  });

  it('asks before it revokes, and cannot ask without a terminal', async () => {
    const worker = await TestWorker.enroll(controller, 'unwanted');
    const refused = await workers('revoke', 'unwanted');
    expect(refused.code).toBe(2);
    expect(refused.notes).toContain('--yes');
    expect((await workers('revoke', worker.id, '--dry-run')).out).toBe('It holds no build.\n');
    expect((await workers('revoke', 'unwanted', '--yes')).out).toContain('unwanted was revoked');
    expect((await workers('pause', 'unwanted')).code).toBe(3);
  });

  it('says that there is no such worker', async () => {
    expect(await workers('pause', 'nobody')).toMatchObject({ code: 3 });
    expect((await workers('pause', 'nobody')).notes).toContain('There is no worker nobody');
  });
});
