import { jest } from '@jest/globals';
import { accessible } from './accessible.ts';
import { accounts } from './accounts.ts';
import { changes } from './changes.ts';
import { drafts } from './drafts.ts';
import { files } from './files.ts';
import { hostile } from './hostile.ts';
import { light } from './light.ts';
import { notified } from './notified.ts';
import { offline } from './offline.ts';
import { outages } from './outages.ts';
import { readingBack } from './reading-back.ts';
import { states } from './states.ts';
import { talking } from './talking.ts';
import { startWebStage, type WebStage } from './web-stage.ts';

/** The chat client in a real browser against the whole platform; one of each for all of it. */
let stage: WebStage;
beforeAll(async () => {
  stage = await startWebStage();
}, 120_000);
afterAll(async () => {
  await stage?.stop();
}, 120_000);

jest.setTimeout(120_000);
light(() => stage);
accounts(() => stage);
talking(() => stage);
notified(() => stage);
readingBack(() => stage);
changes(() => stage);
files(() => stage);
drafts(() => stage);
states(() => stage);
outages(() => stage);
offline(() => stage);
hostile(() => stage);
accessible(() => stage);
