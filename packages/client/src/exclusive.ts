interface LocksHost {
  navigator?: { locks?: { request<T>(name: string, task: () => Promise<T>): Promise<T> } };
}

/** One at a time across the tabs of a browser, where it has locks; the lock of a tab that crashed is given on. */
export function exclusive<T>(name: string, task: () => Promise<T>): Promise<T> {
  const { navigator } = globalThis as LocksHost;
  return navigator?.locks === undefined ? task() : navigator.locks.request(name, task);
}
