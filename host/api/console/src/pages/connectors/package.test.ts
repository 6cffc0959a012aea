import { expect, it } from 'vitest';
import { noPackage } from './package';

const component = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

it.each<[string, number[], string | undefined]>([
  ['a component', [...component, 1, 2], undefined],
  ['nothing', [], 'upload.empty'],
  ['text', [...new TextEncoder().encode('<!doctype html>')], 'upload.not-wasm'],
  ['a core module', [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], 'upload.not-component'],
  ['a file that was cut off', [0x00, 0x61, 0x73], 'upload.not-wasm'],
  ['a header that was cut off', component.slice(0, 5), 'upload.not-component'],
])('%s', (_, bytes, code) => expect(noPackage('x.wasm', new Uint8Array(bytes))?.code).toBe(code));
