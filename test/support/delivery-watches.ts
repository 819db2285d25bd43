import { findings, ofType } from './delivery-grants';
import type { Deployment, Resource } from './deployment';

/** One metric of one resource, as an alarm must name it. */
interface Watched {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

interface AlarmProperties {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly ComparisonOperator?: string;
  readonly Threshold?: unknown;
  readonly Statistic?: string;
  readonly Period?: unknown;
  readonly EvaluationPeriods?: unknown;
  readonly TreatMissingData?: string;
}

/** The longest that an alarm may look before it tells. */
const MAX_SECONDS = 900;

/** A queue that nothing reads is found by nobody unless an alarm looks at its depth. */
export function depthProblems(deployed: Deployment, queue: Resource): string[] {
  const isWatched = alarmsOn(deployed, {
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.name },
  }).some((alarm) => starts(alarm, 1) && !starts(alarm, 0));
  return findings(queue, { 'no alarm tells that a message lies in it': !isWatched });
}

/** A topic to which nothing is published any more looks like one that has nothing to say. */
export function silentTopicProblems(deployed: Deployment, topic: Resource): string[] {
  return findings(topic, {
    'no alarm tells that nothing is published to it': !isSilenceTold(deployed, {
      namespace: 'AWS/SNS',
      metric: 'NumberOfMessagesPublished',
      dimensions: { TopicName: topic.name },
    }),
  });
}

/** The same for the function of a channel, which counts the Watchdogs that come to it. */
export function silentFunctionProblems(deployed: Deployment, consumer: Resource): string[] {
  const { Variables: variables } = (consumer.properties.Environment ?? {}) as {
    Variables?: { readonly ENVIRONMENT?: unknown; readonly SECRET_NAME?: unknown };
  };
  const channel = String(variables?.SECRET_NAME).split('/').at(-1);
  return findings(consumer, {
    'no alarm tells that no Watchdog comes to it': !isSilenceTold(deployed, {
      namespace: 'Spheroseg/Alerting',
      metric: 'Heartbeat',
      dimensions: { Environment: variables?.ENVIRONMENT, Channel: channel },
    }),
  });
}

function isSilenceTold(deployed: Deployment, watched: Watched): boolean {
  return alarmsOn(deployed, watched).some(
    (alarm) => starts(alarm, 0) && !starts(alarm, 1) && alarm.TreatMissingData === 'breaching',
  );
}

// CloudWatch takes a metric with other dimensions for another metric, so all of them count.
function alarmsOn(deployed: Deployment, { namespace, metric, dimensions }: Watched) {
  const wanted = Object.entries(dimensions);
  return ofType(deployed, 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => properties as AlarmProperties)
    .filter(
      ({ Namespace, MetricName, Dimensions = [] }) =>
        Namespace === namespace &&
        MetricName === metric &&
        Dimensions.length === wanted.length &&
        wanted.every(([name, value]) =>
          Dimensions.some(({ Name, Value }) => Name === name && Value === value),
        ),
    );
}

/** Whether an alarm starts, and soon, while its metric has this value. */
function starts(alarm: AlarmProperties, value: number): boolean {
  const { ComparisonOperator = '', Statistic = '', Threshold, Period, EvaluationPeriods } = alarm;
  return (
    ['Sum', 'Maximum'].includes(Statistic) &&
    Number(Period) * Number(EvaluationPeriods) <= MAX_SECONDS &&
    comparisons[ComparisonOperator]?.(value, Number(Threshold)) === true
  );
}

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
