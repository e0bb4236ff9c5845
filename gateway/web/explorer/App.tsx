import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";
import { takeTokenFromAddress, storeToken, storedToken } from "../shared/token";
import { createFetcher, type Exchange } from "./fetcher";
import { Header } from "./Header";
import { useLive } from "./useLive";
import { useTheme } from "../shared/useTheme";
import { useAccess } from "./viewer";
import { Workbench } from "./Workbench";

export function App(): ReactElement {
  const [token, setToken] = useToken();
  const [access, lookAgain] = useAccess(token);
  const [theme, choice, chooseTheme] = useTheme();
  const ready = useOnce(access.state !== "checking");

  const [live, liveState] = useLive(token, lookAgain);

  const [exchange, setExchange] = useState<Exchange | null>(null);
  const onExchange = useCallback(
    (latest: Exchange) => {
      setExchange(latest);
      if (latest.kind === "silence" || (latest.kind === "answer" && latest.status === 401)) lookAgain();
    },
    [lookAgain],
  );
  const fetcher = useMemo(() => createFetcher({ token, live, onExchange }), [token, live, onExchange]);

  return (
    <>
      <Header
        token={token}
        onToken={setToken}
        access={access}
        live={liveState}
        choice={choice}
        onChoice={chooseTheme}
      />
      <main className="workbench">
        {ready && (
          <Workbench
            fetcher={fetcher}
            exchange={exchange}
            theme={theme}
            withSchema={access.state === "accepted"}
            merchantId={access.state === "accepted" ? (access.example?.id ?? null) : null}
          />
        )}
      </main>
    </>
  );
}

/** The token, also taken from an address that changes while the page is open (a second link from the terminal). */
function useToken(): [string, (token: string) => void] {
  const [token, setToken] = useState(storedToken);
  useEffect(() => {
    const onHash = (): void => {
      const given = takeTokenFromAddress();
      if (given !== null) setToken(given);
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const keep = useCallback((next: string) => {
    storeToken(next);
    setToken(next);
  }, []);
  return [token, keep];
}

/** False until `condition` was true once. */
function useOnce(condition: boolean): boolean {
  const [seen, setSeen] = useState(condition);
  if (condition && !seen) setSeen(true);
  return seen || condition;
}
