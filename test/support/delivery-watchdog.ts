import { parse } from 'yaml';
import { matchesAll, type Routing, topicsFor } from './alert-routes';
import { find, findings, ofType } from './delivery-grants';
import { silentFunctionProblems, silentTopicProblems } from './delivery-watches';
import type { Deployment, Resource } from './deployment';

interface RuleFile {
  readonly groups?: readonly { readonly rules?: readonly Rule[] }[];
}

interface Rule {
  readonly alert?: string;
  readonly expr?: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Everything that keeps the Watchdog from showing, to every channel, that the way is open. */
export function watchdogProblems(
  deployed: Deployment,
  workspace: Resource,
  routing: Routing,
): string[] {
  const rule = watchdogOf(deployed, workspace);
  const labels = { ...rule?.labels, alertname: 'Watchdog' };
  // Of the same name there is only the Watchdog itself.
  const mutes = (routing.inhibit_rules ?? []).filter(
    ({ equal = [] }) => !equal.includes('alertname'),
  );
  const topics = topicsFor(routing, labels);
  return [
    ...findings(workspace, {
      'none of its rules is a Watchdog that always fires': rule === undefined,
      'its Watchdog, which always fires, mutes other alerts': mutes.some(({ source_matchers }) =>
        matchesAll(source_matchers, labels),
      ),
      'its Watchdog is muted by other alerts': mutes.some(({ target_matchers }) =>
        matchesAll(target_matchers, labels),
      ),
    }),
    ...topics
      .flatMap((arn) => find(deployed, 'AWS::SNS::Topic', arn) ?? [])
      .flatMap((topic) => silentTopicProblems(deployed, topic)),
    ...ofType(deployed, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) =>
      channelProblems(deployed, mapping, topics),
    ),
  ];
}

function watchdogOf(deployed: Deployment, workspace: Resource): Rule | undefined {
  return ofType(deployed, 'AWS::APS::RuleGroupsNamespace')
    .filter(({ properties }) =>
      [workspace.arn, workspace.ref].includes(String(properties.Workspace)),
    )
    .flatMap(({ properties }) => (parse(String(properties.Data)) as RuleFile).groups ?? [])
    .flatMap(({ rules = [] }) => rules)
    .find((rule) => rule.alert === 'Watchdog' && rule.expr === 'vector(1)' && !rule.for);
}

/** Only for the queues that hear a topic: other functions may read queues of their own. */
function channelProblems(
  deployed: Deployment,
  { properties }: Resource,
  topics: readonly string[],
): string[] {
  const queue = find(deployed, 'AWS::SQS::Queue', properties.EventSourceArn);
  const consumer = find(deployed, 'AWS::Lambda::Function', properties.FunctionName);
  const heard = ofType(deployed, 'AWS::SNS::Subscription')
    .filter((one) => one.properties.Endpoint === queue?.arn)
    .map((one) => String(one.properties.TopicArn));
  if (queue === undefined || consumer === undefined || heard.length === 0) return [];
  return [
    ...findings(queue, {
      'no Watchdog comes to it': !heard.some((arn) => topics.includes(arn)),
    }),
    ...silentFunctionProblems(deployed, consumer),
  ];
}
