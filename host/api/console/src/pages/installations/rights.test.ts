import { describe, expect, it } from 'vitest';
import type { Grant, Manifest } from '../../api/model';
import { approved, asksForMore, rights } from './rights';

const manifest: Manifest = {
  connector: { id: 'salesforce', version: '1.0.0', name: 'Salesforce', vendor: 'V', licence: 'MIT', description: '', minimum_host: '0.1.0' },
  capabilities: { graph: 'reads messages' },
  graph_permissions: [
    { name: 'ChannelMessage.Read.All', kind: 'application', reason: 'to read' },
    { name: 'User.Read.All', kind: 'application', reason: 'to know senders' },
  ],
  http_origins: [{ origin: 'https://*.example.com', methods: ['GET'], reason: 'to look' }],
  connections: [{ name: 'salesforce', provider: 'salesforce', scopes: ['api'], reason: 'to write Tasks' }],
  actions: [],
};
const nothing: Grant = { graph: [], http: [], connections: [] };

describe('rights', () => {
  it('nothing is granted by being asked for', () => {
    expect(rights(manifest, nothing).map(({ standing }) => standing)).toEqual(['asked', 'asked', 'asked', 'asked']);
  });

  it('what is granted beyond the manifest is nobody’s right, and shown', () => {
    const found = rights(manifest, { ...nothing, graph: ['Mail.Read', 'User.Read.All'] });
    expect(found.find(({ name }) => name === 'Mail.Read')?.standing).toBe('surplus');
    expect(found.find(({ name }) => name === 'User.Read.All')?.standing).toBe('granted');
  });

  it('approving gives what is asked for, but what was left out, and drops what is not', () => {
    const before: Grant = { graph: ['Mail.Read'], http: [], connections: [], limits: { cpu_ms: 5 } };
    const after = approved(manifest, before, new Set(['HTTP/https://*.example.com']));
    expect(after).toEqual({
      graph: ['ChannelMessage.Read.All', 'User.Read.All'], http: [], connections: ['salesforce'], limits: { cpu_ms: 5 },
    });
    expect(asksForMore(manifest, after).map(({ name }) => name)).toEqual(['https://*.example.com']);
  });
});
