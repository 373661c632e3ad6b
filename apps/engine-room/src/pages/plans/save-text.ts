/** Has the browser save a text that was made here. */
export function saveText(filename: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  // Only once the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
