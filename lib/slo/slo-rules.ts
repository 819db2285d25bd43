import { Document } from 'yaml';
import { errorBudget, tidy } from './burn.js';
import { sloAlert } from './burn-alert.js';
import type { Slo } from './objectives.js';
import { type RecordingRule, requestRules } from './requests.js';

/** How every generated file begins, which tells it from one that a person wrote. */
export const generatedHeader =
  '# Generated from lib/slo/objectives.yaml; edit that, and run npm run slo.\n';

/** The rule file of one objective. It reads only what `rules/http.yaml` records, and is silent without it. */
export function sloRules(slo: Slo): string {
  const name = `slo-${slo.name}`;
  const groups = [
    { name, interval: '30s', rules: hourRules(slo) },
    // Windows of days move slowly and cost the most samples.
    { name: `${name}-days`, interval: '5m', rules: dayRules(slo) },
  ];
  // A rule is read in a review on its own.
  const document = new Document({ groups }, { aliasDuplicateObjects: false });
  return generatedHeader + document.toString({ lineWidth: 0 });
}

function hourRules(slo: Slo) {
  const [bad, requests] = selectors(slo, 'rate5m');
  return [
    {
      record: 'slo:objective:ratio',
      expr: `vector(${tidy(slo.objective / 100)})`,
      labels: { slo: slo.name, job: slo.service },
    },
    ...requestRules(slo),
    ratio(slo, '5m', `${bad}\n/\n(${requests} > 0)\n`),
    ...['30m', '1h', '6h'].map((window) => ratioOver(slo, window, bad, requests)),
    {
      record: 'slo:error_budget_remaining:ratio',
      // Its own group is too slow for a query of this moment, which looks back five minutes.
      expr: `1 - last_over_time(slo:sli_error:ratio_rate${slo.windowDays}d{slo="${slo.name}"}[15m]) / ${errorBudget(slo)}`,
      labels: { slo: slo.name },
    },
    sloAlert(slo, 'fast'),
  ];
}

function dayRules(slo: Slo) {
  const [bad, requests] = selectors(slo, 'increase5m');
  const [badRate, requestRate] = selectors(slo, 'rate5m');
  const labels = { slo: slo.name };
  return [
    // Rates over 5 minutes, taken every 5 minutes: laid end to end they miss nothing and count nothing twice.
    { record: 'slo:sli_requests_bad:increase5m', expr: `${badRate} * 300`, labels },
    { record: 'slo:sli_requests:increase5m', expr: `${requestRate} * 300`, labels },
    ...['2h', '1d', '3d', `${slo.windowDays}d`].map((window) =>
      ratioOver(slo, window, bad, requests),
    ),
    sloAlert(slo, 'slow'),
  ];
}

function selectors({ name }: Slo, operation: string): [bad: string, requests: string] {
  return [
    `slo:sli_requests_bad:${operation}{slo="${name}"}`,
    `slo:sli_requests:${operation}{slo="${name}"}`,
  ];
}

/** Of sums, because an average of ratios would count the quiet night as much as the busy day. */
function ratioOver(slo: Slo, window: string, bad: string, requests: string): RecordingRule {
  const sum = (series: string) => `sum_over_time(${series}[${window}])`;
  return ratio(slo, window, `${sum(bad)}\n/\n(${sum(requests)} > 0)\n`);
}

function ratio({ name }: Slo, window: string, expr: string): RecordingRule {
  return { record: `slo:sli_error:ratio_rate${window}`, expr, labels: { slo: name } };
}
