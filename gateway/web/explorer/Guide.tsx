import type { ReactElement, RefObject } from "react";
import { formatShortcutForOS, KEY_MAP } from "@graphiql/react";

const KEYS: [keys: string, does: string][] = [
  [formatShortcutForOS(KEY_MAP.runQuery.key, "Cmd"), "Run the operation, or stop a subscription"],
  ["Ctrl-Space", "Suggest fields, arguments and values"],
  [KEY_MAP.prettify.key, "Lay out the operation"],
  [KEY_MAP.refetchSchema.key, "Fetch the schema again"],
  [formatShortcutForOS(KEY_MAP.searchInDocs.key, "⌘"), "Search the schema's documentation"],
  ["F1", "Every command of the editor"],
];

/** Short help, in the page itself: it must be there with no internet. */
export function Guide({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }): ReactElement {
  const address = `${window.location.origin}/graphql`;
  return (
    <dialog ref={dialog} className="guide" aria-labelledby="guide-title" onClick={closeOnBackdrop}>
      <form method="dialog" className="guide-head">
        <h2 id="guide-title">Guide</h2>
        <button className="button">Close</button>
      </form>
      <h3>Get a token</h3>
      <p>
        The demo prints one when it starts. Elsewhere, whoever runs the gateway makes one; it carries a merchant and
        scopes:
      </p>
      <pre>z402-analytics token MERCHANT --scope analytics:read --scope events:write</pre>
      <p>
        It stays in this browser tab and goes to this gateway alone. A link ending in <code>#token=…</code> fills the
        field, and the token leaves the address bar at once.
      </p>
      <h3>Ask from a program</h3>
      <pre>{`curl ${address} \\
  -H 'Authorization: Bearer TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{"query":"{ viewer { subject scopes } }"}'`}</pre>
      <p>
        Subscriptions: the same address as a WebSocket with the <code>graphql-transport-ws</code> protocol and{" "}
        <code>{'{"authorization": "Bearer TOKEN"}'}</code> in <code>connection_init</code>.
      </p>
      <h3>Find a field</h3>
      <p>
        In the bar on the left: the schema's documentation, the query builder to tick fields together, and the history
        of what was run. Examples opens the worked examples again.
      </p>
      <h3>Keys</h3>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

function closeOnBackdrop(event: React.MouseEvent<HTMLDialogElement>): void {
  if (event.target === event.currentTarget) event.currentTarget.close();
}
