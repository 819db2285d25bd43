/** How urgent an alert is, most urgent first: wakes someone, waits for the morning, is only noted. */
export const severities = ['critical', 'warning', 'info'] as const;

export type Severity = (typeof severities)[number];

/** A value for each severity. */
export function perSeverity<T>(make: (severity: Severity) => T): Record<Severity, T> {
  return Object.fromEntries(severities.map((severity) => [severity, make(severity)])) as Record<
    Severity,
    T
  >;
}
