import type { AlertGroup } from './alert-group.js';
import { annotation } from './group-summary.js';
import type { Settings } from './settings.js';

/** Where a person goes next. */
export interface Link {
  readonly text: string;
  readonly href: string;
}

// Of no use to a person beyond that, and Slack's text and PagerDuty's event have limits of their own.
const MAX_LINK_CHARS = 1000;

/** The group's links, most useful first; rules carry only relative ones, the deployment knows the bases. */
export function links(group: AlertGroup, settings: Settings): Link[] {
  const runbook = annotation(group, 'runbook');
  const dashboard = annotation(group, 'dashboard');
  const expression = group.alerts.find((alert) => alert.generatorURL)?.generatorURL;
  return [
    ...link('Runbook', settings.runbooksUrl && runbook && settings.runbooksUrl + runbook),
    ...link(
      'Dashboard',
      settings.grafanaUrl &&
        dashboard &&
        `${settings.grafanaUrl}/d/${encodeURIComponent(dashboard)}`,
    ),
    ...link('Expression', expression),
  ];
}

/** Only http and https: alert data must not be able to place a `javascript:` link. */
function link(text: string, address: string | undefined): Link[] {
  if (!address || !URL.canParse(address)) return [];
  const url = new URL(address);
  const isUsable = /^https?:$/.test(url.protocol) && url.href.length <= MAX_LINK_CHARS;
  return isUsable ? [{ text, href: url.href }] : [];
}
