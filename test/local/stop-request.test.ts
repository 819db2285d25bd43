import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

let folder: string;
let runner: ChildProcess;
let printed: string;

/** A process whose stop takes a second and a half. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stop-request-'));
  const script = join(folder, 'runner.ts');
  writeFileSync(
    script,
    `import { onStopRequest } from ${JSON.stringify(resolve(__dirname, '../../local/stop-request.ts'))};
    onStopRequest(() => new Promise((resolve) => {
      setTimeout(() => { process.stdout.write('stopped'); resolve(); }, 1500);
    }));
    setInterval(() => {}, 1000);
    process.stdout.write('running ');`,
  );
  const loader = `file://${require.resolve('tsx')}`;
  const child = spawn(process.execPath, ['--import', loader, script], { stdio: 'pipe' });
  runner = child;
  printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child.stdout, 'data');
});

afterEach(() => {
  runner.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('onStopRequest', () => {
  test.each([
    ['takes the Ctrl-C that npm passes on once more for the same one', 50, 'running stopped'],
    ['waits for nothing when asked again', 800, 'running '],
  ])('%s', async (_, laterMs, expected) => {
    runner.kill('SIGINT');
    await pause(laterMs);
    runner.kill('SIGINT');
    const [exitCode] = await once(runner, 'close');

    expect(exitCode).toBe(130);
    expect(printed).toBe(expected);
  });
});
