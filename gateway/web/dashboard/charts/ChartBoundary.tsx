import { Component, type ReactElement } from "react";

interface ChartBoundaryProps {
  /** Called before the chart is tried once more. */
  onAgain: () => void;
  children: () => ReactElement;
}

/** Around each chart: one whose code cannot be fetched, or that fails, leaves the figures beside it and the page. */
export class ChartBoundary extends Component<ChartBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  private readonly again = (): void => {
    this.props.onAgain();
    this.setState({ failed: false });
  };

  override render(): ReactElement {
    return this.state.failed ? <ChartError onAgain={this.again} /> : this.props.children();
  }
}

function ChartError({ onAgain }: { onAgain: () => void }): ReactElement {
  return (
    <div className="tile-error" role="status">
      <p>The chart could not be loaded.</p>
      <p className="tile-error-hint">
        The connection may have dropped, or a newer version of this page is in place. Its numbers can be shown as a
        table.
      </p>
      <div className="tile-error-ways">
        <button type="button" className="button" onClick={onAgain}>
          Try again
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    </div>
  );
}
