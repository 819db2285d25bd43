import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { engine } from '../../local/engines.js';
import { states, statesWithoutSlot } from './postgres-states.js';

const folder = resolve(__dirname, '..', 'fixtures', 'scrapes');
const files = readdirSync(folder);
const text = (file: string) => readFileSync(join(folder, file), 'utf8');

const namesSomebody =
  /^nodename="(?!host")|^(?:serial|wwn|run_id|process_id)=|\/(?:home|root|tmp|Users|work)\b/;

// On a fresh machine the engine is unpacked first.
let promtool: string;
beforeAll(async () => {
  promtool = await engine('promtool');
}, 180_000);

describe('the recorded scrapes', () => {
  test('are one of every exporter, and of PostgreSQL one in every state', () => {
    const ofStates = [...states, ...statesWithoutSlot].flatMap(({ name, replica }) => [
      `postgres-${name}.primary.txt`,
      ...(replica.length > 0 ? [`postgres-${name}.replica.txt`] : []),
    ]);

    expect(files.toSorted()).toEqual(
      ['collector.txt', 'collector-failing.txt', 'node.txt', 'redis.txt', ...ofStates].toSorted(),
    );
    expect(states.map(({ name }) => name)).toEqual([
      'healthy',
      'connections-full',
      'replay-paused',
      'stream-cut',
      'replica-stopped',
      'primary-stopped',
    ]);
  });

  test.each(files)('%s says who exposed it and how it is refreshed', (file) => {
    const [first] = text(file).split('\n');

    expect(first).toMatch(/^# [\w ]+ \d+\.\d+\.\d+(-\d+)?, recorded by npm run record$/);
  });

  test.each(files)('%s is what Prometheus can read', (file) => {
    const { status, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: text(file),
      encoding: 'utf8',
    });

    // 3 is a matter of style, such as a family without help, and 1 a text that is none of Prometheus'.
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.any(String) });
  });

  test.each(files)('%s names no machine, no user and no folder', (file) => {
    const labels = [...text(file).matchAll(/(\w+)="([^"]+)"/g)].map(([label]) => label);

    const suspicious = labels.filter((label) => namesSomebody.test(label));

    expect(suspicious).toEqual([]);
  });
});
