import { useState, type ClipboardEvent, type FormEvent, type ReactElement } from "react";
import { cleanToken } from "../shared/token";

interface TokenFieldProps {
  token: string;
  onToken: (token: string) => void;
  invalid: boolean;
}

/**
 * A pasted token is used at once, a typed one on Enter. It is a text field drawn as dots, not a password field: browsers
 * offer to keep passwords, and this one should be gone with the tab.
 */
export function TokenField({ token, onToken, invalid }: TokenFieldProps): ReactElement {
  const [text, setText] = useState(token);
  const [shown, setShown] = useState(false);
  const pending = cleanToken(text) !== token;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onToken(pending ? cleanToken(text) : "");
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = cleanToken(event.clipboardData.getData("text"));
    if (!pasted) return;
    event.preventDefault();
    setText(pasted);
    onToken(pasted);
  };
  return (
    <form className="token" role="search" aria-label="Access token" onSubmit={submit}>
      <label htmlFor="token">Token</label>
      <input
        id="token"
        className={shown ? undefined : "masked"}
        type="text"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPaste={paste}
        placeholder="Paste a token or an API key"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        aria-invalid={invalid}
      />
      <button type="button" className="link" aria-pressed={shown} disabled={!text} onClick={() => setShown(!shown)}>
        {shown ? "Hide" : "Show"}
      </button>
      <button type="submit" className="button" disabled={!pending && !token}>
        {pending || !token ? "Use" : "Clear"}
      </button>
    </form>
  );
}
