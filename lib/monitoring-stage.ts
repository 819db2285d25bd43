import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AlertingStack } from './alerting/alerting-stack.js';
import type { Environment } from './environment.js';
import { NotificationsStack } from './notifications/notifications-stack.js';

export interface MonitoringStageProps {
  readonly environment: Environment;
}

/** The stacks of one environment; its id is the environment's name and the prefix of each stack. */
export class MonitoringStage extends Stage {
  constructor(scope: Construct, id: string, { environment }: MonitoringStageProps) {
    const { account, region } = environment;
    super(scope, id, { env: { account, region } });

    const alerting = new AlertingStack(this, 'alerting', { environmentName: id, environment });
    new NotificationsStack(this, 'notifications', {
      environmentName: id,
      environment,
      topics: alerting.topics,
      heartbeatTopic: alerting.heartbeatTopic,
    });
  }
}
