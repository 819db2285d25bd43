import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { happens, isSilent, staysAbove, type Watch } from './watch.js';

/** The Watchdog alert no longer reaches SNS: rules, alert manager or topic policy are broken. */
export function heartbeatTopicWatch(topic: ITopic): Watch {
  return {
    id: 'Heartbeat',
    says: 'The Watchdog alert has not been published for 15 minutes, so no other alert can be. Look at the vended logs of the workspace, at its rule namespaces and at its alert manager definition.',
    // SNS metrics come every five minutes.
    when: isSilent(topic.metricNumberOfMessagesPublished({ period: Duration.minutes(5) })),
  };
}

/** SNS gave up on somebody's e-mail; there is no queue behind it that would show it. */
export function emailWatch(id: string, topic: ITopic): Watch {
  return {
    id: `${id}Undelivered`,
    says: 'SNS could not deliver an alert by e-mail to somebody. Ask the recipients whether their mailbox refuses mail, and subscribe them anew.',
    when: happens(topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5) })),
  };
}

/** SNS could deliver a message neither to a channel's queue nor to the redrive queue behind it. */
export function lossWatch(id: string, topic: ITopic): Watch {
  return {
    id: `${id}Lost`,
    says: 'SNS lost an alert: neither the queue of a channel nor its redrive queue took it. Compare the policies of the queues and the state of their key with the last deployment, and look in AMP at what fires now.',
    // https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    when: happens(
      topic.metric('NumberOfNotificationsFailedToRedriveToDlq', {
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
    ),
  };
}

/**
 * AMP's own metrics, https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-CW-usage-metrics.html.
 * No page names the workspace dimension, and an alarm with a wrong one is green for ever: the queries
 * sum over all workspaces of the account and region.
 */
export function workspaceWatches(): Watch[] {
  return [
    {
      id: 'NotificationsFailed',
      says: 'The alert manager of AMP could not publish to SNS. Compare the policies of the alert topics and of their key with the last deployment; the vended logs of the workspace name the cause.',
      when: happens(sumOfAmp('AlertManagerNotificationsFailed')),
    },
    {
      id: 'NotificationsThrottled',
      says: 'The alert manager of AMP is throttled, so alerts are late or lost. Too many groups fire at once: look for a rule whose labels are too fine.',
      when: happens(sumOfAmp('AlertManagerNotificationsThrottled')),
    },
    {
      id: 'RuleEvaluationFailures',
      says: 'AMP could not evaluate a rule, so its alert cannot fire. The vended logs of the workspace name the rule.',
      when: happens(sumOfAmp('RuleEvaluationFailures')),
    },
    {
      id: 'RuleIterationsMissed',
      says: 'AMP skips evaluations because a rule group takes longer than its interval, so alerts are late. Split the group, or make its expressions cheaper.',
      when: happens(sumOfAmp('RuleGroupIterationsMissed')),
    },
    {
      // A restarting collector may send a batch twice, which AMP counts as discarded.
      id: 'SamplesDiscarded',
      says: 'AMP has discarded samples for 15 minutes, so rules and dashboards see too little. The metric DiscardedSamples names the reason.',
      when: staysAbove(sumOfAmp('DiscardedSamples'), 0, 3),
    },
  ];
}

function sumOfAmp(metric: string): MathExpression {
  return new MathExpression({
    expression: `SELECT SUM(${metric}) FROM "AWS/Prometheus"`,
    period: Duration.minutes(5),
  });
}
