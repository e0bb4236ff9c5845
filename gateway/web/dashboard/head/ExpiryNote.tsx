import { useEffect, useState, type ReactElement } from "react";
import { useSession } from "../data/session";
import { ago } from "../format/time";

const WARN_BEFORE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 10_000;

/** Says so in good time when the token is about to end. */
export function ExpiryNote(): ReactElement | null {
  const { viewer, signOut } = useSession();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const left = viewer.expiresAt ? Date.parse(viewer.expiresAt) - now : Infinity;
  if (left > WARN_BEFORE_MS) return null;
  return (
    <div className="expiry" role="status">
      <span>{left > 0 ? `Your token ends in ${ago(left)}.` : "Your token has ended."}</span>
      <button type="button" className="link" onClick={signOut}>
        Use another token
      </button>
    </div>
  );
}
