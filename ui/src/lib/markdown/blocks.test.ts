import { describe, expect, test } from "vitest";
import { BlockStream, parse, read } from "./blocks";
import { toBlocks } from "./convert";

/** Small and repeatable: a failing case can be run again. */
function dice(seed: number) {
	return () => {
		seed = (seed * 1664525 + 1013904223) >>> 0;
		return seed / 2 ** 32;
	};
}

const PIECES = [
	"# A heading\n", "Setext\n===\n", "Plain words and *emphasis* and **strong** and `code`.\n", "\n", "\n\n", "- one\n", "- two\n  more\n",
	"  - inner\n", "1. first\n", "2. second\n", "* [ ] open\n", "* [x] done\n", "> quoted\n", "> - list in quote\n", "lazy continuation\n",
	"```rust\nfn main() {}\n```\n", "```\nnever closed\n", "    indented code\n", "| a | b |\n|---|:-:|\n| 1 | 2 |\n", "| x | y |\n",
	"---\n", "<div>\nhtml\n</div>\n", "<!-- note\n", "-->\n", "<script>alert(1)</script>\n", "[ref]: https://example.org/a\n", "see [ref] and [x][ref]\n",
	"https://example.org/?a=1&b=2\n", "![alt](https://img.example/x.png)\n", "a  \nb\n", "a\\\nb\n", "&amp; &#60; &nope;\n", "~~gone~~ **un", "closed\n",
	"日本語 🙂 text\n", "العربية\n", "\t- tab\n", "<a href=x>\n", "</a>\n", "***\n", "1) other\n", "-\n", "\r\n", "a\r\nb\r\n", "$x_1$ and a_b_c\n", "2\n", "| no | table\n", "+ plus\n",
];

describe("a text streamed in pieces", () => {
	test("is what it is when read whole", () => {
		for (let seed = 1; seed <= 400; seed++) {
			const roll = dice(seed);
			const text = Array.from({ length: 3 + Math.floor(roll() * 25) }, () => PIECES[Math.floor(roll() * PIECES.length)]).join("");
			const whole = toBlocks(read(text, {}));
			const stream = new BlockStream();

			for (let end = 0; end < text.length; end += 1 + Math.floor(roll() * 12)) stream.update(text.slice(0, end));

			expect(stream.finish(text), `seed ${seed}`).toEqual(whole);
			expect(parse(text), `seed ${seed}`).toEqual(whole);
		}
	});

	test("keeps the finished blocks as they are, so that nothing is drawn twice", () => {
		const stream = new BlockStream();
		const before = stream.update("# One\n\nTwo.\n\nThr");
		const after = stream.update("# One\n\nTwo.\n\nThree and mo");

		expect(after[0]).toBe(before[0]);
		expect(after[1]).toBe(before[1]);
	});

	test("is shown closed where it is still open", () => {
		expect(new BlockStream().update("some **bold wor")).toEqual(parse("some **bold wor**"));
	});

	test("that turns out to be another text is read anew", () => {
		const stream = new BlockStream();
		stream.update("one\n\ntwo\n\nthree");

		expect(stream.finish("other")).toEqual(parse("other"));
		expect(stream.finish("other and more")).toEqual(parse("other and more"));
	});
});

describe("a tree", () => {
	test("never nests deeper than its cap, whatever was written", () => {
		const depth = (value: unknown): number =>
			typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;

		for (const hostile of [">".repeat(5000) + " x", "- ".repeat(2000) + "x", "> - ".repeat(900) + "x", "*".repeat(3000) + "a" + "*".repeat(3000)]) {
			const blocks = parse(`before\n\n${hostile}\n\nafter`);
			expect(depth(blocks)).toBeLessThan(60);
			expect(blocks[0]).toEqual(parse("before")[0]);
		}
	});

	test("shows raw HTML as text", () => {
		expect(parse("a <b>c</b>")).toEqual([
			{ kind: "paragraph", children: ["a ", "<b>", "c", "</b>"].map((text) => ({ kind: "text", text })) },
		]);
	});

	test("keeps the words of a link it does not follow", () => {
		expect(parse("[here](javascript:alert(1))")).toEqual([{ kind: "paragraph", children: [{ kind: "text", text: "here" }] }]);
	});
});
