import type { Media } from '@storm/contracts';
import type { Endpoints } from './endpoints.ts';
import type { Exchange } from './exchange.ts';
import type { CallOptions } from './route-types.ts';
import { routeUrl } from './routes.ts';

export interface DownloadOptions extends CallOptions {
  variant?: 'original' | 'thumbnail';
  /** Bytes `from` to `to`, both included; to the end without `to`. */
  range?: { from: number; to?: number };
  /** The `etag` of an earlier answer: 304 without bytes when it is still the same. */
  ifNoneMatch?: string;
}

export interface Downloads {
  /** The answer itself: status 200, 206 or 304, headers, a body to stream. */
  open(mediaId: Media['id'], options?: DownloadOptions): Promise<Response>;
  bytes(mediaId: Media['id'], options?: DownloadOptions): Promise<Uint8Array>;
  /** The address; it needs the `authorization` header, so `open` or `bytes` is what one usually wants. */
  url(mediaId: Media['id'], variant?: DownloadOptions['variant']): string;
}

export function createDownloads(exchange: Exchange, endpoints: Endpoints): Downloads {
  const routeOf = (variant: DownloadOptions['variant']) =>
    variant === 'thumbnail' ? ('downloadThumbnail' as const) : ('downloadMedia' as const);
  const open: Downloads['open'] = (mediaId, { variant, range, ifNoneMatch, signal, timeoutMs } = {}) => {
    const headers = {
      accept: '*/*',
      ...(range && { range: `bytes=${range.from}-${range.to ?? ''}` }),
      ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }),
    };
    return exchange.open(routeOf(variant), { params: { mediaId }, headers }, { signal, timeoutMs });
  };
  return {
    open,
    bytes: async (mediaId, options) => new Uint8Array(await (await open(mediaId, options)).arrayBuffer()),
    url: (mediaId, variant) => routeUrl(endpoints.current, routeOf(variant), { mediaId }),
  };
}
