import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ChannelFunction } from './channel-function.js';
import { happens, isSilent, staysAbove, type Watch } from './watch.js';

// Attempts begin seconds apart, and from the third one on the metric leaves a message out. So only
// what nobody takes, or what the channel puts off for minutes, gets this old.
const TOO_OLD_SECONDS = 120;

const minute = Duration.minutes(1);

/** Everything that can go wrong between the topics and one channel. */
export function channelWatches(channel: ChannelFunction, environmentName: string): Watch[] {
  return [
    ...queueWatches(channel),
    ...functionWatches(channel, environmentName),
    heartbeatWatch(channel, environmentName),
  ];
}

/** The Watchdog alert no longer reaches the channel's handler. */
function heartbeatWatch({ channel }: ChannelFunction, environmentName: string): Watch {
  return {
    id: 'Heartbeat',
    says: `The Watchdog alert has not reached the ${channel} function for 15 minutes, so no other alert may either. Follow the path from the heartbeat topic: subscription, queue, function log.`,
    when: isSilent(handlerMetric('Heartbeat', { Environment: environmentName, Channel: channel })),
  };
}

function queueWatches({ channel, queue, deadLetters, redrives }: ChannelFunction): Watch[] {
  return [
    {
      id: 'DeadLetters',
      says: `Alerts were given up before ${channel} took them. The function log says why; mend it, then redrive the dead-letter queue to its source queue.`,
      when: staysAbove(depth(deadLetters), 0, 1),
    },
    ...redrives.map((redrive) => ({
      id: `${redrive.id}Redrive`,
      says: `SNS could not put alerts into the queue of ${channel}. Compare the policies of the queue and of its key with the last deployment, mend them, then redrive with the channel's queue as the explicit destination.`,
      when: staysAbove(depth(redrive.queue), 0, 1),
    })),
    {
      id: 'Waiting',
      says: `Alerts wait for ${channel} for more than two minutes. Is the event source mapping of the function enabled, may it read the queue, and does the function log show attempts?`,
      when: staysAbove(
        queue.metricApproximateAgeOfOldestMessage({ period: minute }),
        TOO_OLD_SECONDS,
        3,
      ),
    },
    {
      // A message that is retried has no age any more, but it is still there.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
      id: 'Stuck',
      says: `The queue of ${channel} has not been empty for 15 minutes: alerts are being retried. The function log names the reason; the alerts are delivered when it is gone.`,
      when: staysAbove(backlog(queue), 0.9, 15),
    },
  ];
}

function functionWatches(channel: ChannelFunction, environmentName: string): Watch[] {
  const name = channel.channel;
  const dimensions = { Environment: environmentName, Channel: name };
  return [
    {
      id: 'Errors',
      says: `The ${name} function crashed or timed out. SQS brings the alert again; the function log has the stack trace.`,
      when: happens(channel.function.metricErrors()),
    },
    {
      id: 'Throttles',
      says: `The ${name} function was throttled, so alerts are late. Raise the account's concurrency limit, or find what uses it up.`,
      when: happens(channel.function.metricThrottles()),
    },
    {
      id: 'Unauthorized',
      says: `${name} refuses our credentials, or the function may not read its secret. Put a new value into the secret spheroseg/${environmentName}/${name}; the waiting alerts then go out by themselves, and those older than six hours are in the dead-letter queue.`,
      when: happens(handlerMetric('Failed', { ...dimensions, Reason: 'auth' })),
    },
    {
      id: 'Refused',
      says: `An alert cannot be sent to ${name} as it is, and retries will not mend that. The function log names the alert and the answer.`,
      when: happens(handlerMetric('Failed', { ...dimensions, Reason: 'client' })),
    },
    {
      id: 'NotConfigured',
      says: `Alerts wait because the secret spheroseg/${environmentName}/${name} has no value. Fill it; the alerts then go out by themselves, and those older than a day are in the dead-letter queue.`,
      when: happens(handlerMetric('NotConfigured', dimensions)),
    },
    {
      id: 'Unreadable',
      says: `A message for ${name} was not the JSON of our template, and was sent as raw text. Compare the alert manager definition in AMP with the last deployment.`,
      when: happens(handlerMetric('Unreadable', dimensions)),
    },
  ];
}

function handlerMetric(metricName: string, dimensionsMap: Record<string, string>): Metric {
  return new Metric({
    namespace: 'Spheroseg/Alerting',
    metricName,
    dimensionsMap,
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}

function depth(queue: Queue): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ period: minute });
}

// Averages, because a message that moves from waiting to in flight must not read as zero of both.
function backlog(queue: Queue): MathExpression {
  const options = { period: minute, statistic: Stats.AVERAGE };
  return new MathExpression({
    expression: 'waiting + inFlight',
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible(options),
      inFlight: queue.metricApproximateNumberOfMessagesNotVisible(options),
    },
    period: minute,
  });
}
