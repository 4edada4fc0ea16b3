import { expect, test } from "vitest";
import type { EventKind } from "../../lib/bindings";
import { created, messageCompleted, messageStarted, running, story, turnEnded, turnStarted, userSaid, viewOf } from "../../test/told";
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
