import { routingOf, topicsFor } from './alert-routes';
import { find, findings, ofType } from './delivery-grants';
import { alarmProblems, logGroupProblems } from './delivery-publishers';
import {
  keySettingProblems,
  queueSettingProblems,
  topicSettingProblems,
} from './delivery-settings';
import { subscriptionProblems } from './delivery-subscriptions';
import { namespaceProblems, workspaceProblems } from './delivery-workspace';
import { type Deployment, deployment, type Place, type Resource } from './deployment';

type Templates = Parameters<typeof deployment>[0];

const checks: Readonly<Record<string, (deployed: Deployment, one: Resource) => string[]>> = {
  'AWS::APS::RuleGroupsNamespace': namespaceProblems,
  'AWS::APS::Workspace': workspaceProblems,
  'AWS::CloudWatch::Alarm': alarmProblems,
  'AWS::KMS::Key': keySettingProblems,
  'AWS::Logs::LogGroup': logGroupProblems,
  'AWS::SNS::Subscription': subscriptionProblems,
  'AWS::SNS::Topic': topicSettingProblems,
  'AWS::SQS::Queue': queueSettingProblems,
};

/**
 * Every missing grant and cut wire between a rule that fires and a person who hears of it, in plain
 * words, read from nothing but the templates of one environment. The list of a working one is empty.
 */
export function missingGrants(templates: Templates, place: Place): string[] {
  const deployed = deployment(templates, place);
  const problems = deployed.resources.flatMap((one) => [
    ...findings(one, {
      [`exists only if ${one.condition}, which the delivery proof cannot decide`]:
        one.condition !== undefined,
    }),
    ...(checks[one.type]?.(deployed, one) ?? []),
  ]);
  const isAlerting = ofType(deployed, 'AWS::APS::Workspace').length > 0;
  return isAlerting ? [...new Set(problems)] : ['no template has a workspace'];
}

/** Who hears an alert with these labels: the name of each channel's secret and each e-mail address. */
export function hearers(
  templates: Templates,
  place: Place,
  labels: Readonly<Record<string, string>>,
): string[] {
  const deployed = deployment(templates, place);
  const topics = ofType(deployed, 'AWS::APS::Workspace').flatMap((workspace) => {
    const routing = routingOf(workspace);
    return routing === undefined ? [] : topicsFor(routing, labels);
  });
  const endpoints = ofType(deployed, 'AWS::SNS::Subscription')
    .filter(({ properties }) => topics.includes(String(properties.TopicArn)))
    .map(({ properties }) => properties.Endpoint);
  return [...new Set(endpoints.flatMap((endpoint) => hearersAt(deployed, endpoint)))].sort();
}

interface HandlerEnvironment {
  readonly Variables: { readonly SECRET_NAME: string };
}

function hearersAt(deployed: Deployment, endpoint: unknown): string[] {
  if (find(deployed, 'AWS::SQS::Queue', endpoint) === undefined) return [String(endpoint)];
  return ofType(deployed, 'AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.EventSourceArn === endpoint)
    .flatMap(
      ({ properties }) => find(deployed, 'AWS::Lambda::Function', properties.FunctionName) ?? [],
    )
    .map(({ properties }) => (properties.Environment as HandlerEnvironment).Variables.SECRET_NAME);
}
