import preset from '../jest.preset.js';

/** The end-to-end suites against a cluster; `npm run k8s:test` runs them. */
export default {
  ...preset,
  testMatch: ['<rootDir>/k8s/*.cluster.ts'],
  // Inside the limits of the manifests everything takes longer, above all passwords.
  testTimeout: 60_000,
};
