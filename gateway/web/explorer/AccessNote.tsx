import type { ReactElement } from "react";
import type { Access } from "./viewer";

/** One line under the header while nothing can be asked yet: what is wrong and what to do about it. */
export function AccessNote({ access, onGuide }: { access: Access; onGuide: () => void }): ReactElement | null {
  const text = note(access);
  if (!text) return null;
  return (
    <div className="note" data-tone={access.state === "none" ? "quiet" : "bad"}>
      <span>{text}</span>
      {access.state !== "unreachable" && (
        <button type="button" className="link" onClick={onGuide}>
          How to get a token
        </button>
      )}
    </div>
  );
}

function note(access: Access): string | null {
  switch (access.state) {
    case "none":
      return "Paste a token above to load the schema and run the examples.";
    case "refused":
      return `The gateway refused this token: ${access.reason}`;
    case "unreachable":
      return `${access.reason} Trying again every few seconds.`;
    default:
      return null;
  }
}
