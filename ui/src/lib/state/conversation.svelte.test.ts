import { describe, expect, test, vi } from "vitest";
import {
	attemptStarted, created, delta, item, messageCompleted, messageStarted, running, story, TOPIC, turnStarted, viewOf,
} from "../../test/told";
import { ConversationState } from "./conversation.svelte";

const beginning = story(created, running, turnStarted("t1"), attemptStarted("a1", "t1"), messageStarted("m1", "t1"), messageCompleted("m1", "t1", "A ship."));
const writing = beginning.slice(0, 5);

describe("a conversation on the screen", () => {
	test("applies what was said while it was being fetched, once", () => {
		const conversation = new ConversationState("c1");

		for (const event of beginning) conversation.apply(item(event));
		conversation.open(viewOf(writing));

		expect(conversation.view?.messages.map(({ text }) => text)).toEqual(["A ship."]);
		expect(conversation.view?.seq).toBe(6);
	});

	test("streams words into one message and takes the whole text at its end", () => {
		const conversation = new ConversationState("c1");
		conversation.open(viewOf(writing));
		const message = conversation.writing;

		conversation.apply(delta("m1", 0, "A sh"));

		expect(message && conversation.text(message)).toBe("A sh");
		expect(conversation.view?.messages[0]).toBe(message);
		for (const event of beginning.slice(5)) conversation.apply(item(event));
		expect(conversation.writing).toBeUndefined();
		expect(conversation.view?.messages[0]?.text).toBe("A ship.");
	});

	test("asks for what is missing when words have a gap, and shows them in order afterwards", () => {
		const onGap = vi.fn();
		const conversation = new ConversationState("c1", { onGap });
		conversation.open(viewOf(writing));

		conversation.apply(delta("m1", 7, "sails"));
		expect(onGap).toHaveBeenCalledOnce();
		conversation.apply({ type: "snapshot", topic: TOPIC, message: "m1", text: "A ship " });

		expect(conversation.writing && conversation.text(conversation.writing)).toBe("A ship sails");
	});

	test("drops words of a message that has ended", () => {
		const onGap = vi.fn();
		const conversation = new ConversationState("c1", { onGap });
		conversation.open(viewOf(beginning));

		conversation.apply(delta("m1", 0, "late"));

		expect(conversation.view?.messages[0]?.text).toBe("A ship.");
		expect(onGap).not.toHaveBeenCalled();
	});

	test("begins with the words that a message had when it was fetched", () => {
		const view = viewOf(writing);
		const conversation = new ConversationState("c1");
		conversation.open({ ...view, messages: view.messages.map((message) => ({ ...message, text: "A ship " })) });

		conversation.apply(delta("m1", 0, "A "));
		conversation.apply(delta("m1", 7, "sails"));

		expect(conversation.writing && conversation.text(conversation.writing)).toBe("A ship sails");
	});

	test("knows who has the word, also when it was paused in mid-turn", () => {
		const conversation = new ConversationState("c1");
		conversation.open(viewOf(writing));
		conversation.apply(item({ seq: 6, topic: TOPIC, ts: "1970-01-01T00:00:09Z", event: "conversation.state_changed", data: { state: "paused", reason: { why: "user" } } }));

		expect(conversation.turn?.participant).toBe("poet");
		expect(conversation.view?.messages[0]?.choice?.reason).toBe("score");
	});
});
