import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { type Lambda, startLambda } from '../../../local/lambda';
import { until } from './waiting';

interface StubAnswer {
  readonly pid: number;
  readonly environment: Record<string, string>;
  readonly remainingMs: number;
}

describe('startLambda', () => {
  const lines: string[] = [];
  let lambda: Lambda;

  beforeAll(async () => {
    process.env.AWS_PROFILE = 'of-the-caller';
    lambda = await startLambda({
      name: 'stub',
      entry: join(__dirname, 'stub-handler.ts'),
      environment: { SECRET_NAME: 'spheroseg/test/stub' },
      timeoutMs: 1_000,
      log: (line) => lines.push(line),
    });
  });

  afterAll(async () => {
    delete process.env.AWS_PROFILE;
    await lambda.stop();
  });

  beforeEach(() => {
    lines.length = 0;
  });

  const invoke = (body: string) =>
    lambda.invoke({ Records: [{ body }] } as SQSEvent) as Promise<StubAnswer>;

  test('keeps one process from call to call', async () => {
    const answers = [await invoke('hello'), await invoke('hello')];

    expect(answers[0]?.pid).not.toBe(process.pid);
    expect(answers[1]?.pid).toBe(answers[0]?.pid);
  });

  test('gives the function its own environment and nothing of the caller', async () => {
    const { environment } = await invoke('hello');

    expect(environment).toMatchObject({
      SECRET_NAME: 'spheroseg/test/stub',
      AWS_LAMBDA_FUNCTION_NAME: 'stub',
    });
    expect(Object.keys(environment)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(AWS_PROFILE|HOME|PATH|NODE_OPTIONS)$/)]),
    );
  });

  test('tells the function how much time is left', async () => {
    const { remainingMs } = await invoke('hello');

    expect(remainingMs).toBeLessThanOrEqual(1_000);
    expect(remainingMs).toBeGreaterThan(500);
  });

  test('counts metrics and passes on everything else', async () => {
    await invoke('print');
    await until(() => 'Delivered' in lambda.metrics());

    expect(lambda.metrics()).toEqual({ Delivered: 1 });
    expect(lines).toEqual(['a line of text']);
  });

  test.each([
    ['throw', 'the function threw TypeError: no way'],
    ['crash', 'the function crashed (exit code 1)'],
    ['hang', 'the function timed out'],
  ])('fails the call when the function does this: %s', async (word, reason) => {
    await expect(invoke(word)).rejects.toThrow(reason);
    expect(lines).toContain(`stub: ${reason}`);
  });

  test.each(['crash', 'hang'])('has a fresh process after a %s', async (word) => {
    const before = await invoke('hello');
    await invoke(word).catch(() => {});

    const after = await invoke('hello');

    expect(after.pid).not.toBe(before.pid);
    expect(() => process.kill(before.pid, 0)).toThrow('ESRCH');
  });

  test('leaves neither process nor file behind', async () => {
    const brief = await startLambda({
      name: 'brief',
      entry: join(__dirname, 'stub-handler.ts'),
      environment: {},
      timeoutMs: 10_000,
      log: () => {},
    });
    const answer = (await brief.invoke({ Records: [] })) as StubAnswer;
    const hanging = brief.invoke({ Records: [{ body: 'hang' }] } as SQSEvent).catch(String);

    await brief.stop();

    expect(await hanging).toContain('crashed (SIGKILL)');
    expect(() => process.kill(answer.pid, 0)).toThrow('ESRCH');
    expect(existsSync(dirname(answer.environment.AWS_CONFIG_FILE ?? ''))).toBe(false);
  });
});

describe('startLambda that goes no further', () => {
  let temporary: string;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'lambda-'));
  });

  afterEach(() => rmSync(temporary, { recursive: true }));

  /** Runs a script beside which only the function under test uses the temporary folder. */
  async function ran(entry: string, then: string) {
    const script = join(temporary, 'runner.ts');
    const options = JSON.stringify({ name: 'stub', entry, environment: {}, timeoutMs: 1000 });
    writeFileSync(
      script,
      `import { readdirSync } from 'node:fs';
      import { startLambda } from ${JSON.stringify(resolve(__dirname, '../../../local/lambda.ts'))};
      const hasFolder = () => readdirSync(${JSON.stringify(temporary)}).some((name) => /^spheroseg-stub-/.test(name));
      const starting = startLambda({ ...${options}, log: () => {} });
      ${then}`,
    );
    const child = spawn(
      process.execPath,
      ['--import', `file://${require.resolve('tsx')}`, script],
      { env: { ...process.env, TMPDIR: temporary } },
    );
    await once(child, 'exit');
    // Long enough for a bundler that has not noticed yet.
    await pause(500);
    return readdirSync(temporary).filter((name) => name.startsWith('spheroseg-'));
  }

  test('leaves no folder when the process ends before it', async () => {
    const stopAtOnce = `const look = setInterval(() => {
        if (!hasFolder()) return;
        process.exit();
      }, 1);`;

    const left = await ran(join(__dirname, 'stub-handler.ts'), stopAtOnce);

    expect(left).toEqual([]);
  });

  test('leaves no folder when the function cannot be bundled', async () => {
    const killWhenItFails = `starting.catch(() => process.kill(process.pid, 'SIGKILL'));`;

    const left = await ran(join(__dirname, 'no-such-handler.ts'), killWhenItFails);

    expect(left).toEqual([]);
  });
});
