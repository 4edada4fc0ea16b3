import { render } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";
import MarkdownStand from "../../test/MarkdownStand.svelte";
import { payloads } from "../../test/payloads";

/** Everything that a message may ever put on the screen. */
const ELEMENTS = new Set(
	"div p h3 h4 h5 h6 blockquote ul ol li hr table thead tbody tr th td figure figcaption pre code strong em del br a span button input svg path line rect circle polyline".split(" "),
);
const ATTRIBUTES = new Set(
	"class dir role aria-label aria-hidden tabindex href title rel draggable type checked disabled start data-level data-align scope xmlns width height viewBox fill stroke stroke-width stroke-linecap stroke-linejoin d x y x1 x2 y1 y2 rx ry cx cy r points".split(" "),
);

function judge(container: HTMLElement, payload: string) {
	for (const element of container.querySelectorAll("*")) {
		expect(ELEMENTS, payload).toContain(element.localName);
		for (const { name, value } of element.attributes) {
			expect(ATTRIBUTES, `${payload} made ${name}`).toContain(name);
			if (name === "href") expect(value, payload).toMatch(/^(https?:\/\/[^/]|mailto:)/);
		}
	}
}

describe("what a model writes", () => {
	test(`makes nothing but text, whatever it is (${payloads.length} hostile texts)`, () => {
		expect(payloads.length).toBeGreaterThan(300);
		for (const payload of payloads) {
			const { container, unmount } = render(MarkdownStand, { text: `before\n\n${payload}\n\nafter` });
			judge(container, payload);
			unmount();
		}
	});

	test("makes nothing but text while it is being written", async () => {
		for (const payload of payloads.filter((_, place) => place % 20 === 0)) {
			const { container, rerender, unmount } = render(MarkdownStand, { text: payload.slice(0, 1), isGrowing: true });
			for (let end = 2; end <= payload.length; end += 5) {
				await rerender({ text: payload.slice(0, end), isGrowing: true });
				await new Promise(requestAnimationFrame);
				judge(container, payload);
			}
			unmount();
		}
	});

	test("never loads an image: its place and its host are shown", () => {
		const { container, getByRole } = render(MarkdownStand, { text: "![a chart](https://img.example/x.png?secret=1)" });

		expect(container.querySelector("img")).toBeNull();
		expect(getByRole("button", { name: "not loaded from img.example" })).toBeTruthy();
		expect(container.textContent).toContain("a chart");
	});

	test("leads nowhere by itself: a click asks the window, with whichever button", () => {
		const onfollow = vi.fn();
		const { getByRole } = render(MarkdownStand, { text: "[here](https://example.org/a)", onfollow });
		const link = getByRole("link", { name: "here" });

		const clicks = [new MouseEvent("click", { bubbles: true, cancelable: true }), new MouseEvent("auxclick", { bubbles: true, cancelable: true, button: 1 })];
		for (const click of clicks) link.dispatchEvent(click);

		expect(onfollow.mock.calls).toEqual([["https://example.org/a"], ["https://example.org/a"]]);
		expect(clicks.every((click) => click.defaultPrevented)).toBe(true);
	});

	test("is laid out by its own direction, and code always from left to right", () => {
		const { container } = render(MarkdownStand, { text: "مرحبا `a[0]`\n\n```py\nx = 1\n```" });

		expect(container.querySelector(".markdown")?.getAttribute("dir")).toBe("auto");
		expect([...container.querySelectorAll("code, figure")].map((code) => code.closest("[dir]")?.getAttribute("dir"))).toEqual(["ltr", "ltr", "ltr"]);
	});

	test("keeps the elements of what is finished while more is written", async () => {
		const { container, rerender } = render(MarkdownStand, { text: "# One\n\nTwo\n\nThr", isGrowing: true });
		const heading = container.querySelector("h3");
		const paragraphs = [...container.querySelectorAll("p")];

		await rerender({ text: "# One\n\nTwo\n\nThree and **more**", isGrowing: true });
		await new Promise(requestAnimationFrame);
		await tick();
		await rerender({ text: "# One\n\nTwo\n\nThree and **more**.", isGrowing: false });

		expect(container.querySelector("h3")).toBe(heading);
		expect([...container.querySelectorAll("p")]).toEqual(paragraphs);
		expect(paragraphs[1]?.textContent).toBe("Three and more.");
	});
});
