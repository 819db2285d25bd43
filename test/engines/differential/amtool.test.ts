import { engine } from '../../../local/engines';
import { acceptedDefinitions } from './accepted';
import { askedOf, expected } from './case';
import { definitionCases } from './definition-cases';
import { amtoolRefusal } from './readers';

// On a fresh machine it is unpacked first.
beforeAll(() => engine('amtool'), 600_000);

describe('amtool', () => {
  test.each(acceptedDefinitions)('accepts $what', async ({ definition }) => {
    expect(await amtoolRefusal(definition)).toBeUndefined();
  });

  test.each(askedOf(definitionCases, 'amtool 0.28'))(
    'says what the table says of a definition with $what',
    async ({ input, says }) => {
      expect(await amtoolRefusal(input)).toEqual(expected(says));
    },
  );
});
