/** Who may come in, and which view they see. */
import { useAccess } from './access/access.ts'
import { SignIn } from './access/sign-in.tsx'
import { Frame } from './frame.tsx'
import { words } from './words/words.ts'

export function App() {
  const { access, signIn, signOut } = useAccess()
  if (access.kind === 'looking') return <p className="alone">{words.loading}</p>
  if (access.kind === 'out') return <SignIn problem={access.problem} onKey={signIn} />
  return <Frame client={access.client} info={access.info} onSignOut={access.keyed ? signOut : undefined} />
}
