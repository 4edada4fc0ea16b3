import { expect, test } from "vitest";
import type { ChoiceReason, EventKind } from "../../lib/bindings";
import { created, messageCompleted, messageStarted, needsAttention, running, story, turnEnded, turnStarted, userSaid, viewOf } from "../../test/told";
import { reduce } from "../../lib/state/reduce";
import { Tree } from "../../lib/state/tree";
import { revealedAt, toRows } from "./rows";

const inRound = (kind: EventKind): EventKind => (kind.event === "turn.started" ? { ...kind, data: { ...kind.data, round: "r1" } } : kind);
const because = (reason: ChoiceReason, kind: EventKind): EventKind => (kind.event === "turn.started" ? { ...kind, data: { ...kind.data, choice: { ...kind.data.choice, reason } } } : kind);
const roundEnded: EventKind = { event: "round.ended", data: { round: "r1" } };
const paused: EventKind = { event: "conversation.state_changed", data: { state: "paused", reason: { why: "user" } } };
const open = [created, running, userSaid("u1", "Well?"), inRound(turnStarted("t1", "sceptic")), inRound(turnStarted("t2"))];
const rowsOf = (...kinds: EventKind[]) => {
	const view = viewOf(story(...kinds));
	return toRows(view, view.turns ?? []);
};
const keys = (...kinds: EventKind[]) => rowsOf(...kinds).map(({ key }) => key);
const kinds = (...told: EventKind[]) => rowsOf(...told).map(({ kind }) => kind);

test("one that is left of a round still stands in its row", () => {
	const left = [...open, { event: "turn.ended", data: { turn: "t1", outcome: "cancelled" } } as const];

	expect(kinds(...left)).toEqual(["opening", "message", "round"]);
	expect(keys(...left).at(-1)).toBe(keys(...open).at(-1));
});

test("the answers of a round are read from the first one on, when its row has gone", () => {
	const first = [messageStarted("m1", "t1", "sceptic"), messageCompleted("m1", "t1", "Aye.", "sceptic"), turnEnded("t1")];
	const second = [messageStarted("m2", "t2"), messageCompleted("m2", "t2", "No."), turnEnded("t2")];
	const shown = rowsOf(...open, ...first, ...second);

	expect(revealedAt(keys(...open), shown)).toBe(shown.findIndex(({ key }) => key === "t1"));
	expect(revealedAt(keys(...open), rowsOf(...open))).toBeNull();
	expect(revealedAt(shown.map(({ key }) => key), shown)).toBeNull();
});

test("a turn that was passed over stands where the talk went on without it, on its branch", () => {
	const passed = [created, running, userSaid("u1", "Well?"), turnStarted("t1"), turnEnded("t1", "failed"), turnStarted("t2", "sceptic")];
	const said: EventKind = { event: "message.started", data: { message: "m2", turn: "t2", participant: "sceptic", parent: "u1" } };

	expect(keys(...passed)).toEqual(["opening", "u1", "t1", "t2"]);
	expect(kinds(...passed, said)).toEqual(["opening", "message", "passed", "message"]);
	const elsewhere: EventKind = { event: "branch.created", data: { branch: "b2", name: "Two", from: null, why: { kind: "branched" } } };
	expect(kinds(...passed, elsewhere)).not.toContain("passed");
	const back: EventKind = { event: "branch.switched", data: { branch: "c1", head: "u1" } };
	expect(kinds(...passed, elsewhere, back)).toContain("passed");
});

test("whoever waits for a person was not passed over, nor whoever is tried again", () => {
	const waiting = [created, running, userSaid("u1", "Well?"), turnStarted("t1"), turnEnded("t1", "failed"), needsAttention("t1")];
	const again = turnStarted("t2");
	const retried: EventKind = again.event === "turn.started" ? { ...again, data: { ...again.data, choice: { ...again.data.choice, reason: "retried" } } } : again;

	expect(kinds(...waiting)).toEqual(["opening", "message"]);
	expect(kinds(...waiting, running, retried)).toEqual(["opening", "message", "pending"]);
	expect(kinds(...waiting, running, turnStarted("t2", "sceptic"))).toEqual(["opening", "message", "passed", "pending"]);
});

