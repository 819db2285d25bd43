import { localTopics } from '../../../local/environment';

const authorization = `AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/sns/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

/** A Publish as Alertmanager's SNS client sends it. */
export function publish(
  snsUrl: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { authorization },
): Promise<Response> {
  const form = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, ...fields };
  return fetch(snsUrl, { method: 'POST', headers, body: new URLSearchParams(form) });
}

export const topicArn = localTopics.messages.critical;

/** What our template makes of one alert. */
export function groupJson(status: 'firing' | 'resolved', alertname: string): string {
  const labels = { alertname, job: 'api', severity: 'critical' };
  const annotations = { summary: 'Requests fail', runbook: 'http.md#x', dashboard: 'application' };
  const startsAt = '2026-11-23T20:00:00.000Z';
  const endsAt = '2026-11-23T20:05:00.000Z';
  const isFiring = status === 'firing';
  return JSON.stringify({
    schema: 'amp-json/1',
    receiver: 'critical',
    status,
    externalURL: '',
    numFiring: isFiring ? 1 : 0,
    numResolved: isFiring ? 0 : 1,
    groupLabels: { alertname, job: 'api' },
    commonLabels: labels,
    commonAnnotations: annotations,
    alerts: [{ status, fingerprint: 'f', startsAt, endsAt, labels, annotations }],
    end: true,
  });
}
