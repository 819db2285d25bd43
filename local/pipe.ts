import type { AlertTopics } from '../lib/alerting/alertmanager.js';
import type { Environment } from '../lib/environment.js';
import { channelSettings } from '../lib/notifications/channel-settings.js';
import { type Channel, channelNames } from '../lib/notifications/channels.js';
import { startAwsEndpoint } from './aws-endpoint.js';
import { type RunningChannel, startChannel } from './channel.js';
import type { HttpAnswer } from './http-server.js';
import type { InboxMessage } from './inbox/mailbox.js';
import { publishedGroup, toldGroup } from './inbox/origin.js';
import type { Service } from './inbox/services.js';
import { type InboxOptions, startInbox } from './inbox.js';
import { type Queue, startQueue } from './queue.js';
import { type SnsNotification, startSns } from './sns.js';
import { subscriptions } from './subscriptions.js';

export interface PipeOptions {
  readonly environmentName: string;
  readonly links: Environment['links'];
  readonly channels: Environment['channels'];
  readonly topics: AlertTopics;
  /** 0 is any free one. */
  readonly inboxPort: number;
  /** With this, Slack is sent the messages for real as well. */
  readonly slackWebhookUrl?: string | undefined;
  /** With this, PagerDuty is sent the events for real as well. */
  readonly pagerdutyServiceKey?: string | undefined;
  /** @default - the service region of the United States */
  readonly pagerdutyUrl?: string | undefined;
  /** Hears of messages that a real service did not take. @default - nobody does */
  readonly report?: (line: string) => void;
  /** Hears what the functions print. @default - nobody does */
  readonly log?: (line: string) => void;
  /** Answers in place of a service: how a test makes one fail. */
  readonly outage?: (service: Service) => HttpAnswer | undefined;
}

/** Everything between the alert manager and the people, on this machine. */
export interface Pipe {
  /** Where Alertmanager publishes (`api_url`). */
  readonly snsUrl: string;
  readonly inboxUrl: string;
  messages(): readonly InboxMessage[];
  stop(): Promise<void>;
}

export async function startPipe(options: PipeOptions): Promise<Pipe> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const part of stops.splice(0).reverse()) await part();
  };
  try {
    const channels = new Map<Channel, RunningChannel>();
    const inbox = await startInbox(inboxOptions(options, channels));
    stops.push(inbox.stop);
    const queues = channelQueues(options);
    const secrets = channelSecrets(options, inbox.url);
    const aws = await startAwsEndpoint({ secrets, queues: [...queues.values()] });
    stops.push(aws.stop);
    for (const [channel, queue] of queues) {
      const environment = {
        ...functionEnvironment(channel, options),
        QUEUE_URL: aws.queueUrl(queue),
        PAGERDUTY_URL: `${inbox.url}/v2/enqueue`,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
        AWS_ENDPOINT_URL_SQS: aws.url,
      };
      const { log = () => {} } = options;
      const running = await startChannel({ channel, queue, environment, log });
      channels.set(channel, running);
      stops.push(running.stop);
    }
    const sns = await startSns(subscriptions({ ...options, queues, mailbox: inbox.mailbox }));
    stops.push(sns.stop);
    return { snsUrl: sns.url, inboxUrl: inbox.url, messages: inbox.mailbox.all, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function inboxOptions(
  options: PipeOptions,
  channels: ReadonlyMap<Channel, RunningChannel>,
): InboxOptions {
  return {
    ...options,
    port: options.inboxPort,
    channels: () => [...channels.values()].map((channel) => channel.state()),
    originOf(service, body) {
      const batch = channels.get(service)?.batch() ?? [];
      const groups = batch.map((text) => publishedGroup(JSON.parse(text) as SnsNotification));
      return toldGroup(service, body, groups);
    },
  };
}

function channelQueues({ channels, topics, environmentName }: PipeOptions): Map<Channel, Queue> {
  const [region, account] = topics.heartbeat.split(':').slice(3);
  return new Map(
    channelNames
      .filter((name) => channels[name] !== undefined)
      .map((name) => {
        const arn = `arn:aws:sqs:${region}:${account}:${environmentName}-${name}`;
        const limits = {
          visibilityTimeoutMs: channelSettings.visibilityTimeoutSeconds * 1000,
          maxReceives: channelSettings.maxReceives,
        };
        return [name, startQueue({ arn, ...limits })];
      }),
  );
}

/** The functions only ever see the inbox; what is sent for real, the inbox sends. */
function channelSecrets(options: PipeOptions, inboxUrl: string): Map<string, string> {
  return new Map([
    [secretName('slack', options), `${inboxUrl}/slack/services/T00000000/B00000000/local`],
    [secretName('pagerduty', options), 'local'.padEnd(32, '0')],
  ]);
}

function functionEnvironment(channel: Channel, options: PipeOptions): Record<string, string> {
  const { environmentName, links, topics } = options;
  return {
    ENVIRONMENT: environmentName,
    SECRET_NAME: secretName(channel, options),
    RUNBOOKS_URL: links.runbooks,
    ...(links.grafana !== undefined && { GRAFANA_URL: links.grafana }),
    AWS_REGION: topics.heartbeat.split(':')[3] ?? '',
  };
}

function secretName(channel: Channel, { environmentName }: PipeOptions): string {
  return `spheroseg/${environmentName}/${channel}`;
}
