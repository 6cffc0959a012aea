import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';

/** A line of text, with what it is for and what is wrong with it. */
export function TextInput({ label, help, error, mono, lines, placeholder, ...field }: TextFieldProps & {
  label: string;
  help?: string;
  error?: string;
  mono?: boolean;
  lines?: number;
  placeholder?: string;
}) {
  const look = { className: `${lines ? 'textarea' : 'input'}${mono ? ' mono' : ''}`, placeholder, spellCheck: !mono };
  return (
    <TextField className="field" validationBehavior="aria" {...field}>
      <Label>{label}</Label>
      {lines ? <TextArea rows={lines} {...look} /> : <Input {...look} />}
      {help && <Text slot="description" className="help">{help}</Text>}
      <FieldError className="error">{error}</FieldError>
    </TextField>
  );
}
