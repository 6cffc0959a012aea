import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RJSFSchema } from '@rjsf/utils';
import { called, options, prepare, tidy, type Schema } from './prepare';
import { validator } from './validator';

const CONNECTORS = ['call-records', 'contact-center', 'dynamics', 'salesforce', 'vault'];
const schemaOf = (connector: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../../../../plugins/${connector}/config.schema.json`, import.meta.url), 'utf8'));

it.each([
  ['team_id', 'Team ID'],
  ['vault_url', 'Vault URL'],
  ['answer_within_seconds', 'Answer within seconds'],
])('%s is called %s', (name, words) => expect(called(name)).toBe(words));

describe('the forms of our connectors', () => {
  it.each(CONNECTORS)('every field of %s has a title', (connector) => {
    const { schema } = prepare(schemaOf(connector));
    const untitled = [schema, ...Object.values(schema.$defs ?? {})].flatMap(({ properties = {} }) =>
      Object.entries(properties).filter(([, property]) => !property.title).map(([name]) => name));
    expect(untitled).toEqual([]);
  });

  it('telephone types are chosen and put in order', () => {
    const { uiSchema } = prepare(schemaOf('contact-center'));
    const phones = (uiSchema['directory'] as Record<string, Record<string, unknown>>)['phones'];
    expect(phones?.['ui:widget']).toBe('ordered');
    const { choices } = phones?.['ui:options'] as { choices: { value: string }[] };
    expect(choices.map(({ value }) => value)).toEqual(['business', 'mobile', 'fax']);
  });

  it('a few words are buttons with what they mean', () => {
    const schema = schemaOf('vault');
    const { uiSchema } = prepare(schema);
    expect((uiSchema['notes'] as Record<string, unknown>)['kept_by']).toEqual({ 'ui:widget': 'buttons' });
    expect(options({ $ref: '#/$defs/KeptBy' }, schema)?.[0]).toEqual({
      value: 'team', label: 'Team', help: 'The team\u2019s: everybody in it reads them.'.replace('\u2019', "'"),
    });
  });

  it('what cannot be changed is shown and not changed', () => {
    expect((prepare(schemaOf('call-records')).uiSchema['graph_url'] as Record<string, unknown>)['ui:readonly']).toBe(true);
  });
});

it.each(CONNECTORS)('the form of %s knows the kind of every field', (connector) => {
  const { schema } = prepare(schemaOf(connector));
  const all = [schema, ...Object.values(schema.$defs ?? {})].flatMap((one) => [one, ...Object.values(one.properties ?? {})]);
  const unknown = all.filter(({ type, $ref, anyOf, oneOf, const: only }) => !type && !$ref && !anyOf && !oneOf && only === undefined);
  const words = all.filter(({ oneOf, type }) => oneOf?.every((one) => typeof one.const === 'string') && type !== 'string');
  expect([...unknown, ...words]).toEqual([]);
});

it('leaves what is empty to the defaults, and keeps what says no', () => {
  expect(tidy({ a: '', b: { c: undefined, d: '' }, e: [''], f: false, g: 0, h: null })).toEqual({ b: {}, e: [], f: false, g: 0, h: null });
});

describe('validation without eval', () => {
  const schema = schemaOf('vault') as RJSFSchema;
  it('finds what is missing, at its field', () => {
    const { errors } = validator.validateFormData({ vault_url: 'https://v.example' }, schema);
    expect(errors.map(({ property, message }) => [property, message])).toEqual([['.team_id', 'is needed']]);
  });

  it('finds what is wrong deep inside, once', () => {
    const { errors } = validator.validateFormData({ vault_url: 'v', team_id: 't', channel: { longer_than_expected_seconds: 'soon' } }, schema);
    expect(errors.map(({ property }) => property)).toEqual(['.channel.longer_than_expected_seconds']);
  });

  it('takes what is right, also by its definitions', () => {
    expect(validator.validateFormData({ vault_url: 'v', team_id: 't', notes: { kept_by: 'person' } }, schema).errors).toEqual([]);
    expect(validator.isValid({ $ref: '#/$defs/KeptBy' }, 'nobody', schema)).toBe(false);
    expect(validator.isValid({ $ref: '#/$defs/KeptBy' }, 'team', schema)).toBe(true);
    expect(validator.isValid({ $id: 'junk', $ref: '#/$defs/KeptBy' }, 'team', schema)).toBe(true);
    expect(validator.validateFormData({ vault_url: 'v', team_id: 't', notes: {} }, { ...schema, $id: 'junk' }).errors).toEqual([]);
  });
});
