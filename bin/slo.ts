import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { objectives } from '../lib/slo/objectives.js';
import { applyChange, sloFileChanges } from '../lib/slo/slo-files.js';

new Command('npm run slo --')
  .description('write the rules of every objective')
  .option('--objectives <file>', 'the objectives', 'lib/slo/objectives.yaml')
  .option('--rules <folder>', 'where their rule files are', 'rules')
  .action((options: { objectives: string; rules: string }) => {
    try {
      write(options.objectives, options.rules);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  })
  .parse();

function write(file: string, folder: string): void {
  const changes = sloFileChanges(objectives(readFileSync(file, 'utf8'), file), folder);
  for (const change of changes) {
    applyChange(change);
    console.log(`${change.text === undefined ? 'deleted' : 'wrote'} ${change.path}`);
  }
  if (changes.length === 0) console.log('all rule files are up to date');
}
