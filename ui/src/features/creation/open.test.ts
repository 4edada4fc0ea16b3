import { expect, test } from "vitest";
import { created, story, viewOf } from "../../test/told";
import { OpenRules } from "./open.svelte";

const view = { ...viewOf(story(created)), stall_after_s: 60, end: { turns: 20, phrase: { text: "enough", by: ["Poet"] } } };

test("what nobody touched is not said", () => {
	const rules = new OpenRules(view);
	expect(rules.change()).toEqual({});

	rules.end.turns = 30;

	expect(rules.change()).toEqual({ end: expect.objectContaining({ turns: 30, phrase: { text: "enough", by: ["Poet"] } }) });
});

test("patience is taken back by an empty field", () => {
	const rules = new OpenRules(view);
	rules.stallAfter = null;

	expect(rules.change()).toEqual({ stall_after_s: 0 });
});

test("whoever moderates sits at the table, or is a model beside it", () => {
	const rules = new OpenRules(view);
	rules.policy = "moderator";
	rules.moderator = { by: "seat", key: "poet" };
	expect(rules.change()).toEqual({ policy: "moderator", moderator: { by: "participant", participant: "poet" } });

	rules.moderator = { by: "model", model: { connection: "demo", model: " host " } };

	expect(rules.change()).toEqual({ policy: "moderator", moderator: { by: "model", model: { connection: "demo", model: "host" } } });
});
