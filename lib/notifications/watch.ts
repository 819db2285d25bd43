import {
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';

/** One thing that can go wrong between a rule and a person. */
export interface Watch {
  readonly id: string;
  /** What has happened and what to do; the operators read it in the e-mail. */
  readonly says: string;
  readonly when: Omit<AlarmProps, 'alarmDescription'>;
}

/** A single occurrence alarms. Retries are up to 15 minutes apart, so only 30 quiet minutes end it. */
export function happens(metric: IMetric): Watch['when'] {
  return { ...above(metric, 0), evaluationPeriods: 6, datapointsToAlarm: 1 };
}

/** Only what lasts for all of `periods` alarms. */
export function staysAbove(metric: IMetric, threshold: number, periods: number): Watch['when'] {
  return { ...above(metric, threshold), evaluationPeriods: periods };
}

/** Three periods with nothing alarm, whether the metric says zero or nothing at all. */
export function isSilent(metric: IMetric): Watch['when'] {
  return {
    metric,
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  };
}

function above(metric: IMetric, threshold: number) {
  return {
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}
