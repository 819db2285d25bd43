import { monitoringApp } from '../lib/monitoring-app.js';
import { environments } from './environments.js';

monitoringApp(environments).synth();
