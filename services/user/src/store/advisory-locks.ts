/** One thing that only one replica does at a time each; the numbers are arbitrary and must stay. */
export const advisoryLocks = { signingKeys: 7_305_001, outbox: 7_305_002 } as const;
