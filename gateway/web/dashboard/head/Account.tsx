import { useState, type ReactElement } from "react";
import { useSession } from "../data/session";
import { ago } from "../format/time";
import { Popover } from "./Popover";

/** Who is signed in, for how long, and the way out. */
export function Account(): ReactElement {
  const { viewer, signOut } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      className="account"
      name="Account"
      open={open}
      onOpen={setOpen}
      label={
        <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
          <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0" />
        </svg>
      }
    >
      <dl className="account-facts">
        <dt>Signed in as</dt>
        <dd>{viewer.subject}</dd>
        <dt>May</dt>
        <dd>{viewer.scopes.map((scope) => scope.toLowerCase().replace("_", ":")).join(", ") || "nothing"}</dd>
        <dt>Until</dt>
        <dd>{viewer.expiresAt ? untilText(viewer.expiresAt) : "no end"}</dd>
      </dl>
      <div className="account-ways">
        <a className="button" href="/graphql">
          GraphQL explorer
        </a>
        <button type="button" className="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </Popover>
  );
}

function untilText(expiresAt: string): string {
  const left = Date.parse(expiresAt) - Date.now();
  const at = new Date(expiresAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return left > 0 ? `${at}, in ${ago(left)}` : `${at}, over`;
}
