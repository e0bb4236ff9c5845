import { useState, type FormEvent, type ReactElement } from "react";
import markUrl from "../shared/mark.svg";
import { ThemeSwitch } from "../shared/ThemeSwitch";
import { cleanToken } from "../shared/token";
import { useTheme } from "../shared/useTheme";
import type { Access } from "./data/session";

interface SignInProps {
  access: Access;
  /** When a token that was good before ended. */
  ended: string | null;
  onToken: (token: string) => void;
}

export function SignIn({ access, ended, onToken }: SignInProps): ReactElement {
  const [, choice, choose] = useTheme();
  const [text, setText] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onToken(cleanToken(text));
  };
  const refused = access.state === "refused";
  return (
    <main className="signin">
      <form className="signin-card" onSubmit={submit}>
        <div className="signin-brand">
          <img src={markUrl} alt="" width="36" height="36" />
          <h1>Z402 Analytics</h1>
        </div>
        <label htmlFor="token">Access token or API key</label>
        <input
          id="token"
          className="masked"
          type="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
          required
          aria-invalid={refused}
          aria-describedby="signin-state signin-help"
        />
        <p id="signin-state" className="signin-state" role="status" data-tone={refused ? "bad" : "quiet"}>
          {stateText(access, ended)}
        </p>
        <button className="button primary" disabled={access.state === "checking"}>
          Open the dashboard
        </button>
        <p id="signin-help" className="signin-help">
          It needs the scope <code>analytics:read</code>, stays in this browser tab and goes to this gateway alone. Make
          one with <code>z402-analytics token MERCHANT</code>; the demo prints one.
        </p>
      </form>
      <ThemeSwitch choice={choice} onChoice={choose} />
    </main>
  );
}

function stateText(access: Access, ended: string | null): ReactElement | string {
  switch (access.state) {
    case "checking":
      return "Asking the gateway …";
    case "unreachable":
      return `${access.error.message} Trying again every few seconds.`;
    case "refused": {
      const over = ended !== null && Date.parse(ended) <= Date.now();
      return (
        <>
          {over ? `Your token ended at ${new Date(ended).toLocaleString("en-GB")}. ` : access.error.message}{" "}
          <code>{access.error.code}</code>
        </>
      );
    }
    default:
      return "";
  }
}
