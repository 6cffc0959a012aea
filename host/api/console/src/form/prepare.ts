// A connector's JSON Schema as the form needs it: titles for people, lists of choices that can be put in order, and
// nothing about null where leaving a field empty says the same. Pure. What is validated stays the schema as it was.

export interface Schema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  $defs?: Record<string, Schema>;
  readOnly?: boolean;
}

export interface Option {
  value: string;
  label: string;
  help?: string | undefined;
}

type Ui = Record<string, unknown>;

/** No connector nests deeper; what refers to itself ends here. */
const DEEPEST = 8;
/** More are easier to choose from a list than from buttons. */
const BUTTONS = 4;

/** `team_id` → `Team id`. */
export function called(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim();
  const spelt = words.replace(/\b(id|url|api)\b/gi, (word) => (word.toLowerCase() === 'id' ? 'ID' : word.toUpperCase()));
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

export function prepare(schema: Schema): { schema: Schema; uiSchema: Ui } {
  const shown = forPeople(schema);
  return { schema: shown, uiSchema: { ...uiOf(shown, shown, 0), 'ui:label': false } };
}

function forPeople(schema: Schema): Schema {
  const next: Schema = { ...schema };
  if (Array.isArray(next.type) && next.type.includes('null')) {
    const rest = next.type.filter((type) => type !== 'null');
    next.type = rest.length === 1 && rest[0] !== undefined ? rest[0] : rest;
    if (next['default'] === null) delete next['default'];
  }
  if (next.properties) {
    next.properties = Object.fromEntries(Object.entries(next.properties).map(([name, property]) => {
      const shown = forPeople(property);
      return [name, { ...shown, title: property.title ?? called(name) }];
    }));
  }
  if (next.items) next.items = forPeople(next.items);
  if (typeof next.additionalProperties === 'object') next.additionalProperties = forPeople(next.additionalProperties);
  if (next.$defs) next.$defs = Object.fromEntries(Object.entries(next.$defs).map(([name, def]) => [name, withoutTypeName(forPeople(def))]));
  if (next.oneOf) {
    next.oneOf = next.oneOf.map(variant);
    if (next.type === undefined && next.oneOf.every((one) => typeof one.const === 'string')) next.type = 'string';
  }
  if (next.anyOf) next.anyOf = next.anyOf.map(variant);
  return next;
}

/** The name of a type in its connector's code means nothing to people. */
function withoutTypeName(schema: Schema): Schema {
  const next = { ...schema };
  delete next.title;
  return next;
}

function variant(schema: Schema): Schema {
  const shown = forPeople(schema);
  if (shown.title) return shown;
  if (shown.const !== undefined) return { ...shown, title: called(String(shown.const)) };
  if (shown.type === 'null') return { ...shown, title: 'Off' };
  if (shown.$ref) return { ...shown, title: 'On' };
  const only = Object.keys(shown.properties ?? {});
  return only.length === 1 && only[0] !== undefined ? { ...shown, title: called(only[0]) } : shown;
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.match(/^#\/\$defs\/(.+)$/)?.[1];
  const def = name === undefined ? undefined : root.$defs?.[name];
  return def ? { ...resolve(def, root), ...schema, $ref: undefined as never } : schema;
}

/** The choices of a schema that allows a few words and nothing else. */
export function options(schema: Schema, root: Schema): Option[] | undefined {
  const { oneOf, enum: words } = resolve(schema, root);
  if (oneOf?.every((one) => typeof one.const === 'string')) {
    return oneOf.map((one) => ({ value: String(one.const), label: one.title ?? called(String(one.const)), help: one.description }));
  }
  if (words?.every((word) => typeof word === 'string')) return words.map((word) => ({ value: String(word), label: called(String(word)) }));
  return undefined;
}

function uiOf(given: Schema, root: Schema, depth: number): Ui {
  if (depth > DEEPEST) return {};
  const schema = resolve(given, root);
  const ui: Ui = {};
  if (schema.readOnly) ui['ui:readonly'] = true;
  const choices = options(schema, root);
  if (choices) return { ...ui, 'ui:widget': choices.length <= BUTTONS ? 'buttons' : 'select' };
  if (schema.items) {
    const items = options(schema.items, root);
    if (items) return { ...ui, 'ui:widget': 'ordered', 'ui:options': { choices: items } };
    ui['items'] = uiOf(schema.items, root, depth + 1);
  }
  if (typeof schema.additionalProperties === 'object') ui['additionalProperties'] = uiOf(schema.additionalProperties, root, depth + 1);
  for (const [name, property] of Object.entries(schema.properties ?? {})) ui[name] = uiOf(property, root, depth + 1);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) for (const one of variants) Object.assign(ui, uiOf(one, root, depth + 1));
  return ui;
}

/** The configuration without what was left empty: the connector's own defaults hold there. */
export function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value === '' ? undefined : value;
  const entries = Object.entries(value).map(([name, each]) => [name, tidy(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
