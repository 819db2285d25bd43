/** How urgent an alert is, most urgent first: wakes someone, waits for the morning, is only noted. */
export const severities = ['critical', 'warning', 'info'] as const;

export type Severity = (typeof severities)[number];
