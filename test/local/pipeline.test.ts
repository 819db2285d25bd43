import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTelling } from '../../local/breaks/alert-watch.js';
import { type Timeline, timeline } from '../../local/breaks/timeline.js';
import { watchThrough } from '../../local/breaks/watch-through.js';
import { busyPortProblems } from '../../local/busy-ports.js';
import { freePorts, type Ports } from '../../local/environment.js';
import type { InboxMessage } from '../../local/inbox/mailbox.js';
import { type Pipeline, startPipeline } from '../../local/pipeline.js';

// Faster than people use it: `for: 2m` is 4 s here.
const SPEED = 30;

let folder: string;
let ports: Ports;
let pipeline: Pipeline;
let story: Timeline;
let messages: readonly InboxMessage[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'left-behind'), '');
  ports = await freePorts();
  const report = () => {};
  const options = { ports, folder, fresh: true, speed: SPEED, retention: '1d', report };
  pipeline = await startPipeline(options);
  await pipeline.watch();
  const { observed, channels } = await watchThrough(pipeline.breaks.errors, pipeline, SPEED);
  story = timeline(observed, channels);
  // Whoever runs this may have a busy machine, which is an alert of its own.
  messages = pipeline.messages().filter(({ alertname }) => isTelling(alertname));
}, 150_000);

afterAll(async () => {
  await pipeline?.stop();
  rmSync(folder, { recursive: true });
}, 30_000);

/** The body that a service was sent; what differs from run to run is masked. */
function sent(channel: string, state: string): unknown {
  const found = messages.filter((one) => one.channel === channel && one.state === state);
  expect(found).toHaveLength(1);
  const text = JSON.stringify(found[0]?.request.body)
    .replaceAll(`127.0.0.1:${ports.prometheus}`, 'PROMETHEUS')
    .replace(/g0\.expr=[^&|]+/g, 'g0.expr=QUERY')
    .replace(/\d+(\.\d+)?%/g, 'RATIO%')
    .replace(/<!date\^\d+\^[^>]*>/g, 'DATE')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/Lasted\* \d+ s/, 'Lasted* SECONDS s')
    .replace(/[0-9a-f]{64}/g, 'DEDUP_KEY');
  return JSON.parse(text);
}

const runbook =
  'https://github.com/spheroseg/monitoring/blob/main/docs/runbooks/http.md#httperrorratehigh';
const expression = 'http://PROMETHEUS/graph?g0.expr=QUERY&g0.tab=1';
const summary = 'api answers RATIO% of its requests with a server error';
const description =
  'More than 5 % of the requests to api over the last 5 minutes got a 5xx status.';

const slackMessage = (headline: string, color: string, lines: readonly string[]) => ({
  text: headline,
  attachments: [
    {
      color,
      blocks: lines.map((text) => ({
        type: 'section',
        text: { type: 'mrkdwn', text, verbatim: true },
      })),
    },
  ],
  unfurl_links: false,
  unfurl_media: false,
});

const labelLine = 'severity `critical`  component `http`  job `api`';
const linkLine = `<${runbook}|Runbook>  ·  <${expression.replaceAll('&', '&amp;')}|Expression>`;

describe('startPipeline', () => {
  test('forgets what an earlier start has left, when told to', () => {
    expect(existsSync(join(folder, 'left-behind'))).toBe(false);
  });

  test('carries a break to Slack and PagerDuty, and its end', () => {
    expect(story.missing).toEqual([]);
  });

  test('tells nobody of anything else', () => {
    const told = messages.map(
      ({ channel, alertname, state }) => `${channel} ${alertname} ${state}`,
    );

    expect(told.sort()).toEqual([
      'email HttpErrorRateHigh firing',
      'email HttpErrorRateHigh resolved',
      'pagerduty HttpErrorRateHigh firing',
      'pagerduty HttpErrorRateHigh resolved',
      'slack HttpErrorRateHigh firing',
      'slack HttpErrorRateHigh resolved',
    ]);
  });

  test('sends Slack a message that a person can act on', () => {
    expect(sent('slack', 'firing')).toEqual(
      slackMessage(`🔴 *HttpErrorRateHigh* · 1 firing · local\n${summary}`, '#d92d20', [
        description,
        `*Since* DATE\n${labelLine}`,
        linkLine,
      ]),
    );
  });

  test('sends Slack the resolve', () => {
    expect(sent('slack', 'resolved')).toEqual(
      slackMessage(`✅ *HttpErrorRateHigh* · 1 resolved · local\nWas: ${summary}`, '#12b76a', [
        `*Lasted* SECONDS s, DATE to DATE\n${labelLine}`,
        linkLine,
      ]),
    );
  });

  test('opens an incident in PagerDuty', () => {
    expect(sent('pagerduty', 'firing')).toEqual({
      routing_key: '…',
      event_action: 'trigger',
      dedup_key: 'DEDUP_KEY',
      client: 'Spheroseg monitoring',
      links: [
        { text: 'Runbook', href: runbook },
        { text: 'Expression', href: expression },
      ],
      payload: {
        summary: `HttpErrorRateHigh: ${summary} (1 firing, local)`,
        source: 'api',
        severity: 'critical',
        timestamp: 'TIME',
        component: 'http',
        group: 'local',
        class: 'HttpErrorRateHigh',
        custom_details: {
          environment: 'local',
          firing: 1,
          resolved: 0,
          labels: {
            alertname: 'HttpErrorRateHigh',
            component: 'http',
            job: 'api',
            severity: 'critical',
          },
          annotations: {
            dashboard: 'application',
            description,
            runbook: 'http.md#httperrorratehigh',
            summary,
          },
          firingAlerts: [{ since: 'TIME', labels: {}, annotations: {} }],
          resolvedAlerts: [],
        },
      },
    });
  });

  test('closes that incident', () => {
    const keys = messages
      .filter(({ channel }) => channel === 'pagerduty')
      .map(({ request }) => (request.body as { dedup_key: string }).dedup_key);

    expect(sent('pagerduty', 'resolved')).toEqual({
      routing_key: '…',
      event_action: 'resolve',
      dedup_key: 'DEDUP_KEY',
    });
    expect(new Set(keys).size).toBe(1);
  });

  test('leaves no program and no port behind', async () => {
    await pipeline.stop();

    const programs = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(programs.split('\n').filter((line) => line.includes(folder))).toEqual([]);
    expect(await busyPortProblems(ports)).toEqual([]);
  }, 30_000);
});
