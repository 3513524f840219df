import { sizeText } from '../base/size-words.ts';
import type { Terminal } from './terminal.ts';

/** Cells of a bar. */
const cells = 30;
/** A drawing for each of so many parts: more would only flicker. */
const steps = 200;

/** Shows how far something is, at a screen; elsewhere nothing is drawn. Give it bytes, and how many there will be. */
export function progressBar(terminal: Terminal): (bytes: number, of: number) => void {
  let drawn = -1;
  return (bytes, of) => {
    const step = Math.floor((bytes / of) * steps);
    if (!terminal.isScreen || step === drawn) return;
    drawn = step;
    terminal.redraw([barText(bytes, of)]);
  };
}

/** `█████░░░░░  50 %  20.6 MiB of 41.2 MiB` */
export function barText(bytes: number, of: number): string {
  const part = of === 0 ? 1 : Math.min(1, bytes / of);
  const full = Math.floor(part * cells);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${percent} %  ${sizeText(bytes)} of ${sizeText(of)}`;
}
