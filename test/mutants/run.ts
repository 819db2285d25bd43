import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { engine } from '../../local/engines.js';
import { changedRuleFiles } from './changed.js';
import { equivalents } from './equivalents.js';
import { readRuleFile, rulesOf } from './rule-file.js';
import { ruleFileMutants } from './rule-mutants.js';
import { failing, survivors } from './survivors.js';
import { testGroups } from './test-groups.js';
import { failures, summary } from './verdict.js';

const root = join(__dirname, '..', '..');
const began = Date.now();

const command = new Command('npm run test:mutants --')
  .description('breaks every rule in every way a test should notice, and fails where none does')
  .argument('[files...]', 'rule files, such as rules/http.yaml; all when none is named')
  .option('--changed [base]', 'only rule files that differ, or whose tests do, from a git revision')
  .parse();

function say(line: string) {
  console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

async function main(): Promise<number> {
  const groups = filesBelow('test/rules', '.test.yaml').flatMap((path) => testGroups(root, path));
  const paths = new Set([
    ...filesBelow('rules', '.yaml'),
    ...groups.flatMap(({ ruleFiles }) => ruleFiles),
  ]);
  const ruleFiles = [...paths].sort().map((path) => readRuleFile(path, read(path)));
  const wanted = await wantedFiles(groups);
  const chosen = ruleFiles.filter(({ path }) => wanted?.has(path) ?? true);
  const rules = ruleFiles.flatMap(rulesOf);
  const mutants = chosen.flatMap((file) => ruleFileMutants(file, rules));
  say(`${mutants.length} mutants of ${chosen.length} rule files, ${groups.length} test groups`);
  if (mutants.length === 0) return 0;
  const promtool = await engine('promtool');
  const hunt = { promtool, ruleFiles, groups, mutants, report: say };
  const broken = await failing(hunt);
  for (const { title } of broken) say(`fails before anything is changed: ${title}`);
  if (broken.length > 0) return 1;
  const outcome = {
    mutants,
    survivors: await survivors(hunt),
    equivalents,
    isWhole: chosen.length === ruleFiles.length,
  };
  const problems = failures(outcome);
  say(`${((Date.now() - began) / mutants.length).toFixed(0)} ms per mutant`);
  console.log(['', ...summary(outcome), '', ...problems].join('\n'));
  return problems.length > 0 ? 1 : 0;
}

async function wantedFiles(
  groups: Parameters<typeof changedRuleFiles>[0]['groups'],
): Promise<ReadonlySet<string> | undefined> {
  const { changed } = command.opts<{ changed?: string | true }>();
  if (changed !== undefined) {
    return changedRuleFiles({ root, groups, ...(changed === true ? {} : { base: changed }) });
  }
  const files = command.args.map((file) => relative(root, join(process.cwd(), file)));
  return files.length > 0 ? new Set(files) : undefined;
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file).replaceAll('\\', '/'));
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

main().then((code) => {
  process.exitCode = code;
});
