// What can be said of a file before it is sent. Pure: it looks at the name and the first bytes.

import type { Problem } from '../../api/model';

/** WebAssembly's magic number, the version, and the layer: 0 is a core module, 1 a component. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const COMPONENT_LAYER = 1;

/** Why a file is no package, if that is plain to see. Whether it is one is for the host to say. */
export function noPackage(name: string, bytes: Uint8Array): Problem | undefined {
  if (bytes.length === 0) return { code: 'upload.empty', message: `The file ${name} is empty.`, remedy: 'Build it again, or copy it again.' };
  if (MAGIC.some((byte, place) => bytes[place] !== byte)) {
    return { code: 'upload.not-wasm', message: `The file ${name} is no WebAssembly.`, remedy: 'A package is the one .wasm file that `tieline build` makes.' };
  }
  if (bytes[6] !== COMPONENT_LAYER) {
    return { code: 'upload.not-component', message: `The file ${name} is a WebAssembly module, and not a component.`, remedy: 'Let `tieline build` make the package of it.' };
  }
  return undefined;
}
