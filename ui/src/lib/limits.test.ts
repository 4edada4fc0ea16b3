import { describe, expect, test } from "vitest";
import { attemptAnswered, attemptStarted, created, item, messageCompleted, running, story, turnEnded, turnStarted, userSaid, viewOf } from "../test/told";
import type { ConversationView, EventKind, Usage } from "./bindings";
import { limits, nearest, unlimitedCost, used } from "./limits";
import { ConversationState } from "./state/conversation.svelte";

const turn = (n: number) => [turnStarted(`t${n}`), attemptStarted(`a${n}`, `t${n}`), attemptAnswered(`a${n}`, `t${n}`), messageCompleted(`m${n}`, `t${n}`, "So?"), turnEnded(`t${n}`)];
const begun = viewOf(story(created, running, ...turn(1), ...turn(2), turnStarted("t3")));
const at = (view: ConversationView) => Date.parse(view.updated_at);
const told = (view: ConversationView, now = at(view)) => limits(view, now).map(({ words }) => words);

describe("how far a conversation has come", () => {
	test("the turn under way counts as the one it is", () => {
		expect(told(begun)).toEqual(["turn 3 of 20"]);
	});

	test("without an end rule there is nothing to tell", () => {
		expect(told({ ...begun, end: {} })).toEqual([]);
	});

	test("minutes go on between two events while it runs, and stand while it does not", () => {
		const timed = { ...begun, end: { minutes: 10 } };

		expect(told(timed, at(timed) + 180_000)).toEqual(["3 of 10 min"]);
		expect(told({ ...timed, state: "paused" }, at(timed) + 180_000)).toEqual(["0 of 10 min"]);
	});

	test("a sum says what is unknown of it, and a limit on money is as people set it", () => {
		const spent = { ...begun.spent, cost: { known: 120_000_000, unpriced_attempts: 3, estimated: true } };

		expect(told({ ...begun, spent, end: { money: 1_000_000_000 } })).toEqual(["≥ $0.1200 of $1.00, 3 calls unpriced"]);
		expect(unlimitedCost({ ...begun, spent, end: {} })).toBe("≥ $0.1200, 3 calls unpriced");
	});

	test("tokens are told in short", () => {
		const spent = { ...begun.spent, input_tokens: 8_000, output_tokens: 230 };

		expect(told({ ...begun, spent, end: { tokens: 20_000 } })).toEqual(["8.2K of 20K tokens"]);
	});

	test("what a budget holds for calls that broke off counts, and is told apart", () => {
		const reserved = { input_tokens: 100, output_tokens: 900, cost: 100_000_000 };
		const asked = (id: string): EventKind => ({ event: "attempt.started", data: { attempt: id, turn: "t1", number: 1, model: { connection: "demo", model: "poet" }, reserved } });
		const cut = (id: string, usage: Usage | null, cost: number | null): EventKind => ({
			event: "attempt.ended",
			data: { attempt: id, turn: "t1", outcome: { outcome: "cancelled" }, answered_by: null, timings: {}, usage, cost },
		});
		const estimate = { input_tokens: 100, output_tokens: 200, estimated: true };
		const told = viewOf(story(created, running, turnStarted("t1"), asked("a1"), cut("a1", estimate, 40_000_000), asked("a2"), cut("a2", null, null), asked("a3")));
		const view = { ...told, end: { tokens: 10_000, money: 1_000_000_000 } };

		expect(view.held).toEqual({ tokens: 700 + 1_000, money: 60_000_000 + 100_000_000 });
		expect(limits(view, at(view)).map(({ name, value }) => [name, value])).toEqual([["Tokens", 2_000], ["Cost", 200_000_000]]);
		expect(limits(view, at(view))[0]?.note).toBe("300 heard of, and 1,700 held for calls that broke off, the most they can have come to");
		expect(used(view, at(view)).money).toContain("$0.1600 held for calls that broke off");
		expect(limits({ ...begun, end: { tokens: 10_000 } }, at(begun))[0]?.note).toBeUndefined();
	});

	test("the nearest is the one of which most is used", () => {
		expect(nearest(limits({ ...begun, end: { turns: 100, turns_without_user: 3 } }, at(begun)))?.words).toBe("2 of 3 turns without you");
	});
});

describe("what is counted", () => {
	test("a word of the user's begins the count of turns without one anew", () => {
		const view = viewOf(story(created, running, ...turn(1), userSaid("u1", "Go on."), ...turn(2)));

		expect(view.progress).toMatchObject({ turns: 2, turns_without_user: 1 });
	});

	test("a new start counts from nothing, an alternative does not", () => {
		const ended = [created, running, ...turn(1), { event: "conversation.state_changed", data: { state: "completed", reason: { why: "user" } } }] as const;

		expect(viewOf(story(...ended, running)).progress).toEqual({ turns: 0, turns_without_user: 0, ran_ms: 0 });
		const anew = { event: "conversation.state_changed", data: { state: "running", reason: { why: "regenerating" } } } as const;
		expect(viewOf(story(...ended, anew)).progress).toMatchObject({ turns: 1 });
	});

	test("it ran for as long as it was running", () => {
		const conversation = new ConversationState("c1");
		const [first, ...later] = story(created, running, ...turn(1), { event: "conversation.state_changed", data: { state: "paused", reason: { why: "user" } } }, userSaid("u1", "Hm."));
		if (!first) throw new Error("nothing happened");
		conversation.open(viewOf([first]));
		for (const event of later) conversation.apply(item(event));

		// One second from each event to the next, from the start to the pause.
		expect(conversation.view?.progress.ran_ms).toBe(6_000);
	});
});
