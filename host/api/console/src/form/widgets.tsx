import type { BaseInputTemplateProps, RegistryWidgetsType, RJSFSchema as Schema, WidgetProps } from '@rjsf/utils';
import { Ordered } from './Ordered';
import type { Option } from './prepare';

type Props = WidgetProps<unknown, Schema>;

/** A line of text or a number. */
export function LineInput({ id, value, required, readonly, disabled, type, schema, onChange, placeholder, rawErrors, options }: BaseInputTemplateProps<unknown, Schema>) {
  const number = schema.type === 'integer' || schema.type === 'number';
  const said = (text: string) => (text === '' ? options.emptyValue : number ? Number(text) : text);
  const fallback = schema['default'];
  return (
    <input id={id} className={`input${/ID|URL/.test(schema.title ?? '') ? ' mono' : ''}${number ? ' short' : ''}`} type={number ? 'number' : type ?? 'text'}
      value={value === undefined || value === null ? '' : String(value)} required={required} readOnly={readonly} disabled={disabled}
      placeholder={placeholder || (fallback === undefined || fallback === null ? '' : String(fallback))}
      aria-invalid={(rawErrors?.length ?? 0) > 0} aria-describedby={`${id}__error ${id}__description`}
      {...(number ? { step: schema.type === 'integer' ? 1 : 'any', min: schema['minimum'] as number, max: schema['maximum'] as number } : {})}
      onChange={(event) => onChange(said(event.target.value))} />
  );
}

function Checkbox({ id, value, label, schema, disabled, readonly, onChange }: Props) {
  return (
    <label className="choice" htmlFor={id}>
      <input id={id} type="checkbox" checked={value === true} disabled={disabled || readonly} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}{schema.description && <span className="help">{schema.description}</span>}</span>
    </label>
  );
}

function List({ id, value, options, required, disabled, readonly, onChange }: Props) {
  const choices = options.enumOptions ?? [];
  const place = choices.findIndex((choice) => choice.value === value);
  return (
    <select id={id} className="input" value={place} disabled={disabled || readonly} onChange={(event) => onChange(choices[Number(event.target.value)]?.value)}>
      {(!required || place === -1) && <option value={-1} />}
      {choices.map((choice, index) => <option key={index} value={index}>{choice.label}</option>)}
    </select>
  );
}

/** A few words as buttons, each with what it means. */
function Buttons({ id, value, schema, options, disabled, readonly, onChange, label }: Props) {
  const choices = options.enumOptions ?? [];
  const chosen = value ?? schema['default'];
  return (
    <div role="radiogroup" aria-label={label} className="stack tight">
      {choices.map((choice) => (
        <label key={String(choice.value)} className="choice">
          <input type="radio" name={id} checked={choice.value === chosen} disabled={disabled || readonly} onChange={() => onChange(choice.value)} />
          <span>{choice.label}{choice.schema?.description && <span className="help">{choice.schema.description}</span>}</span>
        </label>
      ))}
    </div>
  );
}

function OrderedChoices({ value, options, schema, label, disabled, readonly, onChange }: Props) {
  const chosen = Array.isArray(value) ? value.map(String) : ((schema['default'] as string[] | undefined) ?? []);
  return <Ordered label={label} value={chosen} choices={options['choices'] as Option[]} onChange={onChange} disabled={disabled || readonly || false} />;
}

export const widgets: RegistryWidgetsType<unknown, Schema> = {
  CheckboxWidget: Checkbox,
  SelectWidget: List,
  buttons: Buttons,
  ordered: OrderedChoices,
};
