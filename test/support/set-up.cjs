const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Gives the run a temporary folder of its own, because CDK leaves every assembly behind. */
module.exports = () => {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'spheroseg-test-'));
  // BullMQ's decoder has a native part, which Jest loads anew for each file; a run ended with a broken heap.
  process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED = 'true';
};
