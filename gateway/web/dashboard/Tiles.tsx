import { memo, type ReactElement } from "react";
import { useShown } from "./data/view";
import { FailuresTile } from "./tiles/FailuresTile";
import { FeedTile } from "./tiles/FeedTile";
import { Figures } from "./tiles/Figures";
import { LatencyTile } from "./tiles/LatencyTile";
import { MethodsTile } from "./tiles/MethodsTile";
import { NowTile } from "./tiles/NowTile";
import { PeakTile } from "./tiles/PeakTile";
import { ResourcesTile } from "./tiles/ResourcesTile";
import { SuccessTile } from "./tiles/SuccessTile";
import { TrendTile } from "./tiles/TrendTile";
import { WebhooksTile } from "./tiles/WebhooksTile";

/** In the order in which they are read; styles/board.css has their places. */
export const Tiles = memo(function Tiles(): ReactElement {
  const { merchantId } = useShown();
  return (
    <>
      <Figures />
      <TrendTile />
      <NowTile />
      {/* What is held still belongs to the merchant at whom it was held. */}
      <FeedTile key={merchantId} />
      <SuccessTile />
      <FailuresTile />
      <MethodsTile />
      <PeakTile />
      <LatencyTile />
      <ResourcesTile />
      <WebhooksTile />
    </>
  );
});
