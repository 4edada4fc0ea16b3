import type { ConversationView, Event, EventKind, FeedItem } from "../lib/bindings";
import { begin, reduce } from "../lib/state/reduce";
import { Tree } from "../lib/state/tree";

export const TOPIC = "conversation:c1";

/** Numbers what is told, one second apart. */
export function story(...kinds: EventKind[]): Event[] {
	return kinds.map((kind, place) => ({ seq: place + 1, topic: TOPIC, ts: new Date(place * 1000).toISOString(), ...kind }));
}

export const item = (event: Event): FeedItem => ({ type: "event", ...event });

export function viewOf(events: Event[]): ConversationView {
	const [first, ...later] = events;
	if (first?.event !== "conversation.created") throw new Error("a story begins with its conversation");
	const tree = new Tree();
	return later.reduce((view, event) => reduce(view, event, tree), begin(first));
}

const participant = (id: string, hue: number) => ({
	id,
	name: id.charAt(0).toUpperCase() + id.slice(1),
	hue,
	persona: null,
	instructions: "",
	talkativeness: 0.5,
	route: [{ connection: "demo", model: id }, { connection: "demo", model: "host" }],
	sampling: {},
});

export const created: EventKind = {
	event: "conversation.created",
	data: { title: "Ships", topic: "Is it the same ship?", participants: [participant("sceptic", 20), participant("poet", 180)], policy: "balanced", end: { turns: 20 }, seed: 1 },
};

export const running: EventKind = { event: "conversation.state_changed", data: { state: "running", reason: { why: "user" } } };

export const turnStarted = (turn: string, speaker = "poet"): EventKind => ({
	event: "turn.started",
	data: { turn, participant: speaker, number: 1, choice: { policy: "balanced", reason: "score", scores: [] } },
});

export const attemptStarted = (attempt: string, turn: string, model = "poet"): EventKind => ({
	event: "attempt.started",
	data: { attempt, turn, number: 1, model: { connection: "demo", model } },
});

export const attemptAnswered = (attempt: string, turn: string): EventKind => ({
	event: "attempt.ended",
	data: {
		attempt, turn,
		outcome: { outcome: "answered", finish: "stop" },
		answered_by: null,
		timings: { first_token_ms: 400, total_ms: 1400 },
		usage: { input_tokens: 100, output_tokens: 40, estimated: false },
	},
});

export const attemptFailed = (attempt: string, turn: string): EventKind => ({
	event: "attempt.ended",
	data: {
		attempt, turn,
		outcome: { outcome: "failed", class: "rate_limited", detail: "slow down" },
		status: 429,
		answered_by: null,
		timings: { total_ms: 64 },
		usage: null,
	},
});

export const messageStarted = (message: string, turn: string, speaker = "poet"): EventKind => ({
	event: "message.started",
	data: { message, turn, participant: speaker, parent: null },
});

export const messageCompleted = (message: string, turn: string, text: string, speaker = "poet"): EventKind => ({
	event: "message.completed",
	data: { message, turn, author: { kind: "participant", participant: speaker }, parent: null, text, finish: "stop" },
});

export const userSaid = (message: string, text: string): EventKind => ({
	event: "message.completed",
	data: { message, turn: null, author: { kind: "user" }, parent: null, text, finish: null },
});

export const turnEnded = (turn: string, outcome: "completed" | "failed" | "interrupted" = "completed"): EventKind => ({
	event: "turn.ended",
	data: { turn, outcome },
});

export const needsAttention = (turn: string): EventKind => ({
	event: "conversation.state_changed",
	data: { state: "needs_attention", reason: { why: "no_model_answered", turn, participant: "poet", class: "rate_limited" } },
});

export const delta = (message: string, offset: number, text: string): FeedItem => ({ type: "delta", topic: TOPIC, message, offset, text });
