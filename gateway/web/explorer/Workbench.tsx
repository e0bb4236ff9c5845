import { explorerPlugin } from "@graphiql/plugin-explorer";
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { takeOperationFromAddress } from "../shared/operationLink";
import type { Theme } from "../shared/theme";
import { examples } from "./examples";
import { ExamplesMenu } from "./ExamplesMenu";
import { EDITOR_THEME, useEditorOptions, useEditorTheme } from "./editors";
import { ExchangeLine } from "./ExchangeLine";
import type { Exchange } from "./fetcher";

const EXPLORER_PLUGIN = { ...explorerPlugin(), title: "Query builder" };
// One array for ever: GraphiQL closes the open pane whenever it is given another one.
const PLUGINS = [DOC_EXPLORER_PLUGIN, EXPLORER_PLUGIN, HISTORY_PLUGIN];

interface WorkbenchProps {
  fetcher: Fetcher;
  exchange: Exchange | null;
  theme: Theme;
  /** False while no accepted token is there: introspection would only be refused. */
  withSchema: boolean;
  merchantId: string | null;
}

/** GraphiQL, put together by hand so that the page's header can stand outside of it. */
export function Workbench({ fetcher, exchange, theme, withSchema, merchantId }: WorkbenchProps): ReactElement {
  const [firstTabs] = useState(() => examples(merchantId));
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      schema={withSchema ? undefined : null}
      schemaDescription
      inputValueDeprecation
      plugins={PLUGINS}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      visiblePlugin={EXPLORER_PLUGIN.title}
      defaultTabs={firstTabs}
      defaultQuery=""
      editorTheme={EDITOR_THEME}
      shouldPersistHeaders={false}
    >
      <HistoryStore>
        <DocExplorerStore>
          <GraphiQLInterface
            forcedTheme={theme}
            showPersistHeadersSettings={false}
            defaultEditorToolsVisibility="variables"
          >
            <GraphiQL.Logo>
              <ExamplesMenu merchantId={merchantId} />
            </GraphiQL.Logo>
            <GraphiQL.Footer>
              <ExchangeLine exchange={exchange} />
            </GraphiQL.Footer>
            <Wiring theme={theme} />
          </GraphiQLInterface>
        </DocExplorerStore>
      </HistoryStore>
    </GraphiQLProvider>
  );
}

/** What must follow GraphiQL's own state; shows nothing. */
function Wiring({ theme }: { theme: Theme }): null {
  useEditorTheme(theme);
  useEditorOptions();
  useRestartOnNewFetcher();
  useLinkedOperation();
  return null;
}

/** An operation that came with the address, from a tile of the dashboard, opens in a tab of its own. */
function useLinkedOperation(): void {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { addTab } = useGraphiQLActions();
  useEffect(() => {
    if (!queryEditor || !variableEditor) return;
    const open = (): void => {
      const linked = takeOperationFromAddress();
      if (!linked) return;
      addTab();
      variableEditor.setValue(linked.variables);
      queryEditor.setValue(linked.query);
    };
    open();
    window.addEventListener("hashchange", open);
    return () => window.removeEventListener("hashchange", open);
  }, [queryEditor, variableEditor, addTab]);
}

/** A subscription that runs when the token changes goes on with the new one, on the new connection. */
function useRestartOnNewFetcher(): void {
  const fetcher = useGraphiQL((state) => state.fetcher);
  const running = useGraphiQL((state) => state.subscription !== null);
  const { run, stop } = useGraphiQLActions();
  const known = useRef(fetcher);
  useEffect(() => {
    if (known.current === fetcher) return;
    known.current = fetcher;
    if (!running) return;
    stop();
    void run();
  }, [fetcher, running, run, stop]);
}
