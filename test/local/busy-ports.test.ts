import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { busyPortProblems } from '../../local/busy-ports.js';
import { freePorts, knownPorts, movedPorts } from '../../local/environment.js';

let server: Server;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => server.close());

describe('busyPortProblems', () => {
  test('names the port, who wants it and the way out', async () => {
    const { port } = server.address() as AddressInfo;
    const ports = { ...(await freePorts()), backend: knownPorts.backend + 7, nodeExporter: port };

    const problems = await busyPortProblems(ports);

    expect(problems).toContain(
      `port ${port} (node exporter) is busy; see who has it with \`lsof -i :${port}\` and stop that, or move all ports with --port-offset 107`,
    );
  });

  test.each([
    ['the next hundred', 0, 100],
    ['not the offset that is in use', 100, 200],
    ['one that is allowed', 48_950, 100],
  ])('proposes %s', async (_, offset, proposed) => {
    const { port } = server.address() as AddressInfo;

    const problems = await busyPortProblems({ ...movedPorts(offset), inbox: port });

    expect(problems.find((one) => one.includes('(inbox)'))).toMatch(
      new RegExp(`--port-offset ${proposed}$`),
    );
  });

  test('finds no problem with ports that are free', async () => {
    const problems = await busyPortProblems(await freePorts());

    expect(problems).toEqual([]);
  });
});
