export { createTestBus, type TestBus } from './create-test-bus.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createTestLogger } from './create-test-logger.ts';
