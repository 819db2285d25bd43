import type { AddressInfo } from 'node:net';
import { backends } from './http-backends.js';

/** What a process with one backend is asked, and answers with. */
export interface Answers {
  readonly port: number;
  /** User and system time of the process so far. */
  readonly cpuMicroseconds: number;
  /** What the registry holds, and the CPU time to write it. */
  readonly scrape: {
    readonly series: number;
    readonly bytes: number;
    readonly milliseconds: number;
  };
}

async function main(name: keyof typeof backends): Promise<void> {
  const { server, registry } = await backends[name]();
  const answers: {
    readonly [Question in keyof Answers]: () => Answers[Question] | Promise<Answers[Question]>;
  } = {
    port: () => (server.address() as AddressInfo).port,
    cpuMicroseconds: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    scrape: async () => {
      for (let time = 0; time < 30; time += 1) await registry.metrics();
      const { user } = process.cpuUsage();
      for (let time = 0; time < 30; time += 1) await registry.metrics();
      const milliseconds = (process.cpuUsage().user - user) / 30 / 1_000;
      const text = await registry.metrics();
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      return { series, bytes: Buffer.byteLength(text), milliseconds };
    },
  };
  process.on('message', async (question: keyof Answers) =>
    process.send?.(await answers[question]()),
  );
  // Whoever measures has gone.
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send?.('listening'));
}

main(process.argv[2] as keyof typeof backends);
