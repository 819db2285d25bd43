/** What the deployment tells a channel's function. */
export interface Settings {
  readonly environment: string;
  /** The name of the secret; its value is never in the environment. */
  readonly secretName: string;
  readonly queueUrl: string;
  /** Where `http.md` and the other runbooks are, ending in a slash. @default - messages carry no runbook link */
  readonly runbooksUrl?: string;
  /** @default - messages carry no dashboard link */
  readonly grafanaUrl?: string;
}

export function settingsFrom(variables: NodeJS.ProcessEnv): Settings {
  const required = (name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  };
  return {
    environment: required('ENVIRONMENT'),
    secretName: required('SECRET_NAME'),
    queueUrl: required('QUEUE_URL'),
    ...(variables.RUNBOOKS_URL && { runbooksUrl: variables.RUNBOOKS_URL }),
    ...(variables.GRAFANA_URL && { grafanaUrl: variables.GRAFANA_URL }),
  };
}
