import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { listening, stopped } from '../support/http-samples';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/instrumentation.md'), 'utf8');
const sections = page.split(/^## /m).map((section) => ({
  heading: section.slice(0, section.indexOf('\n')),
  blocks: [...section.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? ''),
}));

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'documentation-'));
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      types: ['node'],
      paths: { 'spheroseg-monitoring/metrics': [join(root, 'lib/instrumentation/index.ts')] },
    },
    include: [join(project, '**/*.mts')],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(options));
  for (const { heading, blocks } of sections) {
    mkdirSync(join(project, heading));
    for (const [index, code] of blocks.entries()) {
      writeFileSync(join(project, heading, `${index}.mts`), code);
    }
  }
});

afterAll(() => rmSync(project, { recursive: true }));

describe('docs/instrumentation.md', () => {
  test('compiles', () => {
    const tsc = join(root, 'node_modules/.bin/tsc');

    const compile = () =>
      execFileSync(tsc, ['-p', project], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

    expect(compile()).toBe('');
  }, 60_000);

  describe.each(['Express', 'Fastify', 'node:http'])('%s', (framework) => {
    let backend: ChildProcess;
    let url: string;

    beforeAll(async () => {
      const port = await freePort();
      const file = join(project, framework, '0.mts');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('3000', port));
      url = `http://localhost:${port}`;
      backend = spawn(process.execPath, ['--import', 'tsx', file], {
        cwd: root,
        env: { ...process.env, TSX_TSCONFIG_PATH: join(project, 'tsconfig.json') },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await answers(`${url}/api/metrics`);
    }, 30_000);

    afterAll(async () => {
      backend.kill('SIGKILL');
      await once(backend, 'exit');
    });

    test('shows a backend that is measured', async () => {
      await fetch(`${url}/api/cells/7`).then((response) => response.text());

      const metrics = await fetch(`${url}/api/metrics`).then((response) => response.text());

      expect(metrics).toContain(
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/cells/:id",http_response_status_code="200"} 1',
      );
      expect(metrics).not.toContain('"/api/cells/7"');
    });

    test('fits into ten lines and its imports', () => {
      const [code = ''] = sections.find(({ heading }) => heading === framework)?.blocks ?? [];

      expect(code.split('\n').filter((line) => !/^(import .*)?$/.test(line)).length).toBeLessThan(
        12,
      );
    });
  });
});

async function freePort(): Promise<string> {
  const server = createServer();
  const { port } = new URL(await listening(server));
  await stopped(server);
  return port;
}

async function answers(url: string) {
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await wait(200);
  }
  throw new Error(`nothing answers at ${url}`);
}
