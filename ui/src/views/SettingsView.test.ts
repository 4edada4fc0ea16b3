import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { button, byTestId, isAccessible, key, openWindow, press, type, until } from "../test/window";

async function settings(section: string) {
	const opened = await openWindow("idle");
	await byTestId("composer-input");
	key(window, ",", { ctrlKey: true });
	(await screen.findByRole("button", { name: section })).click();
	await screen.findByRole("heading", { name: section, level: 2 });
	return opened;
}

describe("settings", () => {
	test("change the theme at once, and Rust keeps it", async () => {
		const { fake } = await settings("Appearance");
		await isAccessible();

		screen.getByRole("radio", { name: "Dark" }).click();

		await until(() => expect(document.documentElement.dataset["theme"]).toBe("dark"));
		expect(fake.info.preferences.theme).toBe("dark");
	});

	test("add a connection, say where its key goes, and list its models", async () => {
		const { fake } = await settings("Connections");
		await isAccessible();
		await press("Add a connection");
		const form = within(await screen.findByRole("dialog", { name: "Add a connection" }));
		expect(form.getByText(/Goes to GNOME Keyring/)).toBeTruthy();
		await isAccessible();

		form.getByRole("button", { name: "OpenRouter" }).click();
		type(form.getByLabelText(/^Key/), "sk-canary");
		form.getByRole("button", { name: "Add connection" }).click();

		await button("Remove OpenRouter");
		expect(fake.connections.at(-1)).toMatchObject({ connection: { base_url: "https://openrouter.ai/api/v1", local: false }, key: "keyring" });
		await until(() => expect([...document.querySelectorAll("input")].map(({ value }) => value)).not.toContain("sk-canary"));
		await press("Models of OpenRouter");
		expect(await screen.findByText("qwen3:8b")).toBeTruthy();
	});

	test("add a vendor in its own protocol", async () => {
		const { fake } = await settings("Connections");
		await press("Add a connection");
		const form = within(await screen.findByRole("dialog", { name: "Add a connection" }));

		form.getByRole("button", { name: "Anthropic" }).click();
		type(form.getByLabelText(/^Key/), "sk-canary");
		form.getByRole("button", { name: "Add connection" }).click();

		await button("Remove Anthropic");
		expect(fake.connections.at(-1)).toMatchObject({ connection: { kind: "anthropic", base_url: "https://api.anthropic.com" } });
	});

	test("show what is wrong with an address at the address", async () => {
		await settings("Connections");
		await press("Add a connection");
		const form = within(await screen.findByRole("dialog", { name: "Add a connection" }));
		type(form.getByLabelText(/^Name/), "x");
		type(form.getByLabelText(/^Base URL/), "example.org");

		form.getByRole("button", { name: "Add connection" }).click();

		await until(() => expect(form.getByLabelText(/^Base URL/).getAttribute("aria-invalid")).toBe("true"));
	});

	test("ask before a connection is removed", async () => {
		const { fake } = await settings("Connections");
		await press("Remove Ollama");
		await screen.findByRole("dialog", { name: "Remove Ollama?" });
		expect(fake.connections).toHaveLength(2);

		await press("Remove");

		await until(() => expect(fake.connections).toHaveLength(1));
	});

	test("tell a keyring that is not there, with the remedy", async () => {
		await openWindow("idle", (fake) => {
			fake.info = { ...fake.info, keyring: { state: "absent", backend: "Secret Service", detail: null } };
		});
		await byTestId("composer-input");
		key(window, ",", { ctrlKey: true });
		await press("Connections");

		expect(await screen.findByText(/No keyring is running on this computer/)).toBeTruthy();
		await press("Add a connection");
		expect(await screen.findByText(/Stays in memory until the app ends/)).toBeTruthy();
	});

	test("open the local API and show a token once", async () => {
		const { fake } = await settings("Local API");
		screen.getByRole("switch", { name: "Local API" }).click();
		expect(await screen.findByText("http://127.0.0.1:7171")).toBeTruthy();
		type(screen.getByLabelText(/^Name of the program/), "overlay");
		await press("Create token");

		const shown = await screen.findByRole("dialog", { name: "The new token" });
		expect(shown.textContent).toContain("chimera_");
		await isAccessible();
		await press("Done");

		await until(() => expect(screen.queryByRole("dialog")).toBeNull());
		expect(document.body.textContent).not.toContain("chimera_s3");
		expect(fake.issued[0]).toMatchObject({ name: "overlay", scopes: ["read"] });
		await press("Revoke overlay");
		await until(() => expect(fake.issued).toEqual([]));
	});

	test("name the version and the data folder", async () => {
		await settings("About");
		expect(await screen.findByText("/home/ada/.local/share/chimera")).toBeTruthy();
		await isAccessible();
	});
});
