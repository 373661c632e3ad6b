const two = (number: number): string => String(number).padStart(2, '0');

/** A time of the API as a field of the kind `datetime-local` has it: in the zone of this browser, to the minute. */
export function toLocalField(at: string | null): string {
  if (at === null) return '';
  const time = new Date(at);
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** What cannot be read stays as it is, for the schema to refuse. */
export function fromLocalField(text: string): string | null {
  if (text === '') return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}
