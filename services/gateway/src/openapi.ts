import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderOpenapi } from './openapi/render-openapi.ts';

/** Writes docs/openapi.json; no server is needed. */
const target = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));
await writeFile(target, await renderOpenapi());
console.log(target);
