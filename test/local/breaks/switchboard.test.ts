import { switchboard } from '../../../local/breaks/switchboard.js';
import { type Break, type Breaks, breakNames } from '../../../local/breaks.js';

const working = (alert: string): Break => ({
  key: alert.slice(0, 1),
  effect: 'something happens',
  alert,
  start: async () => {},
  mend: async () => {},
});

const breaks = (changed: Partial<Record<keyof Breaks, Partial<Break>>>): Breaks =>
  Object.fromEntries(
    breakNames.map((name) => [name, { ...working('Some'), ...changed[name] }]),
  ) as Breaks;

const lines: string[] = [];
const report = (line: string) => lines.push(line);

beforeEach(() => {
  lines.length = 0;
});

describe('switchboard', () => {
  test('breaks, says which alert to expect, and mends at the second call', async () => {
    const acts: string[] = [];
    const errors = {
      alert: 'HttpErrorRateHigh',
      effect: 'requests fail',
      start: async () => void acts.push('start'),
      mend: async () => void acts.push('mend'),
    };
    const switches = switchboard(breaks({ errors }), report);

    await switches.toggle('errors');
    const broken = switches.broken();
    await switches.toggle('errors');

    expect(acts).toEqual(['start', 'mend']);
    expect([broken, switches.broken()]).toEqual([['errors'], []]);
    expect(lines).toEqual([
      'broke errors: requests fail; expect HttpErrorRateHigh in the inbox',
      'mended errors; the inbox will hear that HttpErrorRateHigh is resolved',
    ]);
  });

  test('does one thing after the other, however fast the keys come', async () => {
    const acts: string[] = [];
    const slow = (act: string) => async () => {
      acts.push(`${act}…`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      acts.push(act);
    };
    const database = { start: slow('stop'), mend: slow('start') };
    const switches = switchboard(breaks({ database }), report);

    await Promise.all([switches.toggle('database'), switches.toggle('database')]);

    expect(acts).toEqual(['stop…', 'stop', 'start…', 'start']);
  });

  test('says why something cannot be broken here', async () => {
    const switches = switchboard(breaks({ disk: { unavailable: 'no small volume' } }), report);

    await switches.toggle('disk');

    expect(lines).toEqual(['disk: no small volume']);
    expect(switches.broken()).toEqual([]);
  });

  test('reports a break that failed, and takes the next one', async () => {
    const start = () => Promise.reject(new Error('the backend is down'));
    const switches = switchboard(breaks({ errors: { start } }), report);

    await switches.toggle('errors');
    await switches.toggle('pool');

    expect(lines[0]).toBe('errors: the backend is down');
    expect(switches.broken()).toEqual(['pool']);
  });
});
