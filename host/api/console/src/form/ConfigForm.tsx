// Not the package's index: that brings a helper of tests along, and with it the validator that needs eval.
import Form from '@rjsf/core/lib/components/Form.js';
import { toErrorSchema, type RJSFSchema } from '@rjsf/utils';
import { useMemo, useState, type ReactNode } from 'react';
import type { Problem } from '../api/model';
import { reordered } from './order';
import { prepare, tidy, type Schema } from './prepare';
import { ReorderContext, templates, type Reorder } from './templates';
import { validator } from './validator';
import { widgets } from './widgets';
import '../style/form.css';

/** A form made of a connector's JSON Schema. What the host found wrong stands at its field. */
export function ConfigForm({ schema, value, problems = [], onChange, onSubmit, children }: {
  schema: Record<string, unknown>;
  value: unknown;
  problems?: Problem[];
  onChange?: (config: unknown) => void;
  onSubmit: (config: unknown) => void;
  children: ReactNode;
}) {
  const prepared = useMemo(() => prepare(schema as Schema), [schema]);
  const [data, setData] = useState(value);
  const change = (next: unknown) => {
    setData(next);
    onChange?.(tidy(next));
  };
  const reorder: Reorder = (path, from, to) => change(reordered(data, path, from, to));
  const said = useMemo(() => toErrorSchema(problems.filter(({ field }) => field).map(({ field = '', code, message }) => ({
    name: code, message, stack: message, property: field.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.'),
  }))), [problems]);
  return (
    <ReorderContext value={reorder}>
      <Form<unknown, RJSFSchema> schema={prepared.schema as RJSFSchema} uiSchema={prepared.uiSchema} formData={data} validator={validator} widgets={widgets} templates={templates}
        idPrefix="config" showErrorList={false} noHtml5Validate focusOnFirstError extraErrors={said} extraErrorsBlockSubmit={false}
        experimental_defaultFormStateBehavior={{ emptyObjectFields: 'skipDefaults' }}
        onChange={({ formData }) => change(formData)} onSubmit={({ formData }) => onSubmit(tidy(formData))}>
        {children}
      </Form>
    </ReorderContext>
  );
}
