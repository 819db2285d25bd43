import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { environments } from '../../bin/environments';
import { appContext } from '../../lib/context';
import type { Environment } from '../../lib/environment';
import { NotificationsStack } from '../../lib/notifications/notifications-stack';

/** The template of a notifications stack named `prod`, with topics that nobody publishes to. */
export function notificationsTemplate(changes: Partial<Environment> = {}): Template {
  const app = new App({ context: { ...appContext(), 'aws:cdk:bundling-stacks': [] } });
  const env = { account: '222222222222', region: 'eu-west-1' };
  const alerting = new Stack(app, 'alerting', { env });
  const topic = (id: string) => new Topic(alerting, id);
  const stack = new NotificationsStack(app, 'notifications', {
    env,
    environmentName: 'prod',
    environment: { ...environments.prod, ...changes },
    topics: {
      messages: {
        critical: topic('CriticalMessages'),
        warning: topic('WarningMessages'),
        info: topic('InfoMessages'),
      },
      email: {
        critical: topic('CriticalEmail'),
        warning: topic('WarningEmail'),
        info: topic('InfoEmail'),
      },
    },
    heartbeatTopic: topic('Heartbeat'),
  });
  return Template.fromStack(stack);
}

/** The properties of each resource of a type, by logical id without its hash. */
export function byId(template: Template, type: string): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      Properties,
    ]),
  );
}
