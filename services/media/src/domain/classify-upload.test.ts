import { Problem } from '@storm/runtime';
import { classifyUpload } from './classify-upload.ts';
import { sniffType } from './sniff-type.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb0043', 'hex');
const zip = Buffer.from('504b0304140000000000000000000000000000000000000000000100000061', 'hex');
const html = Buffer.from('<!doctype html><script>alert(1)</script>');
const svg = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
const binary = Buffer.from([0, 1, 2, 3, 250, 251, 252, 253, 0, 7]);
const text = Buffer.from('Grüße, wie gewohnt\n');
const mp4 = Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1');

const classify = async (declared: string, bytes: Uint8Array) =>
  classifyUpload(declared, await sniffType(bytes), bytes);

describe('classifyUpload', () => {
  it.each([
    ['image/png', png, { kind: 'image', contentType: 'image/png', treatment: 'draw' }],
    ['application/octet-stream', jpeg, { kind: 'image', contentType: 'image/jpeg', treatment: 'draw' }],
    ['video/quicktime', mp4, { kind: 'video', contentType: 'video/mp4', treatment: 'strip' }],
    ['text/plain', text, { kind: 'file', contentType: 'text/plain', treatment: 'keep' }],
    ['text/html', html, { kind: 'file', contentType: 'text/html', treatment: 'keep' }],
    ['image/svg+xml', svg, { kind: 'file', contentType: 'image/svg+xml', treatment: 'keep' }],
    ['application/vnd.ms-excel.sheet', zip, { kind: 'file', contentType: 'application/vnd.ms-excel.sheet' }],
    ['application/octet-stream', binary, { kind: 'file', contentType: 'application/octet-stream' }],
    ['application/x-own-format', binary, { kind: 'file', contentType: 'application/octet-stream' }],
    ['application/octet-stream', html, { kind: 'file', contentType: 'application/octet-stream' }],
  ])('takes %s by what its bytes are', async (declared, bytes, expected) => {
    expect(await classify(declared, bytes)).toMatchObject(expected);
  });

  it.each([
    ['image/png', html],
    ['image/png', svg],
    ['image/png', jpeg],
    ['image/jpeg', zip],
    ['image/x-unheard-of', binary],
    ['text/plain', png],
    ['text/plain', binary],
    ['application/pdf', html],
    ['application/zip', text],
    ['video/mp4', text],
    ['application/x-own-format', png],
  ])('refuses what is declared %s and is not', async (declared, bytes) => {
    const refusal = classify(declared, bytes);
    await expect(refusal).rejects.toThrow(Problem);
    await expect(refusal).rejects.toMatchObject({ slug: 'type-mismatch', status: 415 });
  });
});
