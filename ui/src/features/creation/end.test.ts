import { expect, test } from "vitest";
import type { EndRules } from "../../lib/bindings";
import { EndDraft } from "./end.svelte";

const ours: EndRules = { turns_without_user: 20, money: 1_000_000_000, unpriced: "allow", loops: true };

test("our own limit on money shuts out no model, one that a person sets does, unless they say otherwise", () => {
	const end = new EndDraft(ours);
	expect(end.rules()).toMatchObject({ turns: null, turns_without_user: 20, money: 1_000_000_000, unpriced: "allow" });

	end.dollars = 5;
	expect(end.rules()).toMatchObject({ money: 5_000_000_000, unpriced: "refuse" });

	end.unpriced = "allow";
	expect(end.rules().unpriced).toBe("allow");
});

test("rules that somebody has set say for themselves what becomes of models without a price", () => {
	const end = new EndDraft(ours);
	end.fill({ money: 2_000_000_000, unpriced: "allow" });

	end.dollars = 3;

	expect(end.rules()).toMatchObject({ money: 3_000_000_000, unpriced: "allow" });
});

test("what is no number of turns is handed on as the nearest that can be read and refused", () => {
	const end = new EndDraft(ours);
	[end.turns, end.minutes, end.tokens, end.dollars] = [-3, 2.5, 1e12, -1];

	expect(end.rules()).toMatchObject({ turns: 0, minutes: 2, tokens: 4_294_967_295, money: 0 });
});
