import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { byTestId, isAccessible, openWindow, press, type, until } from "../../test/window";

async function dialog() {
	const opened = await openWindow();
	(await byTestId("new-conversation")).click();
	const dialog = await screen.findByRole("dialog", { name: "New conversation" });
	return { ...opened, inside: within(dialog) };
}

describe("a new conversation", () => {
	test("is refused at the field that is wrong", async () => {
		const { inside } = await dialog();
		await press("Create");

		const topic = inside.getByRole("textbox", { name: "Topic" });
		await until(() => expect(topic.getAttribute("aria-invalid")).toBe("true"));

		const described = topic.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)?.textContent);
		expect(described?.join(" ")).toContain("topic is empty");
	});

	test("is refused at the seat whose route is wrong", async () => {
		const { inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByRole("button", { name: /^Poet/ }).click();
		const seat = within(await inside.findByRole("region", { name: "Poet" }));
		seat.getByRole("button", { name: "Remove model 1" }).click();

		await press("Create");

		expect((await seat.findByRole("alert")).textContent).toContain("needs a route");
		await isAccessible();
	});

	test("seats personas with routes in the order that was chosen", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Is it the same ship?");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		const seat = within(await inside.findByRole("region", { name: "Sceptic" }));
		seat.getByRole("button", { name: "Add a fallback" }).click();
		type(await seat.findByRole("combobox", { name: "Model 2" }), "host");
		seat.getByRole("button", { name: "Move model 2 up" }).click();
		inside.getByRole("radio", { name: /^Round robin/ }).click();

		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({
			policy: "round_robin",
			end: { turns: 20 },
			participants: [{ name: "Sceptic", route: [{ connection: "demo", model: "host" }, { connection: "demo", model: "sceptic" }] }],
		});
		expect(await byTestId("start")).toBeTruthy();
	});
});
