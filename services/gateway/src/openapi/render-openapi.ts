import { describeApi } from './describe-api.ts';

/** The text of docs/openapi.json: the same contracts give the same bytes. */
export async function renderOpenapi(): Promise<string> {
  const app = await describeApi();
  try {
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}
