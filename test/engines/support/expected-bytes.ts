// What the product's channels send about one full disk, as it goes over the wire. It is written out so
// that a change of one byte is seen, and by hand so that nothing of lambdas/ can agree with itself.

const labels = {
  alertname: 'HostDiskSpaceLow',
  component: 'host',
  device: '/dev/sda1',
  instance: 'host',
  job: 'host',
  mountpoint: '/',
  severity: 'critical',
};

const runbook = 'https://example.com/runbooks/host.md#hostdiskspacelow';
const dashboard = 'https://grafana.example.com/d/infrastructure';
const description =
  'Less than 15 % of /dev/sda1 is available; a full disk stops databases and logs.';

/** The body that Slack's webhook gets. */
export function hostMessage(startsAt: Date): string {
  const since = Math.floor(startsAt.getTime() / 1000);
  const fallback = `${startsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'mrkdwn', text, verbatim: true },
  });
  return JSON.stringify({
    text: '🔴 *HostDiskSpaceLow* · 1 firing · emulated\n/ of host has 5% free',
    attachments: [
      {
        color: '#d92d20',
        blocks: [
          section(description),
          section(
            `*Since* <!date^${since}^{date_short_pretty} {time}|${fallback}>\nseverity \`critical\`  component \`host\`  device \`/dev/sda1\`  instance \`host\`  job \`host\`  mountpoint \`/\``,
          ),
          section(`<${runbook}|Runbook>  ·  <${dashboard}|Dashboard>`),
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
}

/** The body that PagerDuty's Events API gets. */
export function hostEvent(startsAt: Date, dedupKey: string): string {
  return JSON.stringify({
    routing_key: 'the-integration-key',
    event_action: 'trigger',
    dedup_key: dedupKey,
    client: 'Spheroseg monitoring',
    client_url: dashboard,
    links: [
      { text: 'Runbook', href: runbook },
      { text: 'Dashboard', href: dashboard },
    ],
    payload: {
      summary: 'HostDiskSpaceLow: / of host has 5% free (1 firing, emulated)',
      source: 'host',
      severity: 'critical',
      timestamp: startsAt.toISOString(),
      component: 'host',
      group: 'emulated',
      class: 'HostDiskSpaceLow',
      custom_details: {
        environment: 'emulated',
        firing: 1,
        resolved: 0,
        labels,
        annotations: {
          dashboard: 'infrastructure',
          description,
          runbook: 'host.md#hostdiskspacelow',
          summary: '/ of host has 5% free',
        },
        firingAlerts: [{ since: startsAt.toISOString(), labels: {}, annotations: {} }],
        resolvedAlerts: [],
      },
    },
  });
}

/** The mail that a person gets, as SNS is given it. */
export function hostMail(startsAt: Date): string {
  const since = startsAt.toISOString().slice(0, 19).replace('T', ' ');
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [
    'FIRING: / of host has 5% free',
    '',
    description,
    '',
    `Since:     ${since} UTC`,
    `Runbook:   ${runbook}`,
    `Dashboard: ${dashboard}`,
    `Labels:    ${pairs.join(' ')}`,
    '\n',
  ].join('\n');
}
