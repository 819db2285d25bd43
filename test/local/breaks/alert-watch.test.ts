import { note, type Sighting } from '../../../local/breaks/alert-watch.js';
import type { ActiveAlert } from '../../../local/prometheus-api.js';

const labels = { alertname: 'Some', job: 'api' };
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const alert = (state: ActiveAlert['state'], activeAt: number, own = labels): ActiveAlert => ({
  labels: own,
  state,
  activeAt: at(activeAt),
});

function seenAfter(...looks: readonly (readonly ActiveAlert[])[]): Sighting[] {
  const sightings = new Map<string, Sighting>();
  looks.forEach((active, second) => {
    note(sightings, active, second);
  });
  return [...sightings.values()];
}

describe('note', () => {
  test('keeps when an alert became active, fired and was gone', () => {
    const firing = alert('firing', 7);

    const seen = seenAfter([], [alert('pending', 7)], [firing], [firing], [], []);

    expect(seen).toEqual([{ labels, crossedAt: 7000, firedAt: 2, clearedAt: 4 }]);
  });

  test('forgets that an alert was pending before, for another reason', () => {
    const seen = seenAfter([alert('pending', 1)], [], [alert('pending', 9)], [alert('firing', 9)]);

    expect(seen).toEqual([{ labels, crossedAt: 9000, firedAt: 3 }]);
  });

  test('knows an alert with other labels, in whatever order, for another one', () => {
    const same = { job: 'api', alertname: 'Some' };
    const other = { alertname: 'Some', job: 'node' };

    const seen = seenAfter(
      [alert('firing', 1)],
      [alert('firing', 1, same), alert('firing', 2, other)],
    );

    expect(seen.map((one) => one.labels.job)).toEqual(['api', 'node']);
  });
});
