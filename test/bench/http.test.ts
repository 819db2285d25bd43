import { costs, type Load } from './http';

describe('costs', () => {
  test('compares within a round, so that a slow moment of the machine counts for nothing', () => {
    const loads = new Map([
      ['express bare', [load(10), load(100), load(20)]],
      ['express ours', [load(12), load(120), load(24)]],
      ['express other', [load(15), load(150), load(30)]],
    ]);

    const lines = costs(loads).map((line) => line.split(/ {2,}/));

    expect(lines.slice(1)).toEqual([
      ['express bare', '1.00', '1.00', '1.00', '1.20', '1.20 to 1.20'],
      ['express ours', '0.83', '1.20', '1.20', '1.00', '1.00 to 1.00'],
      ['express other', '0.67', '1.50', '1.50', '0.80', '0.80 to 0.80'],
    ]);
  });
});

function load(cost: number): Load {
  return { cpuMicroseconds: cost, requestsPerSecond: 1 / cost, p99Milliseconds: cost };
}
