import type { EventKind } from "../bindings";
import { describe, expect, test } from "vitest";
import {
	attemptAnswered, attemptFailed, attemptStarted, created, messageCompleted, messageStarted, needsAttention, running, story, turnEnded, turnStarted, userSaid, viewOf,
} from "../../test/told";
import { reduce } from "./reduce";
import { LiveWords } from "./words.svelte";

const oneTurn = story(
	created, running, turnStarted("t1"), attemptStarted("a1", "t1"), attemptFailed("a1", "t1"), attemptStarted("a2", "t1", "host"),
	messageStarted("m1", "t1"), attemptAnswered("a2", "t1"), messageCompleted("m1", "t1", "A ship."), turnEnded("t1"),
);

describe("a conversation that follows its events", () => {
	test("holds the message with every attempt that was made for it", () => {
		const view = viewOf(oneTurn);

		expect(view.messages).toHaveLength(1);
		expect(view.messages[0]).toMatchObject({ id: "m1", text: "A ship.", status: "complete", finish: "stop" });
		expect(view.messages[0]?.attempts.map(({ outcome }) => outcome?.outcome)).toEqual(["failed", "answered"]);
		expect(view.turn).toBeNull();
		expect(view.seq).toBe(oneTurn.length);
	});

	test("is the same when every event is heard twice", () => {
		const twice = oneTurn.flatMap((event) => [event, event]);

		expect(viewOf(twice)).toEqual(viewOf(oneTurn));
	});

	test("is the same when an older view goes on from its number", () => {
		const half = viewOf(oneTurn.slice(0, 5));

		expect(oneTurn.reduce((view, event) => reduce(view, event), half)).toEqual(viewOf(oneTurn));
	});

	test("touches no message but the one the event is about", () => {
		const before = viewOf(oneTurn);
		const after = reduce(before, { seq: 11, topic: "conversation:c1", ts: "1970-01-01T00:01:00Z", ...userSaid("m2", "And the crew?") });

		expect(after.messages[0]).toBe(before.messages[0]);
		expect(after.messages[1]).toMatchObject({ author: { kind: "user" }, status: "complete", text: "And the crew?" });
	});

	test("keeps the words of an interrupted message and says why it was cut", () => {
		const cut = { event: "message.interrupted" as const, data: { message: "m1", turn: "t1", text: "A sh", cause: { why: "user" as const } } };
		const view = viewOf(story(created, running, turnStarted("t1"), attemptStarted("a1", "t1"), messageStarted("m1", "t1"), cut, turnEnded("t1", "interrupted")));

		expect(view.messages[0]).toMatchObject({ text: "A sh", status: "interrupted", interrupted: { why: "user" } });
	});

	const failed = [created, running, turnStarted("t1"), attemptStarted("a1", "t1"), attemptFailed("a1", "t1"), turnEnded("t1", "failed"), needsAttention("t1")];

	test("knows who is muted", () => {
		const muted = (...kinds: EventKind[]) => viewOf(story(created, ...kinds)).participants.map(({ muted }) => muted ?? false);
		const mute: EventKind = { event: "participant.muted", data: { participant: "poet" } };
		const unmute: EventKind = { event: "participant.unmuted", data: { participant: "poet" } };

		expect(muted(mute)).toEqual([false, true]);
		expect(muted(mute, unmute)).toEqual([false, false]);
	});

	test("keeps a failed turn as long as it waits for attention", () => {
		expect(viewOf(story(...failed)).turn?.attempts).toHaveLength(1);
		expect(viewOf(story(...failed, running)).turn).toBeNull();
	});

	test("does not lose a retried turn to the change of state, whichever is told first", () => {
		expect(viewOf(story(...failed, running, turnStarted("t2"))).turn?.id).toBe("t2");
		expect(viewOf(story(...failed, turnStarted("t2"), running)).turn?.id).toBe("t2");
	});
});

