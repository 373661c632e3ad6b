import type { Page } from 'playwright-core';

export interface PageProblems {
  /** Errors of scripts, complaints of the console, and what the Content-Security-Policy stopped. */
  readonly errors: string[];
  /** Requests to another host than the controller; there is to be none. */
  readonly foreign: string[];
}

/** Answers that a test asks for, and that the browser writes down as errors. */
const expected =
  /the server responded with a status of (?:400|401|403|404|409|422|503)|net::ERR_(?:FAILED|ABORTED|CONNECTION_REFUSED|INTERNET_DISCONNECTED|INCOMPLETE_CHUNKED_ENCODING)/;

/** Writes down what goes wrong in a page. Call it before the page is opened. */
export async function watchPage(page: Page, origin: string): Promise<PageProblems> {
  const problems: PageProblems = { errors: [], foreign: [] };
  page.on('pageerror', (error) => problems.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) problems.errors.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:'))
      problems.foreign.push(url);
  });
  page.on('dialog', (dialog) => {
    problems.errors.push(`a dialog was opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      console.error('policy: ' + violatedDirective + ' ' + blockedURI + ' ' + sourceFile));`,
  });
  return problems;
}
