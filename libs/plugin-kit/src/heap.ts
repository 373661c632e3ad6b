/** A binary heap: the least element is taken first. */
export class Heap<Element> {
  readonly #elements: Element[] = [];
  readonly #compare: (left: Element, right: Element) => number;

  constructor(compare: (left: Element, right: Element) => number) {
    this.#compare = compare;
  }

  peek(): Element | undefined {
    return this.#elements[0];
  }

  push(element: Element): void {
    let place = this.#elements.length;
    this.#elements.push(element);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#elements[above];
      if (parent === undefined || this.#compare(element, parent) >= 0) break;
      this.#elements[place] = parent;
      place = above;
    }
    this.#elements[place] = element;
  }

  pop(): Element | undefined {
    const [first] = this.#elements;
    const last = this.#elements.pop();
    if (this.#elements.length === 0 || last === undefined) return first;
    let place = 0;
    for (;;) {
      const left = this.#elements[2 * place + 1];
      if (left === undefined) break;
      const right = this.#elements[2 * place + 2];
      const isRight = right !== undefined && this.#compare(right, left) < 0;
      const below = isRight ? right : left;
      if (this.#compare(last, below) <= 0) break;
      this.#elements[place] = below;
      place = 2 * place + (isRight ? 2 : 1);
    }
    this.#elements[place] = last;
    return first;
  }
}
