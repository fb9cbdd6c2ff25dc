export { commandExamples, processMediaExample } from './commands.ts';
export { entityExamples } from './entities.ts';
export { eventExamples } from './events.ts';
export { clientFrameExamples, serverFrameExamples } from './frames.ts';
export { ids as exampleIds } from './ids.ts';
export { queryExamples } from './queries.ts';
export { routeExamples } from './routes.ts';
