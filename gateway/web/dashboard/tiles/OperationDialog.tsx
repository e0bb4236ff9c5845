import { useState, type ReactElement } from "react";
import type { Operation } from "../data/useTile";
import { operationLink } from "../../shared/operationLink";

/** The operation and its variables, to be read, copied, or run in the explorer with the token of this tab. */
export function OperationDialog({ title, operation }: { title: string; operation: Operation }): ReactElement {
  const document = tidy(operation.document);
  const variables = JSON.stringify(operation.variables, null, 2);
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(document).then(() => setCopied(true));
  return (
    <form method="dialog">
      <header className="behind-head">
        <div>
          <h2>GraphQL behind {title}</h2>
          <p>The same answer for your own programs: POST it to {window.location.origin}/graphql.</p>
        </div>
        <button className="button">Close</button>
      </header>
      <h3>Operation</h3>
      <pre tabIndex={0} aria-label="Operation">
        {document}
      </pre>
      <h3>Variables</h3>
      <pre tabIndex={0} aria-label="Variables">
        {variables}
      </pre>
      <footer className="behind-foot">
        <button type="button" className="button" onClick={copy}>
          {copied ? "Copied" : "Copy the operation"}
        </button>
        {/* rel=opener: a tab of our own origin, which takes this tab's token along in its sessionStorage. */}
        <a className="button primary" href={operationLink(document, variables)} target="_blank" rel="opener">
          Open in GraphiQL
        </a>
      </footer>
    </form>
  );
}

/** The generator indents the first line of each part; nothing else is changed. */
function tidy(document: string): string {
  return document
    .replace(/^ {4}(?=query|subscription|fragment)/gm, "")
    .replace(/\n\s*(?=\nfragment|\n$)/g, "\n")
    .trim();
}
