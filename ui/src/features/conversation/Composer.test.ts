import { render, screen } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { byTestId, key, openWindow, type, until } from "../../test/window";

const said = (fake: Awaited<ReturnType<typeof openWindow>>["fake"]) =>
	fake.log.events.flatMap((event) => (event.event === "message.completed" && event.data.author.kind === "user" ? [event.data.text] : []));

async function composer() {
	const opened = await openWindow("idle");
	const field = await byTestId("composer-input");
	if (!(field instanceof HTMLTextAreaElement)) throw new Error("the composer is a text area");
	return { ...opened, field };
}

describe("the composer", () => {
	test("sends with Enter and is empty again", async () => {
		const { fake, field } = await composer();
		type(field, "And the crew?");

		key(field, "Enter");

		await until(() => expect(said(fake)).toEqual(["And the crew?"]));
		await until(() => expect(field.value).toBe(""));
		await until(() => expect(screen.getAllByTestId("message").at(-1)?.dataset["author"]).toBe("user"));
	});

	test("breaks the line with Shift and Enter", async () => {
		const { fake, field } = await composer();
		type(field, "And");

		expect(key(field, "Enter", { shiftKey: true }).defaultPrevented).toBe(false);
		expect(said(fake)).toEqual([]);
	});

	test("sends nothing when Enter chooses a character", async () => {
		const { fake, field } = await composer();
		type(field, "にほん");

		key(field, "Enter", { isComposing: true });
		// Safari ends the composition first and tells it by the key code alone.
		key(field, "Enter", { keyCode: 229 });

		expect(said(fake)).toEqual([]);
		expect(field.value).toBe("にほん");
	});

	test("keeps the words when they were not taken in", async () => {
		const { fake, field } = await composer();
		fake.say = () => Promise.reject({ code: "disk_full", message: "the disk is full", field: null });
		type(field, "Precious");

		key(field, "Enter");

		expect((await screen.findByRole("alert")).textContent).toContain("The disk is full.");
		expect(field.value).toBe("Precious");
	});

	test("keeps what is half written, per conversation, over a restart", async () => {
		const first = await composer();
		type(first.field, "Half a thought");
		await until(() => expect(localStorage.length).toBe(1));
		first.unmount();

		const again = await composer();

		expect(again.field.value).toBe("Half a thought");
	});

	test("says once what is sent again because the page was gone before the answer", async () => {
		const first = await composer();
		const say = first.fake.say;
		let wasSaid = false;
		first.fake.say = async (...asked) => {
			await say(...asked);
			wasSaid = true;
			// The answer never comes.
			return new Promise(() => {});
		};
		type(first.field, "Once.");
		key(first.field, "Enter");
		await until(() => expect(wasSaid).toBe(true));
		first.unmount();
		first.fake.say = say;
		render(App, { backend: first.fake });
		const field = await byTestId("composer-input");
		expect(field instanceof HTMLTextAreaElement && field.value).toBe("Once.");

		key(field, "Enter");

		await until(() => expect(localStorage.length).toBe(0));
		expect(said(first.fake)).toEqual(["Once."]);
		type(field, "Once.");
		key(field, "Enter");
		await until(() => expect(said(first.fake)).toEqual(["Once.", "Once."]));
	});

	test("takes another key when its own was used for something else", async () => {
		const { fake, field } = await composer();
		const say = vi.spyOn(fake, "say").mockRejectedValueOnce({ code: "idempotency_key_reused", message: "used", field: "idempotency_key" });
		type(field, "Precious");

		key(field, "Enter");

		await until(() => expect(said(fake)).toEqual(["Precious"]));
		await until(() => expect(field.value).toBe(""));
		expect(new Set(say.mock.calls.map(([, , , , , under]) => under)).size).toBe(2);
		expect(screen.queryByRole("alert")).toBeNull();
	});

	test("completes a name after @ by keyboard", async () => {
		const { field } = await composer();
		type(field, "@s");
		expect(await screen.findByRole("listbox", { name: "Participants" })).toBeTruthy();
		expect(field.getAttribute("aria-activedescendant")).toBeTruthy();

		key(field, "Enter");

		await until(() => expect(field.value).toBe("@Sceptic "));
		expect(screen.queryByRole("listbox")).toBeNull();
	});

	test("lets Escape close the names and nothing else", async () => {
		const { field } = await composer();
		type(field, "@");
		await screen.findByRole("listbox");

		key(field, "Escape");

		await until(() => expect(screen.queryByRole("listbox")).toBeNull());
		expect(field.value).toBe("@");
	});
});
