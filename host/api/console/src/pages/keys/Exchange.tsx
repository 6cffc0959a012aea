import type { KeysSummary } from '../../api/model';
import { ProblemNote } from '../../parts/Problem';
import { far } from './exchange';
import '../../style/usage.css';

/** How far an exchange of keys is, by the second. */
export function Exchange({ all }: { all: KeysSummary }) {
  const now = far(all);
  if (!now) return null;
  return (
    <div className="stack" role="status">
      <ProblemNote tone="info" problem={{ code: `keys.${all.exchange.state}`, message: now.says, remedy: 'It goes on by itself, over restarts too. Old keys open what they sealed until it is sealed anew.' }} />
      {now.share !== undefined && (
        <div className="track" role="progressbar" aria-label="Tenants without an old key" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(now.share * 100)}>
          <i className="calm" style={{ width: `${now.share * 100}%` }} />
        </div>
      )}
      {now.damaged && <ProblemNote problem={{ code: 'keys.unreadable', message: now.damaged, remedy: 'They were damaged before. Enter those secrets again; the log of the host says which they are.' }} />}
    </div>
  );
}
