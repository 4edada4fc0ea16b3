import { expect, test } from "vitest";
import { attemptAnswered, attemptFailed, attemptStarted, created, item, running, story, turnStarted, viewOf } from "../../test/told";
import type { EventKind } from "../bindings";
import { ConversationState } from "./conversation.svelte";

const said = (message: string, parent: string | null): EventKind => ({
	event: "message.completed",
	data: { message, turn: null, author: { kind: "user" }, parent, text: message, finish: null },
});
const written = (summary: string, through: string, earlier: string | null = null): EventKind => ({
	event: "summary.written",
	data: { summary, attempt: "a1", model: { connection: "demo", model: "host" }, through, extends: earlier, text: `Up to ${through}.` },
});
const failed: EventKind = { event: "summary.failed", data: { note: "the model refused" } };
const talk = [created, said("m1", null), said("m2", "m1"), said("m3", "m2")];
const standing = (...kinds: EventKind[]) => (viewOf(story(...talk, ...kinds)).summaries ?? []).map(({ id, text, edited }) => [id, text, edited]);

test("summaries are off until they are wished for", () => {
	expect(viewOf(story(...talk)).summary).toEqual({ on: false });
	expect(viewOf(story(...talk, { event: "conversation.changed", data: { summary: { on: true } } })).summary).toEqual({ on: true });
});

test("a summary stands, is put better, and goes when what it covers is changed", () => {
	const better: EventKind = { event: "summary.edited", data: { summary: "s1", text: "Better." } };

	expect(standing(written("s1", "m1"), written("s2", "m2", "s1"))).toEqual([["s1", "Up to m1.", false], ["s2", "Up to m2.", false]]);
	expect(standing(written("s1", "m1"), better)).toEqual([["s1", "Better.", true]]);
	expect(standing(written("s1", "m1"), better, { event: "summary.outdated", data: { summary: "s1" } })).toEqual([]);
});

test("a summary stands on every branch that holds what it ends with, and on no other", () => {
	const away: EventKind = { event: "branch.created", data: { branch: "b2", name: "Branch 2", from: "m1", why: { kind: "branched" } } };
	const back: EventKind = { event: "branch.switched", data: { branch: "c1", head: "m3" } };
	const both = [written("s1", "m1"), written("s2", "m2", "s1")];

	expect(standing(...both, away).map(([id]) => id)).toEqual(["s1"]);
	expect(standing(...both, away, back).map(([id]) => id)).toEqual(["s1", "s2"]);
});

test("a failure is told until there is a summary or another wish", () => {
	const told = (...kinds: EventKind[]) => viewOf(story(...talk, ...kinds)).summary_failure;

	expect(told(failed)).toBe("the model refused");
	expect(told(failed, { event: "conversation.changed", data: { policy: "random" } })).toBe("the model refused");
	expect(told(failed, written("s1", "m1"))).toBeNull();
	expect(told(failed, { event: "conversation.changed", data: { summary: { on: true } } })).toBeNull();
});

test("the call for a summary stands before its turn, not among the calls for its words", () => {
	const asked = attemptStarted("a1", "t1");
	if (asked.event !== "attempt.started") throw new Error("a call begins with its start");
	const forSummary: EventKind = { ...asked, data: { ...asked.data, purpose: "summarise" } };

	const { turn, spent } = viewOf(story(...talk, running, forSummary, attemptAnswered("a1", "t1"), turnStarted("t1")));

	expect(turn?.attempts).toEqual([]);
	expect(turn?.asides?.map(({ id, outcome }) => [id, outcome?.outcome])).toEqual([["a1", "answered"]]);
	expect(spent.attempts).toBe(1);
});

test("a question that was put before the window opened is known there, and so is what a budget holds for it", () => {
	const asked = attemptStarted("a1", "t1");
	if (asked.event !== "attempt.started") throw new Error("a call begins with its start");
	const reserved = { input_tokens: 100, output_tokens: 900, cost: 5_000_000 };
	const events = story(...talk, running, { ...asked, data: { ...asked.data, purpose: "choose", reserved } }, attemptFailed("a1", "t1"), turnStarted("t1"));
	const cut = events.map((event) => (event.event === "attempt.ended" ? { ...event, data: { ...event.data, outcome: { outcome: "cancelled" as const } } } : event));
	const conversation = new ConversationState("c1");
	conversation.open(viewOf(cut.slice(0, -2)));

	const aside = conversation.aside;
	for (const event of cut.slice(-2)) conversation.apply(item(event));

	expect(aside?.purpose).toBe("choose");
	expect(conversation.aside).toBeUndefined();
	expect(conversation.view?.held).toEqual({ tokens: 1_000, money: 5_000_000 });
	expect(conversation.turn?.asides?.map(({ id }) => id)).toEqual(["a1"]);
	expect(conversation.view?.asides).toEqual([]);
});
