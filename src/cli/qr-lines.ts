/** Black on white, whatever the terminal's own colours are. */
const paper = '\u001B[38;5;16;48;5;231m';
const end = '\u001B[0m';

/**
 * A QR code for a terminal, two rows of squares a line. With colours it is black on white; without them its light
 * squares are drawn, as on most terminals the ground is dark.
 *
 * @param squares row by row, `true` for dark
 */
export function qrLines(squares: readonly (readonly boolean[])[], isColoured: boolean): string[] {
  const lines: string[] = [];
  for (let y = 0; y < squares.length; y += 2) {
    const [upper = [], lower = []] = [squares[y], squares[y + 1]];
    const drawn = upper.map((isDark, x) => {
      // Below the last row there is paper.
      const below = lower[x] ?? false;
      return isColoured ? blockOf(isDark, below) : blockOf(!isDark, !below);
    });
    lines.push(isColoured ? `${paper}${drawn.join('')}${end}` : drawn.join(''));
  }
  return lines;
}

function blockOf(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
