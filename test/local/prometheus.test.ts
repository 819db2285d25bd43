import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { foundRuleFiles } from '../../lib/alerting/rule-files.js';
import { engine } from '../../local/engines.js';
import { freePorts } from '../../local/environment.js';
import { start } from '../../local/process.js';
import {
  complaints,
  discovery,
  loadRules,
  type PrometheusOptions,
  prometheus,
  watchRules,
} from '../../local/prometheus.js';

const deployed = resolve(__dirname, '../../rules');

let options: PrometheusOptions;

const rule = (name: string, expr: string) => `groups:
  - name: sample
    interval: 30s
    rules:
      - record: ${name}
        expr: ${expr}
`;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  cpSync(deployed, join(folder, 'edited'), { recursive: true });
  options = {
    binary: await engine('prometheus'),
    promtool: await engine('promtool'),
    rules: join(folder, 'edited'),
    folder: join(folder, 'kept'),
    logs: join(folder, 'logs'),
    ports: await freePorts(),
    speed: 10,
    retention: '1d',
  };
}, 120_000);

afterAll(() => rmSync(resolve(options.rules, '..'), { recursive: true }));

async function ruleGroups() {
  const url = `http://127.0.0.1:${options.ports.prometheus}/api/v1/rules`;
  const { data } = (await (await fetch(url)).json()) as { data: { groups: { name: string }[] } };
  return data.groups.map(({ name }) => name);
}

// Also when a test fails: a server or a watcher that stays would keep Jest from ending.
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function started(changed: Partial<PrometheusOptions> = {}) {
  const server = await start(await prometheus({ ...options, ...changed }));
  cleanUps.push(server.stop);
}

const installed = (file: string) => readFileSync(join(options.folder, 'rules', file), 'utf8');

describe('loadRules', () => {
  test('loads the deployed files byte for byte, and the inventory, at the speed of production', async () => {
    const atSpeed1 = { ...options, speed: 1 };
    await started(atSpeed1);

    await loadRules(atSpeed1);
    const names = await ruleGroups();

    const { files } = foundRuleFiles(deployed);
    expect(names).toContain('inventory');
    expect(files.map(({ name }) => installed(`${name}.yaml`))).toEqual(
      files.map(({ text }) => text),
    );
  });

  test('shortens every duration in a time-lapse', async () => {
    await started();

    await loadRules(options);

    expect(installed('http.yaml')).toContain('for: 12s');
    expect(installed('http.yaml')).toContain('[30s]');
    expect(installed('inventory.yaml')).toContain('interval: 3s');
  });
});

describe('loadRules of alerts that are different here', () => {
  test('loads them changed', async () => {
    const description = 'a text';
    const changed: PrometheusOptions = {
      ...options,
      alerts: { HostDiskSpaceLow: { threshold: 0.1, annotations: { description } } },
    };
    await started(changed);

    await loadRules(changed);

    expect(installed('host.yaml')).toContain('node_filesystem_avail:ratio < 0.1\n');
    expect(installed('host.yaml')).toContain('# environments.local.alerts.HostDiskSpaceLow: ');
  });
});

describe('discovery', () => {
  test('takes the targets of one job out, and puts them back', async () => {
    await started();
    const jobs = async () => {
      const url = `http://127.0.0.1:${options.ports.prometheus}/api/v1/targets?state=active`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { activeTargets: { labels: { job: string } }[] };
      };
      return [...new Set(data.activeTargets.map(({ labels }) => labels.job))].sort();
    };
    const until = async (isSo: (seen: string[]) => boolean) => {
      const deadline = Date.now() + 15_000;
      while (!isSo(await jobs()) && Date.now() < deadline) await pause(100);
      return jobs();
    };
    const node = discovery('node', options);
    const before = await until((seen) => seen.includes('node'));

    await node.stop();
    const during = await until((seen) => !seen.includes('node'));
    await node.start();
    const after = await until((seen) => seen.includes('node'));

    expect(before).toEqual(['api', 'node', 'postgres', 'redis']);
    expect(during).toEqual(['api', 'postgres', 'redis']);
    expect(after).toEqual(before);
  }, 60_000);
});

