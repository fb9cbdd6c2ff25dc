/** The entries of one platform: the first that answers is kept until it fails. */
export interface Endpoints {
  readonly current: string;
  /** Moves on to the next one, unless somebody already did. */
  failed(url: string): void;
}

export function createEndpoints(baseUrl: string | readonly string[]): Endpoints {
  const urls = (typeof baseUrl === 'string' ? [baseUrl] : baseUrl).map((url) => url.replace(/\/+$/, ''));
  let index = 0;
  const at = (position: number): string => urls[position % urls.length] ?? '';
  return {
    get current() {
      return at(index);
    },
    failed(url) {
      if (at(index) === url) index = (index + 1) % Math.max(1, urls.length);
    },
  };
}
