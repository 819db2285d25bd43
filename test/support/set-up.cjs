const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Gives the run a temporary folder of its own, because CDK leaves every assembly behind. */
module.exports = () => {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'spheroseg-test-'));
};
