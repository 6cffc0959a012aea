import { Badge, type Tone } from '../../parts/Badge';
import type { Right, Standing } from './rights';

const STANDING: Record<Standing, [Tone, string]> = { granted: ['good', 'Granted'], asked: ['warn', 'Asked for'], surplus: ['off', 'Without effect'] };

/** Rights with their reasons. With `chosen`, what is asked for can be left out. */
export function RightsTable({ rights, chosen }: { rights: Right[]; chosen?: { without: ReadonlySet<string>; toggle: (key: string) => void } }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead><tr>{chosen && <th>Grant</th>}<th>Right</th><th>Why the connector needs it</th><th>Standing</th></tr></thead>
        <tbody>
          {rights.map((right) => {
            const key = `${right.kind}/${right.name}`;
            const [tone, word] = STANDING[right.standing];
            return (
              <tr key={`${key}/${right.detail ?? ''}`} className={right.standing === 'asked' ? 'asked' : ''}>
                {chosen && (
                  <td>{right.list && right.standing !== 'surplus' && <input type="checkbox" aria-label={`Grant ${right.name}`} checked={!chosen.without.has(key)} onChange={() => chosen.toggle(key)} />}</td>
                )}
                <td><span className="quiet">{right.kind}</span> <code>{right.name}</code>{right.detail && <div className="small quiet">{right.detail}</div>}</td>
                <td>{right.reason}</td>
                <td><Badge tone={tone}>{word}</Badge></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Which rights somebody leaves out. */
export function toggled(without: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(without);
  if (!next.delete(key)) next.add(key);
  return next;
}
