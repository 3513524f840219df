/** Who looks at requests as they pass. As long as somebody does, their bodies are compared on the way. */
export class Onlookers {
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  /** One more looks; call what is returned when they no longer do. */
  enter(): () => void {
    this.#count += 1;
    let isHere = true;
    return () => {
      if (isHere) this.#count -= 1;
      isHere = false;
    };
  }
}
