import type { Page } from 'playwright-core';

/** Longer pages are walked through no further. */
const mostSteps = 400;

/**
 * In the page: notes each element that the focus comes to, and those among them whose looks do not tell. Runs as text: the
 * tests have no types of a browser.
 */
const watchFocus = `(() => {
  const seen = new Set();
  const unmarked = [];
  const tell = (element) => element.tagName.toLowerCase() + ' ' +
    (element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 60);
  const looks = (element) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element);
    return { isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0, rest: boxShadow + borderColor };
  };
  const isNew = (element) => element !== document.body && element.id !== 'content' && !seen.has(element);
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  /** Of the element that the focus was on: a border looks otherwise without it, if need be some frames later. */
  let asked = null;
  const answer = async () => {
    if (asked === null) return;
    const { element, rest } = asked;
    asked = null;
    for (let frame = 0; element.isConnected && frame < 30; frame += 1) {
      if (looks(element).rest !== rest) return;
      await nextFrame();
    }
    unmarked.push(tell(element));
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getClientRects().length > 0;
  // Of tabs, radio buttons and lines of a log one is come to by Tab and the others by arrows.
  const kinds = ['[role=tab]', '[type=radio]', '[data-line] a'];
  const isReachedOtherwise = (element) =>
    kinds.some((kind) => element.matches(kind) && [...seen].some((other) => other.matches(kind)));
  window.walkedByTab = {
    /** Notes where the focus is; true where it was before. The end of the page stands between its last and its first. */
    look: async () => {
      const element = document.activeElement;
      // A date has several stops in it.
      if (asked?.element === element) return false;
      await answer();
      if (!isNew(element)) return element === [...seen][0];
      seen.add(element);
      if (looks(element).isOutlined) return false;
      // A border may take some frames to turn.
      for (let frame = 0; frame < 2; frame += 1) await nextFrame();
      asked = { element, rest: looks(element).rest };
      return false;
    },
    end: () => {
      const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [tabindex="0"]');
      const missed = [...all].filter((element) =>
        !element.matches(':disabled, [inert] *, [aria-hidden=true]') && isShown(element) && !seen.has(element) && !isReachedOtherwise(element));
      return { unreached: missed.map(tell), unmarked, reached: seen.size };
    },
  };
})()`;

export interface TabWalk {
  /** What can be acted on and was not come to. */
  readonly unreached: readonly string[];
  /** What looks the same with the focus on it. */
  readonly unmarked: readonly string[];
  readonly reached: number;
}

/** Goes through the page by Tab alone until it begins anew. */
export async function walkByTab(page: Page): Promise<TabWalk> {
  await page.evaluate('document.activeElement?.blur(); window.scrollTo(0, 0)');
  await page.evaluate(watchFocus);
  for (let step = 0; step < mostSteps; step += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('walkedByTab.look()')) break;
  }
  return page.evaluate<TabWalk>('walkedByTab.end()');
}
