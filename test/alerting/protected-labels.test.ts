import { labelsOfSeries, routedAlerts, routingLabels } from '../../lib/alerting/protected-labels';

describe('routingLabels', () => {
  test.each(['alertname', 'severity', 'job', 'instance', 'limit'])('hold %s', (label) => {
    expect(routingLabels).toContain(label);
  });

  test('hold nothing that only names', () => {
    expect(routingLabels).not.toContain('component');
    expect(routingLabels).not.toContain('team');
  });
});

describe('routedAlerts', () => {
  test('are the one whose silence is an alarm', () => {
    expect([...routedAlerts]).toEqual(['Watchdog']);
  });
});

describe('labelsOfSeries', () => {
  test('are those of the expression and of the texts about it', () => {
    const labels = labelsOfSeries('sum by (queue) (a{b="c"}) / on (d) group_left (e) f', [
      '{{ $labels.route }} of {{ .Labels.other }}',
    ]);

    expect([...labels].sort()).toEqual(['b', 'd', 'e', 'queue', 'route']);
  });
});
