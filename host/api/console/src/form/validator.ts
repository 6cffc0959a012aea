// What the form says is wrong before the host is asked. The usual validator compiles a schema into code, which the
// content security policy of these pages forbids; this one reads it.

import { Validator, type OutputUnit, type Schema as Read } from '@cfworker/json-schema';
import { toErrorSchema, type RJSFSchema as Schema, type RJSFValidationError, type ValidationData, type ValidatorType } from '@rjsf/utils';

/** Keywords whose errors only say that something below is wrong. */
const AROUND = new Set(['properties', 'items', 'prefixItems', '$ref', 'allOf', 'additionalProperties', 'patternProperties', 'then', 'else']);

/** A schema without a name of its own: the library of forms gives it one, under which its references lead nowhere. */
function nameless(schema: Schema): Read {
  const { $id, ...rest } = schema;
  return (typeof $id === 'string' ? rest : schema) as Read;
}

function failures(schema: Schema, data: unknown): OutputUnit[] {
  const { errors } = new Validator(nameless(schema), '2020-12', false).validate(data);
  const deepest = (error: OutputUnit) => !errors.some((other) => other !== error && other.instanceLocation.startsWith(`${error.instanceLocation}/`));
  return errors.filter((error) => !AROUND.has(error.keyword) || (error.keyword === 'additionalProperties' && deepest(error)));
}

function told({ instanceLocation, keyword, error }: OutputUnit): RJSFValidationError {
  const path = instanceLocation.replace(/^#\/?/, '').split('/').filter(Boolean).map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  const lacking = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined;
  if (lacking !== undefined) path.push(lacking);
  const property = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  const message = lacking === undefined ? error.replace(/^Instance /, '').replace(/\.$/, '') : 'is needed';
  return { name: keyword, property, message, stack: `${path.at(-1) ?? ''} ${message}` };
}

export const validator: ValidatorType<unknown, Schema> = {
  validateFormData(data, schema): ValidationData<unknown> {
    const errors = failures(schema, data).map(told);
    const once = errors.filter((error, place) => errors.findIndex(({ property }) => property === error.property) === place);
    return { errors: once, errorSchema: toErrorSchema(once) };
  },
  isValid(schema, data, root) {
    try {
      return new Validator(nameless({ ...schema, $defs: root.$defs }), '2020-12').validate(data).valid;
    } catch {
      return false;
    }
  },
  rawValidation(schema, data) {
    return { errors: failures(schema, data) as never[] };
  },
};
