import { describe, expect, test } from "vitest";
import { complete, matching, mentionAt } from "./mentions";

describe("a mention", () => {
	test("is what stands between an @ and the caret", () => {
		expect(mentionAt("Hello @Po", 9)).toEqual({ start: 6, query: "Po" });
		expect(mentionAt("(@Po", 4)).toEqual({ start: 1, query: "Po" });
	});

	test("is none in the middle of a word or over a line's end", () => {
		expect(mentionAt("ada@example", 11)).toBeNull();
		expect(mentionAt("@Poet\nand", 9)).toBeNull();
	});

	test("is completed with the whole name and one space", () => {
		expect(complete("Hi @po, well", { start: 3, query: "po" }, "Poet")).toEqual({ text: "Hi @Poet, well", caret: 8 });
		expect(complete("@p", { start: 0, query: "p" }, "Poet")).toEqual({ text: "@Poet ", caret: 6 });
		expect(matching(["Poet", "Sceptic", "Devil's Advocate"], "dev")).toEqual(["Devil's Advocate"]);
	});
});
