import type { Amp } from './amp.js';
import { authorization } from './aws-calls.js';

export type Labels = Readonly<Record<string, string>>;

/** An alert as AMP's alert manager has it. */
export interface ActiveAlert {
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly labels: Labels;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** An alert as a ruler posts it. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  /** @default - it fires on */
  readonly endsAt?: string;
}

/** The alert manager of the one workspace, asked as a signed client would. */
export class AlertManager {
  readonly #amp: Amp;

  constructor(amp: Amp) {
    this.#amp = amp;
  }

  async alerts(): Promise<ActiveAlert[]> {
    const response = await fetch(this.#url(), { headers: authorization('aps') });
    if (!response.ok) throw new Error(`alerts: ${response.status} ${await response.text()}`);
    return (await response.json()) as ActiveAlert[];
  }

  async muted(): Promise<string[]> {
    const muted = (await this.alerts()).filter(({ status }) => status.state === 'suppressed');
    return muted
      .map(({ labels }) => `${labels.alertname} of ${labels.instance ?? labels.job}`)
      .sort();
  }

  async post(alerts: readonly PostedAlert[]): Promise<void> {
    const headers = { ...authorization('aps'), 'content-type': 'application/json' };
    const body = JSON.stringify(alerts);
    const response = await fetch(this.#url(), { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`alerts: ${response.status} ${await response.text()}`);
  }

  #url(): string {
    const [workspace] = this.#amp.workspaces();
    return `${this.#amp.url}/workspaces/${workspace?.id}/alertmanager/api/v2/alerts`;
  }
}

/** Whether labels are among others. */
export function within(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
