import { deflateSync } from 'node:zlib';

/** The mark of `src/admin/pages/asset-contents.ts`, in the units of its drawing. */
const mark = {
  side: 32,
  corner: 8,
  field: [0x4f, 0x55, 0xd1],
  line: [0xff, 0xff, 0xff],
  points: [
    [9, 21],
    [9, 11],
    [16, 21],
    [23, 11],
    [23, 21],
  ],
  width: 2.6,
} as const;

/** What Windows shows in lists, on the desktop and as large tiles. */
const sizes = [16, 24, 32, 48, 64, 256];

/** The icon of the program, as a file of Windows (.ico) with a picture for each size. */
export function iconFile(): Buffer {
  const pictures = sizes.map((size) => picture(size));
  const header = Buffer.alloc(6 + 16 * sizes.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sizes.length, 4);
  let offset = header.length;
  pictures.forEach((png, index) => {
    const entry = 6 + 16 * index;
    const size = sizes[index] ?? 0;
    // A byte for each side; 0 means 256.
    header.set([size % 256, size % 256], entry);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...pictures]);
}

/** The mark as a PNG of `size` pixels a side. */
function picture(size: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  // Eight bits a channel, with transparency.
  head.set([8, 6], 8);
  const rows = Buffer.alloc(size * (1 + 4 * size));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) rows.set(colourAt(x, y, size), y * (1 + 4 * size) + 1 + 4 * x);
  const signature = Buffer.from('\u{89}PNG\r\n\u{1a}\n', 'latin1');
  const chunks = [
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

/** Red, green, blue and how opaque: an edge that crosses the pixel covers a part of it. */
function colourAt(x: number, y: number, size: number): number[] {
  const unit = mark.side / size;
  const [px, py] = [(x + 0.5) * unit, (y + 0.5) * unit];
  const covered = (distance: number): number => Math.min(1, Math.max(0, 0.5 - distance / unit));
  const inField = covered(distanceToField(px, py));
  const inLine = covered(distanceToLine(px, py) - mark.width / 2);
  const channels = mark.field.map((field, channel) => field + ((mark.line[channel] ?? 0) - field) * inLine);
  return [...channels, 255 * inField].map(Math.round);
}

function distanceToField(x: number, y: number): number {
  const half = mark.side / 2;
  const [dx, dy] = [Math.abs(x - half) - half + mark.corner, Math.abs(y - half) - half + mark.corner];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - mark.corner;
}

function distanceToLine(x: number, y: number): number {
  return Math.min(
    ...mark.points.slice(1).map(([toX, toY], index) => {
      const [fromX, fromY] = mark.points[index] ?? [toX, toY];
      const [dx, dy] = [toX - fromX, toY - fromY];
      const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy);
      const nearest = Math.min(1, Math.max(0, along));
      return Math.hypot(x - fromX - nearest * dx, y - fromY - nearest * dy);
    }),
  );
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(Bun.hash.crc32(named));
  return Buffer.concat([length, named, sum]);
}
