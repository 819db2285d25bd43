import {
  annotation,
  endOf,
  own,
  startOf,
  urgencyOf,
} from '../../../lambdas/shared/group-summary.js';
import { group } from '../../support/messages.js';

describe('annotation', () => {
  test('is what all alerts say, or else the first', () => {
    expect(annotation(group('three-firing'), 'runbook')).toBe('host.md#hostdiskspacelow');
    expect(annotation(group('three-firing'), 'summary')).toMatch(
      /of the disk of 10\.0\.1\.\d is free/,
    );
    expect(annotation(group('three-firing', { alerts: [] }), 'summary')).toBeUndefined();
  });
});

describe('own', () => {
  test('is what the others do not have, or have otherwise', () => {
    const labels = { job: 'api', instance: 'a', constructor: 'x' };

    expect(own(labels, { job: 'api', instance: 'b' })).toEqual({ instance: 'a', constructor: 'x' });
  });
});

describe('urgencyOf', () => {
  const [alert] = group('one-firing').alerts;
  const firing = (severity: string) => ({ ...alert, labels: { severity } });
  const resolved = (severity: string) => ({ ...firing(severity), status: 'resolved' });

  test.each([
    ['the worst of what fires', [firing('info'), firing('warning')], 'warning'],
    ['not what is over', [firing('info'), resolved('critical')], 'info'],
    ['an error if nobody knows the word', [firing('page'), firing('warning')], 'error'],
    ['an error if nothing is said', [], 'error'],
  ])('is %s', (_, alerts, expected) => {
    expect(urgencyOf(group('one-firing', { commonLabels: {}, alerts }))).toBe(expected);
  });
});

describe('startOf and endOf', () => {
  test('span the alerts that decide how the group looks', () => {
    const partly = group('partly-resolved');
    const over = group('all-resolved');

    expect(startOf(partly)).toEqual(partly.alerts[1]?.startsAt);
    expect(startOf(over)?.getTime()).toBe(
      Math.min(...over.alerts.map((a) => a.startsAt.getTime())),
    );
    expect(endOf(over)?.getTime()).toBe(Math.max(...over.alerts.map((a) => a.endsAt.getTime())));
  });
});
