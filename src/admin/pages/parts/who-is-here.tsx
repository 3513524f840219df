/** @jsxImportSource hono/jsx */
import type { Asker } from '../asker.ts';
import { Icon } from './icons.tsx';

/** Who is signed in, and the way out; the log of changes for everybody. */
export function WhoIsHere({ asker }: { asker: Asker }) {
  const { name, role, via } = asker;
  const isSignedIn = via === 'password' || via === 'link' || via === 'oidc';
  return (
    <>
      <button
        type="button"
        class="ghost square"
        popovertarget="menu-person"
        aria-haspopup="menu"
        aria-label={`${name}, ${role}`}
      >
        <Icon name="person" />
      </button>
      <div id="menu-person" class="menu" popover="auto" role="group" aria-label="Who is here">
        <p class="menu-words">
          <strong>{name}</strong>
          <span class="soft">
            {role === 'admin' ? 'may change everything' : 'may look, and change nothing'}
          </span>
        </p>
        <a href="/people" data-key="g p">
          People
        </a>
        <a href="/changes" data-key="g c">
          Changes
        </a>
        {isSignedIn ? (
          <>
            <hr />
            <SignOut path="/sign-out">Sign out</SignOut>
            <SignOut path="/sign-out?everywhere=yes">Sign out everywhere</SignOut>
          </>
        ) : (
          <a href="/sign-in">Sign in as somebody else</a>
        )}
      </div>
    </>
  );
}

/** Viewers may leave, too: what hides changes from them leaves these alone. */
function SignOut({ path, children }: { path: string; children: string }) {
  return (
    <button type="button" hx-post={path} hx-swap="none" data-for-all>
      {children}
    </button>
  );
}
