import { Registry } from 'prom-client';
import { readAtScrape } from '../../lib/metrics/at-scrape';
import { gauge, upTo } from '../../lib/metrics/define';
import { register } from '../../lib/metrics/register';
import { samples } from '../support/samples';

const rooms = gauge('rooms', 'Rooms', { house: upTo(5) });

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

describe('readAtScrape', () => {
  test('reads at each scrape and not before', async () => {
    let value = 1;
    readAtScrape(registry, rooms, () => [[{ house: 'a' }, value]]);

    value = 2;
    const first = await samples(registry, 'rooms');
    value = 3;
    const second = await samples(registry, 'rooms');

    expect(first).toEqual({ 'rooms{house="a"}': 2 });
    expect(second).toEqual({ 'rooms{house="a"}': 3 });
  });

  test('leaves out a reading that fails, and shows the others and what was set by hand', async () => {
    let isBroken = false;
    const read = () => {
      if (isBroken) throw new Error('broken');
      return [[{ house: 'a' }, 1]] as const;
    };
    readAtScrape(registry, rooms, read);
    readAtScrape(registry, rooms, async () => [[{ house: 'b' }, 2]]);
    register(rooms, registry).set({ house: 'c' }, 3);
    const before = await samples(registry, 'rooms');

    isBroken = true;
    const after = await samples(registry, 'rooms');

    expect(before).toEqual({
      'rooms{house="a"}': 1,
      'rooms{house="b"}': 2,
      'rooms{house="c"}': 3,
    });
    expect(after).toEqual({ 'rooms{house="b"}': 2, 'rooms{house="c"}': 3 });
  });

  test('drops a child that a later reading does not have', async () => {
    const houses = ['a', 'b'];
    readAtScrape(registry, rooms, () => houses.map((house) => [{ house }, 1] as const));
    await registry.metrics();

    houses.pop();
    const after = await samples(registry, 'rooms');

    expect(after).toEqual({ 'rooms{house="a"}': 1 });
  });

  test('shows and reads nothing after it was stopped', async () => {
    let readings = 0;
    const stop = readAtScrape(registry, rooms, () => {
      readings += 1;
      return [[{ house: 'a' }, 1]];
    });
    await registry.metrics();

    stop();
    const after = await samples(registry, 'rooms');

    expect(after).toEqual({});
    expect(readings).toBe(1);
  });

  test('stays whole when two scrapes meet', async () => {
    readAtScrape(registry, rooms, async () => [[{ house: 'a' }, 1]]);

    const both = await Promise.all([samples(registry, 'rooms'), samples(registry, 'rooms')]);

    expect(both).toEqual([{ 'rooms{house="a"}': 1 }, { 'rooms{house="a"}': 1 }]);
  });
});
