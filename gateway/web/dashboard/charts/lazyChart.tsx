import { lazy, type ComponentType, type ReactElement } from "react";
import { ChartBoundary } from "./ChartBoundary";

/**
 * A chart whose code comes beside the first answers: the page stands without it, and it is there when they are. Until
 * it is, its tile is being fetched like one without an answer, so that no key or reader passes by a place that is
 * empty; where it does not come, its place says so.
 */
export function lazyChart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  // After the page's own script has run; what fails here is tried again where the chart is drawn.
  setTimeout(() => void load().catch(() => undefined));
  // Not a component's state, which React forgets of what is still being fetched. A failure is kept for good by `lazy`.
  let Chart: ComponentType<Props> = lazy(load);
  const loadAnew = (): void => {
    Chart = lazy(load);
  };
  return function LazyChart(props: Props): ReactElement {
    return <ChartBoundary onAgain={loadAnew}>{() => <Chart {...props} />}</ChartBoundary>;
  };
}
