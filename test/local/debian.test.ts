import { sourceFor } from '../../local/debian.js';

const debian = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

const security = `Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

describe('sourceFor', () => {
  test('is the stanza of the main archive with nothing but the suite changed', () => {
    const text = `# a comment\n\n${security}\n${debian}`;

    const source = sourceFor('trixie', [{ name: 'debian.sources', text }]);

    expect(source).toEqual({
      name: 'private.sources',
      text: debian.replace('bookworm bookworm-updates', 'trixie'),
    });
  });

  test('is the line of the main archive where sources are in the older format', () => {
    const text = `# deb cdrom:x bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
`;

    const source = sourceFor('trixie', [{ name: 'sources.list', text }]);

    expect(source).toEqual({
      name: 'private.list',
      text: 'deb [signed-by=/k.gpg] http://mirror.example/debian trixie main contrib\n',
    });
  });

  test.each([
    ['of another distribution', debian.replace('bookworm bookworm-updates', 'noble')],
    ['that is switched off', `Enabled: no\n${debian}`],
    ['of sources only', debian.replace('Types: deb', 'Types: source')],
    ['without the main component', debian.replace('Components: main', 'Components: contrib')],
    ['of security updates', security],
  ])('passes over an archive %s', (_, text) => {
    expect(sourceFor('trixie', [{ name: 'other.sources', text }])).toBeUndefined();
  });
});
