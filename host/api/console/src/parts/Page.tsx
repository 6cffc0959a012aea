import { useEffect, type ReactNode } from 'react';
import { CopyAsCli } from '../cli/CopyAsCli';

/** A page: what it is about, what can be done here, and the same as a command. */
export function Page({ title, about, above, cli, actions, children }: {
  title: string;
  about?: ReactNode;
  above?: ReactNode;
  cli?: string[];
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Tieline`;
  }, [title]);
  return (
    <article className="page">
      <header className="page-head">
        <div className="stack tight">
          {above && <div className="small quiet">{above}</div>}
          <h1>{title}</h1>
          {about && <p className="quiet about">{about}</p>}
        </div>
        <div className="row page-actions">
          {cli && <CopyAsCli words={cli} />}
          {actions}
        </div>
      </header>
      {children}
    </article>
  );
}

/** A part of a page, with a heading of its own. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="stack section">
      <div className="spread">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
