import { serve } from '../../../local/http-server.js';

/** Ports of this machine that nobody uses, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => serve(0, () => ({ status: 404 }))),
  );
  await Promise.all(servers.map((server) => server.close()));
  return servers.map(({ port }) => port);
}
