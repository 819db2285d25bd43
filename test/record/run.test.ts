import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const tsx = pathToFileURL(require.resolve('tsx')).href;

/** The script on a machine with nothing on its PATH. */
function record(...names: string[]) {
  const args = ['--import', tsx, join(__dirname, 'run.ts'), ...names];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: '/nowhere' } });
}

describe('npm run record', () => {
  test('says what it leaves out without Go, and succeeds', () => {
    const { status, stdout } = record('collector');

    expect(stdout).toMatch(/^collector: left out, its fixtures stay as they are: Go is missing: /);
    expect(status).toBe(0);
  });

  test('says what can be recorded when it is asked for something else', () => {
    const { status, stdout } = record('redis', 'postgresql');

    expect(stdout).toBe(
      'no recording is called postgresql; there are node, postgres, redis, collector\n',
    );
    expect(status).toBe(1);
  });
});
