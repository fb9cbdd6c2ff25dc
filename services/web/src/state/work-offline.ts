import { rootUrl } from './route.ts';

const afterMs = 1_500;

/** Keeps the pages for a start without network. Only where the page came over TLS or from this machine do browsers offer it. */
export function workOffline(onFault: (error: unknown) => void): void {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return;
  const register = async (): Promise<void> => {
    await serviceWorker.register(new URL('sw.js', rootUrl), { scope: rootUrl, updateViaCache: 'none' });
  };
  // What one came for is first.
  addEventListener('load', () => setTimeout(() => register().catch(onFault), afterMs));
}
