import { cdk, declaredEnvironment } from './cdk.js';

// npm run deploy -- dev [options of cdk deploy]
const [name, ...options] = process.argv.slice(2);

process.exitCode = cdk(['deploy', `${declaredEnvironment(name)}/*`, ...options]);