const anew: EventKind = { event: "branch.created", data: { branch: "b2", name: "Branch 2", from: "m1", why: { kind: "regenerated", message: "m2" } } };
const beside: EventKind = { event: "message.completed", data: { message: "m3", turn: null, author: { kind: "user" }, parent: "m1", text: "Other", finish: null } };
const userSaidAfter = (message: string, parent: string | null, text: string): EventKind => ({
	event: "message.completed",
	data: { message, turn: null, author: { kind: "user" }, parent, text, finish: null },
});
const tree = [created, userSaidAfter("m1", null, "One"), userSaidAfter("m2", "m1", "Two"), anew, beside];

describe("what the user says before an alternative has begun", () => {
	const talk = [created, userSaidAfter("m1", null, "One"), userSaidAfter("m2", "m1", "Two"), anew, userSaidAfter("u1", "m1", "Hello"), userSaidAfter("u2", "u1", "Hello?")];
	const moved = (parent: string): EventKind => ({ event: "message.moved", data: { message: "u1", parent, head: "u2" } });
	const places = (kinds: EventKind[]) => viewOf(story(...kinds)).messages.map(({ id, parent, alternatives }) => ({ id, parent, alternatives }));

	test("stands behind it, and is no other answer itself", () => {
		const alternative: EventKind = { event: "message.started", data: { message: "m3", turn: "t1", participant: "poet", parent: "m1" } };

		expect(places([...talk, turnStarted("t1"), alternative, moved("m3")])).toEqual([
			{ id: "m1", parent: null, alternatives: [] },
			{ id: "m3", parent: "m1", alternatives: ["m2", "m3"] },
			{ id: "u1", parent: "m3", alternatives: [] },
			{ id: "u2", parent: "u1", alternatives: [] },
		]);
	});

	test("stands behind the talk when nobody gives it", () => {
		const removed: EventKind = { event: "branch.removed", data: { branch: "b2", to: "c1", head: "m2", forgotten: 1 } };
		const given = [...talk, removed, moved("m2")];

		expect(places(given)).toEqual([
			{ id: "m1", parent: null, alternatives: [] },
			{ id: "m2", parent: "m1", alternatives: [] },
			{ id: "u1", parent: "m2", alternatives: [] },
			{ id: "u2", parent: "u1", alternatives: [] },
		]);
		expect(viewOf(story(...given)).branches).toMatchObject([{ head: "u2", messages: 4, current: true }]);
	});
});

describe("the tree of messages", () => {
	test("goes on with a branch of its own where a message is said anew, and knows both", () => {
		const view = viewOf(story(...tree));

		expect(view.messages.map(({ id }) => id)).toEqual(["m1", "m3"]);
		expect(view.messages[1]?.alternatives).toEqual(["m2", "m3"]);
		expect(view.branches.map(({ name, head, current }) => [name, head, current])).toEqual([["Main", "m2", false], ["Branch 2", "m3", true]]);
		expect(view.undoable).toBe(1);
	});

	test("comes back with all it held when the branch is switched", () => {
		const back: EventKind = { event: "branch.switched", data: { branch: "c1", head: "m2" } };

		const view = viewOf(story(...tree, back));

		expect(view.messages.map(({ id }) => id)).toEqual(["m1", "m2"]);
		expect(view.messages[1]?.alternatives).toEqual(["m2", "m3"]);
		expect([view.branch, view.undoable, view.redoable]).toEqual(["c1", 2, 0]);
	});

	test("counts what can be undone and done again", () => {
		const edited = (text: string, version: number, by?: "undo" | "redo"): EventKind => ({ event: "message.edited", data: { message: "m1", text, version, ...(by && { by }) } });
		const counts = (...kinds: EventKind[]) => {
			const { undoable, redoable, messages } = viewOf(story(created, userSaid("m1", "One"), ...kinds));
			return [undoable, redoable, messages[0]?.text, messages[0]?.version, messages[0]?.versions];
		};

		expect(counts(edited("Won", 2))).toEqual([1, 0, "Won", 2, 2]);
		expect(counts(edited("Won", 2), edited("One", 1, "undo"))).toEqual([0, 1, "One", 1, 2]);
		expect(counts(edited("Won", 2), edited("One", 1, "undo"), edited("Won", 2, "redo"))).toEqual([1, 0, "Won", 2, 2]);
	});

	test("marks what was deleted, restored and pinned", () => {
		const marks = (...kinds: EventKind[]) => viewOf(story(created, userSaid("m1", "One"), ...kinds)).messages.map(({ deleted, pinned }) => [deleted, pinned])[0];
		const [gone, back, pinned, unpinned] = (["message.deleted", "message.restored", "message.pinned", "message.unpinned"] as const).map((event): EventKind => ({ event, data: { message: "m1" } }));

		expect(gone && marks(gone)).toEqual([true, false]);
		expect(gone && back && marks(gone, back)).toEqual([false, false]);
		expect(pinned && marks(pinned)).toEqual([false, true]);
		expect(pinned && unpinned && marks(pinned, unpinned)).toEqual([false, false]);
	});
});

