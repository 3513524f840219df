/** As Claude Code reckons them; see docs/decisions/0104. */
const charactersPerToken = 3;

/** Reckons the output tokens of a stream from what went by, block by block, for the case that it breaks off. */
export class Estimate {
  /** Of the block that is going by (UTF-16 units). */
  characters = 0;
  #tokens = 0;

  get tokens(): number {
    return this.#tokens + Math.round(this.characters / charactersPerToken);
  }

  /** Another block begins, with so many characters of its own: the name of a tool. */
  begin(characters: number): void {
    this.#tokens = this.tokens;
    this.characters = characters;
  }
}
