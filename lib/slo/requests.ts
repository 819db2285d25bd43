import type { Slo } from './objectives.js';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** All requests of an objective and the bad ones among them, so that every rule after these is of one kind. */
export function requestRules(slo: Slo): RecordingRule[] {
  const { bad, all } = slo.sli.kind === 'latency' ? byLatency(slo, slo.sli) : byStatus(slo);
  const labels = { slo: slo.name };
  return [
    { record: 'slo:sli_requests_bad:rate5m', expr: bad, labels },
    { record: 'slo:sli_requests:rate5m', expr: all, labels },
  ];
}

function byStatus({ service }: Slo) {
  return {
    bad: `job:http_server_request_errors:rate5m{job="${service}"}`,
    all: `job:http_server_requests:rate5m{job="${service}"}`,
  };
}

function byLatency(
  { name, service }: Slo,
  { thresholdSeconds }: { readonly thresholdSeconds: number },
) {
  const upTo = (le: string) =>
    `max by (job) (job_le:http_server_request_duration_seconds_bucket:rate5m{job="${service}",le${le}})`;
  const all = upTo('="+Inf"');
  return {
    // A difference of two rates can miss zero by the last binary digit.
    bad: `clamp_min(\n  ${all}\n  -\n  ${upTo(edgeMatcher(thresholdSeconds))},\n  0\n)\n`,
    // Without the bucket of the threshold nothing is known, which is not the same as no bad request.
    all: `${all}\nand on (job)\nslo:sli_requests_bad:rate5m{slo="${name}"}\n`,
  };
}

/** Prometheus 3 and OpenMetrics write the edge 1 as 1.0: https://prometheus.io/docs/prometheus/3.0/migration/ */
function edgeMatcher(edge: number): string {
  return Number.isInteger(edge) ? `=~"${edge}(\\\\.0)?"` : `="${edge}"`;
}
