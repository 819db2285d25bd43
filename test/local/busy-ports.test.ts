import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { busyPortProblems } from '../../local/busy-ports.js';
import { freePorts } from '../../local/environment.js';

let server: Server;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => server.close());

describe('busyPortProblems', () => {
  test('names the port, who wants it and the way out', async () => {
    const { port } = server.address() as AddressInfo;
    const ports = { ...(await freePorts()), nodeExporter: port };

    const problems = await busyPortProblems(ports);

    expect(problems).toEqual([
      `port ${port} (node exporter) is busy; see who has it with \`lsof -i :${port}\` and stop that, or move all ports with --port-offset 100`,
    ]);
  });

  test('finds no problem with ports that are free', async () => {
    const problems = await busyPortProblems(await freePorts());

    expect(problems).toEqual([]);
  });
});
