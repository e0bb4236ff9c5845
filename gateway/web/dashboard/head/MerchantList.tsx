import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type KeyboardEvent, type ReactElement } from "react";
import { BoardMerchantsDocument, type BoardMerchantsQuery } from "../../generated/graphql";
import { ask } from "../data/ask";
import { useSession } from "../data/session";

type Page = NonNullable<BoardMerchantsQuery["merchants"]>;
type Choice = Page["nodes"][number];

const PAGE = 100;
const MOST_SHOWN = 50;
/** Searching reads on by itself for so many pages; behind them one asks for more, or types an id. */
const MOST_PAGES_BY_ITSELF = 20;

interface MerchantListProps {
  current: string | null;
  onChoose: (merchantId: string) => void;
}

/** A combobox over pages of merchants; an id that is on no page yet can be opened as it was typed. */
export function MerchantList({ current, onChoose }: MerchantListProps): ReactElement {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { choices, more, fetching, failed, next } = useChoices(text);
  const shown = choices.slice(0, MOST_SHOWN);
  const typed = text.trim();
  const unknown = typed !== "" && !more && choices.length === 0;

  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const to = (active + step + shown.length) % Math.max(shown.length, 1);
      setActive(to);
      document.getElementById(optionId(to))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      const choice = shown[active];
      if (choice) onChoose(choice.id);
      else if (typed) onChoose(typed);
    }
  };
  return (
    <>
      <input
        className="merchants-search"
        type="text"
        role="combobox"
        aria-label="Search merchants by name or id"
        aria-expanded="true"
        aria-controls="merchants-options"
        aria-autocomplete="list"
        aria-activedescendant={shown[active] ? optionId(active) : undefined}
        placeholder="Search by name or id"
        value={text}
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKey}
      />
      <ul id="merchants-options" className="merchants-options" role="listbox" aria-label="Merchants" tabIndex={-1}>
        {shown.map((choice, index) => (
          <li
            key={choice.id}
            id={optionId(index)}
            role="option"
            aria-selected={choice.id === current}
            data-active={index === active || undefined}
            onPointerMove={() => setActive(index)}
            onClick={() => onChoose(choice.id)}
          >
            <span>{choice.name}</span>
            <small>
              {choice.id} · {choice.timezone}
              {choice.state === "SUSPENDED" && " · suspended"}
            </small>
          </li>
        ))}
      </ul>
      <p className="merchants-note" role="status">
        {failed ? "The list cannot be had just now." : noteOf(choices.length, fetching, unknown)}
      </p>
      {unknown && (
        <button type="button" className="button" onClick={() => onChoose(typed)}>
          Open the id “{typed}”
        </button>
      )}
      {more && !fetching && (
        <button type="button" className="button" onClick={next}>
          Load more
        </button>
      )}
    </>
  );
}

const optionId = (index: number): string => `merchants-option-${index}`;

function noteOf(found: number, fetching: boolean, unknown: boolean): string {
  if (fetching) return "Reading on …";
  if (unknown) return "No merchant on the list has this in its name or id.";
  const first = found > MOST_SHOWN ? `The first ${MOST_SHOWN} of ` : "";
  return `${first}${found} ${found === 1 ? "merchant" : "merchants"}`;
}

interface Choices {
  choices: Choice[];
  more: boolean;
  fetching: boolean;
  failed: boolean;
  next: () => void;
}

function useChoices(text: string): Choices {
  const { token } = useSession();
  const query = useInfiniteQuery({
    queryKey: ["BoardMerchants"],
    queryFn: async ({ pageParam, signal }) =>
      (await ask(token, BoardMerchantsDocument, { first: PAGE, after: pageParam }, signal)).merchants,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null),
    staleTime: 60_000,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const wanted = text.trim().toLocaleLowerCase();
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (wanted && hasNextPage && !isFetching && !isError && pages < MOST_PAGES_BY_ITSELF) void fetchNextPage();
  }, [wanted, hasNextPage, isFetching, isError, pages, fetchNextPage]);
  const choices = useMemo(() => {
    const all = data?.pages.flatMap((page) => page?.nodes ?? []) ?? [];
    const fits = ({ id, name }: Choice): boolean => `${id}\n${name}`.toLocaleLowerCase().includes(wanted);
    return wanted ? all.filter(fits) : all;
  }, [data, wanted]);
  return { choices, more: hasNextPage, fetching: isFetching, failed: isError, next: () => void fetchNextPage() };
}
