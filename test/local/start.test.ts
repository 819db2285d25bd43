import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { knownPorts } from '../../local/environment.js';
import { happens } from '../../local/happens.js';

const repository = resolve(__dirname, '../..');

let runner: ChildProcess;
let printed: string;
let folder: string;

const printing = (text: string) => happens(() => printed.includes(text), 60_000);

const started = (...options: string[]) => startedWith({}, ...options);

async function startedWith(environment: NodeJS.ProcessEnv, ...options: string[]) {
  const loader = `file://${require.resolve('tsx')}`;
  const script = resolve(repository, 'local/start.ts');
  printed = '';
  runner = spawn(process.execPath, ['--import', loader, script, ...options], {
    cwd: repository,
    stdio: 'pipe',
    env: { ...process.env, ...environment },
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

// Elsewhere, nothing says what environment a program was started with.
const onLinux = process.platform === 'linux' ? test : test.skip;

/** What this run has started, each with its command and its environment. */
const descendants = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && ancestors(name).includes(String(runner.pid)))
    .filter((name) => name !== String(runner.pid))
    .map((name) => ({ pid: name, line: `${textOf(name, 'cmdline')} ${textOf(name, 'environ')}` }));

const textOf = (pid: string, file: string) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

const ancestors = (pid: string): string[] => {
  const parent = /^PPid:\s+([1-9]\d*)/m.exec(textOf(pid, 'status'))?.[1];
  return parent ? [pid, ...ancestors(parent)] : [pid];
};

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

  test('takes a Ctrl-C that arrives twice for one, and leaves nothing in the temporary folder', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'start-'));
    await startedWith({ TMPDIR: temporary }, '--free-ports');
    await happens(() => readdirSync(temporary).some((name) => /^spheroseg-/.test(name)), 30_000);

    runner.kill('SIGINT');
    await pause(50);
    runner.kill('SIGINT');
    const [exitCode] = await once(runner, 'exit');
    const left = readdirSync(temporary).filter((name) => name.startsWith('spheroseg-'));
    rmSync(temporary, { recursive: true });

    expect(exitCode).toBe(130);
    expect(printed).toMatch(/stopped\n$/);
    expect(left).toEqual([]);
  }, 90_000);

  onLinux(
    'gives no program the secrets of the real services',
    async () => {
      const secrets = {
        SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/secret',
        PAGERDUTY_SERVICE_KEY: '0'.repeat(32),
        SOMETHING_ELSE: 'secret',
      };
      await startedWith(secrets, '--free-ports');
      const isReady = await printing('stop everything');

      const reaper = descendants().filter(({ line }) => line.includes('reaper.mjs'));
      const knowing = descendants().filter(({ line }) => /secret|0{32}/.test(line));

      expect(isReady).toBe(true);
      expect(reaper).toHaveLength(1);
      expect(reaper[0]?.line).not.toContain('SOMETHING_ELSE');
      expect(knowing.filter(({ line }) => /SLACK_|PAGERDUTY_SERVICE/.test(line))).toEqual([]);
    },
    90_000,
  );

  test.each([
    [{ SLACK_WEBHOOK_URL: 'hooks.slack.com/services/x' }, /^SLACK_WEBHOOK_URL must be /],
    [{ PAGERDUTY_SERVICE_KEY: 'services-x' }, /^PAGERDUTY_SERVICE_KEY must be /],
  ])(
    'refuses a secret that cannot be one',
    async (environment, message) => {
      await startedWith(environment, '--free-ports');

      const [exitCode] = await once(runner, 'exit');

      expect(exitCode).toBe(1);
      expect(printed).toMatch(message);
      expect(printed).not.toContain('services');
    },
    30_000,
  );

  test('says which port is busy, starts nothing, and keeps the data of whoever runs there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const offset = port - knownPorts.primary;
    const data = resolve(repository, '.local', `offset-${offset}`);
    mkdirSync(data, { recursive: true });

    await started('--port-offset', String(offset), '--fresh');
    const [exitCode] = await once(runner, 'exit');
    server.close();
    const isKept = existsSync(data);
    rmSync(data, { recursive: true, force: true });

    expect(exitCode).toBe(1);
    expect(isKept).toBe(true);
    expect(printed).toContain(
      `port ${port} (primary) is busy; see who has it with \`lsof -i :${port}\` and stop that, or move all ports with --port-offset ${offset + 100}\n`,
    );
  }, 30_000);

  test.each([
    [['--speed', '0'], "option '--speed <n>' argument '0' is invalid. must be between 1 and 60"],
    [
      ['--break', 'everything'],
      "option '--break <name>' argument 'everything' is invalid. must be one of errors, slow, database, pool, redis, service, vanish, replication, ratelimit, disk, queue, backlog, cache, memory, cpu",
    ],
    [
      ['--retention', '30'],
      "option '--retention <time>' argument '30' is invalid. must be a number of hours, days, weeks or years, such as 30d",
    ],
    [
      ['--retention', '5215w'],
      "option '--retention <time>' argument '5215w' is invalid. must be at most 100y",
    ],
  ])('refuses %j', async (options, message) => {
    await started(...options);

    await once(runner, 'exit');

    expect(printed).toBe(`error: ${message}\n`);
  });
});
