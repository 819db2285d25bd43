import { setTimeout as pause } from 'node:timers/promises';
import { type Condition, productSamples } from './product-samples.js';
import { remoteWrite } from './remote-write.js';

/** A product whose metrics are written every second until it is stopped. */
export class Product {
  condition: Condition = 'healthy';
  readonly #writing: Promise<void>;
  #stopped = false;

  /** Starts to write as soon as there is an endpoint. */
  constructor(endpoint: () => string | undefined) {
    this.#writing = this.#write(endpoint);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  async #write(endpoint: () => string | undefined): Promise<void> {
    // Counters follow the clock, so that a machine under load does not slow the product down.
    const seconds = { healthy: 0, broken: 0 };
    let before = Date.now();
    while (!this.#stopped) {
      const url = endpoint();
      const now = Date.now();
      seconds[this.condition] += (now - before) / 1000;
      before = now;
      if (url) await remoteWrite(url, productSamples(this.condition, seconds));
      await pause(url ? 1000 : 20);
    }
  }
}
