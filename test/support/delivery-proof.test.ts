import { environments } from '../../bin/environments';
import { prod } from './delivery-cuts';
import { consuming } from './delivery-cuts-consuming';
import { publishing } from './delivery-cuts-publishing';
import { misset } from './delivery-cuts-settings';
import { subscribing } from './delivery-cuts-subscribing';
import { watching } from './delivery-cuts-watching';
import { missingGrants } from './delivery-proof';
import { edited, withWords } from './template-edits';

describe('missingGrants', () => {
  test.each([...publishing, ...subscribing, ...consuming, ...watching, ...misset])(
    'tells that %s, and nothing else',
    (_, edits, problems) => {
      const found = missingGrants(edited(prod, edits), environments.prod);

      expect(found.sort()).toEqual([...problems].sort());
    },
  );

  test('lets e-mail leave out that an alert is over', () => {
    const message = `message: '{{ template \\"email\\"`;
    const edit = withWords(
      'prod-alerting: Workspace',
      message,
      `send_resolved: false\\n          ${message}`,
    );

    expect(missingGrants(edited(prod, [edit]), environments.prod)).toEqual([]);
  });

  test('tells that there is nothing to prove', () => {
    expect(missingGrants({}, environments.prod)).toEqual(['no template has a workspace']);
  });
});