describe("the cast", () => {
	const names = (...kinds: EventKind[]) => {
		const view = viewOf(story(created, ...kinds));
		return [view.participants.map(({ name }) => name), (view.left ?? []).map(({ name }) => name)];
	};
	const gone: EventKind = { event: "participant.left", data: { participant: "sceptic" } };

	test("changes while it talks, and keeps who has left", () => {
		const sceptic = created.event === "conversation.created" ? created.data.participants[0] : undefined;
		if (!sceptic) throw new Error("a story has a cast");
		const back: EventKind = { event: "participant.joined", data: { participant: sceptic, seat: 1 } };

		expect(names(gone)).toEqual([["Poet"], ["Sceptic"]]);
		expect(names(gone, back)).toEqual([["Poet", "Sceptic"], []]);
		expect(names({ event: "participants.reordered", data: { order: ["poet", "sceptic"] } })).toEqual([["Poet", "Sceptic"], []]);
	});

	test("changes what is told and nothing else", () => {
		const view = viewOf(story(created, { event: "participant.changed", data: { participant: "poet", change: { name: "Bard" } } }));

		expect(view.participants[1]).toMatchObject({ name: "Bard", hue: 180, route: [{ model: "poet" }, { model: "host" }] });
	});
});

test("an event of a later version changes nothing but the number and the time", () => {
	const before = viewOf(oneTurn);
	const later: unknown = { seq: 11, topic: "conversation:c1", ts: "1970-01-01T00:01:00Z", event: "conversation.sung", data: {} };
	const hear = (view: typeof before, event: Parameters<typeof reduce>[1]) => reduce(view, event);

	const after = hear(before, JSON.parse(JSON.stringify(later)));

	expect(after).toEqual({ ...before, seq: 11, updated_at: "1970-01-01T00:01:00Z", progress: { ...before.progress, ran_ms: 59_000 } });
});

test("an answer that another model went on with tells who wrote what of it", () => {
	const cut: EventKind = { ...attemptFailed("a1", "t1") };
	const over: EventKind = { event: "message.taken_over", data: { message: "m1", turn: "t1", attempt: "a2", from_char: 4 } };

	const view = viewOf(story(
		created, running, turnStarted("t1"), attemptStarted("a1", "t1"), messageStarted("m1", "t1"), cut, attemptStarted("a2", "t1", "host"), over,
		attemptAnswered("a2", "t1"), messageCompleted("m1", "t1", "A ship sails."), turnEnded("t1"),
	));

	expect(view.messages[0]?.parts?.map(({ model, from_char, to_char }) => [model.model, from_char, to_char])).toEqual([["poet", 0, 4], ["host", 4, 13]]);
});

test("what stood behind the place of a takeover is struck, also on the screen", () => {
	const words = new LiveWords("A ship ");
	words.cut(2);
	words.hear({ topic: "conversation:c1", message: "m1", offset: 2, text: "boat" }, 0);

	expect(words.text).toBe("A boat");
});

test("what calls have come to is summed up, and hides no unknown price", () => {
	expect(viewOf(oneTurn).spent).toEqual({
		attempts: 2, input_tokens: 100, output_tokens: 40, cached_tokens: 0, reasoning_tokens: 0,
		cost: { known: 0, unpriced_attempts: 2, estimated: false },
	});
});
