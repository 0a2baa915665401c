import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { dashboardLogger, Dashboards, DASHBOARDS } from './dashboard-logger.js';

const logger = { dashboard: dashboardLogger };

/** The logger 'dashboard'. */
export const dashboard: Plugin = definePlugin({
  name: '@adjoint/dashboard',
  version: '0.1.0',
  logger,
  setup: (host) => host.provide(DASHBOARDS, { factory: () => new Dashboards() }),
});

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
}

export default dashboard;
export { dashboardLogger };
export { readRun, writeReport, type SavedRun } from './report/write-report.js';
export { serveDashboard, type Dashboard, type DashboardOptions } from './server/serve-dashboard.js';
export {
  RunData,
  type KernelReading,
  type Phase,
  type Place,
  type Reading,
  type RunStatus,
  type Table,
} from './view/run-data.js';
