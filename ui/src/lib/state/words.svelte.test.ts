import { describe, expect, test } from "vitest";
import { LiveWords, scalars } from "./words.svelte";

const delta = (offset: number, text: string) => ({ topic: "conversation:c1", message: "m1", offset, text });

describe("words as they come", () => {
	test("are appended in order", () => {
		const words = new LiveWords("");

		expect([words.hear(delta(0, "A "), 0), words.hear(delta(2, "ship"), 0)]).toEqual(["heard", "heard"]);
		expect(words.text).toBe("A ship");
	});

	test("are dropped when they were heard before, and only so far", () => {
		const words = new LiveWords("");
		words.hear(delta(0, "A ship"), 0);

		words.hear(delta(0, "A ship"), 0);
		words.hear(delta(2, "ship sails"), 0);

		expect(words.text).toBe("A ship sails");
	});

	test("wait for those that are missing before them", () => {
		const words = new LiveWords("");

		expect(words.hear(delta(7, "sails"), 0)).toBe("gap");
		expect(words.text).toBe("");
		words.hear(delta(0, "A ship "), 0);

		expect(words.text).toBe("A ship sails");
	});

	test("are caught up with by a snapshot, which may be older than what waits", () => {
		const words = new LiveWords("A ");
		words.hear(delta(7, "sails"), 0);

		words.catchUp("A ship ", 0);
		words.catchUp("A", 0);

		expect(words.text).toBe("A ship sails");
	});

	test("are counted in Unicode scalar values, as Rust counts them", () => {
		const words = new LiveWords("");
		words.hear(delta(0, "🙂é"), 0);

		expect(words.length).toBe(2);
		expect(words.hear(delta(2, "!"), 0)).toBe("heard");
		expect(scalars("👩‍🚀")).toBe(3);
	});
});
