import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { appContext } from './context.js';
import type { Environment } from './environment.js';
import { MonitoringStage } from './monitoring-stage.js';

/** The app of all environments, checked the same way by the CLI and by the tests. */
export function monitoringApp(
  environments: Record<string, Environment>,
  props: AppProps = {},
): App {
  const app = new App({ ...props, context: { ...appContext(), ...props.context } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const [name, environment] of Object.entries(environments)) {
    new MonitoringStage(app, name, { environment });
  }
  return app;
}
