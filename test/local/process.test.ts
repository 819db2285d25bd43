import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanEnvironment, type Program, start } from '../../local/process.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const shell = (script: string, more: Partial<Program> = {}): Program => ({
  name: 'sample',
  command: '/bin/sh',
  args: ['-c', script],
  log: join(folder, 'logs', 'sample.log'),
  healthy: async () => true,
  ...more,
});

const runs = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean) => {
  const deadline = Date.now() + 8000;
  while (!condition() && Date.now() < deadline) await pause(20);
  return condition();
};

describe('start', () => {
  test('waits until the program is healthy, and keeps what it prints', async () => {
    const ready = join(folder, 'ready');
    const script = `echo starting; sleep 0.2; touch ${ready}; exec sleep 60`;

    const program = await start(
      shell(script, { healthy: async () => readFileSync(ready, 'utf8') === '' }),
    );

    expect(runs(program.pid)).toBe(true);
    expect(readFileSync(program.log, 'utf8')).toBe('starting\n');
    await program.stop();
  });

  test('stops a program by its signal, and does not call that a crash', async () => {
    const script = `trap 'echo asked; exit' INT; echo trapped; while :; do sleep 0.05; done`;
    const log = join(folder, 'logs', 'sample.log');
    const healthy = async () => readFileSync(log, 'utf8').includes('trapped');
    const program = await start(shell(script, { stopSignal: 'SIGINT', healthy }));

    await program.stop();

    expect(await program.crashed).toBe(false);
    expect(runs(program.pid)).toBe(false);
    expect(readFileSync(log, 'utf8')).toBe('trapped\nasked\n');
  });

  test('tells a program that ends by itself from one that was stopped', async () => {
    const program = await start(shell('sleep 0.1'));

    const crashed = await program.crashed;

    expect(crashed).toBe(true);
  });

  test('says why a program did not start', async () => {
    const program = start(
      shell('echo "bind: address already in use"; exit 1', { healthy: async () => false }),
    );

    await expect(program).rejects.toThrow(
      `sample ended; the end of ${join(folder, 'logs', 'sample.log')}:\nbind: address already in use`,
    );
  });

  test('says so when the program cannot be run', async () => {
    const program = start(shell('', { command: '/no/such/program' }));

    await expect(program).rejects.toThrow('sample: cannot run /no/such/program');
  });

  test('leaves no program behind when the runner is killed', async () => {
    const runner = join(folder, 'runner.ts');
    const module = resolve(__dirname, '../../local/process.ts');
    const program = JSON.stringify({ name: 'sleeper', command: '/bin/sleep', args: ['60'] });
    const log = JSON.stringify(join(folder, 'sleeper.log'));
    writeFileSync(
      runner,
      `import { start } from ${JSON.stringify(module)};
      start({ ...${program}, log: ${log}, healthy: async () => true })
        .then(({ pid }) => process.stdout.write(String(pid)));`,
    );
    const loader = `file://${require.resolve('tsx')}`;
    const child = spawn(process.execPath, ['--import', loader, runner], { stdio: 'pipe' });
    const [printed] = await once(child.stdout, 'data');
    const pid = Number(printed);

    const ranBefore = runs(pid);
    child.kill('SIGKILL');
    const isGone = await until(() => !runs(pid));

    expect(ranBefore).toBe(true);
    expect(isGone).toBe(true);
  });
});

describe('cleanEnvironment', () => {
  test('keeps the account and the proxy of the caller to itself', () => {
    const { AWS_CA_BUNDLE, HTTPS_PROXY, PGPASSWORD } = process.env;
    Object.assign(process.env, { AWS_CA_BUNDLE: 'a', HTTPS_PROXY: 'b', PGPASSWORD: 'c' });

    const names = Object.keys(cleanEnvironment());

    Object.assign(process.env, { AWS_CA_BUNDLE, HTTPS_PROXY, PGPASSWORD });
    expect(names).toContain('PATH');
    expect(names.filter((name) => /^(AWS|PG|HTTP)/.test(name))).toEqual([]);
  });
});
