import { startEmulator } from '/work/main/test/engines/support/emulator.js';
import { startCortex } from '/work/main/test/engines/support/cortex.js';
import { startAmp } from '/work/main/test/engines/support/amp.js';
import { emulatedAssembly } from '/work/main/test/engines/support/emulated-app.js';
import { bootstrap, deploy, cdk } from '/work/main/test/engines/support/cdk-cli.js';
import { startHttpSink } from '/work/main/test/support/http-sink.js';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
(async () => {
const t0=Date.now(); const log=(...a:unknown[])=>console.log(((Date.now()-t0)/1000).toFixed(1), ...a);
const e = await startEmulator(); log('emulator', e.url, e.log);
const c = await startCortex({awsUrl: e.url}); log('cortex');
const amp = await startAmp({cortexUrl: c.url, speed: 30}); log('amp');
try {
const sink = await startHttpSink((r)=> r.path.startsWith('/pd') ? {status:202, body:'{}'} : {body:'ok'});
const sm = new SecretsManagerClient({endpoint: e.url, region:'eu-west-1', credentials:{accessKeyId:'test',secretAccessKey:'test'}});
const dir = emulatedAssembly({controlUrl: amp.controlUrl, pagerDutyUrl: sink.url+'/pd'}); log('synth', dir);
const b = await bootstrap(e); log(b.code, b.text.slice(-500), b.seconds);
const d = await deploy(e, dir); log(d.code, d.text.slice(-6000), d.seconds);
for (const [n,v] of [['slack',sink.url+'/slack'],['pagerduty','k'.repeat(32)]]) await sm.send(new PutSecretValueCommand({SecretId:`spheroseg/emulated/${n}`, SecretString:v})).then(()=>log('secret'), (x)=>log(n, x));
for (let i=0;i<20 && sink.requests.length<2;i++) await new Promise(r=>setTimeout(r,500));
for (const r of sink.requests) log(r.path, r.bytes.toString());
log(amp.workspaces().map(w=>[w.arn,[...w.namespaces.keys()]]));
await new Promise(r=>setTimeout(r, 5000));
log((await (await fetch(`${c.url}/prometheus/api/v1/alerts`, {headers:{'X-Scope-OrgID':amp.workspaces()[0]?.id ?? 'x'}})).text()).slice(0,600));
require('node:fs').copyFileSync(e.log, '/tmp/w/cx/emu.log'); require('node:fs').copyFileSync(c.log, '/tmp/w/cx/cortex.log');
if (process.env.KEEP) { log('KEEP', e.url, c.url); await new Promise(r=>setTimeout(r, 1e8)); }
} catch(x) { log(x); }
await amp.stop(); await c.stop(); await e.stop(); log('done');
})();
