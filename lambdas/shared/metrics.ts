import { printJson } from './print.js';

/** What the alarms on the pipe look at. */
export type Metric =
  | 'Received'
  | 'Delivered'
  | 'Failed'
  | 'NotConfigured'
  | 'Heartbeat'
  | 'Unreadable';

export interface Counts {
  readonly environment: string;
  readonly channel: string;
  /** Each is counted once. */
  readonly metrics: readonly Metric[];
  /** Why it failed: `Failed` is then also counted by reason. */
  readonly reason?: string;
}

/** Counts without a call: CloudWatch reads the metrics out of the log. */
export function count(counts: Counts): void {
  printJson(embeddedMetrics(counts, Date.now()));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
export function embeddedMetrics(counts: Counts, now: number): object {
  const { environment, channel, metrics, reason } = counts;
  const directive = (dimensions: readonly string[], names: readonly Metric[]) => ({
    Namespace: 'Spheroseg/Alerting',
    Dimensions: [dimensions],
    Metrics: names.map((Name) => ({ Name, Unit: 'Count' })),
  });
  const total = directive(['Environment', 'Channel'], metrics);
  const byReason = directive(['Environment', 'Channel', 'Reason'], ['Failed']);
  return {
    _aws: { Timestamp: now, CloudWatchMetrics: reason === undefined ? [total] : [total, byReason] },
    Environment: environment,
    Channel: channel,
    ...(reason !== undefined && { Reason: reason }),
    ...Object.fromEntries(metrics.map((name) => [name, 1])),
  };
}
