const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex="0"]';

/** F6 goes from region to region, as they stand in the window; focus lands on the first thing that takes it. */
export function cycleRegions(step: -1 | 1) {
	const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(hasTarget);
	const current = regions.findIndex((region) => region.contains(document.activeElement));
	const from = current < 0 && step < 0 ? 0 : current;
	const next = regions[(from + step + regions.length) % regions.length];
	target(next)?.focus();
}

const target = (region: HTMLElement | undefined) =>
	region?.matches(FOCUSABLE) ? region : region?.querySelector<HTMLElement>(FOCUSABLE);

const hasTarget = (region: HTMLElement) => target(region) != null;
