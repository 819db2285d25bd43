import fc from 'fast-check';
import type { AlertGroup } from '../../lambdas/shared/alert-group.js';
import { read } from './messages.js';

// A failure is shown after seconds, not once its example is the smallest one.
fc.configureGlobal({ interruptAfterTimeLimit: 20_000 });

const fragment = fc.constantFrom(
  ...['&', '<', '>', '&amp;', '<!channel>', '<@U1>', '<https://evil.example|click>', '`', '```'],
  ...['"', '\\', '\n', '\r\n', '\t', '\u0000', '\u2028', '|', '*', '_', '~', ']]>', '{{', ' '],
  ...['🔴', '👩‍👩‍👧', '日本', '\ud83d', '\udd34', 'a', 'Z9'],
);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
  // Whatever the limit is, some text ends just before, at, or after it.
  fc.tuple(fragment, fc.nat(1_700)).map(([part, times]) => part.repeat(times)),
);

const name = fc.oneof(
  fc.constantFrom('job', 'instance', 'severity', 'alertname', '__proto__', 'constructor'),
  fc.string({ minLength: 1, maxLength: 200 }),
);

const labels = fc.dictionary(name, text, { maxKeys: 12 });
const annotations = fc.record(
  { summary: text, description: text, runbook: text, dashboard: text },
  { requiredKeys: [] },
);
const severity = fc.option(fc.constantFrom('critical', 'warning', 'info', 'page', ''), { nil: '' });
const moment = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const status = fc.constantFrom('firing', 'resolved');

const alert = fc.record(
  {
    status,
    startsAt: moment,
    endsAt: moment,
    labels,
    annotations,
    generatorURL: fc.oneof(
      text,
      fc.webUrl({ withQueryParameters: true }),
      fc.constant('javascript:1'),
    ),
  },
  { requiredKeys: ['status', 'startsAt', 'endsAt', 'labels', 'annotations'] },
);

/** Groups that our template could have written, with the worst that labels and annotations may hold. */
export const hostileGroup: fc.Arbitrary<AlertGroup> = fc
  .record({
    schema: fc.constant('amp-json/1'),
    receiver: text,
    status,
    numFiring: fc.nat(100_000),
    numResolved: fc.nat(100_000),
    groupLabels: labels,
    commonLabels: fc
      .tuple(labels, severity)
      .map(([others, value]) => ({ ...others, severity: value })),
    commonAnnotations: annotations,
    alerts: fc.array(alert, { maxLength: 15 }),
  })
  .map((message) => read(JSON.stringify(message)) as AlertGroup);

export const hostileText = text;
