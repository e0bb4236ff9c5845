import type { ReactElement } from "react";
import type { AskError } from "../data/ask";

/** Stands in the place of what will come, and takes as much room. */
export function TileSkeleton({ title }: { title: string }): ReactElement {
  return (
    <div className="tile-skeleton" role="status">
      <span className="sr-only">{title} is being fetched.</span>
    </div>
  );
}

export function TileError({ error, onAgain }: { error: AskError; onAgain: (() => void) | null }): ReactElement {
  return (
    <div className="tile-error" role="status">
      <p>{error.message}</p>
      <p className="tile-error-code">
        <code>{error.code}</code>
        {error.id && <code>{error.id}</code>}
      </p>
      {onAgain && (
        <button type="button" className="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