describe('watchRules', () => {
  test('loads a folder of rule files as soon as it is there', async () => {
    await started();
    await loadRules(options);
    const lines: string[] = [];
    cleanUps.push(watchRules(options, (line) => lines.push(line)).stop);
    const folder = join(options.rules, 'new-folder');
    cleanUps.push(() => rmSync(folder, { recursive: true }));

    mkdirSync(folder);
    writeFileSync(join(folder, 'queue.yaml'), rule('queue:length:sum', 'sum(queue_length)'));
    const deadline = Date.now() + 8000;
    while (lines.length === 0 && Date.now() < deadline) await pause(20);

    expect(lines[0]).toMatch(/^rules loaded again after a change of /);
    expect(installed('new-folder-queue.yaml')).toContain('record: queue:length:sum');
    expect(await ruleGroups()).toContain('sample');
  }, 30_000);

  test('loads what is saved, and keeps what was loaded when that is wrong', async () => {
    await started();
    await loadRules(options);
    const lines: string[] = [];
    cleanUps.push(watchRules(options, (line) => lines.push(line)).stop);
    const file = join(options.rules, 'sample.yaml');
    const line = async (count: number) => {
      const deadline = Date.now() + 8000;
      while (lines.length < count && Date.now() < deadline) await pause(20);
      return lines[count - 1];
    };
    const recorded = async () => {
      const url = `http://127.0.0.1:${options.ports.prometheus}/api/v1/rules?rule_name[]=job:sample:sum`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { groups: { rules: { query: string }[] }[] };
      };
      return data.groups.flatMap((group) => group.rules.map(({ query }) => query));
    };

    writeFileSync(file, rule('job:sample:sum', 'sum by (job) (up)'));
    const loaded = await line(1);
    const rulesLoaded = await recorded();
    writeFileSync(file, rule('job:sample:sum', 'sum by (job) (up'));
    const refused = await line(2);
    const rulesKept = await recorded();
    const fileKept = installed('sample.yaml');

    expect(loaded).toBe('rules loaded again after a change of sample.yaml');
    expect(rulesLoaded).toEqual(['sum by (job) (up)']);
    expect(refused).toMatch(/^the rules of before stay loaded:\n/);
    expect(refused).toContain(`${file}: group sample: record job:sample:sum: expr: `);
    expect(rulesKept).toEqual(['sum by (job) (up)']);
    expect(fileKept).toContain('expr: sum by (job) (up)\n');
  }, 30_000);
});

describe('complaints', () => {
  const copies = [
    { copy: '/tmp/rules-next/host.yaml', path: 'rules/host.yaml' },
    { copy: '/tmp/rules-next/team-x-web.yaml', path: 'rules/team-x/web.yaml' },
  ];

  test('keeps what promtool found wrong, and names the file that a person edits', () => {
    const printed = `/cache/promtool: Checking /tmp/rules-next/http.yaml
  SUCCESS: 9 rules found
Checking /tmp/rules-next/host.yaml
  FAILED:
/tmp/rules-next/host.yaml: 9:15: group "host", rule 2, "A": could not parse expression: 1:1: parse error
/tmp/rules-next/team-x-web.yaml: 12:15: group "host", rule 3, "B": could not parse expression: 1:9: parse error
`;

    expect(complaints(printed, copies)).toBe(
      `rules/host.yaml: 9:15: group "host", rule 2, "A": could not parse expression: 1:1: parse error
rules/team-x/web.yaml: 12:15: group "host", rule 3, "B": could not parse expression: 1:9: parse error`,
    );
  });

  test('keeps everything when it cannot tell', () => {
    expect(complaints('promtool: killed', copies)).toBe('promtool: killed');
  });
});
