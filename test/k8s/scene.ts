import type { Report } from './report.ts';

/** What every part of the suite is given. */
export interface Scene {
  report: Report;
  /** The gateway, through the node's port. */
  baseUrl: string;
  /** Of the repository. */
  root: string;
}
