import { acceleratedDuration } from '../../../local/time-lapse.js';
import {
  type HttpSink,
  type SinkAnswer,
  type SinkRequest,
  startHttpSink,
} from '../../support/http-sink.js';
import { type Amp, startAmp } from './amp.js';
import { type Cortex, startCortex } from './cortex.js';
import { type Emulator, startEmulator } from './emulator.js';

/** An AWS account with AMP in it, and Slack and PagerDuty outside. */
export interface Account {
  readonly emulator: Emulator;
  readonly cortex: Cortex;
  readonly amp: Amp;
  /** Slack is its path `/slack`, PagerDuty `/pagerduty`. */
  readonly sink: HttpSink;
  readonly stop: () => Promise<void>;
}

export interface AccountOptions {
  /** How many times as fast as deployed rules and routes run. */
  readonly speed: number;
  /** What Slack or PagerDuty answer instead of yes. @default - they always take a message */
  readonly answer?: (request: SinkRequest) => SinkAnswer | undefined;
}

export async function startAccount({ speed, answer }: AccountOptions): Promise<Account> {
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => {
    started.unshift(one);
    return one;
  };
  const stop = async () => {
    for (const one of started) await one.stop();
  };
  try {
    const emulator = keep(await startEmulator());
    const lookback = acceleratedDuration('5m', speed);
    // As the workspace is deployed; its window for late samples is another setting, which nothing here proves.
    const ruleQueryOffset = acceleratedDuration('30s', speed);
    const cortex = keep(await startCortex({ awsUrl: emulator.url, lookback, ruleQueryOffset }));
    const amp = keep(await startAmp({ cortexUrl: cortex.url, speed }));
    const sink = keep(await startHttpSink((request) => answer?.(request) ?? taken(request)));
    return { emulator, cortex, amp, sink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function taken({ path }: SinkRequest): SinkAnswer {
  return path.startsWith('/slack') ? { body: 'ok' } : { status: 202, body: '{}' };
}
