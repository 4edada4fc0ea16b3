import { describe, expect, test } from "vitest";
import { decodeEntities } from "./entities";
import { hostOf, safeHref } from "./links";

describe("a link", () => {
	test.each([
		["https://example.org/a?b=1", "https://example.org/a?b=1"],
		["http://localhost:8080", "http://localhost:8080/"],
		["mailto:a@example.org", "mailto:a@example.org"],
		["HTTPS://EXAMPLE.ORG", "https://example.org/"],
	])("may lead to %s", (given, href) => expect(safeHref(given)).toBe(href));

	test.each([
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
		"//example.org", "/settings", "#x", "", "tauri://localhost", "ipc://x", "blob:https://example.org/1", "about:blank", "ftp://example.org", "https://", "http://[",
	])("leads nowhere for %j", (given) => expect(safeHref(given)).toBeNull());

	test("shows a host that only looks like another as what it is", () => {
		expect(hostOf("https://аpple.com/")).toBe("xn--pple-43d.com");
	});
});

test("character references are what they stand for, and others stay as they were written", () => {
	expect(decodeEntities("&amp; &#60; &#x1F642; &hellip; &nope; &#0; &#xD800; & &;")).toBe("& < 🙂 … &nope; \ufffd \ufffd & &;");
});
