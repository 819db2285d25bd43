import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const repository = resolve(__dirname, '../..');

interface Ended {
  readonly code: unknown;
  readonly printed: string;
}

function demo(options: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const args = ['--import', `file://${require.resolve('tsx')}`, 'local/demo.ts', ...options];
  const env = { ...process.env, ...environment };
  return new Promise((done) => {
    execFile(
      process.execPath,
      args,
      { cwd: repository, env, timeout: 25_000 },
      (error, stdout, stderr) => done({ code: error?.code, printed: stdout + stderr }),
    );
  });
}

describe('npm run demo', () => {
  test('takes the secrets of the real services out of its environment before it starts anything', async () => {
    const { code, printed } = await demo(['errors'], { PAGERDUTY_SERVICE_KEY: 'no-such-key' });

    expect(code).toBe(1);
    expect(printed).toMatch(/^PAGERDUTY_SERVICE_KEY must be [^\n]+\n$/);
  }, 30_000);

  test('says what can be broken', async () => {
    const { code, printed } = await demo(['errors', 'everything']);

    expect(code).toBe(1);
    expect(printed).toContain('must be one of errors, slow, database');
  }, 30_000);
});
