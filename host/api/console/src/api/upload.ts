// A package on its way to the host. By XMLHttpRequest, since only that tells how much of a body was sent.

import { proof, Refusal, understood, unreachable } from './http';
import type { PackageSummary } from './model';

/** The content address of a package. */
export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  // Browsers compute digests on pages that came over TLS, or from this machine, and on no others.
  if (!('subtle' in crypto) || crypto.subtle === undefined) {
    throw new Refusal(0, {
      code: 'upload.not-secure', message: 'This page did not come over TLS, and then the browser cannot compute what the package is called by.',
      remedy: 'Open the console by https, or upload with `tieline apply`.',
    });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Sends a package under its own address. `progress`: the share that was sent, of 1. */
export async function upload(bytes: ArrayBuffer, progress: (share: number) => void, signal?: AbortSignal): Promise<PackageSummary> {
  const digest = await digestOf(bytes);
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `/api/v1/packages/${digest}`);
    request.setRequestHeader('content-type', 'application/wasm');
    for (const [name, value] of Object.entries(proof('PUT'))) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => (request.status < 300 ? done(request.response as PackageSummary) : fail(understood(request.status, request.response)));
    request.onerror = () => fail(unreachable(new TypeError('the upload broke off')));
    request.onabort = () => fail(new Refusal(0, { code: 'upload.ended', message: 'The upload was ended; the host has nothing of it.' }));
    signal?.addEventListener('abort', () => request.abort());
    request.send(bytes);
  });
}
