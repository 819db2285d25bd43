import type { AlertGroup, Message } from './alert-group.js';
import { type Delivery, DeliveryError, deliver, type Reason } from './deliver.js';
import { nameOf } from './error-name.js';
import { alertName } from './group-summary.js';
import type { Secret } from './secret.js';
import type { Settings } from './settings.js';

/** A channel: what it makes of a message. Retries, secrets and metrics are none of its business. */
export type Render = (message: Message, secret: string, settings: Settings) => Delivery;

/** A channel with what the deployment gave it. */
export interface Target {
  readonly channel: string;
  readonly render: Render;
  readonly settings: Settings;
  readonly secret: Secret;
}

/** What became of one message. */
export type Result =
  | { readonly state: 'delivered' | 'notConfigured' }
  | { readonly state: 'heartbeat' | 'heartbeatNotConfigured' | 'heartbeatEnded' }
  | { readonly state: 'failed' | 'heartbeatFailed'; readonly error: DeliveryError };

/** Delivers one message once, within the time that `requestMs` leaves for each request; never throws. */
export async function attempt(
  target: Target,
  message: Message,
  requestMs: () => number,
): Promise<Result> {
  if (isWatchdog(message)) return heartbeat(target, message, requestMs);
  try {
    const secret = await secretOf(target, requestMs());
    if (secret === undefined) return { state: 'notConfigured' };
    await deliverFresh(target, message, secret, requestMs);
    return { state: 'delivered' };
  } catch (error) {
    return { state: 'failed', error: deliveryError(target.channel, error) };
  }
}

/** The Watchdog proves that the pipe is open as far as the secret; only its firing does. */
async function heartbeat(
  target: Target,
  { status }: AlertGroup,
  requestMs: () => number,
): Promise<Result> {
  if (status === 'resolved') return { state: 'heartbeatEnded' };
  try {
    const secret = await secretOf(target, requestMs());
    return { state: secret === undefined ? 'heartbeatNotConfigured' : 'heartbeat' };
  } catch (error) {
    return { state: 'heartbeatFailed', error: deliveryError(target.channel, error) };
  }
}

function isWatchdog(message: Message): message is AlertGroup {
  return message.readAs === 'json' && alertName(message) === 'Watchdog';
}

/** A refused secret may have been replaced since it was read: then the new one is tried at once. */
async function deliverFresh(
  { channel, render, settings, secret }: Target,
  message: Message,
  known: string,
  requestMs: () => number,
): Promise<void> {
  try {
    await deliver(channel, render(message, known, settings), requestMs());
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.reason !== 'auth') throw error;
    secret.forget();
    const current = await secretOf({ channel, secret }, requestMs());
    if (current === undefined || current === known) throw error;
    await deliver(channel, render(message, current, settings), requestMs());
  }
}

async function secretOf(
  { channel, secret }: Pick<Target, 'channel' | 'secret'>,
  timeoutMs: number,
) {
  try {
    return await secret.value(timeoutMs);
  } catch (error) {
    throw new DeliveryError(channel, `secret not readable (${nameOf(error)})`, secretReason(error));
  }
}

function secretReason(error: unknown): Reason {
  if (nameOf(error) === 'AccessDeniedException') return 'auth';
  return /^(Abort|Timeout)Error$/.test(nameOf(error)) ? 'timeout' : 'server';
}

/** Anything else is a fault of ours; its message may hold anything, so only its name is kept. */
function deliveryError(channel: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(channel, `unexpected ${nameOf(error)}`, 'client');
}
