import { errorBudget, type Leg, legs, type Window } from './burn.js';
import type { Burn, Slo } from './objectives.js';

// Where traffic is so low that six bad requests pass a page's threshold, they come by chance once in 1,700
// windows to a service that just keeps its objective; one or two come every night.
const MIN_BAD_REQUESTS = 5;

// The rest of a long window is unknown to a new service: two bad hours are not yet three bad days.
const MIN_KNOWN_SHARE = 1 / 4;

const holds = {
  // HttpErrorRateHigh, which says the same of an outage and mutes this alert, must be first to fire and last to end.
  fast: { for: '3m', keep_firing_for: '4m' },
  slow: { for: '15m', keep_firing_for: '30m' },
} as const satisfies Record<Burn, object>;

// Which series count requests at which step, by the interval of the group that reads them.
const steps = {
  fast: { operation: 'rate5m', seconds: 30, count: ' * 30' },
  slow: { operation: 'increase5m', seconds: 300, count: '' },
} as const satisfies Record<Burn, object>;

/** The alert that the budget burns, whose value is how many times as fast as it may. */
export function sloAlert(slo: Slo, burn: Burn) {
  const { name, sli, severity } = slo;
  return {
    alert: 'ErrorBudgetBurn',
    expr: expression(slo, burn),
    ...holds[burn],
    labels: { severity: severity[burn], component: 'slo', slo: name, sli: sli.kind, burn },
    annotations: {
      summary: `{{ $labels.job }} spends the error budget of ${name} {{ $value | humanize }} times as fast as it may`,
      description: description(slo, burn),
      runbook: 'slo.md#errorbudgetburn',
      dashboard: 'slo',
    },
  };
}

function expression(slo: Slo, burn: Burn): string {
  const either = legs(slo, burn)
    .map((leg) => condition(slo, burn, leg))
    .join('or\n');
  const isSaidAlready = burn === 'fast' && slo.sli.kind === 'availability';
  return isSaidAlready ? `(\n${indented(either)})\nunless on (job)\n${paged(slo, burn)}` : either;
}

/**
 * An outage that HttpErrorRateHigh has paged for and that is over. The window of half an hour remembers it
 * longer, and its page would come after the all-clear.
 */
function paged({ name, service, ...slo }: Slo, burn: Burn): string {
  const factor = Math.min(...legs(slo, burn).map((leg) => leg.factor));
  return `(
  max by (job) (max_over_time(ALERTS{alertname="HttpErrorRateHigh",alertstate="firing",job="${service}"}[45m]))
  unless on (job)
  slo:sli_error:ratio_rate5m{slo="${name}"} / ${errorBudget(slo)} > ${factor}
)
`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function condition(slo: Slo, burn: Burn, { long, short, factor }: Leg): string {
  const { operation, seconds, count } = steps[burn];
  const series = (name: string) => `slo:${name}:${operation}{slo="${slo.name}"}[${long.name}]`;
  const burnRate = (window: Window) =>
    `slo:sli_error:ratio_rate${window.name}{slo="${slo.name}"} / ${errorBudget(slo)} > ${factor}`;
  const known = Math.round(((long.hours * 3600) / seconds) * MIN_KNOWN_SHARE);
  return `(
  ${burnRate(long)}
  and
  ${burnRate(short)}
  and
  # A few failures at night are no trend.
  sum_over_time(${series('sli_requests_bad')})${count} > ${MIN_BAD_REQUESTS}
  and
  # Nor is what little is known of a new service.
  count_over_time(${series('sli_requests')}) > ${known}
)
`;
}

function description(slo: Slo, burn: Burn): string {
  const cost = legs(slo, burn).map(
    ({ factor, long }) =>
      `${Math.round((100 * factor * long.hours) / (24 * slo.windowDays))} % of the budget in ${long.words}`,
  );
  return `Left of the budget of ${slo.windowDays} days: ${budgetLeft(slo)}. ${promise(slo)}. This speed costs at least ${cost.join(' or ')}.`;
}

function promise({ objective, sli }: Slo): string {
  const good =
    sli.kind === 'latency' ? `within ${sli.thresholdSeconds} s` : 'without a server error';
  return `Of the requests to {{ $labels.job }} ${objective} % shall be answered ${good}`;
}

function budgetLeft({ name }: Slo): string {
  const query = `slo:error_budget_remaining:ratio{slo='${name}'}`;
  return `{{ with query "${query}" }}{{ . | first | value | humanizePercentage }}{{ else }}unknown{{ end }}`;
}
