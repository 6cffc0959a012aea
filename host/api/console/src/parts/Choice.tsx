import { useId } from 'react';

/** One of a few: the browser's own list, which every assistive technology knows. */
export function Choice({ label, value, options, onChange, help, hidden = false }: {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  help?: string;
  /** Whether the label is for assistive technologies only. */
  hidden?: boolean;
}) {
  const id = useId();
  return (
    <div className={hidden ? '' : 'field'}>
      <label htmlFor={id} className={hidden ? 'visually-hidden' : ''}>{label}</label>
      <select id={id} className={hidden ? 'input pick' : 'input'} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
      {help && <p className="help">{help}</p>}
    </div>
  );
}
