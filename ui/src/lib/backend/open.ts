import { isTauri } from "@tauri-apps/api/core";
import type { Backend } from "./backend";
import { tauri } from "./tauri";

/** The real one in the window; in a plain browser, and only in builds made for that, scripted voices in memory. */
export async function openBackend(): Promise<Backend> {
	if (isTauri()) return tauri;
	if (import.meta.env.DEV || import.meta.env.MODE === "fake") {
		const { stage } = await import("./fake/stage");
		return stage(new URLSearchParams(location.search));
	}
	throw new Error("this page belongs to the window of Chimera and cannot work in a browser");
}
