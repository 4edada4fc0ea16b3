import type { ConversationView, Event, Progress } from "../bindings";

export const NOT_BEGUN: Progress = { turns: 0, turns_without_user: 0, ran_ms: 0 };

/** No call is waited for longer without an event: what is more is a clock that was set, or a computer that slept. */
const LONGEST_GAP_MS = 15 * 60 * 1_000;

/** What the end rules have counted after one more event: turns with words and the time in which it ran. */
export function progressed(view: ConversationView, event: Event): Progress {
	const ran_ms = view.progress.ran_ms + (view.state === "running" && !mayFollowAGap(event) ? ran(view, event.ts) : 0);
	const { turns, turns_without_user } = view.progress;
	switch (event.event) {
		case "conversation.state_changed": {
			const { state, reason } = event.data;
			if (state !== "running") break;
			// An alternative is no new start.
			const isStart = reason.why !== "regenerating" && (view.state === "draft" || view.state === "completed");
			return isStart ? NOT_BEGUN : { turns, turns_without_user: 0, ran_ms };
		}
		case "participant.nudged":
			return { turns, turns_without_user: 0, ran_ms };
		case "message.completed":
			if (event.data.author.kind === "user") return { turns, turns_without_user: 0, ran_ms };
			break;
		case "turn.ended": {
			const { outcome } = event.data;
			if (outcome === "completed" || outcome === "interrupted") return { turns: turns + 1, turns_without_user: turns_without_user + 1, ran_ms };
			break;
		}
	}
	return { turns, turns_without_user, ran_ms };
}

/** Between the newest event and this moment. */
export const ran = (view: ConversationView, until: string) => Math.max(0, Math.min(Date.parse(until) - Date.parse(view.updated_at), LONGEST_GAP_MS));

/** The time before it may be that of a program that was not there, or of a computer that slept. */
function mayFollowAGap(event: Event): boolean {
	switch (event.event) {
		case "conversation.state_changed":
			return event.data.reason.why === "restarted" || event.data.reason.why === "slept";
		case "message.interrupted":
			return event.data.cause.why === "restarted" || event.data.cause.why === "slept";
		case "attempt.ended":
			return event.data.outcome.outcome === "cancelled";
		case "turn.ended":
			return event.data.outcome === "cancelled";
		default:
			return false;
	}
}
