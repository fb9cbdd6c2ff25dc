export const serviceNames = ['gateway', 'user', 'message', 'media', 'notification'] as const;
export type ServiceName = (typeof serviceNames)[number];
