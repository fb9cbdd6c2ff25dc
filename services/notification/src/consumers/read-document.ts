import { runtimeProblems } from '@storm/runtime';

/** @throws Problem `invalid-request` for what is not JSON: it is parked, and its neighbours go on. */
export function readDocument(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not JSON', cause });
  }
}
