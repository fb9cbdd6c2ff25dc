export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

/** What the user service answered, undecoded. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface UserService {
  /** @throws Problem `service-unavailable` when it cannot be reached or does not answer in time. */
  ask(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Its readiness. @throws when it is not ready. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
