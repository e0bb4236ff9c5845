import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo, useRef, type ReactElement } from "react";
import { answersOf } from "./data/client";
import { SessionProvider, useAccess, useToken, type Access, type Viewer } from "./data/session";
import { Board } from "./Board";
import { SignIn } from "./SignIn";

export function App(): ReactElement {
  const [token, setToken] = useToken();
  // A new token begins with nothing: no answer of the old one can be shown to it.
  const answers = useMemo(answersOf, [token]);
  return (
    <QueryClientProvider client={answers} key={token}>
      <Gate token={token} onToken={setToken} />
    </QueryClientProvider>
  );
}

function Gate({ token, onToken }: { token: string; onToken: (token: string) => void }): ReactElement {
  const [access, lookAgain] = useAccess(token);
  const known = useKnownViewer(access);
  const session = useMemo(
    () => known && { token, viewer: known, lookAgain, signOut: () => onToken("") },
    [token, known, lookAgain, onToken],
  );
  if (!session || access.state === "refused") {
    return <SignIn access={access} ended={known?.expiresAt ?? null} onToken={onToken} />;
  }
  return (
    <SessionProvider value={session}>
      <Board />
    </SessionProvider>
  );
}

/** Who was accepted last: an unreachable gateway takes nobody's board away. */
function useKnownViewer(access: Access): Viewer | null {
  const known = useRef<Viewer | null>(null);
  if (access.state === "accepted") known.current = access.viewer;
  return known.current;
}
