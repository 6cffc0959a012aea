import { CircleCheck } from 'lucide-react';
import { useEffect } from 'react';
import { Empty } from '../../parts/Answer';

/** The end of a sign-in in a window of its own, which closes by itself where the browser lets it. */
export function SignedIn() {
  useEffect(() => window.close(), []);
  return <main className="gate"><Empty icon={CircleCheck} title="You are signed in"><p>You can close this window.</p></Empty></main>;
}
