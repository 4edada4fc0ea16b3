import { expect, test } from "vitest";
import talk from "../../test/talk.json?raw";
import type { ConversationView, Event } from "../bindings";
import { begin, reduce } from "./reduce";
import { Tree } from "./tree";

interface Golden {
	events: Event[];
	/** What the store saw after some of the events. */
	views: ConversationView[];
}

// Written by `crates/chimera-app/tests/journeys/golden.rs`, which says how.
const { events, views }: Golden = JSON.parse(talk);

const isNothing = (value: unknown) => value === null || value === undefined || value === false || (typeof value === "object" && Object.keys(value).length === 0);

/** What is absent, nothing, not so, or a list of nothing, or rules that say nothing say the same. */
function plain(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	const said = Object.entries(value).map(([key, inner]) => [key, plain(inner)] as const);
	return Object.fromEntries(said.filter(([, inner]) => !isNothing(inner)));
}

test("the page makes of the events of a talk what the store makes of them", () => {
	const [first, ...later] = events;
	if (first?.event !== "conversation.created") throw new Error("the talk does not begin with its beginning");
	const tree = new Tree();
	const seen = new Map<number, ConversationView>();
	later.reduce((before, event) => {
		const after = reduce(before, event, tree);
		seen.set(after.seq, after);
		return after;
	}, begin(first));

	expect(views.length).toBeGreaterThan(5);
	for (const view of views) expect.soft(plain(seen.get(view.seq)), `after event ${view.seq}`).toEqual(plain(view));
});
