import { serve } from '../../local/http-server.js';
import { fixtureOf, scrapeUntil } from './scrape.js';

const scraped = `# HELP go_goroutines Number of goroutines.
# TYPE go_goroutines gauge
go_goroutines 8
# HELP some_exporter_build_info Of which it was built.
# TYPE some_exporter_build_info gauge
some_exporter_build_info{goversion="go1.24",version="1.2.3"} 1
# HELP some_age_seconds Since something that never happened.
# TYPE some_age_seconds gauge
some_age_seconds NaN
# HELP some_up Whether it answers.
# TYPE some_up gauge
some_up{host="127.0.0.1:31337"} 1
`;

describe('fixtureOf', () => {
  test('says first whose it is and how it is refreshed, and leaves out what nobody could need', () => {
    const text = fixtureOf(scraped, { exporter: 'some_exporter' });

    expect(text).toBe(`# some_exporter 1.2.3, recorded by npm run record
# TYPE some_exporter_build_info gauge
some_exporter_build_info{goversion="go1.24",version="1.2.3"} 1
# TYPE some_age_seconds gauge
# TYPE some_up gauge
some_up{host="127.0.0.1:31337"} 1
`);
  });

  test('writes for what names this machine what is the same everywhere', () => {
    const text = fixtureOf(scraped, {
      exporter: 'some_exporter',
      keep: (family) => family === 'some_up',
      replace: [['127.0.0.1:31337', '127.0.0.1:9999']],
    });

    expect(text).toBe(`# some_exporter 1.2.3, recorded by npm run record
# TYPE some_up gauge
some_up{host="127.0.0.1:9999"} 1
`);
  });

  test('refuses a text that does not say its release', () => {
    const fixture = () => fixtureOf('some_up 1\n', { exporter: 'some_exporter' });

    expect(fixture).toThrow('some_exporter does not say its release in:\nsome_up 1\n');
  });
});

describe('scrapeUntil', () => {
  test('asks again until every pattern is found', async () => {
    let scrapes = 0;
    const server = await serve(0, () => {
      scrapes += 1;
      return { status: 200, body: `up ${scrapes > 1 ? 1 : 0}\nready ${scrapes > 2 ? 1 : 0}\n` };
    });

    const text = await scrapeUntil(`http://127.0.0.1:${server.port}/`, /^up 1$/m, /^ready 1$/m);
    await server.close();

    expect(text).toBe('up 1\nready 1\n');
    expect(scrapes).toBe(3);
  });

  test('does not take an error for a scrape', async () => {
    const server = await serve(0, () => ({ status: 500, body: 'up 1\n' }));

    const text = scrapeUntil(`http://127.0.0.1:${server.port}/`, /^up 1$/m);

    await expect(text).rejects.toThrow(/^http:\/\/127\.0\.0\.1:\d+\/ answered 500$/);
    await server.close();
  });
});
