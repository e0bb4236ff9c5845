import { useRef, type ReactElement } from "react";
import markUrl from "../shared/mark.svg";
import { GRAPHQL_PATH } from "../shared/graphql";
import type { ThemeChoice } from "../shared/theme";
import { AccessNote } from "./AccessNote";
import { AccessPill, LivePill } from "./pills";
import { Guide } from "./Guide";
import type { LiveState } from "../shared/live";
import { ThemeSwitch } from "../shared/ThemeSwitch";
import { TokenField } from "./TokenField";
import type { Access } from "./viewer";

interface HeaderProps {
  token: string;
  onToken: (token: string) => void;
  access: Access;
  live: LiveState;
  choice: ThemeChoice;
  onChoice: (choice: ThemeChoice) => void;
}

export function Header({ token, onToken, access, live, choice, onChoice }: HeaderProps): ReactElement {
  const guide = useRef<HTMLDialogElement>(null);
  const openGuide = (): void => guide.current?.showModal();
  return (
    <>
      <header className="bar">
        <a className="brand" href={GRAPHQL_PATH}>
          <img src={markUrl} alt="" width="30" height="30" />
          <span>
            <strong>Z402 Analytics</strong>
            <small>GraphQL explorer</small>
          </span>
        </a>
        <TokenField key={token} token={token} onToken={onToken} invalid={access.state === "refused"} />
        <AccessPill access={access} />
        <div className="bar-end">
          <LivePill state={live} />
          <a className="button" href="/">
            Dashboard
          </a>
          <button type="button" className="button" onClick={openGuide}>
            Guide
          </button>
          <ThemeSwitch choice={choice} onChoice={onChoice} />
        </div>
      </header>
      <AccessNote access={access} onGuide={openGuide} />
      <Guide dialog={guide} />
    </>
  );
}
