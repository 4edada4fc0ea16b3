import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { byTestId, isAccessible, key, openWindow, press, type, until } from "../../test/window";
import type { Participant } from "../../lib/bindings";
import { sightWords } from "./sight";

/** One transparent pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const pixel = (name = "lighthouse.png", type = "image/png") => new File([Uint8Array.from(atob(PIXEL), (one) => one.charCodeAt(0))], name, { type });

function paste(field: Element, ...files: File[]) {
	const event = new Event("paste", { bubbles: true, cancelable: true });
	Object.defineProperty(event, "clipboardData", { value: { files } });
	field.dispatchEvent(event);
}

const messages = () => screen.queryAllByTestId("message");

describe("an image", () => {
	test("that is pasted is described, said without a word, and shown enlarged by a key", async () => {
		const { fake } = await openWindow("ended");
		const field = await byTestId("composer-input");
		paste(field, pixel());
		const alt = await screen.findByLabelText("What is to be seen in lighthouse.png");
		type(alt, "a lighthouse in fog");
		await until(() => expect(screen.getByTestId<HTMLButtonElement>("composer-send").disabled).toBe(false));

		key(field, "Enter");

		await until(() => expect(messages().at(-1)?.dataset["author"]).toBe("user"));
		expect(fake.log.events.at(-1)?.data).toMatchObject({ text: "", images: [{ alt: "a lighthouse in fog" }] });
		expect(screen.queryByTestId("attached")).toBeNull();
		(await screen.findByRole("button", { name: "Enlarge: a lighthouse in fog" })).click();
		const dialog = within(await screen.findByRole("dialog", { name: "a lighthouse in fog" }));
		const image = await dialog.findByRole<HTMLImageElement>("img", { name: "a lighthouse in fog" });
		expect(image.src).toBe(`data:image/png;base64,${PIXEL}`);
		expect([image.width, image.height]).toEqual([640, 480]);
		await isAccessible();
	});

	test("of a draft is there again with its words when the page comes back, unless it is gone", async () => {
		const { unmount } = await openWindow("ended");
		paste(await byTestId("composer-input"), pixel());
		type(await screen.findByLabelText("What is to be seen in lighthouse.png"), "a lighthouse");
		await until(() => expect(screen.getByTestId<HTMLButtonElement>("composer-send").disabled).toBe(false));
		unmount();

		const again = await openWindow("ended", (fake) => vi.spyOn(fake, "imageData").mockResolvedValue(PIXEL));
		expect(await screen.findByLabelText("What is to be seen in lighthouse.png")).toHaveProperty("value", "a lighthouse");
		again.unmount();

		await openWindow("ended", (fake) => vi.spyOn(fake, "imageData").mockRejectedValue({ code: "image_not_found", message: "gone", field: null }));
		await screen.findByText(/“lighthouse.png” is not kept any more/);
		expect(screen.queryByTestId("attached")).toBeNull();
	});

	test("needs no words: what was said with it can be edited away", async () => {
		const { fake } = await openWindow("ended");
		const field = await byTestId("composer-input");
		paste(field, pixel());
		await screen.findByTestId("attached");
		type(field, "Look:");
		await until(() => expect(screen.getByTestId<HTMLButtonElement>("composer-send").disabled).toBe(false));
		key(field, "Enter");
		await until(() => expect(messages().at(-1)?.dataset["author"]).toBe("user"));
		const message = messages().at(-1);
		if (!message) throw new Error("it was said");
		within(message).getByRole("button", { name: "Edit" }).click();

		type(await screen.findByTestId("message-editor"), "");
		await press("Save");

		await until(() => expect(fake.log.events.at(-1)).toMatchObject({ event: "message.edited", data: { text: "" } }));
	});

	test("that is none is refused at the composer, and the words stay", async () => {
		await openWindow("ended");
		const field = await byTestId("composer-input");
		type(field, "Look:");
		paste(field, pixel("notes.txt", "text/plain"));

		expect((await screen.findByText(/“notes.txt” is no image that can be shown/)).getAttribute("role")).toBe("alert");
		expect(screen.queryByTestId("attached")).toBeNull();

		paste(field, pixel());
		await screen.findByTestId("attached");
		expect(screen.queryByText(/notes.txt/)).toBeNull();
		await press("Take lighthouse.png away");
		await until(() => expect(screen.queryByTestId("attached")).toBeNull());
		expect(field).toHaveProperty("value", "Look:");
	});
});

test("who does not see is named before it is sent", () => {
	const seat = (name: string): Participant => ({ id: name, name, hue: 0, persona: null, instructions: "", talkativeness: 0.5, route: [{ connection: "c", model: name }], sampling: {} });
	const sight: Record<string, boolean | null> = { Ada: true, Bob: false, Cleo: null };
	const sees = (names: string[]) => sightWords(names.map(seat), (model) => sight[model?.model ?? ""]);

	expect(sees(["Ada"])).toBe("");
	expect(sees(["Ada", "Bob"])).toBe("Bob does not see images and reads your description.");
	expect(sees(["Cleo", "Ada"])).toBe("Nobody knows whether Cleo sees images.");
});
