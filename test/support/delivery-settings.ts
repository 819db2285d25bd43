import { findings, resourcePolicies } from './delivery-grants';
import type { Deployment, Resource } from './deployment';

/** What SNS takes and hands on: https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html */
const SNS_MESSAGE_BYTES = 262_144;
const DAY_SECONDS = 86_400;

/** Whether a switch is certainly where it is when nobody sets it. */
export function isDefault(value: unknown, initial: boolean): boolean {
  return value === undefined || String(value).toLowerCase() === String(initial);
}

/** Whether a number is certainly not below another one; `initial` is what AWS takes when nobody sets it. */
export function isAtLeast(value: unknown, least: number, initial: number): boolean {
  return Number(value ?? initial) >= least;
}

/** What a topic's own settings keep from passing through it. */
export function topicSettingProblems(deployed: Deployment, topic: Resource): string[] {
  return findings(topic, {
    // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-config.html
    'is FIFO, and AMP publishes to standard topics only': !isDefault(
      topic.properties.FifoTopic,
      false,
    ),
    ...sharedProblems(deployed, topic),
  });
}

/** What a queue's own settings keep from passing through it, or from lying in it until somebody looks. */
export function queueSettingProblems(deployed: Deployment, queue: Resource): string[] {
  const { DelaySeconds, FifoQueue, MessageRetentionPeriod, RedrivePolicy } = queue.properties;
  const { maxReceiveCount } = (RedrivePolicy ?? {}) as { maxReceiveCount?: unknown };
  return findings(queue, {
    'is FIFO, and the topics and queues before it are not': !isDefault(FifoQueue, false),
    'forgets messages within a day': !isAtLeast(
      MessageRetentionPeriod,
      DAY_SECONDS,
      4 * DAY_SECONDS,
    ),
    'holds messages back for a minute or more': !(Number(DelaySeconds ?? 0) < 60),
    'gives messages up before ten attempts':
      RedrivePolicy !== undefined && !isAtLeast(maxReceiveCount, 10, 0),
    ...sharedProblems(deployed, queue),
  });
}

/** What keeps a key from encrypting anything, whatever its policy says. */
export function keySettingProblems(_: Deployment, key: Resource): string[] {
  const { Enabled, KeySpec, KeyUsage, Origin } = key.properties;
  return findings(key, {
    'is switched off': !isDefault(Enabled, true),
    // https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
    'is not one that services can encrypt with':
      (KeySpec ?? 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT' ||
      (KeyUsage ?? 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT',
    'has no material until somebody imports it': (Origin ?? 'AWS_KMS') !== 'AWS_KMS',
  });
}

function sharedProblems(deployed: Deployment, target: Resource): Record<string, boolean> {
  const policies = resourcePolicies(deployed, target).length;
  return {
    [`has ${policies} policies, and AWS keeps the last one only`]: policies > 1,
    'refuses the largest messages that AMP may send': !isAtLeast(
      target.properties.MaximumMessageSize,
      SNS_MESSAGE_BYTES,
      SNS_MESSAGE_BYTES,
    ),
  };
}
