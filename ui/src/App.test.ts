import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { atLength, button, byTestId, isAccessible, key, openWindow, press, type, until } from "./test/window";

const messages = () => screen.queryAllByTestId("message");

describe("the first run", () => {
	test("leads from one click to a talk of three in which one lost its model", async () => {
		await openWindow();
		await isAccessible();

		(await byTestId("try-demo")).click();

		await until(() => expect(messages().map((message) => message.dataset["author"])).toEqual(expect.arrayContaining(["Sceptic", "Poet", "Engineer"])));
		const line = await byTestId("fallback-line");
		expect(line.textContent).toContain("Poet answered through demo/poet: demo/poet!rate-limit@1 said 429");
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("completed"));
		expect(messages().every((message) => message.dataset["status"] === "complete")).toBe(true);
		await isAccessible();
	});

	test("explains a fallback on demand, with classes and times", async () => {
		await openWindow("running", atLength);
		const [line] = await screen.findAllByTestId("fallback-line");

		line?.querySelector("button")?.click();

		await until(() => expect(line?.textContent).toMatch(/rate_limited.*HTTP 429/s));
		expect(line?.querySelectorAll("li")).toHaveLength(2);
	});

	test("says what is wrong when the app could not be opened, and tries again", async () => {
		const { fake } = await openWindow("broken");
		expect((await screen.findByRole("alert")).textContent).toContain("Another Chimera has this data folder open");
		await isAccessible();

		fake.appInfo = async () => fake.info;
		await press("Try again");

		expect(await byTestId("welcome")).toBeTruthy();
	});
});

describe("a turn that no model answered", () => {
	test("waits with what was tried, and goes on as the user wishes", async () => {
		await openWindow("attention");

		const bar = await byTestId("needs-attention");
		expect(bar.textContent).toContain("Poet could not answer");
		await isAccessible();
		await press("Skip Poet");

		await until(() => expect(screen.queryByTestId("needs-attention")).toBeNull());
		await until(() => expect(messages().length).toBeGreaterThan(1));
	});

	test("is asked once more of another model, for this turn alone", async () => {
		const { fake } = await openWindow("attention");
		await press("Retry with another model…");
		const dialog = within(await screen.findByRole("dialog"));
		expect(dialog.getByText(/Asked in vain: demo\/poet!rate-limit, demo\/poet!overloaded/)).toBeTruthy();
		await isAccessible();

		const retry = async () => {
			const submit = dialog.getByRole<HTMLButtonElement>("button", { name: "Retry" });
			await until(() => expect(submit.disabled).toBe(false));
			submit.click();
		};
		const connection = dialog.getByRole<HTMLSelectElement>("combobox", { name: "Connection" });
		connection.value = "demo";
		connection.dispatchEvent(new Event("change", { bubbles: true }));
		type(dialog.getByRole("combobox", { name: "Model" }), "unknown");
		await retry();
		expect(await dialog.findByText("This connection has no such model.")).toBeTruthy();
		type(dialog.getByRole("combobox", { name: "Model" }), "poet");
		atLength(fake);
		await retry();

		await until(() => expect(screen.queryByRole("dialog")).toBeNull());
		await until(() => expect(messages().length).toBeGreaterThan(1));
		const asked = [...fake.log.events].filter(({ event }) => event === "attempt.started").at(-1);
		expect(asked).toMatchObject({ data: { model: { connection: "demo", model: "poet" } } });
		expect([...fake.log.views.values()].flatMap(({ participants }) => participants).some(({ route }) => route.some(({ model }) => model === "poet!overloaded"))).toBe(true);
	});
});

test("a cut message keeps its words and says why", async () => {
	await openWindow("cut");

	const bar = await byTestId("interrupted-bar");

	expect(bar.textContent).toMatch(/cut after 12 words: connection lost/);
	expect(bar.closest("[data-testid=message]")?.getAttribute("data-status")).toBe("interrupted");
});

describe("the transcript", () => {
	test("is a feed whose articles know their place, although most are not there", async () => {
		await openWindow("long");
		await until(() => expect(messages().length).toBeGreaterThan(0));

		const [first] = messages();

		expect(first?.closest("[role=feed]")).toBeTruthy();
		expect(first?.getAttribute("aria-setsize")).toBe("200");
		expect(Number(first?.getAttribute("aria-posinset"))).toBeGreaterThan(0);
		expect(messages().length).toBeLessThan(60);
	});

	test("has no live region over growing words; that somebody writes is said beside it", async () => {
		await openWindow("running", atLength);
		await until(() => expect(screen.getByRole("status", { name: "Who is speaking" }).textContent).toMatch(/is writing/));

		expect(document.querySelector("[role=feed] [aria-live], [role=feed] [role=log]")).toBeNull();
	});
});

