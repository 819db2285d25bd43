import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments } from '../../bin/environments';
import { objectives } from '../../lib/slo/objectives';

const right = 'name: a, service: api, sli: availability, objective: 99.9';

describe('objectives', () => {
  test('are 30 days, critical when fast and a warning when slow, unless a file says otherwise', () => {
    const text = `
- { ${right} }
- { name: b-2, service: web, sli: latency, thresholdSeconds: 0.5, objective: 95, window: 7d, severity: { fast: info } }
`;

    expect(objectives(text, 'slo.yaml')).toEqual([
      {
        name: 'a',
        service: 'api',
        sli: { kind: 'availability' },
        objective: 99.9,
        windowDays: 30,
        severity: { fast: 'critical', slow: 'warning' },
      },
      {
        name: 'b-2',
        service: 'web',
        sli: { kind: 'latency', thresholdSeconds: 0.5 },
        objective: 95,
        windowDays: 7,
        severity: { fast: 'info', slow: 'warning' },
      },
    ]);
  });

  test.each([
    [`- { ${right}, page: true }`, "slo.yaml: a has no field 'page'"],
    [
      `- { ${right.replace('99.9', '100')} }`,
      'slo.yaml: a.objective must be a percentage from 95 to 99.99, got 100',
    ],
    [
      `- { ${right.replace('99.9', '0.999')} }`,
      'slo.yaml: a.objective must be a percentage from 95 to 99.99, got 0.999',
    ],
    [
      `- { ${right.replace('99.9', '.nan')} }`,
      'slo.yaml: a.objective must be a percentage from 95 to 99.99, got NaN',
    ],
    [`- { ${right}, window: 90d }`, 'slo.yaml: a.window must be one of 7d, 28d, 30d, got "90d"'],
    [
      `- { ${right.replace('name: a', 'name: Api_Availability')} }`,
      'slo.yaml: Api_Availability.name must be lower-case words with dashes between them, at most 60 characters, got "Api_Availability"',
    ],
    [
      `- { ${right.replace('service: api', 'service: "api\\"}"')} }`,
      'slo.yaml: a.service must be a job: lower-case letters, digits and dashes, got "api\\"}"',
    ],
    [
      `- { ${right.replace('availability', 'latency')}, thresholdSeconds: 1.5 }`,
      'slo.yaml: a.thresholdSeconds must be an upper edge of http_server_request_duration_seconds (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10), got 1.5',
    ],
    [
      `- { ${right.replace('availability', 'latency')} }`,
      'slo.yaml: a.thresholdSeconds must be a number of seconds, got nothing',
    ],
    [`- { ${right}, thresholdSeconds: 1 }`, "slo.yaml: a has no field 'thresholdSeconds'"],
    [
      `- { ${right.replace('availability', 'freshness')} }`,
      'slo.yaml: a.sli must be availability or latency, got "freshness"',
    ],
    [
      `- { ${right}, severity: { fast: page } }`,
      'slo.yaml: a.severity.fast must be one of critical, warning, info, got "page"',
    ],
    [`- { ${right} }\n- { ${right} }`, "slo.yaml: name 'a' is there twice"],
    [`- a`, 'slo.yaml: objective number 1 must be an object, got "a"'],
    ['a: 1', 'slo.yaml: must be a list of objectives, got {"a":1}'],
    ['[]', 'slo.yaml: must name at least one objective, got []'],
    ['', 'slo.yaml: must be a list of objectives, got null'],
    [`- { ${right}, name: b }`, 'slo.yaml: must be YAML: Map keys must be unique'],
  ])('refuses %s', (text, problem) => {
    expect(() => objectives(text, 'slo.yaml')).toThrow(problem);
  });

  test('says every problem at once', () => {
    const text = `
- { ${right.replace('99.9', '100')}, window: 1y }
- { ${right}, page: true }
- { service: api, sli: latency, thresholdSeconds: 3, objective: 99 }
`;

    expect(() => objectives(text, 'slo.yaml')).toThrow(
      [
        'slo.yaml: a.objective must be a percentage from 95 to 99.99, got 100',
        'slo.yaml: a.window must be one of 7d, 28d, 30d, got "1y"',
        "slo.yaml: a has no field 'page'",
        'slo.yaml: objective number 3.name must be lower-case words with dashes between them, at most 60 characters, got nothing',
        'slo.yaml: objective number 3.thresholdSeconds must be an upper edge of http_server_request_duration_seconds (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10), got 3',
      ].join('\n'),
    );
  });

  test('of the product are about services that some environment has', () => {
    const text = readFileSync(join(__dirname, '../../lib/slo/objectives.yaml'), 'utf8');
    const jobs = Object.values(environments).flatMap(({ targets }) =>
      targets.map(({ job }) => job),
    );

    const services = objectives(text, 'lib/slo/objectives.yaml').map(({ service }) => service);

    expect(jobs).toEqual(expect.arrayContaining(services));
  });
});