test("who was passed over in a round stands before its answers, and is read from there", () => {
	const first = [messageStarted("m1", "t1", "sceptic"), messageCompleted("m1", "t1", "Aye.", "sceptic"), turnEnded("t1"), turnEnded("t2", "failed")];
	const shown = rowsOf(...open, ...first, turnStarted("t3"));

	expect(shown.map(({ kind }) => kind)).toEqual(["opening", "message", "passed", "message", "pending"]);
	expect(revealedAt(keys(...open), shown)).toBe(2);
});

test("an alternative to an answer of a round is no round, nor is it when it is tried again", () => {
	const first = [messageStarted("m1", "t1", "sceptic"), messageCompleted("m1", "t1", "Aye.", "sceptic"), turnEnded("t1"), turnEnded("t2", "failed"), roundEnded];
	const anew: EventKind = { event: "branch.created", data: { branch: "b2", name: "Two", from: "u1", why: { kind: "regenerated", message: "m1" } } };
	const regenerated = inRound(because("regenerated", turnStarted("t3", "sceptic")));
	const retried = inRound(because("retried", turnStarted("t4", "sceptic")));
	const before = [...open, ...first, paused, anew, running, regenerated];

	expect(kinds(...before)).toEqual(["opening", "message", "passed", "pending"]);
	const again = [...before, turnEnded("t3", "failed"), needsAttention("t3"), running, retried];
	expect(kinds(...again)).toEqual(["opening", "message", "passed", "pending"]);
	expect(keys(...again).at(-1)).toBe("t4");
});

test("who fell out of a round is told when the talk comes to rest after it", () => {
	const first = [turnEnded("t2", "failed"), messageStarted("m1", "t1", "sceptic"), messageCompleted("m1", "t1", "Aye.", "sceptic"), turnEnded("t1")];

	expect(kinds(...open, ...first, roundEnded)).toEqual(["opening", "message", "passed", "message"]);
	expect(kinds(...open, ...first, roundEnded, paused)).toEqual(["opening", "message", "passed", "message", "closing"]);
	expect(kinds(...open, ...first, paused)).toEqual(["opening", "message", "passed", "message", "closing"]);
});

test("who was skipped in a round stands beside the answers of the others, and nobody does where nobody answered", () => {
	const skipped: EventKind = { event: "turn.ended", data: { turn: "t2", outcome: "cancelled" } };
	const first = [skipped, messageStarted("m1", "t1", "sceptic"), messageCompleted("m1", "t1", "Aye.", "sceptic"), turnEnded("t1")];
	const stopped: EventKind = { event: "turn.ended", data: { turn: "t1", outcome: "cancelled" } };

	expect(kinds(...open, ...first, roundEnded)).toEqual(["opening", "message", "passed", "message"]);
	expect(kinds(...open, ...first, roundEnded, paused)).toEqual(["opening", "message", "passed", "message", "closing"]);
	expect(kinds(...open, skipped, stopped, roundEnded, paused)).toEqual(["opening", "message", "closing"]);
	const elsewhere: EventKind = { event: "branch.created", data: { branch: "b2", name: "Two", from: "u1", why: { kind: "branched" } } };
	expect(kinds(...open, ...first, roundEnded, paused, elsewhere)).not.toContain("passed");
});

test("an alternative that was tried again and given up leaves nothing behind", () => {
	const said = [messageStarted("m1", "t1"), messageCompleted("m1", "t1", "Aye."), turnEnded("t1"), paused];
	const anew: EventKind = { event: "branch.created", data: { branch: "b2", name: "Two", from: null, why: { kind: "regenerated", message: "m1" } } };
	const failed = (turn: string) => [turnEnded(turn, "failed"), needsAttention(turn)];
	const tried = [anew, running, because("regenerated", turnStarted("t2")), ...failed("t2"), running, because("retried", turnStarted("t3")), ...failed("t3")];
	const givenUp: EventKind[] = [{ event: "branch.removed", data: { branch: "b2", to: "c1", head: "m1" } }, paused];
	const events = story(created, running, turnStarted("t1"), ...said, ...tried, ...givenUp);

	expect(toRows(viewOf(events), []).map(({ kind }) => kind)).toEqual(["opening", "message", "closing"]);
	// Also where the window was opened while it waited.
	const waiting = viewOf(events.slice(0, -2));
	const tree = new Tree();
	const later = events.slice(-2).reduce((view, event) => reduce(view, event, tree), waiting);
	expect(later.passed_over).toEqual([]);
});
