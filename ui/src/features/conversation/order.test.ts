import { expect, test } from "vitest";
import type { ConversationChange } from "../../lib/bindings";
import { created, story, viewOf } from "../../test/told";
import { orders, orderWords } from "./order";

const view = viewOf(story(created));
const moderated = { ...view, policy: "moderator" as const, moderator: { by: "participant" as const, participant: "poet" } };

test("anybody at the table can moderate", () => {
	const led: ConversationChange[] = [];
	const entry = orders(view, (change) => led.push(change)).find(({ label }) => label === "Moderated by Poet");

	entry?.onselect();

	expect(led).toEqual([{ policy: "moderator", moderator: { by: "participant", participant: "poet" } }]);
});

test("what holds now is said and marked", () => {
	expect(orderWords(view)).toBe("balanced");
	expect(orderWords(moderated)).toBe("moderated by Poet");
	expect(orders(moderated, () => {}).filter(({ isCurrent }) => isCurrent).map(({ label }) => label)).toEqual(["Moderated by Poet"]);
});

test("a moderator who has left is named, a model without a seat can be gone back to", () => {
	const [sceptic, poet] = view.participants;
	if (!sceptic || !poet) throw new Error("the table is empty");
	expect(orderWords({ ...moderated, participants: [sceptic], left: [poet] })).toBe("moderated by Poet");

	const asked = { ...view, moderator: { by: "model" as const, model: { connection: "demo", model: "host" } } };
	expect(orders(asked, () => {}).at(-1)?.label).toBe("Moderated by demo/host");
});
