import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { metricNameProblems, metricsIn } from '../../lib/alerting/metric-names';
import { group } from '../support/valid-rules';

const reading = (...expressions: string[]) => {
  const rules = expressions.map((expr, index) => ({ alert: `A${index}`, expr }));
  return {
    name: 'mine',
    path: 'rules/mine.yaml',
    text: stringify({ groups: [{ name: 'a', rules }] }),
  };
};
const recording = { name: 'other', path: 'rules/other.yaml', text: stringify({ groups: [group] }) };
const problems = (expression: string, ownMetrics: string[] = []) =>
  metricNameProblems([reading(expression), recording], ownMetrics);

describe('metricNameProblems', () => {
  test.each([
    ['a metric of the catalogue', 'rate_limit_decisions_total > 1'],
    ['a series of a histogram', 'sum by (le) (http_server_request_duration_seconds_bucket)'],
    ["an exporter's", 'pg_up == 0 or node_load1 > 5'],
    ['what another file records', 'job:up:sum == 0'],
    ["a backend's own", 'my_queue_depth > 5 and on () orders_total > 1'],
    ['one of a numbered family', 'node_load15 > 5'],
    ['a short name that is near a known one', 'redis_hz > 1'],
    ['what is no expression', 'sum('],
  ])('takes %s', (_, expression) => {
    expect(problems(expression)).toEqual([]);
  });

  const wayOut = 'if it comes from elsewhere, list it under ownMetrics of the environment';

  test.each([
    [
      'job:up:summ == 0',
      `job:up:summ, which no rule records (did you mean job:up:sum?); ${wayOut}`,
    ],
    ['cluster:requests:rate5m > 1', `cluster:requests:rate5m, which no rule records; ${wayOut}`],
    [
      'http_server_request_duration_second_count > 1',
      `http_server_request_duration_second_count, which nobody exposes; did you mean http_server_request_duration_seconds_count? ${wayOut}`,
    ],
    [
      'up == 1 and rate_limit_decision_total > 1',
      `rate_limit_decision_total, which nobody exposes; did you mean rate_limit_decisions_total? ${wayOut}`,
    ],
  ])('refuses %j', (expression, problem) => {
    expect(problems(expression)).toEqual([
      `rules/mine.yaml: group a: alert A0: expr reads ${problem}`,
    ]);
  });

  test('takes a name that the environment calls its own', () => {
    const names = ['rate_limit_decision_total', 'cluster:requests:rate5m'];

    expect(problems(`${names[0]} > 1 and ${names[1]} > 1`, names)).toEqual([]);
  });

  test('names each rule and each metric, and a metric once', () => {
    const file = reading('a:b:c + a:b:c > a:b:d', 'a:b:c > 1');

    expect(metricNameProblems([file]).map((line) => line.split(',')[0])).toEqual([
      'rules/mine.yaml: group a: alert A0: expr reads a:b:c',
      'rules/mine.yaml: group a: alert A0: expr reads a:b:d',
      'rules/mine.yaml: group a: alert A1: expr reads a:b:c',
    ]);
  });

  test('says nothing about a file that is no YAML', () => {
    expect(metricNameProblems([{ ...recording, text: 'groups: [' }])).toEqual([]);
  });

  test('takes every metric that a real exporter exposes', () => {
    const folder = join(__dirname, '../fixtures/scrapes');
    const exposed = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^(\w+)/gm)].map(([name]) => name),
    );

    expect(exposed.length).toBeGreaterThan(100);
    expect(metricNameProblems([reading(...new Set(exposed))])).toEqual([]);
  });
});

describe('metricsIn', () => {
  test('are the names of selectors, and not what only looks like one', () => {
    const names = metricsIn('rate(a[5m]) / on (b) group_left (c) d{e="f"} + {g="h"} # i\n> time()');

    expect([...names]).toEqual(['a', 'd']);
  });
});
