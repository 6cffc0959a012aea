// What the connectors' views say, read defensively: a part that is not there, or not as expected, is not shown. Pure.

import type { Problem } from '../api/model';

type Json = Record<string, unknown>;

const object = (value: unknown): Json | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object).filter((item) => item !== undefined) : []);

function problem(value: Json | undefined): Problem | undefined {
  const message = text(value?.['says']) ?? text(value?.['why']) ?? text(value?.['message']) ?? text(value?.['problem']);
  if (!value || !message) return undefined;
  const remedy = text(value['remedy']);
  return { code: text(value['code']) ?? 'connector.says', message, ...(remedy ? { remedy } : {}) };
}

export interface Channel {
  state: 'none' | 'creating' | 'late' | 'ready' | 'failed';
  name?: string | undefined;
  link?: string | undefined;
  by?: string | undefined;
  since?: string | undefined;
  says?: string | undefined;
  problem?: Problem | undefined;
}

export interface Allowed {
  allowed: boolean;
  problem?: Problem | undefined;
}

export interface Place {
  key: string;
  name: string;
  kind: string;
  /** As `chat_id`, or as `team_id` and `channel_id`, of an action's input. */
  named: Record<string, string>;
  link?: string | undefined;
  connectedBy?: string | undefined;
  connectedAt?: string | undefined;
  member: boolean;
  join: Allowed;
  disconnect: Allowed;
  problem?: Problem | undefined;
}

export interface Note {
  key: string;
  page?: string | undefined;
  title: string;
  text?: string | undefined;
  at?: string | undefined;
  link?: string | undefined;
}

export interface Meeting {
  subject: string;
  start?: string | undefined;
  join?: string | undefined;
}

export interface Conference {
  person: string;
  session: string;
  party: string;
  state: string;
}

export interface Content {
  about: [string, string][];
  link?: string | undefined;
  signIn?: Problem | undefined;
  integration?: string | undefined;
  channel?: Channel | undefined;
  notes?: { keptIn: string; list: Note[]; problem?: Problem | undefined } | undefined;
  meetings?: Meeting[] | undefined;
  places?: { list: Place[]; older: number; warning?: string | undefined } | undefined;
  conference?: Conference | undefined;
  /** Whether the person turned the integration on, where that is theirs to do. */
  enabled?: boolean | undefined;
  proposal?: { stage: string; from?: string | undefined; by?: string | undefined; link?: string | undefined } | undefined;
  you?: string | undefined;
}

const STATES = ['none', 'creating', 'late', 'ready', 'failed'] as const;

function channel(value: Json | undefined): Channel | undefined {
  const state = STATES.find((one) => one === value?.['state']);
  if (!value || !state) return undefined;
  const of = (name: string) => text(value[name]);
  return { state, name: of('name'), link: of('link'), by: of('by'), since: of('since'), says: of('says'), problem: state === 'failed' ? problem(value) : undefined };
}

function allowed(value: unknown): Allowed {
  const found = object(value);
  return { allowed: found?.['allowed'] === true, problem: found?.['allowed'] === true ? undefined : problem(found) };
}

/** A chat is named by its id; a channel by its team's too, which stands in its link. */
function named(kind: string, id: string, link: string | undefined): Record<string, string> {
  const team = kind === 'channel' && link && URL.canParse(link) ? new URL(link).searchParams.get('groupId') : null;
  return team ? { team_id: team, channel_id: id } : { chat_id: id };
}

function place(value: Json): Place {
  const kind = text(value['kind']) ?? 'chat';
  const by = object(value['connected_by']);
  const [id, link] = [text(value['id']) ?? '', text(value['open_chat'])];
  return {
    key: id,
    kind,
    name: text(value['name']) ?? kind,
    named: named(kind, id, link),
    link,
    connectedBy: text(by?.['name']),
    connectedAt: text(value['connected_at']),
    member: value['member'] === true,
    join: allowed(value['join']),
    disconnect: allowed(value['disconnect']),
    problem: problem(object(value['problem'])),
  };
}

function notes(content: Json): Content['notes'] {
  const keptIn = text(content['notes_kept_in']);
  if (!keptIn) return undefined;
  const of = (value: Json): Note => ({
    key: text(value['page_id']) ?? text(value['note_id']) ?? text(value['title']) ?? '',
    page: text(value['page_id']),
    title: text(value['title']) ?? 'Note',
    text: text(value['text']),
    at: text(value['created']),
    link: text(value['link']),
  });
  return { keptIn, list: list(content['notes']).map(of), problem: problem(object(content['notes'])) };
}

/** Plain facts of the record: what a view says in words and numbers, and no part above shows. */
function about(content: Json): [string, string][] {
  const record = object(content['case']) ?? object(content['record']) ?? {};
  const plain = { ...record, ...content };
  const hidden = new Set(['id', 'link', 'title', 'microsoft_integration', 'notes_kept_in', 'older_places', 'warning', 'since', 'table']);
  return Object.entries(plain)
    .filter(([name, value]) => !hidden.has(name) && (typeof value === 'number' || text(value) !== undefined))
    .map(([name, value]) => [name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase()), String(value)]);
}

export function content(value: unknown): Content {
  const all = object(value) ?? {};
  const record = object(all['case']) ?? object(all['record']);
  const conference = object(all['conference']);
  const proposal = object(all['proposal']);
  const stage = text(proposal?.['stage']);
  const of = (from: Json, name: string) => text(from[name]) ?? '';
  return {
    about: about(all),
    link: text(record?.['link']),
    signIn: object(all['sign_in'])?.['needed'] === true ? problem(object(all['sign_in'])) : undefined,
    integration: text(all['microsoft_integration']),
    channel: channel(object(all['channel'])),
    notes: notes(all),
    meetings: Array.isArray(all['meetings'])
      ? list(all['meetings']).map((one) => ({ subject: text(one['subject']) ?? 'Meeting', start: text(one['start']), join: text(one['join']) })) : undefined,
    places: Array.isArray(all['places'])
      ? { list: list(all['places']).map(place), older: typeof all['older_places'] === 'number' ? all['older_places'] : 0, warning: text(all['warning']) } : undefined,
    conference: conference && { person: of(conference, 'person'), session: of(conference, 'session'), party: of(conference, 'party'), state: of(conference, 'state') },
    enabled: typeof all['enabled'] === 'boolean' ? all['enabled'] : undefined,
    proposal: proposal && stage ? { stage, from: text(proposal['from']), by: text(proposal['said_by']), link: text(proposal['link']) } : undefined,
    you: text(object(all['you'])?.['name']),
  };
}
