import type { Attachment } from "svelte/attachments";

/**
 * Whoever stands on something that goes away does not fall out of the page: the focus stays at the article it was in, at
 * what has come in its place, or at the whole.
 */
export const heldFocus: Attachment<HTMLElement> = (whole) => {
	let held: { element: Element; row: Element | null } | undefined;

	const onfocusin = ({ target }: FocusEvent) => {
		const isInside = target instanceof Element && target !== whole && whole.contains(target);
		held = isInside ? { element: target, row: target.closest("[data-index]") } : undefined;
	};
	const look = () => {
		if (!held || held.element.isConnected || document.activeElement !== document.body) return;
		const article = held.row?.isConnected ? held.row.querySelector<HTMLElement>("article") : null;
		held = undefined;
		(article ?? whole).focus({ preventScroll: true });
	};

	const changes = new MutationObserver(look);
	changes.observe(whole, { childList: true, subtree: true });
	document.addEventListener("focusin", onfocusin);
	return () => {
		changes.disconnect();
		document.removeEventListener("focusin", onfocusin);
	};
};

/** Has the focus as soon as it is there. */
export const focused: Attachment<HTMLElement> = (element) => element.focus();
