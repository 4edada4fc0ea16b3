import { expect, test } from "vitest";
import type { EventKind } from "../../lib/bindings";
import { created, messageCompleted, messageStarted, needsAttention, running, story, turnEnded, turnStarted, userSaid, viewOf } from "../../test/told";
import { revealedAt, toRows } from "./rows";

const inRound = (kind: EventKind): EventKind => (kind.event === "turn.started" ? { ...kind, data: { ...kind.data, round: "r1" } } : kind);
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
