import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, HardDriveUpload } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, DropZone, FileTrigger } from 'react-aria-components';
import { Refusal } from '../../api/http';
import type { PackageSummary } from '../../api/model';
import { upload } from '../../api/upload';
import { ProblemNote, RefusalNote } from '../../parts/Problem';
import { bytes as sized } from '../../time/countdown';
import { noPackage } from './package';
import '../../style/usage.css';

type State = { kind: 'idle' } | { kind: 'sending'; name: string; size: number; share: number } | { kind: 'refused'; error: unknown } | { kind: 'there'; made: PackageSummary };

/** A package of a connector, by choosing its file or dropping it here. */
export function Upload() {
  const answers = useQueryClient();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const ending = useRef<AbortController>(undefined);

  const send = async (file: File) => {
    const end = new AbortController();
    ending.current = end;
    setState({ kind: 'sending', name: file.name, size: file.size, share: 0 });
    try {
      const bytes = await file.arrayBuffer();
      const problem = noPackage(file.name, new Uint8Array(bytes, 0, Math.min(8, bytes.byteLength)));
      if (problem) throw new Refusal(0, problem);
      const made = await upload(bytes, (share) => setState({ kind: 'sending', name: file.name, size: file.size, share }), end.signal);
      setState({ kind: 'there', made });
      await answers.invalidateQueries();
    } catch (error) {
      setState({ kind: 'refused', error });
    }
  };

  return (
    <div className="stack">
      <DropZone className="drop" aria-label="Drop a package here" isDisabled={state.kind === 'sending'} getDropOperation={() => 'copy'} onDrop={({ items }) => {
        const file = items.find((item) => item.kind === 'file');
        if (file) void file.getFile().then(send);
      }}>
        {state.kind === 'sending' ? (
          <Sending name={state.name} size={state.size} share={state.share} end={() => ending.current?.abort()} />
        ) : (
          <div className="row">
            <HardDriveUpload aria-hidden />
            <span>Drop a package here, or</span>
            <FileTrigger acceptedFileTypes={['.wasm', 'application/wasm']} onSelect={(files) => {
              const file = files?.[0];
              if (file) void send(file);
            }}>
              <Button className="button">Choose a file</Button>
            </FileTrigger>
            <span className="small quiet">One .wasm file. It does nothing before it is enabled for a tenant.</span>
          </div>
        )}
      </DropZone>
      {state.kind === 'refused' && <RefusalNote error={state.error} />}
      {state.kind === 'there' && (
        <ProblemNote tone="info" problem={{ code: 'package.uploaded', message: `\`${state.made.connector}\` ${state.made.version} is on the host.`, remedy: 'Look at what it asks for; then enable it for a tenant, or move an installation to this version.' }}>
          <Link className="button small" to="/connectors/$connector" params={{ connector: state.made.connector }} search={{ version: state.made.version }}><CircleCheck aria-hidden />Look at it</Link>
        </ProblemNote>
      )}
    </div>
  );
}

function Sending({ name, size, share, end }: { name: string; size: number; share: number; end: () => void }) {
  const percent = Math.round(share * 100);
  return (
    <div className="stack tight sending" role="status">
      <div className="spread"><span><b>{name}</b> <span className="quiet">{sized(size)}</span></span><span>{share < 1 ? `${percent} %` : 'The host looks at it…'}</span></div>
      <div className="track" role="progressbar" aria-label={`Uploading ${name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}><i className="calm" style={{ width: `${percent}%` }} /></div>
      <div><Button className="button small" onPress={end}>End the upload</Button></div>
    </div>
  );
}
