import type { Alert, AlertGroup, Labels } from './alert-group.js';

/** The name that the alerts share; a group may hold several. */
export function alertName(group: AlertGroup): string | undefined {
  return group.groupLabels.alertname ?? group.commonLabels.alertname;
}

/** What all alerts say, or else the first one: firing alerts come first in the message. */
export function annotation(group: AlertGroup, name: string): string | undefined {
  return group.commonAnnotations[name] ?? group.alerts[0]?.annotations[name];
}

/** What tells one alert from the others of its group: its labels or annotations without the common ones. */
export function own(labels: Labels, common: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name, text]) => common[name] !== text));
}

/** The alerts that decide how the group looks: those that fire, or all once none does. */
export function relevantAlerts(group: AlertGroup): readonly Alert[] {
  return group.alerts.filter((alert) => alert.status === group.status);
}

/** When the oldest of the relevant alerts began. */
export function startOf(group: AlertGroup): Date | undefined {
  return relevantAlerts(group)
    .map((alert) => alert.startsAt)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}

/** When the last alert of a resolved group ended. */
export function endOf(group: AlertGroup): Date | undefined {
  return relevantAlerts(group)
    .map((alert) => alert.endsAt)
    .sort((a, b) => b.getTime() - a.getTime())[0];
}

/** Most urgent first. A severity that we do not know is an `error`: between waking someone and waiting. */
export const urgencies = ['critical', 'error', 'warning', 'info'] as const;

export type Urgency = (typeof urgencies)[number];

/** How urgent the most urgent of the relevant alerts is. */
export function urgencyOf(group: AlertGroup): Urgency {
  const severities = group.commonLabels.severity
    ? [group.commonLabels.severity]
    : relevantAlerts(group).map((alert) => alert.labels.severity);
  const found = severities.map((severity) => urgencies.find((one) => one === severity) ?? 'error');
  return urgencies.find((urgency) => found.includes(urgency)) ?? 'error';
}
