/** @jsxImportSource hono/jsx */
import { qrSquares } from '../../../base/qr-code.ts';

/** `text` for a camera, dark on light in either theme; nothing where it is too long for that. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const squares = qrSquares(text);
  if (squares === undefined) return null;
  const size = squares.length;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <rect class="qr-light" width={size} height={size} />
      <path class="qr-dark" d={squares.map(runsOf).join('')} />
    </svg>
  );
}

/** The dark runs of a row, each as one rectangle. */
function runsOf(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue;
    const start = x;
    while (row[x + 1] === true) x += 1;
    path += `M${start} ${y}h${x - start + 1}v1H${start}z`;
  }
  return path;
}
