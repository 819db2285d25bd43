// A rule file that nobody refuses; a bad case is this with one thing wrong.
export const record = { record: 'job:up:sum', expr: 'sum by (job) (up)' };
export const alert = {
  alert: 'ServiceDown',
  expr: 'job:up:sum == 0',
  for: '2m',
  labels: { severity: 'critical', component: 'service' },
  annotations: {
    summary: 'No {{ $labels.job }} answers',
    description: 'Every scrape of {{ $labels.job }} fails.',
    runbook: 'service.md#servicedown',
    dashboard: 'application',
  },
};
export const group = { name: 'service', interval: '30s', rules: [record, alert] };
