import { Link } from '@tanstack/react-router';
import type { Coverage, CoverageState } from '../../api/model';
import { Badge, type Tone } from '../../parts/Badge';
import { span } from '../../time/countdown';
import { Clock } from '../../time/When';
import { parts, shares } from './stretches';

const TONE: Record<CoverageState, Tone> = { confirmed: 'good', presumed: 'off', open: 'bad' };
const WORD: Record<CoverageState, string> = { confirmed: 'Confirmed', presumed: 'Presumed', open: 'Open' };

/** The coverage of a resource for one installation, up to the last time that Graph confirmed it. */
export function Timeline({ tenant, coverage }: { tenant: string; coverage: Coverage }) {
  const { stretches } = coverage;
  const share = shares(stretches);
  const told = stretches.filter(({ state }) => state !== 'presumed').toReversed();
  const [first, last] = [stretches[0], stretches.at(-1)];
  return (
    <div className="sheet">
      <header>
        <Link className="strong" to="/t/$tenant/installations/$installation" params={{ tenant, installation: coverage.installation }}>{coverage.installation}</Link>
        <span className="row">{(['presumed', 'confirmed', 'open'] as const).map((state) => <Badge key={state} tone={TONE[state]}>{WORD[state]} {(share[state] * 100).toFixed(share[state] > 0 && share[state] < 0.01 ? 2 : 0)} %</Badge>)}</span>
      </header>
      <div className="body stack">
        <div className="coverage" role="img" aria-label={`Presumed ${Math.round(share.presumed * 100)} %, confirmed ${Math.round(share.confirmed * 100)} %, open ${Math.round(share.open * 100)} % of the time`}>
          {parts(stretches).map((part) => (
            <i key={part.from} className={part.state} style={{ left: `${part.at * 100}%`, width: `${part.width * 100}%` }}
              title={`${WORD[part.state]} for ${span(part.to - part.from)}${part.reason ? `: ${part.reason}` : ''}`} />
          ))}
        </div>
        {first && last && <div className="spread small quiet"><Clock at={first.from} /><Clock at={last.to} /></div>}
        {told.length > 0 && (
          <div className="table-frame"><table className="table">
            <thead><tr><th>Gap</th><th>From</th><th>For</th><th>Why</th></tr></thead>
            <tbody>
              {told.map((stretch) => (
                <tr key={stretch.from}>
                  <td><Badge tone={TONE[stretch.state]}>{stretch.state === 'open' ? 'Open' : 'Caught up'}</Badge></td>
                  <td><Clock at={stretch.from} /></td><td>{span(stretch.to - stretch.from)}</td><td>{stretch.reason}</td>
                </tr>
              ))}
            </tbody>
          </table></div>
        )}
      </div>
    </div>
  );
}
