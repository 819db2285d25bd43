import { arch, cpus, platform } from 'node:os';
import type { Bench } from './bench.js';
import { http } from './http.js';

// npm run bench -- [names of benches, all when there are none]
const benches: readonly Bench[] = [http];

const say = (line: string) => console.log(line);

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !benches.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = benches.map(({ name }) => name).join(', ');
    say(`no bench is called ${unknown.join(' or ')}; there are ${known}`);
    return 1;
  }
  const [{ model } = { model: 'unknown processor' }] = cpus();
  say(
    `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${platform()} ${arch()}`,
  );
  say(`${cpus().length} × ${model}`);
  // One after the other: each wants the machine for itself.
  for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
    say(`\n${bench.name}`);
    await bench.run(say);
  }
  return 0;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
