// What the API takes and answers, by the names of its document. The host leaves out what it does not know: there is no null.

import type { components } from './schema';

type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? { [Name in keyof T]: Plain<Exclude<T[Name], null>> } : T;
type Schemas = components['schemas'];
type Of<Name extends keyof Schemas> = Plain<Schemas[Name]>;

export type { Plain };

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Problem = Of<'Problem'>;
export type Role = Of<'Role'>;
export type TenantSummary = Of<'TenantSummary'>;
export type ConnectionSummary = Of<'ConnectionSummary'>;
export type Verdict = Of<'Verdict'>;
export type TestStage = Of<'TestStage'>;
export type ConsentLine = Of<'ConsentLine'>;
export type ConsentReport = Of<'ConsentReport'>;
export type PersonSummary = Of<'PersonSummary'>;
export type InstallationSummary = Of<'InstallationSummary'>;
export type PlanPreview = Of<'PlanPreview'>;
export type ConnectorVersion = Of<'ConnectorVersion'>;
export type CoverageState = Of<'CoverageState'>;
export type Stretch = Of<'CoverageStretch'>;
export type Coverage = Of<'Coverage'>;
export type SubscriptionSummary = Of<'SubscriptionSummary'>;
export type ScheduleSummary = Of<'ScheduleSummary'>;
export type DeliveryState = Of<'DeliveryState'>;
export type EventSummary = Of<'EventSummary'>;
export type EventDetail = Of<'EventDetail'>;
export type Payload = Of<'Payload'>;
export type RunRecord = Of<'RunRecord'>;
export type CallRecord = Of<'CallRecord'>;
export type DeadLetterGroup = Of<'DeadLetterGroup'>;
export type ActivityEntry = Of<'ActivityEntry'>;
export type Alert = Of<'Alert'>;
export type DatasetSummary = Of<'DatasetSummary'>;
export type DatasetNumbers = Of<'DatasetNumbers'>;
export type View = Of<'View'>;
export type OfferedAction = Of<'OfferedAction'>;

/** What has this name is always there in an answer, although a document may leave it out. */
type Always<T, Name extends keyof T> = T & Required<Pick<T, Name>>;

export type Grant = Always<Of<'Grant'>, 'graph' | 'http' | 'connections'>;
export type Manifest = Always<Of<'Manifest'>, 'capabilities' | 'graph_permissions' | 'http_origins' | 'connections' | 'actions'>;
export type Action = Manifest['actions'][number];

/** Configurations and schemas are JSON, whatever a connector makes of them. */
export type InstallationDocument = Omit<Of<'Installation_Digest'>, 'config' | 'grant'> & { config: unknown; grant: Grant };
export interface InstallationDetail {
  summary: InstallationSummary;
  configuration: InstallationDocument;
}
export type Proposal = Omit<Of<'Proposal'>, 'config'> & { config?: unknown };
export interface PackageDetail {
  digest: string;
  manifest: Manifest;
  config_schema?: Record<string, unknown>;
}

/** A connection as it is put; a secret that is set is shown as `true`, and `true` keeps it. */
export type ConnectionDocument = { provider: string } & Record<string, string | true>;

export type Right = Of<'Right'>;
export type Session = Of<'SessionSummary'>;
export type TokenSummary = Of<'TokenSummary'>;

export type AuditRecord = Of<'AuditRecord'>;
export type AuditVerdict = Of<'AuditVerdict'>;
export type HookSummary = Of<'HookSummary'>;
export type HookDetail = Of<'HookDetail'>;
export type InstallationUsage = Of<'InstallationUsage'>;
export type ReceiverSummary = Of<'ReceiverSummary'>;
export type KeysSummary = Of<'KeysSummary'>;
export type CalendarEntry = Of<'CalendarEntry'>;
export type PackageSummary = Of<'PackageSummary'>;
export type Change = Of<'Change'>;
