/** What each channel's secret holds. A channel is the file `lambdas/notify/<name>.ts`. */
export const channels = {
  slack: 'the URL of a Slack incoming webhook, as plain text',
  pagerduty: 'the integration key of a PagerDuty service (Events API v2), as plain text',
} as const;

export type Channel = keyof typeof channels;

export const channelNames = Object.keys(channels) as Channel[];
