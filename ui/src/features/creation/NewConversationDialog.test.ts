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
			participants: [{ name: "Sceptic", route: [{ connection: "demo", model: "host" }, { connection: "demo", model: "sceptic" }] }],
		});
		expect(await byTestId("start")).toBeTruthy();
	});

	test("has a moderator who sits at the table, and is refused without one", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByRole("button", { name: /^Poet/ }).click();
		inside.getByRole("radio", { name: /^Moderator/ }).click();
		const moderator = await inside.findByRole<HTMLSelectElement>("combobox", { name: "Who moderates" });
		await press("Create");
		await until(() => expect(moderator.getAttribute("aria-invalid")).toBe("true"));
		await isAccessible();

		choose(moderator, "Poet");
		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		const view = [...fake.log.views.values()][0];
		const poet = view?.participants.find(({ name }) => name === "Poet");
		expect(poet).toBeDefined();
		expect(fake.log.events[0]?.data).toMatchObject({ moderator: { by: "participant", participant: poet?.id } });
	});

	test("has the limits that keep anybody's money from running away, unless they are taken away", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		type(inside.getByLabelText(/^Minutes/), "");

		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({ end: { ...fake.info.end_defaults, minutes: null } });
	});

	test("can be moderated by a model that has no seat, and be patient for so long", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByRole("radio", { name: /^Moderator/ }).click();
		choose(await inside.findByRole("combobox", { name: "Who moderates" }), "A model beside the table");
		type(await inside.findByRole("combobox", { name: "Model of the moderator" }), "engineer");
		type(inside.getByLabelText(/^Patience/), "90");
		await isAccessible();

		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({ moderator: { by: "model", model: { connection: "demo", model: "engineer" } }, stall_after_s: 90 });
	});

	test("ends by a phrase of those whose word counts", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByRole("button", { name: /^Poet/ }).click();
		inside.getByText("When it ends and what it may cost").click();
		type(inside.getByLabelText(/^Phrase/), "settled");
		const whose = within(await inside.findByRole("group", { name: /^Whose word counts/ }));
		whose.getByRole("checkbox", { name: "Poet" }).click();
		await isAccessible();

		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({ end: { phrase: { text: "settled", by: ["Poet"] } } });
	});

	test("is summed up by the models that were chosen for it", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByRole("checkbox", { name: /^Sum up/ }).click();
		const writers = within(await inside.findByRole("group", { name: "Models that sum up" }));
		writers.getByRole("button", { name: "Add a model" }).click();
		type(await writers.findByRole("combobox", { name: "Model 1" }), "poet");
		await isAccessible();

		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({ summary: { on: true, route: [{ connection: "demo", model: "poet" }] } });
	});

	test("ends by the rules that were filled in, beside those that held already", async () => {
		const { fake, inside } = await dialog();
		type(inside.getByRole("textbox", { name: "Topic" }), "Ships");
		inside.getByRole("button", { name: /^Sceptic/ }).click();
		inside.getByText("When it ends and what it may cost").click();
		const money = inside.getByLabelText(/^Money/);
		type(money, "0");
		await press("Create");
		await until(() => expect(money.getAttribute("aria-invalid")).toBe("true"));
		await until(() => expect(document.activeElement).toBe(money));

		type(money, "0.25");
		type(inside.getByLabelText(/^Maximum turns/), "");
		type(inside.getByLabelText(/^Phrase/), "that settles it");
		choose(inside.getByLabelText(/^When an answer breaks off/), "What was said stands");
		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({
			end: { turns: null, minutes: 10, tokens: 200_000, money: 250_000_000, unpriced: "refuse", phrase: { text: "that settles it" }, loops: true },
			fallback: { after_cut: "stop", refusals: "leave" },
		});
	});

	test("takes its seats, turn order and end from a cast", async () => {
		const { fake, inside } = await dialog();
		const cast = (await fake.listCasts())[0];
		if (!cast) throw new Error("there is no cast");
		(await inside.findByRole("button", { name: new RegExp(`^${cast.name}`) })).click();
		await until(() => expect(inside.getByRole<HTMLTextAreaElement>("textbox", { name: "Topic" }).value).toBe(cast.topic));
		await press("Create");

		await until(() => expect(fake.log.events[0]?.event).toBe("conversation.created"));
		expect(fake.log.events[0]?.data).toMatchObject({ topic: cast.topic, policy: cast.policy });
		expect([...fake.log.views.values()][0]?.participants).toHaveLength(cast.participants.length);
	});
});

function choose(select: Element, words: string) {
	if (!(select instanceof HTMLSelectElement)) throw new Error("nothing can be chosen here");
	select.selectedIndex = [...select.options].findIndex((option) => option.text === words);
	select.dispatchEvent(new Event("change", { bubbles: true }));
}
