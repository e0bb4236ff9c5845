import type { ReactElement } from "react";
import type { LiveState } from "../shared/live";
import type { Access } from "./viewer";

interface Pill {
  tone: "quiet" | "busy" | "good" | "bad";
  label: string;
  detail?: string;
  title?: string;
}

/** Whether the token is accepted, and whose it is; read out when it changes. */
export function AccessPill({ access }: { access: Access }): ReactElement {
  return <PillView name="access" pill={accessPill(access)} />;
}

/** The WebSocket that subscriptions run on. It opens with the first subscription, so idle is no fault. */
export function LivePill({ state }: { state: LiveState }): ReactElement {
  return <PillView name="live" pill={LIVE[state]} />;
}

const LIVE: Record<LiveState, Pill> = {
  idle: { tone: "quiet", label: "Live idle", title: "The WebSocket opens with the first subscription." },
  connecting: { tone: "busy", label: "Connecting", title: "Opening the WebSocket." },
  open: { tone: "good", label: "Live", title: "The WebSocket is open; subscriptions are running on it." },
  lost: {
    tone: "bad",
    label: "Reconnecting",
    title: "The WebSocket was lost; running subscriptions resume by themselves.",
  },
  ended: {
    tone: "bad",
    label: "Live ended",
    title: "The gateway closed the WebSocket: the token was refused or has ended.",
  },
};

function accessPill(access: Access): Pill {
  switch (access.state) {
    case "none":
      return { tone: "quiet", label: "No token" };
    case "checking":
      return { tone: "busy", label: "Checking" };
    case "refused":
      return { tone: "bad", label: "Refused", title: access.reason };
    case "unreachable":
      return { tone: "bad", label: "No answer", title: access.reason };
    case "accepted": {
      const { merchant, subject, scopes, expiresAt } = access.viewer;
      const who = merchant?.name ?? subject ?? "all merchants";
      const title = [
        `Accepted for ${who}`,
        subject && `subject ${subject}`,
        `scopes ${scopes.join(", ") || "none"}`,
        expiresAt && `until ${new Date(expiresAt).toLocaleString()}`,
      ];
      return { tone: "good", label: "Accepted", detail: who, title: title.filter(Boolean).join(" · ") };
    }
  }
}

function PillView({ name, pill }: { name: string; pill: Pill }): ReactElement {
  return (
    <span className="pill" role="status" data-pill={name} data-tone={pill.tone} title={pill.title}>
      <i className="dot" aria-hidden="true" />
      {pill.label}
      {pill.detail && <b>{pill.detail}</b>}
    </span>
  );
}