describe("the keyboard", () => {
	test("starts, pauses and stops without a mouse", async () => {
		const { fake } = await openWindow("running", atLength);
		await until(() => expect(messages().some((message) => message.dataset["status"] === "streaming")).toBe(true));

		key(window, ".", { ctrlKey: true });
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("paused"));
		key(window, ".", { ctrlKey: true });
		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("running"));
		await until(() => expect(messages().some((message) => message.dataset["status"] === "streaming")).toBe(true));
		key(window, "Escape");

		await until(() => expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("completed"));
		expect(fake.log.events.some((event) => event.event === "message.interrupted" && event.data.cause.why === "user")).toBe(true);
	});

	test("closes what is open before it stops anybody, and the focus goes back", async () => {
		await openWindow("running", atLength);
		const opener = await byTestId("new-conversation");
		opener.focus();
		opener.click();
		const dialog = await screen.findByRole("dialog", { name: "New conversation" });
		await until(() => expect(document.activeElement?.getAttribute("name")).toBe("topic"));

		key(document.activeElement ?? dialog, "Escape");

		await until(() => expect(screen.queryByRole("dialog")).toBeNull());
		await until(() => expect(document.activeElement).toBe(opener));
		expect(screen.getByTestId("conversation-state").dataset["state"]).toBe("running");
	});

	test("goes from region to region", async () => {
		await openWindow("idle");
		await byTestId("composer-input");
		const visited: (string | undefined)[] = [];

		for (let step = 0; step < 7; step++) {
			key(window, "F6");
			visited.push(document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset["region"]);
		}

		expect(new Set(visited)).toEqual(new Set(["top", "sidebar", "conversation", "transcript", "composer", "inspector", "status"]));
	});

	test("changes the size of the text, and Rust keeps it", async () => {
		const { fake } = await openWindow("idle");
		await byTestId("composer-input");

		key(window, "+", { ctrlKey: true });

		await until(() => expect(fake.info.preferences.text_scale).toBe(110));
		expect(document.documentElement.style.getPropertyValue("--text-size")).toBe("110%");
	});

	test("lists its shortcuts", async () => {
		await openWindow("idle");
		await byTestId("composer-input");

		key(window, "/", { ctrlKey: true });

		expect((await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).textContent).toContain("Ctrl N");
		await isAccessible();
	});
});

test("a failed command is told where it can be read and dismissed", async () => {
	await openWindow("idle", (fake) => {
		fake.startConversation = () => Promise.reject({ code: "wrong_state", message: "it is running already", field: null });
	});
	await press("Continue");

	expect((await screen.findByRole("alert")).textContent).toContain("It is running already.");
	await press("Dismiss");

	await until(() => expect(screen.queryByRole("alert")).toBeNull());
});

test("a conversation that cannot be read says so and can be tried again", async () => {
	await openWindow("idle", (fake) => {
		const read = fake.getConversation;
		fake.getConversation = () => {
			fake.getConversation = read;
			return Promise.reject({ code: "storage", message: "the history could not be read", field: null });
		};
	});
	expect((await screen.findByRole("alert")).textContent).toContain("The history could not be read.");

	await press("Try again");

	expect(await byTestId("composer-input")).toBeTruthy();
});

test("a title is changed in its place in the list", async () => {
	const { fake } = await openWindow("idle");
	key(await button(/^Rust or Zig for the parser/), "F2");
	const field = await screen.findByRole("textbox", { name: "Title" });
	if (field instanceof HTMLInputElement) field.value = "Parsers";
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));

	key(field, "Enter");

	expect(await button(/^Parsers/)).toBeTruthy();
	expect(fake.log.events.at(-1)?.event).toBe("conversation.renamed");
});

test("a link of a model is shown before it is opened", async () => {
	const { fake } = await openWindow("idle");
	await byTestId("composer-input");
	const shown = [...fake.log.views.values()].find(({ title }) => title === "Rust or Zig for the parser");
	await fake.say(shown?.id ?? "", "see [the docs](https://example.org/a)", "after", [], [], "k");
	(await screen.findByRole("link", { name: "the docs" })).click();

	const dialog = await screen.findByRole("dialog", { name: "Open this link?" });
	expect(dialog.textContent).toContain("https://example.org/a");
	expect(fake.opened).toEqual([]);
	await press("Open");

	await until(() => expect(fake.opened).toEqual(["https://example.org/a"]));
});
