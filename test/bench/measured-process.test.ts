import { type MeasuredProcess, withProcesses } from './measured-process';

describe('withProcesses', () => {
  test('starts a backend that says what it has cost', async () => {
    let cost = 0;

    await withProcesses(['node:http ours'], async ([one]) => {
      cost = (await one?.ask('cpuMicroseconds')) ?? 0;
    });

    expect(cost).toBeGreaterThan(0);
  });

  test('stops its processes when what is done with them fails', async () => {
    let process: MeasuredProcess | undefined;
    const fail = withProcesses(['node:http bare'], async ([one]) => {
      process = one;
      throw new Error('of the bench');
    });

    await expect(fail).rejects.toThrow('of the bench');
    await expect(fetch(`${process?.url}/api/r0/1`)).rejects.toThrow('fetch failed');
  });
});
