import { Suspense, useId, useRef, useState, type ReactElement, type ReactNode } from "react";
import type { Answer, Operation } from "../data/useTile";
import { OperationDialog } from "./OperationDialog";
import { TileError, TileSkeleton } from "./TileStates";

interface TileProps<Shown> {
  /** Its place in the grid, and its name for tests and styles. */
  name: string;
  title: string;
  /** What time it speaks of, or what it counts. */
  note?: ReactNode;
  answer: Answer<Shown>;
  /** The operation to show where it is another than the one that was asked. */
  operation?: Operation;
  /** What is said where there is nothing to show. */
  empty?: (shown: Shown) => string | null;
  /** The same as a table, for who wants numbers or cannot see the chart. */
  table?: (shown: Shown) => ReactElement;
  /** More buttons beside the title. */
  actions?: ReactNode;
  children: (shown: Shown) => ReactElement;
}

/** The frame of everything on the board: title, ways to look behind it, and what is shown while there is nothing. */
export function Tile<Shown>(props: TileProps<Shown>): ReactElement {
  const { name, title, note, answer, table, actions } = props;
  const titleId = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className="tile" data-tile={name} data-stale={answer.stale || undefined} aria-labelledby={titleId}>
      <header className="tile-head">
        <div className="tile-title">
          <h2 id={titleId}>{title}</h2>
          {note && <p>{note}</p>}
        </div>
        <div className="tile-ways">
          {actions}
          {table && (
            <button
              type="button"
              className="way"
              aria-pressed={asTable}
              aria-label={`${title} as a table`}
              title={asTable ? "Show the chart" : "Show as a table"}
              onClick={() => setAsTable(!asTable)}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
                <path d="M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9" />
              </svg>
            </button>
          )}
          <Behind title={title} operation={props.operation ?? answer.operation} />
        </div>
      </header>
      <div className="tile-body">
        <Suspense fallback={<TileSkeleton title={title} />}>
          <Body {...props} asTable={asTable} />
        </Suspense>
      </div>
      {answer.error && answer.shown !== null && (
        <p className="tile-fault" role="status">
          Not up to date: {answer.error.message} <code>{answer.error.code}</code>
        </p>
      )}
    </section>
  );
}

function Body<Shown>({
  answer,
  empty,
  table,
  title,
  asTable,
  children,
}: TileProps<Shown> & { asTable: boolean }): ReactElement {
  const { shown, error, again } = answer;
  if (shown === null) return error ? <TileError error={error} onAgain={again} /> : <TileSkeleton title={title} />;
  const nothing = empty?.(shown) ?? null;
  if (nothing !== null) return <p className="tile-empty">{nothing}</p>;
  if (asTable && table) {
    return (
      <div className="tile-table" tabIndex={0} role="region" aria-label={`${title}, table`}>
        {table(shown)}
      </div>
    );
  }
  return children(shown);
}

/** Shows the GraphQL operation that a tile is made of. */
export function Behind({ title, operation }: { title: string; operation: Operation }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="way"
        aria-label={`GraphQL behind ${title}`}
        title="Show the GraphQL operation"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
          <path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5" />
        </svg>
      </button>
      <dialog ref={dialog} className="behind" aria-label={`GraphQL behind ${title}`} onClose={() => setOpen(false)}>
        {open && <OperationDialog title={title} operation={operation} />}
      </dialog>
    </>
  );
}
