/** What the real services are reached with, as far as the person wants them reached. */
export interface RealSecrets {
  readonly slackWebhookUrl?: string;
  readonly pagerdutyServiceKey?: string;
}

/** Reads the secrets and takes them out of the environment, so that no program started later inherits them. */
export function takenSecrets(environment: NodeJS.ProcessEnv): RealSecrets {
  const { SLACK_WEBHOOK_URL: url, PAGERDUTY_SERVICE_KEY: key } = environment;
  delete environment.SLACK_WEBHOOK_URL;
  delete environment.PAGERDUTY_SERVICE_KEY;
  const problems = [...(url ? urlProblems(url) : []), ...(key ? keyProblems(key) : [])];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { ...(url && { slackWebhookUrl: url }), ...(key && { pagerdutyServiceKey: key }) };
}

// Neither repeats the value: what is wrong is often a part of the secret.
function urlProblems(text: string): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  // To an address with an account, fetch sends nothing.
  if (url && (url.protocol === 'https:' || isHere) && !url.username && !url.password) return [];
  return [
    'SLACK_WEBHOOK_URL must be the https address of an incoming webhook, or http on localhost or 127.0.0.1',
  ];
}

function keyProblems(text: string): string[] {
  if (/^[A-Za-z0-9]{32}$/.test(text)) return [];
  return [
    'PAGERDUTY_SERVICE_KEY must be the 32 letters and digits of an Events API v2 integration',
  ];
}
