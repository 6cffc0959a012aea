import type { CallRecord, Problem, RunRecord } from '../../api/model';
import { bars, ending, isBroken, outcome, plural } from '../../lane/lane';
import { Badge, type Tone } from '../../parts/Badge';
import { ProblemNote, sentence } from '../../parts/Problem';
import { bytes, duration } from '../../time/countdown';
import { Clock } from '../../time/When';

const TONE: Record<string, Tone> = { passed: 'good', waiting: 'warn', failed: 'bad' };

/** One attempt: how it ended, what it asked of upstreams, and what it said. `told`: what the page says already. */
export function Run({ run, open, told }: { run: RunRecord; open: boolean; told?: Problem | undefined }) {
  const { word, mark } = outcome(run);
  return (
    <details className="sheet run" open={open}>
      <summary>
        <Badge tone={TONE[mark] ?? 'off'}>{word}</Badge>
        <span className="strong">Attempt {run.attempt}</span>
        <span className="quiet small"><Clock at={run.started} /></span>
        <span className="quiet small push">{duration(run.duration_us)} · {run.cpu_ms} ms computed · {bytes(run.memory_bytes)} · {plural(run.calls.length, 'call')}</span>
      </summary>
      <div className="body stack">
        {'problem' in run.outcome && run.outcome.problem.message !== told?.message && <ProblemNote problem={run.outcome.problem} tone={mark === 'failed' ? 'bad' : 'warning'} />}
        <Calls run={run} />
        <Log run={run} />
        <Tape run={run} />
      </div>
    </details>
  );
}

function Calls({ run }: { run: RunRecord }) {
  if (run.calls.length === 0) return <p className="quiet small">It asked nothing of any upstream.</p>;
  return (
    <div className="stack tight">
      <h3>Upstream calls</h3>
      <ol className="calls">
        {bars(run).map(({ call, from, width, took }, place) => (
          <li key={place} className={isBroken(call) ? 'call broken' : 'call'}>
            <span className="tag">{call.through}</span>
            <div className="stack tight">
              <code className="wrap"><b>{call.method}</b> {call.target}</code>
              <span className="call-track" aria-hidden><i style={{ marginLeft: `${from * 100}%`, width: `max(2px, ${width * 100}%)` }} /></span>
              <Said call={call} />
            </div>
            <span className="nowrap small">{ending(call)}</span>
            <span className="nowrap small quiet" title={`${bytes(call.sent)} sent, ${bytes(call.received)} received`}>{took}</span>
          </li>
        ))}
      </ol>
      {(run.denials_dropped ?? 0) > 0 && <p className="small quiet">And {plural(run.denials_dropped ?? 0, 'denied call')} more.</p>}
    </div>
  );
}

function Said({ call }: { call: CallRecord }) {
  const { result } = call;
  return (
    <>
      {result.kind === 'denied' && (
        <ProblemNote tone="warning" problem={{ code: 'denied', message: `The installation may not: ${result.asked}` }}>
          {result.allow_with && <span>Allowed by this line of its grant: <code>{result.allow_with}</code></span>}
        </ProblemNote>
      )}
      {result.kind === 'failed' && <p className="small">{sentence(result.reason)}</p>}
      {call.problem && <ProblemNote problem={call.problem} tone="warning" />}
    </>
  );
}

function Log({ run }: { run: RunRecord }) {
  if (run.log.length === 0) return null;
  return (
    <div className="stack tight">
      <h3>Log</h3>
      <ol className="log mono">
        {run.log.map((line, place) => (
          <li key={place} className={line.level}>
            <span>{line.level}</span>
            <span className="wrap">{line.message}{line.fields?.map(([name, value]) => <span key={name} className="quiet"> {name}={value}</span>)}</span>
          </li>
        ))}
      </ol>
      {(run.log_dropped ?? 0) > 0 && <p className="small quiet">{plural(run.log_dropped ?? 0, 'line')} beyond the limit left out.</p>}
    </div>
  );
}

function Tape({ run }: { run: RunRecord }) {
  const { tape } = run;
  if (!tape || tape.kind === 'off') return null;
  return (
    <p className="small quiet">
      {tape.kind === 'whole' ? `Recorded whole (${bytes(tape.bytes)}, sealed): it can be replayed against another version.` : `The recording grew beyond ${bytes(tape.limit)}, and nothing was kept.`}
    </p>
  );
}
