import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { happens } from '../../local/happens.js';

const repository = resolve(__dirname, '../..');

let runner: ChildProcess;
let printed: string;
let folder: string;

const printing = (text: string) => happens(() => printed.includes(text), 60_000);

async function started(...options: string[]) {
  const loader = `file://${require.resolve('tsx')}`;
  const script = resolve(repository, 'local/start.ts');
  printed = '';
  runner = spawn(process.execPath, ['--import', loader, script, ...options], {
    cwd: repository,
    stdio: 'pipe',
  });
  folder = resolve(repository, '.local', `free-ports-${runner.pid}`);
  for (const stream of [runner.stdout, runner.stderr]) {
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  }
}

const ports = () => [...printed.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));

const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });

const answering = async () => {
  const answered = await Promise.all(ports().map(answers));
  return ports().filter((_, index) => answered[index]);
};

const programs = () =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder));

afterEach(() => {
  runner.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  test('shows where everything is, and stops all of it when asked', async () => {
    await started('--free-ports');
    const isReady = await printing('stop everything');
    const upBefore = await answering();

    runner.kill('SIGTERM');
    const [exitCode] = await once(runner, 'exit');

    expect(isReady).toBe(true);
    expect(upBefore).toEqual(ports());
    expect(printed).toMatch(/ {2}inbox +http:\/\/127\.0\.0\.1:\d+ {2}what Slack and PagerDuty are/);
    expect(exitCode).toBe(143);
    expect(printed).toMatch(/stopped\n$/);
    expect(await answering()).toEqual([]);
    expect(programs()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  }, 90_000);

  test('leaves nothing running when it is killed', async () => {
    await started('--free-ports');
    await printing('stop everything');
    const upBefore = await answering();

    runner.kill('SIGKILL');
    const isAllGone = await happens(
      async () => (await answering()).length === 0 && programs().length === 0,
      15_000,
    );

    expect(upBefore).toEqual(ports());
    expect(isAllGone).toBe(true);
  }, 90_000);

  test('says which port is busy, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    await started('--port-offset', String(port - 9090));
    const [exitCode] = await once(runner, 'exit');
    server.close();

    expect(exitCode).toBe(1);
    expect(printed).toContain(
      `port ${port} (prometheus) is busy; see who has it with \`lsof -i :${port}\` and stop that, or move all ports with --port-offset 100\n`,
    );
  }, 30_000);

  test.each([
    [['--speed', '0'], "option '--speed <n>' argument '0' is invalid. must be between 1 and 60"],
    [
      ['--break', 'everything'],
      "option '--break <name>' argument 'everything' is invalid. must be one of errors, service, database, pool, replication, disk",
    ],
    [
      ['--retention', '30'],
      "option '--retention <time>' argument '30' is invalid. must be a number of hours, days, weeks or years, such as 30d",
    ],
  ])('refuses %j', async (options, message) => {
    await started(...options);

    await once(runner, 'exit');

    expect(printed).toBe(`error: ${message}\n`);
  });
});
