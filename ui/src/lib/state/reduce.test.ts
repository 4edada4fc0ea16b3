import type { EventKind } from "../bindings";
import { describe, expect, test } from "vitest";
import {
	attemptAnswered, attemptFailed, attemptStarted, created, messageCompleted, messageStarted, needsAttention, running, story, turnEnded, turnStarted, userSaid, viewOf,
} from "../../test/told";
import { reduce } from "./reduce";

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

		expect(oneTurn.reduce(reduce, half)).toEqual(viewOf(oneTurn));
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
