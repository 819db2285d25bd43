import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { environments } from '../../bin/environments';
import { monitoringApp } from '../../lib/monitoring-app';

// What `npm run synth` must refuse: one resource that cdk-nag finds fault with, inside a stage.
const { dev } = environments;
const app = monitoringApp({ dev }, { context: { 'aws:cdk:bundling-stacks': [] } });
const stage = app.node.findChild('dev');
new Queue(new Stack(stage, 'careless'), 'WithoutTls');
app.synth();
